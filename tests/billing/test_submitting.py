"""Handing in: once and for all, whoever presses at the same time; numbers without a gap."""

import contextlib
import json
import threading
from pathlib import Path

import pytest
from django.db.models import Max

from flexnet.access import locking
from flexnet.access.models import Access, Lock
from flexnet.access.rules import Reason, Refusal
from flexnet.accounts.models import Account
from flexnet.audit.models import Event
from flexnet.billing import actions, numbers
from flexnet.billing.errors import NoSuchDelivery, StoreDamaged
from flexnet.billing.models import Delivery, Receipt, Series
from flexnet.billing.rules import NotNow
from flexnet.billing.standing import Barrier, Extent, State
from flexnet.lib.quarters import Quarter
from tests import configured, make
from tests.at_once import at_once
from tests.billing import files


def submit(
    access: Access, row: Delivery, *, extent: Extent = Extent.WHOLE
) -> Receipt | Refusal | Barrier | NotNow:
    return actions.submit(delivery=row, access=access, by=make.BY, now=make.NOW, extent=extent)


def test_a_receipt_names_what_was_handed_in_when_and_by_whom(access: Access) -> None:
    row = files.received(access, files.plain())
    receipt = submit(access, row)
    assert isinstance(receipt, Receipt)
    assert receipt.number == numbers.number(files.QUARTER, 1)
    assert (receipt.user_name, receipt.issued_at) == ("alice-praxis", make.NOW)
    row.refresh_from_db()
    assert (row.state, row.submitted_at) == (State.SUBMITTED, make.NOW)


def test_the_trail_says_so_once(access: Access) -> None:
    row = files.received(access, files.plain())
    submit(access, row)
    submit(access, row)
    [event] = Event.objects.filter(kind="delivery.submitted")
    assert event.subject == "access:alice-praxis"
    assert json.loads(event.data)["sha256"] == row.sha256


def test_pressed_twice_it_is_the_same_receipt(access: Access) -> None:
    row = files.received(access, files.plain())
    assert submit(access, row) == submit(access, row)


def test_every_quarter_counts_for_itself(access: Access) -> None:
    before = files.QUARTER + -1
    first = submit(access, files.received(access, files.plain()))
    other = submit(access, files.received(access, files.plain(quarter=before), quarter=before))
    second = submit(access, files.received(access, files.plain(seed=1)), extent=Extent.PART)
    assert [str(one) for one in (first, other, second)] == [
        numbers.number(files.QUARTER, 1),
        numbers.number(before, 1),
        numbers.number(files.QUARTER, 2),
    ]


def test_whoever_is_locked_meanwhile_hands_in_nothing(access: Access) -> None:
    row = files.received(access, files.plain())
    locking.lock_access(access=access, cause=Lock.Cause.LOSS, by=make.BY, reason="test", now=make.NOW)
    found = submit(access, row)
    assert isinstance(found, Refusal)
    assert found.reason is Reason.LOCKED
    row.refresh_from_db()
    assert row.state is State.CHECKED
    assert not Receipt.objects.exists()
    assert not Series.objects.exists()


def test_with_a_password_that_is_to_be_changed_nobody_hands_in(access: Access) -> None:
    row = files.received(access, files.plain())
    Account.objects.filter(pk=access.account_id).update(password_is_initial=True)
    refused = submit(access, row)
    assert isinstance(refused, Refusal)
    assert refused.reason is Reason.PASSWORD_CHANGE_DUE
    assert not Receipt.objects.exists()


def test_where_the_next_quarter_rule_holds_one_waits_for_it(
    access: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = files.received(access, files.plain())
    configured.change(monkeypatch, profile={"activation": "next_quarter"})
    found = submit(access, row)
    assert isinstance(found, Refusal)
    assert found.reason is Reason.SUBMISSION_NOT_YET_OPEN


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"short")])
def test_no_receipt_for_a_file_that_is_not_there_as_it_came(
    access: Access, store: Path, damage: object
) -> None:
    row = files.received(access, files.plain())
    assert callable(damage)
    damage(store / row.path)
    with pytest.raises(StoreDamaged):
        submit(access, row)
    assert not Receipt.objects.exists()


