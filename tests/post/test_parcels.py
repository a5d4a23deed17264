"""A key and its parcel are one truth: whoever moves one, the other says the same."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from flexnet.access import actions as accesses
from flexnet.access import locking
from flexnet.gateway.actions import Accepted
from flexnet.keys import movements
from flexnet.keys import queries as keys
from flexnet.keys.models import Place
from flexnet.post import batches, dispatch, queries
from flexnet.post.errors import NoSuchItem
from flexnet.post.models import Item
from flexnet.post.rules import Kind, State, Why
from tests import make
from tests.post.conftest import Desk, PrintShop, at_home, stack

pytestmark = [pytest.mark.django_db, pytest.mark.long]
DAY = timedelta(days=1)


@pytest.fixture
def alice(db: None, shop: PrintShop) -> make.Member:
    who = make.member()
    at_home(who)
    stack()
    return who


def stands(who: make.Member) -> tuple[Place, list[State]]:
    """Where the key is, and what every parcel of it says, the oldest first."""
    rows = Item.objects.filter(kind=Kind.KEY, key=who.key).select_related("key", "batch").order_by("pk")
    return keys.whereabouts_of(who.key)[0], list(queries.states(list(rows)).values())


def parcel(desk: Desk, upto: State) -> Item:
    """Of the only key that is due, brought so far."""
    batch = desk.chosen(Kind.KEY)
    (item,) = queries.items_of(batch)
    steps: list[Callable[[], object]] = [
        lambda: desk.run(batch),
        lambda: desk.settle(batch),
        lambda: desk.post(batch),
    ]
    for step in steps[: [State.CHOSEN, State.AT_PRINTER, State.PRINTED, State.POSTED].index(upto)]:
        step()
    return queries.item(item.number)


def take_back(who: make.Member, desk: Desk) -> None:
    accesses.take_key_back(serial=who.key.serial, by=make.BY, reason="falsch", now=desk.now)


def lose(who: make.Member, desk: Desk) -> None:
    locking.report_key_lost(serial=who.key.serial, by=make.BY, reason="weg", now=desk.now)


def test_the_key_goes_with_its_parcel(alice: make.Member, desk: Desk) -> None:
    seen = [stands(alice)]
    batch = desk.chosen(Kind.KEY)
    for step in (desk.run, desk.settle, desk.post):
        step(batch)
        seen.append(stands(alice))
    assert seen == [
        (Place.ASSIGNED, []),
        (Place.ASSIGNED, [State.AT_PRINTER]),
        (Place.PACKED, [State.PRINTED]),
        (Place.POSTED, [State.POSTED]),
    ]


def test_the_first_sign_in_proves_that_it_arrived_for_good(alice: make.Member, desk: Desk) -> None:
    item = parcel(desk, State.POSTED)
    assert isinstance(make.door(alice).sign_in(0, now=desk.now), Accepted)
    assert stands(alice) == (Place.IN_USE, [State.ARRIVED])
    with pytest.raises(NoSuchItem):
        dispatch.come_back(number=item.number, why=Item.Return.OTHER, by=make.BY, now=desk.now)
    lose(alice, desk)
    assert stands(alice) == (Place.LOST, [State.ARRIVED])


def test_a_new_password_writes_it_down(alice: make.Member, desk: Desk) -> None:
    parcel(desk, State.PRINTED)
    make.door(alice).sign_in(0, now=desk.now)
    account, old = alice.practice_access.account, alice.practice_password
    assert not accesses.change_password(account=account, old=old, new=make.PASSWORD, by=make.BY, now=desk.now)
    item = Item.objects.get(kind=Kind.KEY)
    assert (item.posted_at, item.arrived_at, item.arrived_by) == (desk.now, desk.now, "sign-in")
    assert stands(alice) == (Place.IN_USE, [State.ARRIVED])


def test_a_receipt_slip_proves_it_too(alice: make.Member, desk: Desk) -> None:
    item = parcel(desk, State.POSTED)
    dispatch.arrive(number=item.number, by=make.BY, now=desk.now)
    assert stands(alice) == (Place.IN_USE, [State.ARRIVED])


@pytest.mark.parametrize(
    ("upto", "says"),
    [
        (State.CHOSEN, State.WITHDRAWN),
        (State.AT_PRINTER, State.SPOILED),
        (State.PRINTED, State.SPOILED),
        (State.POSTED, State.POSTED),
    ],
)
def test_without_its_key_a_parcel_that_is_still_here_is_none(
    alice: make.Member, desk: Desk, upto: State, says: State
) -> None:
    item = parcel(desk, upto)
    take_back(alice, desk)
    back = Place.RETURNED if upto is State.POSTED else Place.IN_STOCK
    assert stands(alice) == (back, [says])
    if upto is State.AT_PRINTER:
        desk.settle(item.batch)
        assert stands(alice) == (back, [says])
    assert desk.due(Kind.KEY) == {}


def test_a_key_lost_in_the_house_is_not_posted(alice: make.Member, desk: Desk) -> None:
    item = parcel(desk, State.PRINTED)
    lose(alice, desk)
    assert stands(alice) == (Place.LOST, [State.SPOILED])
    with pytest.raises(NoSuchItem):
        dispatch.post(numbers=[item.number], by=make.BY, now=desk.now)
    assert desk.due(Kind.KEY) == {}


def test_a_key_lost_on_its_way_was_posted_all_the_same(alice: make.Member, desk: Desk) -> None:
    parcel(desk, State.POSTED)
    lose(alice, desk)
    assert stands(alice) == (Place.LOST, [State.POSTED])


def test_a_spoiled_slip_leaves_the_key_waiting_for_another_one(alice: make.Member, desk: Desk) -> None:
    item = parcel(desk, State.PRINTED)
    dispatch.spoil(number=item.number, by=make.BY, reason="Kaffee", now=desk.now)
    assert stands(alice) == (Place.ASSIGNED, [State.SPOILED])
    parcel(desk, State.POSTED)
    assert stands(alice) == (Place.POSTED, [State.SPOILED, State.POSTED])


def test_a_key_that_comes_back_opens_nothing_and_another_one_is_needed(
    alice: make.Member, desk: Desk
) -> None:
    desk.send(Kind.WELCOME)
    item = parcel(desk, State.POSTED)
    dispatch.come_back(number=item.number, why=Item.Return.UNKNOWN, by=make.BY, now=desk.now)
    assert stands(alice) == (Place.RETURNED, [State.RETURNED])
    assert not isinstance(make.door(alice).sign_in(0, now=desk.now), Accepted)
    assert desk.due(Kind.KEY, Kind.PASSWORD)["password alice-praxis"] is Why.CAME_BACK
    dispatch.clear(number=item.number, by=make.BY, reason="Klingelschild war ab", now=desk.now)
    assert desk.due(Kind.KEY, Kind.PASSWORD)["password alice-praxis"] is Why.KEY_MISSING
    desk.now += DAY
    accesses.assign_key(key=make.stock_key(b"3" * 20), access=alice.practice_access, by=make.BY, now=desk.now)
    assert desk.due(Kind.KEY, Kind.PASSWORD) == {
        "key alice-praxis": None,
        "password alice-praxis": Why.OTHERS_NOT_POSTED,
        "password alice": Why.TOO_SOON,
    }


def test_a_key_handed_over_needs_no_parcel(alice: make.Member, desk: Desk) -> None:
    desk.send(Kind.WELCOME)
    parcel(desk, State.CHOSEN)
    batches.dissolve(number=Item.objects.get(kind=Kind.KEY).batch_id, by=make.BY, reason="", now=desk.now)
    assert desk.due(Kind.KEY) == {"key alice-praxis": None}
    movements.move(serial=alice.key.serial, to=Place.IN_USE, by=make.BY, reason="abgeholt", now=desk.now)
    assert desk.due(Kind.KEY, Kind.PASSWORD) == {
        "password alice-praxis": Why.TOO_SOON,
        "password alice": Why.TOO_SOON,
    }
