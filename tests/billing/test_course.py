"""What becomes of a delivery: taken up, decided, taken back, replaced; whatever is done, one story holds."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from flexnet.access import locking
from flexnet.access.models import Access, Lock
from flexnet.access.rules import Reason, Refusal
from flexnet.audit.models import Event
from flexnet.billing import actions, course, queries
from flexnet.billing.models import Delivery, Receipt
from flexnet.billing.standing import Barrier, Extent, State
from tests import make
from tests.at_once import at_once
from tests.billing import files


def submitted(access: Access, *, seed: int = 0, extent: Extent = Extent.WHOLE) -> Delivery:
    row = files.received(access, files.plain(seed=seed))
    found = actions.submit(delivery=row, access=access, by=make.BY, now=make.NOW, extent=extent)
    assert isinstance(found, Receipt), found
    return again(row)


def again(row: Delivery) -> Delivery:
    return Delivery.objects.get(pk=row.pk)


def begin(row: Delivery) -> Barrier | None:
    return course.begin(delivery=row, by=make.BY, now=make.NOW)


def withdraw(row: Delivery, access: Access) -> Barrier | Refusal | None:
    return course.withdraw(delivery=row, access=access, by=make.BY, now=make.NOW)


def release(row: Delivery) -> Barrier | None:
    return course.release(delivery=row, by=make.BY, why="Scheine fehlten", now=make.NOW)


def test_from_handed_in_to_accepted(access: Access) -> None:
    row = submitted(access)
    assert row.state is State.SUBMITTED
    assert begin(row) is None
    assert again(row).state is State.IN_WORK
    assert course.accept(delivery=row, by=make.BY, now=make.NOW) is None
    assert again(row).state is State.ACCEPTED
    assert begin(row) is Barrier.BEGUN
    kinds = Event.objects.filter(kind__startswith="delivery.").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["delivery.received", "delivery.submitted", "delivery.begun", "delivery.accepted"]


def test_what_is_rejected_makes_room_for_another_one(access: Access) -> None:
    row = submitted(access)
    assert course.reject(delivery=row, by=make.BY, why="Falsches Quartal", now=make.NOW) is None
    assert (again(row).state, again(row).rejected_why) == (State.REJECTED, "Falsches Quartal")
    assert again(row).begun_at == make.NOW
    assert submitted(access, seed=1).state is State.SUBMITTED


def test_taken_back_while_nobody_has_begun_and_then_the_same_file_again(access: Access) -> None:
    row = submitted(access)
    assert withdraw(row, access) is None
    assert again(row).state is State.WITHDRAWN
    assert Receipt.objects.filter(delivery=row).exists()
    assert withdraw(row, access) is Barrier.WITHDRAWN
    same = submitted(access)
    assert same.sha256 == row.sha256
    assert queries.submitted_on([row.bsnr], row.quarter)


def test_what_somebody_works_on_is_not_taken_back(access: Access) -> None:
    row = submitted(access)
    begin(row)
    assert withdraw(row, access) is Barrier.BEGUN
    assert again(row).state is State.IN_WORK


def test_who_may_not_hand_in_takes_nothing_back(access: Access) -> None:
    row = submitted(access)
    locking.lock_access(access=access, cause=Lock.Cause.LOSS, by=make.BY, reason="test", now=make.NOW)
    found = withdraw(row, access)
    assert isinstance(found, Refusal)
    assert found.reason is Reason.LOCKED


def test_a_stranger_takes_nothing_back(access: Access) -> None:
    row, bob = submitted(access), make.settled("bob").practice_access
    found = withdraw(row, bob)
    assert isinstance(found, Refusal)
    assert again(row).state is State.SUBMITTED


def test_a_second_whole_file_needs_a_release_and_then_replaces_the_first(access: Access) -> None:
    first, second = submitted(access), files.received(access, files.plain(seed=1))
    refused = actions.submit(delivery=second, access=access, by=make.BY, now=make.NOW)
    assert refused is Barrier.STANDS
    assert again(second).state is State.CHECKED
    release(first)
    assert release(first) is Barrier.RELEASED
    assert isinstance(
        actions.submit(delivery=second, access=access, by=make.BY, now=make.NOW, extent=Extent.CORRECTION),
        Receipt,
    )
    assert (again(first).state, again(first).replaced_by_id) == (State.REPLACED, second.pk)
    assert not again(second).is_partial


def test_parts_stand_side_by_side_and_one_of_them_is_corrected(access: Access) -> None:
    parts = [submitted(access, seed=seed, extent=Extent.PART) for seed in range(2)]
    release(parts[0])
    third = submitted(access, seed=2, extent=Extent.CORRECTION)
    assert [again(row).state for row in (*parts, third)] == [
        State.REPLACED,
        State.SUBMITTED,
        State.SUBMITTED,
    ]
    assert third.is_partial


def test_contents_go_in_time_and_the_receipt_stays(access: Access, store: Path) -> None:
    row = submitted(access)
    assert course.clear_contents(make.NOW + timedelta(days=31 * 48)) == 0
    assert (store / row.path).exists()
    later = make.NOW + timedelta(days=31 * 48, seconds=1)
    assert course.clear_contents(later) == 1
    assert not (store / row.path).exists()
    assert again(row).content_deleted_at == later
    assert Receipt.objects.filter(delivery=row).exists()
    assert course.clear_contents(later) == 0


@pytest.mark.django_db(transaction=True)
def test_taken_back_and_begun_at_once_only_one_of_them_wins() -> None:
    access = make.settled().practice_access
    row = submitted(access)
    found = at_once(lambda: begin(row), lambda: withdraw(row, access))
    assert found.count(None) == 1
    assert again(row).state in (State.IN_WORK, State.WITHDRAWN)


class Life(RuleBasedStateMachine):
    """Anything in any order, by the practice and by the KV: what counts is one whole or several parts."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.rows, self.seed = list[Delivery](), 0

    @initialize()
    def open(self) -> None:
        self.access = make.settled().practice_access

    @rule(extent=st.sampled_from(Extent))
    def submit(self, extent: Extent) -> None:
        self.seed += 1
        row = files.received(self.access, files.plain(cases=1, seed=self.seed))
        found = actions.submit(delivery=row, access=self.access, by=make.BY, now=make.NOW, extent=extent)
        if isinstance(found, Receipt):
            self.rows.append(row)

    @rule(
        number=st.integers(0, 5), step=st.sampled_from(["begin", "accept", "reject", "release", "withdraw"])
    )
    def step(self, number: int, step: str) -> None:
        if number >= len(self.rows):
            return
        row, before = self.rows[number], again(self.rows[number]).facts
        if step == "withdraw":
            withdraw(row, self.access)
            assert not (before.begun and again(row).facts.withdrawn)
            return
        said = {"why": "x"} if step in ("reject", "release") else {}
        getattr(course, step)(delivery=row, by=make.BY, now=make.NOW, **said)

    @invariant()
    def what_is_over_is_over(self) -> None:
        counting = [again(row) for row in self.rows if again(row).facts.counts]
        assert sum(not row.is_partial for row in counting) <= 1
        for row in (again(row) for row in self.rows):
            assert Receipt.objects.filter(delivery=row).exists()
            assert (row.replaced_by_id is not None) == (row.replaced_at is not None)
            assert row.state not in (State.CHECKED, State.UPLOADED)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)


@pytest.mark.django_db
def test_the_life_of_deliveries() -> None:
    few = settings(
        max_examples=10, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Life, settings=few)