def test_what_was_taken_back_is_gone_and_cannot_be_handed_in(access: Access) -> None:
    row = files.received(access, files.plain())
    assert actions.discard(delivery=row, by=make.BY)
    with pytest.raises(NoSuchDelivery):
        submit(access, row)


@pytest.mark.django_db(transaction=True)
def test_taking_back_removes_the_file(store: Path) -> None:
    row = files.received(make.settled().practice_access, files.plain())
    actions.discard(delivery=row, by=make.BY)
    assert not (store / row.path).exists()


def test_what_is_handed_in_is_not_taken_back(access: Access, store: Path) -> None:
    row = files.received(access, files.plain())
    submit(access, row)
    assert not actions.discard(delivery=row, by=make.BY)
    assert (store / row.path).exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_press_at_once_get_the_same_receipt(monkeypatch: pytest.MonkeyPatch) -> None:
    """The practice and its owner; whoever is past the look for a receipt waits a little for the other."""
    alice, both, genuine = make.settled(), threading.Barrier(2), numbers.number

    def meeting(quarter: Quarter, running: int) -> str:
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(0.3)
        return genuine(quarter, running)

    monkeypatch.setattr(numbers, "number", meeting)
    row = files.received(alice.practice_access, files.plain())
    found = at_once(lambda: submit(alice.practice_access, row), lambda: submit(alice.personal_access, row))
    assert {str(one) for one in found} == {genuine(files.QUARTER, 1)}
    assert Receipt.objects.count() == 1
    assert Event.objects.filter(kind="delivery.submitted").count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_numbers_without_a_gap() -> None:
    access = make.settled().practice_access
    rows = [files.received(access, files.plain(seed=seed)) for seed in range(6)]
    found = at_once(*[lambda row=row: submit(access, row, extent=Extent.PART) for row in rows])
    assert sorted(map(str, found)) == [numbers.number(files.QUARTER, n) for n in range(1, 7)]
    assert Series.objects.aggregate(Max("last")) == {"last__max": 6}


@pytest.mark.django_db(transaction=True)
def test_of_two_whole_files_at_once_one_stands_and_the_other_is_told() -> None:
    """Handed in by the practice and by its owner."""
    alice = make.settled()
    rows = [files.received(alice.practice_access, files.plain(seed=seed)) for seed in range(2)]
    found = at_once(
        lambda: submit(alice.practice_access, rows[0]), lambda: submit(alice.personal_access, rows[1])
    )
    assert [type(one) for one in found].count(Receipt) == 1
    assert Barrier.STANDS in found


@pytest.mark.django_db(transaction=True)
def test_two_who_upload_the_same_at_once_have_one_delivery_and_one_file(store: Path) -> None:
    access = make.settled().practice_access
    found = at_once(*[lambda: files.receive(access, files.plain())] * 4)
    assert {str(one) for one in found} == {str(Delivery.objects.get())}
    assert [path.name for path in store.rglob("*") if path.is_file()] == [str(Delivery.objects.get())]


@pytest.mark.django_db(transaction=True)
def test_handed_in_and_taken_back_at_once_only_one_of_them_wins(store: Path) -> None:
    access = make.settled().practice_access
    row = files.received(access, files.plain())
    _, discarded = at_once(lambda: submit(access, row), lambda: actions.discard(delivery=row, by=make.BY))
    assert Receipt.objects.exists() is not discarded
    assert (store / row.path).exists() is not discarded


def test_a_test_is_checked_and_never_handed_in(access: Access) -> None:
    row = files.receive(access, files.plain(), kind=Delivery.Kind.TEST)
    assert isinstance(row, Delivery)
    found = actions.submit(delivery=row, access=access, by=make.BY, now=make.NOW)
    assert found is Barrier.ONLY_A_TEST
    assert not Receipt.objects.exists()
