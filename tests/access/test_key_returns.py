"""Keys that are lost, replaced, asked for and come back: what is locked, what is due, what it costs."""

from datetime import timedelta
from typing import Any

import pytest

from flexnet.access import (
    actions,
    charges,
    endings,
    key_returns,
    locking,
    overview,
    queries,
    registers,
    stock,
)
from flexnet.access.errors import (
    ExtraKey,
    FourEyesNeeded,
    KeyLocked,
    KeyNotHeld,
    NoSuchCharge,
    NotToCharge,
)
from flexnet.access.models import Lock, Notice
from flexnet.access.rules import Channel, Reason, Refusal
from flexnet.keys import movements
from flexnet.keys import queries as keys
from flexnet.keys.errors import WrongPlace
from flexnet.keys.models import Key, Place
from tests import configured, make

pytestmark = pytest.mark.django_db
ACT: dict[str, Any] = {"by": make.BY, "now": make.NOW}
WHY: dict[str, Any] = {"reason": "Grund", **ACT}
NEW_SEED = b"another seed of twenty"
DAY = timedelta(days=1)


@pytest.fixture
def alice() -> make.Member:
    return make.settled()


@pytest.fixture(autouse=True)
def costs(monkeypatch: pytest.MonkeyPatch) -> None:
    configured.change(monkeypatch, keys={"lost_cents": 2500, "return_days": 28, "return_reminders": 1})


def where(key: Key) -> Place:
    return keys.whereabouts_of(keys.key(key.serial))[0]


def used(key: Key) -> None:
    movements.move(serial=key.serial, to=Place.IN_USE, **WHY)


def reason(who: make.Member) -> Reason | None:
    decision = queries.decide_access(who.practice_access.pk, channel=Channel.VPN_SIGN_IN, now=make.NOW + DAY)
    return decision.reason if isinstance(decision, Refusal) else None


