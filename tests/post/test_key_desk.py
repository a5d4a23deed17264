"""A key that proved itself, whom it is for and its parcel are bound in one; the slip is printed at once."""

from pathlib import Path
from typing import Any

import pytest

from flexnet.access import key_desk as desk
from flexnet.access.errors import ExtraKey
from flexnet.access.key_desk import For
from flexnet.cli import station
from flexnet.cli.station import Job
from flexnet.keys import queries as keys
from flexnet.keys.models import Place
from flexnet.lib import hotp
from flexnet.post import dispatch, key_desk, queries
from flexnet.post.models import Batch, Item
from lab.plugged import Yubikey
from tests import make
from tests.cli import test_station
from tests.post.conftest import PrintShop, at_home

pytestmark = pytest.mark.django_db
SEED = make.SEED * 2


def spare(alice: make.Member) -> For:
    """Her personal access, which has no key yet; she is at home."""
    at_home(alice)
    return For(alice.personal_access, "Heimarbeit", "B-7")


def test_the_slip_comes_out_at_the_desk_and_the_parcel_moves_the_key(shop: PrintShop, tmp_path: Path) -> None:
    to, key = spare(make.member()), Yubikey.blank(tmp_path, "20000001")
    answer = station.program(test_station.Desk(key), Job(to, queue="plain"))
    item = queries.item(answer["parcel"])
    assert (str(item.access), str(item.key), item.printed_at is None) == ("alice", "20000001", False)
    assert "20000001" in shop.sheets()[0]
    dispatch.post(numbers=[item.number], by=make.BY, now=make.NOW)
    assert keys.whereabouts_of(keys.key("20000001"))[0] is Place.POSTED


def test_a_slip_that_did_not_come_out_is_due_again(shop: PrintShop, tmp_path: Path) -> None:
    to, key = spare(make.member()), Yubikey.blank(tmp_path, "20000001")
    answer = station.program(test_station.Desk(key, ["y", "n"]), Job(to, queue="plain"))
    assert queries.item(answer["parcel"]).void_why == Item.Void.MISSING


def test_what_is_refused_leaves_neither_parcel_nor_spent_code(shop: PrintShop) -> None:
    alice = make.member()
    to, key = spare(alice), make.stock_key(SEED)
    given: dict[str, Any] = {"serial": key.serial, "typed": hotp.code(SEED, 0), "queue": "plain"}
    with pytest.raises(ExtraKey):
        key_desk.bind_ready(**given, to=desk.For(alice.personal_access), by=make.BY, now=make.NOW)
    assert (Batch.objects.count(), keys.key(key.serial).counter) == (0, 0)
    bound = key_desk.bind_ready(**given, to=to, by=make.BY, now=make.NOW)
    assert bound is not None
    assert (bound.key, bound.parcel) == (key, Item.objects.get())


def test_a_parcel_that_must_wait_is_not_made(shop: PrintShop) -> None:
    alice, key = make.member(), make.stock_key(SEED)
    bound = key_desk.bind_ready(
        serial=key.serial,
        typed=hotp.code(SEED, 0),
        to=For(alice.personal_access, "Heimarbeit"),
        queue="plain",
        by=make.BY,
        now=make.NOW,
    )
    assert bound is not None
    assert (bound.batch, keys.whereabouts_of(key)[0]) == (None, Place.ASSIGNED)
