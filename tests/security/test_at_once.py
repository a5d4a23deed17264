"""What if two do it at once: locks, sign-ins, changes and facts, without deadlock and without a gap."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from flexnet.access import actions, credentials, emergency, facts, locking, queries, rules, sign_in
from flexnet.access.errors import AlreadyDeclared, KeyTaken, NoSuchRequest
from flexnet.access.models import Access, CredentialRequest, Interval, Lock
from flexnet.access.rules import Channel, Reason, Refusal
from flexnet.accounts.models import Bucket
from flexnet.audit import actions as audit
from flexnet.audit import queries as trail
from flexnet.gateway.actions import Accepted, Authorized
from flexnet.gateway.models import Session
from flexnet.members import actions as members
from flexnet.members import addresses
from flexnet.members.addresses import PostalAddress
from flexnet.members.errors import AlreadyEntered
from tests import make
from tests.at_once import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
ACT: dict[str, Any] = {"by": make.BY, "now": make.NOW}


@pytest.fixture
def door() -> make.Door:
    make.portal_service()
    return make.door(make.settled())


def lock(door: make.Door) -> Lock:
    access = door.who.practice_access
    return locking.lock_access(access=access, cause=Lock.Cause.OTHER, reason="", by=make.BY, now=make.NOW)


def lose(door: make.Door) -> Lock:
    return locking.report_key_lost(serial=door.who.key.serial, reason="", **ACT)


def intervals_are_right() -> None:
    for access_id, known in facts.of(Access.objects.values_list("pk", flat=True)).items():
        for channel in (Channel.VPN_SIGN_IN, Channel.PORTAL, Channel.SUBMISSION):
            rows = Interval.objects.filter(access=access_id, channel=channel).order_by("pk")
            expected = [(one.from_at, one.until_at) for one in rules.intervals(known, channel)]
            assert list(rows.values_list("from_at", "until_at")) == expected


def failures(answers: list[Any]) -> list[Exception]:
    return [answer for answer in answers if isinstance(answer, Exception)]


def test_two_locks_at_once_end_a_session_once(door: make.Door) -> None:
    door.open()
    answers = at_once(lambda: lock(door), lambda: lose(door), lambda: lock(door), lambda: lose(door))
    assert failures(answers) == []
    assert Lock.objects.count() == 4
    assert Session.objects.get().changes.count() == 1
    intervals_are_right()


def test_facts_of_several_hands_at_once_leave_the_intervals_right(door: make.Door) -> None:
    alice, bob = door.who, make.member("bob", declared=False)
    names = (f"alice-{number}" for number in count())
    acts: list[Callable[[], object]] = [
        lambda: make.declare(bob.person),
        lambda: lock(door),
        lambda: actions.open_practice_access(site=bob.site, user_name=next(names), **ACT),
        lambda: locking.lock_practice(practice=bob.site.practice, cause=Lock.Cause.OTHER, reason="", **ACT),
        lambda: members.enter_ownership(
            practice=alice.site.practice, person=bob.person, from_on=date(2026, 1, 1), **ACT
        ),
        lambda: members.enter_activity(person=bob.person, from_on=date(2020, 1, 1), **ACT),
    ]
    assert failures(at_once(*acts)) == []
    intervals_are_right()


def test_signing_in_while_a_lock_is_set_leaves_no_session_alive(door: make.Door) -> None:
    for press in range(5):
        answers = at_once(partial(door.sign_in, press), partial(lock, door))
        assert failures(answers) == []
        assert not Session.objects.filter(ended_at=None).exists()
        (row,) = Lock.objects.filter(lifted_at=None)
        locking.lift_lock(row, by=make.BY, reason="Irrtum", now=make.NOW)


def test_connecting_while_a_lock_is_set_ends_or_is_told_to_the_gateway(door: make.Door) -> None:
    for press in range(5):
        accepted = door.sign_in(press)
        assert isinstance(accepted, Accepted)
        session = f"session-{press}"
        connect = partial(door.authorize, accepted.state, session=session)
        answer, locked = at_once(connect, partial(lock, door))
        assert isinstance(locked, Lock)
        if isinstance(answer, Authorized):
            told = Session.objects.get(acct_session_id=session).changes.values_list("kind", flat=True)
            assert list(told) == ["disconnect"]
        else:
            assert isinstance(answer, Refusal)
        assert isinstance(connect(), Refusal)
        locking.lift_lock(locked, by=make.BY, reason="Irrtum", now=make.NOW)


def test_widening_while_a_narrow_session_connects_is_not_lost() -> None:
    make.portal_service()
    door = make.door(make.member())
    accepted = door.sign_in(0)
    assert isinstance(accepted, Accepted)
    account, old = door.who.practice_access.account, door.who.practice_password
    answers = at_once(
        lambda: door.authorize(accepted.state),
        lambda: actions.change_password(account=account, old=old, new=make.PASSWORD, **ACT),
    )
    assert failures(answers) == []
    assert not Session.objects.get().is_narrow


def test_failures_at_once_cost_one_try_each(door: make.Door) -> None:
    wrong = make.PASSWORD.encode() + b"000000"
    answers = at_once(*[lambda: door.type(wrong)] * 8)
    assert answers == [Refusal(Reason.WRONG_CODE)] * 8
    level = Bucket.objects.get(key=f"account:{door.who.practice_access.account_id}").level
    assert level == pytest.approx(2)


def test_what_may_be_once_is_once() -> None:
    bob = make.member("bob", declared=False)
    fresh = make.stock_key(b"a seed that nobody has")
    acts: list[tuple[type[Exception], Callable[[], object]]] = [
        (AlreadyDeclared, lambda: make.declare(bob.person)),
        (KeyTaken, lambda: actions.assign_key(key=fresh, access=bob.personal_access, reason="x", **ACT)),
        (AlreadyEntered, lambda: members.enter_person(lanr="654321101", name="Dr.", by=make.BY)),
    ]
    for refusal, act in acts:
        answers = at_once(act, act, act)
        assert sorted(isinstance(answer, Exception) for answer in answers) == [False, True, True]
        assert {type(error) for error in failures(answers)} == {refusal}


def test_of_several_emergency_locks_at_once_one_is_made(door: make.Door) -> None:
    word = door.who.practice_word
    tries = [
        partial(
            emergency.lock,
            user_name="alice-praxis",
            word=word,
            source=f"203.0.113.{number}",
            channel="public",
            now=make.NOW,
        )
        for number in range(4)
    ]
    assert failures(at_once(*tries)) == []
    assert Lock.objects.count() == 1
    intervals_are_right()


def test_a_password_changed_while_it_is_locked_is_locked(door: make.Door) -> None:
    access = door.who.practice_access
    acts: list[Callable[[], object]] = [
        lambda: locking.lock_password(access=access, cause=Lock.Cause.LOSS, reason="", **ACT),
        lambda: actions.change_password(
            account=access.account,
            old=make.PASSWORD,
            new="Sommer-2026-neu",
            by=make.BY,
            now=make.NOW + timedelta(minutes=5),
        ),
    ]
    assert failures(at_once(*acts)) == []
    decision = queries.decide_access(access.pk, channel=Channel.PORTAL, now=make.NOW)
    assert isinstance(decision, Refusal)
    assert decision.reason is Reason.PASSWORD_LOCKED
    intervals_are_right()


def test_of_several_letters_for_one_request_one_is_written(door: make.Door) -> None:
    site, way = door.who.site, CredentialRequest.Way.PORTAL
    where = PostalAddress("Am Markt 1", "39104", "Magdeburg")
    addresses.register(addressee=site, address=where, seen=None, from_on=date(2020, 1, 1), **ACT)
    row = credentials.request(access=door.who.practice_access, way=way, reason="", **ACT)
    answers = at_once(*[lambda: credentials.carry_out(number=row.pk, **ACT)] * 3)
    assert {type(error) for error in failures(answers)} == {NoSuchRequest}
    assert len(failures(answers)) == 2
    (issued,) = (answer for answer in answers if not isinstance(answer, Exception))
    found = sign_in.to_portal(
        user_name="alice-praxis", password=issued.initial_password, source=make.SOURCE, now=make.NOW
    )
    assert isinstance(found, sign_in.SignedIn)


def test_everything_at_once_comes_to_an_end_and_leaves_the_trail_whole(
    door: make.Door, anchor_dir: Path
) -> None:
    bob = make.door(make.settled("bob"))
    door.open()
    presses = count(1)

    def repeated(act: Callable[[], object]) -> Callable[[], object]:
        return lambda: [act() for _ in range(6)]

    def lock_and_lift() -> None:
        row = lock(door)
        locking.lift_lock(row, by=make.BY, reason="Irrtum", now=make.NOW)

    acts = [
        repeated(lambda: door.sign_in(next(presses))),
        repeated(lambda: bob.sign_in(next(presses))),
        repeated(lambda: bob.type(b"wrong000000")),
        repeated(lock_and_lift),
        repeated(audit.seal_pending),
        repeated(lambda: audit.flush_tallies(make.NOW + timedelta(hours=1))),
    ]
    assert failures(at_once(*acts)) == []
    audit.seal_pending()
    assert trail.verify().ok
    intervals_are_right()