class TestReplacing:
    def test_a_lost_key_gives_way_to_another_and_stays_locked(self, alice: make.Member) -> None:
        used(alice.key)
        locking.report_key_lost(serial=alice.key.serial, **WHY)
        assert (where(alice.key), reason(alice)) == (Place.LOST, Reason.KEY_LOCKED)
        assert [row.key for row in stock.to_replace()] == [alice.key]
        fresh = make.stock_key(NEW_SEED)
        actions.assign_key(key=fresh, access=alice.practice_access, **ACT)
        assert reason(alice) is None
        assert registers.held_keys([alice.practice_access.pk]) == {alice.practice_access.pk: fresh.serial}
        assert registers.locked_keys([alice.key.pk]) == {alice.key.pk}
        assert not stock.to_replace().exists()

    def test_a_defective_one_too_and_a_good_one_does_not(self, alice: make.Member) -> None:
        fresh = make.stock_key(NEW_SEED)
        with pytest.raises(Exception, match="has a key"):
            actions.assign_key(key=fresh, access=alice.practice_access, **ACT)
        movements.move(serial=alice.key.serial, to=Place.DEFECTIVE, **WHY)
        actions.assign_key(key=fresh, access=alice.practice_access, **ACT)
        assert not stock.losses_to_decide().exists()

    def test_a_key_more_than_the_free_one_needs_a_reason(
        self, alice: make.Member, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        spare = make.stock_key(NEW_SEED)
        with pytest.raises(ExtraKey, match="for what"):
            actions.assign_key(key=spare, access=alice.personal_access, reason=" ", **ACT)
        assert where(spare) is Place.IN_STOCK
        configured.change(monkeypatch, keys={"extra": "refused"})
        with pytest.raises(ExtraKey, match="no others"):
            actions.assign_key(key=spare, access=alice.personal_access, **WHY)
        configured.change(monkeypatch, keys={"extra": "with_reason"})
        actions.assign_key(key=spare, access=alice.personal_access, **WHY)

    def test_a_second_access_of_the_site_has_none_free(self, alice: make.Member) -> None:
        actions.open_practice_access(site=alice.site, user_name="zwei", **ACT)
        with pytest.raises(ExtraKey):
            actions.assign_key(key=make.stock_key(NEW_SEED), access=queries.access_named("zwei"), **ACT)
        actions.take_key_back(serial=alice.key.serial, **WHY)
        actions.assign_key(key=make.stock_key(NEW_SEED), access=queries.access_named("zwei"), **ACT)


class TestComingBack:
    def test_what_never_left_the_house_is_in_stock_again(self, alice: make.Member) -> None:
        actions.take_key_back(serial=alice.key.serial, **WHY)
        assert [key.serial for key in stock.free_keys()] == [alice.key.serial]

    def test_what_was_out_goes_out_again_only_with_a_new_seed(self, alice: make.Member) -> None:
        used(alice.key)
        actions.take_key_back(serial=alice.key.serial, **WHY)
        assert (where(alice.key), list(stock.free_keys())) == (Place.RETURNED, [])
        with pytest.raises(WrongPlace, match="returned"):
            actions.assign_key(key=alice.key, access=alice.practice_access, **ACT)
        key_returns.reseed(serial=alice.key.serial, seed=NEW_SEED, **WHY)
        actions.assign_key(key=alice.key, access=alice.practice_access, **ACT)
        assert reason(alice) is None

    def test_a_found_key_stays_locked_until_it_has_a_new_seed(self, alice: make.Member) -> None:
        lock = locking.report_key_lost(serial=alice.key.serial, **WHY)
        actions.take_key_back(serial=alice.key.serial, **WHY)
        assert (where(alice.key), registers.locked_keys([alice.key.pk])) == (Place.RETURNED, {alice.key.pk})
        with pytest.raises(KeyNotHeld):
            actions.take_key_back(serial=alice.key.serial, **WHY)
        key_returns.reseed(serial=alice.key.serial, seed=NEW_SEED, **WHY)
        lock.refresh_from_db()
        assert lock.lifted_at == make.NOW
        assert [key.serial for key in stock.free_keys()] == [alice.key.serial]

    def test_a_new_seed_ends_no_lock_for_misuse(self, alice: make.Member) -> None:
        used(alice.key)
        locking.lock_key(serial=alice.key.serial, cause=Lock.Cause.MISUSE, **WHY)
        actions.take_key_back(serial=alice.key.serial, **WHY)
        with pytest.raises(KeyLocked):
            key_returns.reseed(serial=alice.key.serial, seed=NEW_SEED, **WHY)
        assert where(alice.key) is Place.RETURNED

    def test_only_two_people_say_that_a_loss_was_an_error(self, alice: make.Member) -> None:
        used(alice.key)
        first = locking.report_key_lost(serial=alice.key.serial, **WHY)
        second = locking.report_key_lost(serial=alice.key.serial, **WHY)
        with pytest.raises(FourEyesNeeded):
            locking.lift_lock(first, **WHY)
        locking.lift_lock(first, approved_by="office:bea", **WHY)
        assert where(alice.key) is Place.LOST
        locking.lift_lock(second, approved_by="office:bea", **WHY)
        assert (where(alice.key), reason(alice)) == (Place.IN_USE, None)

    def test_what_is_disposed_of_opens_nothing_and_goes_nowhere(self, alice: make.Member) -> None:
        locking.report_key_lost(serial=alice.key.serial, **WHY)
        key_returns.dispose_of(serial=alice.key.serial, **WHY)
        assert reason(alice) is Reason.KEY_LOCKED
        assert not registers.held_keys([alice.practice_access.pk])
        with pytest.raises(KeyNotHeld):
            actions.take_key_back(serial=alice.key.serial, **WHY)


class TestCharging:
    def test_a_loss_is_decided_about_once(self, alice: make.Member) -> None:
        lock = locking.report_key_lost(serial=alice.key.serial, **WHY)
        assert list(stock.losses_to_decide()) == [lock]
        row = charges.charge(lock, **WHY)
        assert (row.cents, row.access) == (2500, alice.practice_access)
        assert not stock.losses_to_decide().exists()
        assert list(stock.charges()) == [row]
        assert not stock.charges(since=make.NOW + DAY).exists()
        for again in (charges.charge, charges.waive):
            with pytest.raises(NotToCharge, match="already"):
                again(lock, **WHY)

    def test_one_that_the_post_lost_is_waived_for_a_reason(self, alice: make.Member) -> None:
        lock = locking.report_key_lost(serial=alice.key.serial, **WHY)
        with pytest.raises(NotToCharge, match="give it"):
            charges.waive(lock, reason=" ", **ACT)
        assert charges.waive(lock, **WHY).cents == 0
        assert not stock.charges().exists()

    def test_it_may_be_withdrawn_once(self, alice: make.Member) -> None:
        row = charges.charge(locking.report_key_lost(serial=alice.key.serial, **WHY), **WHY)
        charges.withdraw(stock.charge(row.pk), **WHY)
        assert not stock.charges().exists()
        with pytest.raises(NoSuchCharge):
            charges.withdraw(row, **WHY)

    def test_nothing_but_the_loss_of_a_key_that_somebody_had_costs_anything(self, alice: make.Member) -> None:
        spare = make.stock_key(NEW_SEED)
        locks = [
            locking.lock_key(serial=alice.key.serial, cause=Lock.Cause.OTHER, **WHY),
            locking.lock_password(access=alice.practice_access, cause=Lock.Cause.LOSS, **WHY),
            locking.report_key_lost(serial=spare.serial, **WHY),
        ]
        for lock in locks:
            with pytest.raises(NotToCharge):
                charges.charge(lock, **WHY)
        assert not stock.losses_to_decide().exists()

    def test_an_error_costs_nothing(self, alice: make.Member) -> None:
        row = charges.charge(locking.report_key_lost(serial=alice.key.serial, **WHY), **WHY)
        locking.lift_lock(row.lock, approved_by="office:bea", **WHY)
        assert not stock.charges().exists()


class TestChasing:
    def test_letter_then_reminder_then_a_clerk_declares_it_lost(self, alice: make.Member) -> None:
        used(alice.key)
        kind, day = Notice.Kind.EXTRAORDINARY, make.NOW.date()
        endings.give_notice(access=alice.practice_access, kind=kind, received_on=day, **WHY)
        later = make.NOW + 2 * DAY
        assert [row.key for row in overview.desk_keys_outstanding(later, limit=9)] == [alice.key]
        with pytest.raises(WrongPlace, match="ask for it first"):
            key_returns.declare_lost(serial=alice.key.serial, **WHY)
        movements.move(serial=alice.key.serial, to=Place.TO_BE_RETURNED, **{**WHY, "now": later})

        in_time, over = later + 27 * DAY, later + 28 * DAY
        assert not stock.to_remind(in_time).exists()
        assert [row.key for row in stock.to_remind(over)] == [alice.key]
        assert not stock.to_declare_lost(over).exists()
        movements.remind(serial=alice.key.serial, by=make.BY, now=over)
        assert not stock.to_remind(over + 28 * DAY).exists()
        assert not stock.to_declare_lost(over + 27 * DAY).exists()
        assert [row.key for row in stock.to_declare_lost(over + 28 * DAY)] == [alice.key]

        row = key_returns.declare_lost(serial=alice.key.serial, **{**WHY, "now": over + 28 * DAY})
        assert (row.cents, row.access, where(alice.key)) == (2500, alice.practice_access, Place.LOST)
        assert not stock.to_declare_lost(over + 60 * DAY).exists()
        assert not overview.desk_keys_outstanding(over + 60 * DAY, limit=9)

    def test_what_comes_back_is_chased_no_more(self, alice: make.Member) -> None:
        used(alice.key)
        movements.move(serial=alice.key.serial, to=Place.TO_BE_RETURNED, **WHY)
        actions.take_key_back(serial=alice.key.serial, **WHY)
        assert not stock.to_remind(make.NOW + 90 * DAY).exists()
