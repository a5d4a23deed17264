"""What one alone must not do: asked by one, decided by another, once, within a week."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from flexnet import transactions
from flexnet.accounts import assignments, four_eyes
from flexnet.accounts.errors import NotDecidable
from flexnet.accounts.four_eyes import State, Why
from flexnet.accounts.models import Approval, Assignment, Role, Staff
from flexnet.audit.actions import NotWriting
from flexnet.audit.models import Event
from tests import make
from tests.at_once import at_once

pytestmark = pytest.mark.django_db
Act = Approval.Act
WEEK, SECOND = timedelta(days=7), timedelta(seconds=1)


@pytest.fixture
def clara(db: None) -> Staff:
    return make.colleague(Role.CLERK).staff


@pytest.fixture
def dora(db: None) -> Staff:
    return make.colleague(Role.CLERK, name="dora").staff


def ask(staff: Staff, **other: Any) -> Approval:
    wish: dict[str, Any] = {"act": Act.EXEMPT, "subject": "access:alice", "payload": {"until": "2027-03-31"}}
    return four_eyes.ask(**wish | {"staff": staff, "reason": "Grund", "now": make.NOW} | other)


def decide(wish: Approval, staff: Staff, **other: Any) -> Approval:
    how: dict[str, Any] = {"granted": True, "now": make.NOW, **other}
    with transactions.writing():
        return four_eyes.decide(wish, staff=staff, **how)


def decide_and_fail(wish: Approval, staff: Staff) -> None:
    with transactions.writing():
        four_eyes.decide(wish, staff=staff, granted=True, now=make.NOW)
        raise ZeroDivisionError


def test_a_wish_waits_and_is_recorded_with_what_it_wants(clara: Staff) -> None:
    wish = ask(clara)
    assert four_eyes.state(wish, make.NOW) is State.WAITING
    assert four_eyes.payload(wish) == {"until": "2027-03-31"}
    entry = Event.objects.get(kind="approval.asked")
    assert (entry.by, entry.subject) == ("office:clara", "access:alice")
    assert '"payload":{"until":"2027-03-31"}' in entry.data


def test_a_second_person_decides(clara: Staff, dora: Staff) -> None:
    for granted, state in ((True, State.GRANTED), (False, State.REFUSED)):
        wish = decide(ask(clara), dora, granted=granted, answer="gesehen")
        assert four_eyes.state(wish, make.NOW + 2 * WEEK) is state
        assert (wish.decided_by, wish.answer) == (dora, "gesehen")
    kinds = Event.objects.filter(kind__startswith="approval.").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["approval.asked", "approval.granted", "approval.asked", "approval.refused"]


def test_not_who_asked(clara: Staff, dora: Staff) -> None:
    wish = ask(clara)
    with pytest.raises(NotDecidable, match=Why.OWN_WISH):
        decide(wish, clara)
    with pytest.raises(IntegrityError), transactions.writing():
        Approval.objects.filter(pk=wish.pk).update(decided_by=clara, decided_at=make.NOW, granted=True)
    decide(wish, dora)


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("role", Role)
def test_only_with_a_role_for_it(clara: Staff, act: Act, role: Role) -> None:
    who = make.colleague(role, name="erik").staff
    wish = ask(clara, act=act)
    if role in four_eyes.DECIDED_BY[act]:
        decide(wish, who)
    else:
        with pytest.raises(NotDecidable, match=Why.WRONG_ROLE):
            decide(wish, who)


def test_once(clara: Staff, dora: Staff) -> None:
    wish = decide(ask(clara), dora, granted=False)
    with pytest.raises(NotDecidable, match=Why.DECIDED):
        decide(wish, make.colleague(Role.CLERK, name="erik").staff)


def test_within_seven_days(clara: Staff, dora: Staff) -> None:
    wish = ask(clara)
    assert four_eyes.state(wish, make.NOW + WEEK) is State.RUN_OUT
    with pytest.raises(NotDecidable, match=Why.RUN_OUT):
        decide(wish, dora, now=make.NOW + WEEK)
    decide(wish, dora, now=make.NOW + WEEK - SECOND)


def test_a_decision_stands_in_the_transaction_that_carries_it_out(clara: Staff, dora: Staff) -> None:
    wish = ask(clara)
    with pytest.raises(NotWriting):
        four_eyes.decide(wish, staff=dora, granted=True, now=make.NOW)
    with pytest.raises(ZeroDivisionError):
        decide_and_fail(wish, dora)
    assert Approval.objects.get().granted is None


def test_the_same_wish_twice_is_one(clara: Staff, dora: Staff) -> None:
    first = ask(clara)
    assert ask(clara) == first
    assert ask(dora) == first
    assert ask(clara, payload={"until": "2027-06-30"}) != first
    assert ask(clara, now=make.NOW + WEEK) != first
    decide(first, dora)
    assert ask(clara) != first


def test_everybody_sees_what_concerns_them(clara: Staff, dora: Staff) -> None:
    auditor = make.colleague(Role.AUDITOR, name="rene").staff
    reception = make.colleague(Role.RECEPTION, name="erik").staff
    wish = ask(clara)
    assert list(four_eyes.waiting_for(dora, now=make.NOW)) == [wish]
    for nobody in (clara, auditor, reception):
        assert not four_eyes.waiting_for(nobody, now=make.NOW)
    for sees in (clara, dora, auditor):
        assert list(four_eyes.seen_by(sees)) == [wish]
    assert not four_eyes.seen_by(reception)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_does() -> None:
    people = [make.colleague(Role.CLERK, name=name).staff for name in ("clara", "dora", "erik")]
    wish = ask(people[0])
    found = at_once(lambda: decide(wish, people[1]), lambda: decide(wish, people[2], granted=False))
    assert sorted(type(one).__name__ for one in found) == ["Approval", "NotDecidable"]
    assert Event.objects.filter(kind__in=["approval.granted", "approval.refused"]).count() == 1


class TestAssignments:
    """Who took which task of the desk."""

    def test_the_first_has_it(self, clara: Staff, dora: Staff) -> None:
        assert assignments.take(task="lock:1", staff=clara, now=make.NOW).staff == clara
        assert assignments.take(task="lock:1", staff=dora, now=make.NOW).staff == clara
        assert {task: row.staff for task, row in assignments.of(["lock:1", "lock:2"]).items()} == {
            "lock:1": clara
        }

    def test_and_only_they_give_it_back(self, clara: Staff, dora: Staff) -> None:
        assignments.take(task="lock:1", staff=clara, now=make.NOW)
        assignments.give_back(task="lock:1", staff=dora)
        assert Assignment.objects.exists()
        assignments.give_back(task="lock:1", staff=clara)
        assert not Assignment.objects.exists()
        kinds = list(
            Event.objects.filter(subject="task:lock:1").order_by("id").values_list("kind", flat=True)
        )
        assert kinds == ["task.taken", "task.given_back"]
