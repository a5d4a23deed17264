"""Where keys may go: only as they may, dated, with who and why."""

import itertools
from typing import Any

import pytest

from flexnet import transactions
from flexnet.audit.models import Event
from flexnet.keys import actions, movements, queries, whereabouts
from flexnet.keys.errors import MovedMeanwhile, SeedTaken, WrongPlace
from flexnet.keys.models import Key, Movement, Place
from flexnet.lib import hotp
from tests import make

pytestmark = pytest.mark.django_db
WHY: dict[str, Any] = {"by": make.BY, "reason": "Grund", "now": make.NOW}


def at(*way: Place) -> Key:
    """A key that went this way from the stock on."""
    key = make.stock_key()
    for place in way:
        with transactions.writing():
            movements.step(key, to=place, **WHY)
    return key


def where(key: Key) -> Place:
    return queries.whereabouts_of(queries.key(key.serial))[0]


def ways_to(place: Place) -> tuple[Place, ...]:
    """The shortest way there from the stock."""
    ways: list[tuple[Place, ...]] = [()]
    for way in ways:
        here = way[-1] if way else Place.IN_STOCK
        if here is place:
            return way
        ways += [(*way, there) for there in sorted(whereabouts.NEXT[here]) if there not in way]
    raise AssertionError(place)


def test_a_key_goes_only_where_it_may() -> None:
    for here, there in itertools.product(Place, Place):
        key = at(*ways_to(here))
        before = queries.movements(key).count()
        if whereabouts.may_go(here, there):
            with transactions.writing():
                movements.step(key, to=there, **WHY)
            assert where(key) is there
        else:
            with pytest.raises(WrongPlace, match=str(here)), transactions.writing():
                movements.step(key, to=there, **WHY)
            assert (where(key), queries.movements(key).count()) == (here, before)


def test_nothing_that_was_out_comes_into_the_stock_but_by_a_new_seed_after_its_return() -> None:
    into_stock = {here for here in Place if whereabouts.may_go(here, Place.IN_STOCK)}
    assert into_stock == {Place.ASSIGNED, Place.PACKED, Place.RETURNED}
    assert not whereabouts.NEXT[Place.DISPOSED_OF]


def test_every_place_it_was_is_kept_with_who_and_why() -> None:
    key = at(Place.ASSIGNED, Place.PACKED)
    movements.move(serial=key.serial, to=Place.POSTED, by="office:clara", reason="Paket 7", now=make.NOW)
    rows = list(queries.movements(key))
    assert [row.place for row in rows] == ["posted", "packed", "assigned", "in_stock"]
    assert (rows[0].by, rows[0].reason) == ("office:clara", "Paket 7")
    assert [row.until_at is None for row in rows] == [True, False, False, False]
    entry = Event.objects.filter(kind="key.moved").get()
    assert (entry.by, entry.subject) == ("office:clara", f"key:{key}")


def test_what_needs_more_than_moving_has_an_act_of_its_own() -> None:
    key = at()
    for place in (Place.ASSIGNED, Place.LOST, Place.DISPOSED_OF):
        with pytest.raises(WrongPlace, match="act of its own"):
            movements.move(serial=key.serial, to=place, **WHY)


def test_whoever_types_a_code_with_a_posted_key_has_it_in_use() -> None:
    key = at(Place.ASSIGNED, Place.PACKED, Place.POSTED)
    fresh = queries.key(key.serial)
    verdict = actions.judge(fresh, hotp.code(make.SEED, 0), source="", now=make.NOW)
    assert list(queries.at(Place.POSTED).values_list("key", flat=True)) == [key.pk]
    with transactions.writing():
        actions.spend(fresh, verdict)
    assert where(key) is Place.IN_USE
    assert queries.places([key.pk]) == {key.pk: Place.IN_USE}
    assert [row.key_id for row in queries.at(Place.IN_USE)] == [key.pk]
    assert not queries.at(Place.POSTED).exists()
    with pytest.raises(WrongPlace, match="in_use"):
        movements.move(serial=key.serial, to=Place.PACKED, **WHY)
    movements.move(serial=key.serial, to=Place.TO_BE_RETURNED, **WHY)


def test_of_two_who_move_it_at_once_the_second_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    key = at(Place.ASSIGNED)
    seen = queries.whereabouts_of(key)
    movements.move(serial=key.serial, to=Place.PACKED, **WHY)
    monkeypatch.setattr(queries, "whereabouts_of", lambda _key: seen)
    with pytest.raises(MovedMeanwhile):
        movements.move(serial=key.serial, to=Place.PACKED, **WHY)
    assert Movement.objects.filter(key=key, until_at=None).count() == 1


def test_a_clock_that_is_behind_writes_no_movement_before_the_last_one() -> None:
    key = make.stock_key(now=make.NOW.replace(year=2027))
    with transactions.writing():
        row = movements.step(key, to=Place.ASSIGNED, **WHY)
    assert row.at.year == 2027


class TestNewSeeds:
    def test_only_a_key_that_came_back_gets_one(self) -> None:
        new = b"another seed of twenty"
        for place in Place:
            key = at(*ways_to(place))
            if place is Place.RETURNED:
                actions.reseed(key, new, counter=32, **WHY)
                assert where(key) is Place.IN_STOCK
                fresh = queries.key(key.serial)
                assert (fresh.counter, actions.has_seed(fresh, new)) == (32, True)
            else:
                with pytest.raises(SeedTaken):
                    actions.reseed(key, new, **WHY)
                assert actions.has_seed(queries.key(key.serial), make.SEED)

    def test_the_old_one_is_no_new_one(self) -> None:
        key = at(*ways_to(Place.RETURNED))
        with pytest.raises(SeedTaken, match="already"):
            actions.reseed(key, make.SEED, **WHY)
        assert where(key) is Place.RETURNED


def test_reminders_are_for_keys_that_are_to_come_back() -> None:
    key = at(*ways_to(Place.IN_USE))
    with pytest.raises(WrongPlace, match="nobody was asked"):
        movements.remind(serial=key.serial, by=make.BY, now=make.NOW)
    movements.move(serial=key.serial, to=Place.TO_BE_RETURNED, **WHY)
    row = movements.remind(serial=key.serial, by=make.BY, now=make.NOW)
    assert row.movement.key_id == key.pk
