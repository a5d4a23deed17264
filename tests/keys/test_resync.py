"""Guided resynchronisation: two codes in a row after a call back; spent, and no sign-in."""

from typing import Any

import pytest

from flexnet.access import actions, locking
from flexnet.audit import queries as trail
from flexnet.audit.models import Event
from flexnet.gateway.actions import Accepted
from flexnet.keys import queries, resync
from flexnet.keys.errors import BadKey, WrongPlace
from flexnet.keys.rules import Resync
from flexnet.lib import hotp
from tests import make

pytestmark = pytest.mark.django_db
ACT: dict[str, Any] = {"spoken_to": "Dr. Alice", "by": "office:clara", "now": make.NOW}
GUIDED = 10_000


@pytest.fixture
def alice() -> make.Member:
    return make.settled()


def code(press: int) -> str:
    return hotp.code(make.SEED, press)


def read_out(who: make.Member, first: str, second: str, **changed: Any) -> Resync:
    return resync.resync(serial=who.key.serial, first=first, second=second, **{**ACT, **changed})


def counter(who: make.Member) -> int:
    return queries.key(who.key.serial).counter


@pytest.mark.parametrize(
    ("ahead", "outcome"),
    [(0, Resync.ALREADY_IN_STEP), (300, Resync.IN_STEP), (GUIDED - 1, Resync.IN_STEP)],
)
def test_a_key_that_ran_ahead_comes_into_step(alice: make.Member, ahead: int, outcome: Resync) -> None:
    assert read_out(alice, code(ahead), code(ahead + 1)) is outcome
    assert counter(alice) == ahead + 2
    door = make.door(alice)
    assert not isinstance(door.sign_in(ahead + 1), Accepted)
    assert isinstance(door.sign_in(ahead + 2), Accepted)


def test_codes_may_be_read_out_in_groups(alice: make.Member) -> None:
    one, two = code(50), code(51)
    assert read_out(alice, f"{one[:3]} {one[3:]}", f" {two}") is Resync.IN_STEP


def test_what_stands_before_the_code_may_be_read_out_too() -> None:
    alice, seed = make.member(), b"another seed of twenty"
    key = make.stock_key(seed, digits=8, identifier="ubhe00001234")
    actions.assign_key(key=key, access=alice.personal_access, reason="x", by=make.BY, now=make.NOW)
    one, two = (hotp.code(seed, press, 8) for press in (40, 41))
    assert resync.resync(serial=key.serial, first=f"ubhe00001234{one}", second=two, **ACT) is Resync.IN_STEP


@pytest.mark.parametrize("presses", [(300, 302), (301, 300), (300, 300), (GUIDED, GUIDED + 1)])
def test_anything_else_changes_nothing(alice: make.Member, presses: tuple[int, int]) -> None:
    assert read_out(alice, *map(code, presses)) is Resync.NOT_CONSECUTIVE
    assert counter(alice) == 0
    assert Event.objects.filter(kind="key.resync_refused").count() == 1


def test_two_codes_work_once_and_none_before_them(alice: make.Member) -> None:
    assert read_out(alice, code(300), code(301)) is Resync.IN_STEP
    for again in ((300, 301), (100, 101), (301, 302)):
        assert read_out(alice, *map(code, again)) is Resync.NOT_CONSECUTIVE
    assert counter(alice) == 302


def test_a_lost_key_is_brought_into_step_by_nobody(alice: make.Member) -> None:
    locking.report_key_lost(serial=alice.key.serial, by=make.BY, reason="", now=make.NOW)
    with pytest.raises(WrongPlace, match="lost"):
        read_out(alice, code(300), code(301))
    assert counter(alice) == 0


def test_somebody_was_called_back_and_stands_in_the_trail_without_the_codes(alice: make.Member) -> None:
    with pytest.raises(BadKey, match="called back"):
        read_out(alice, code(300), code(301), spoken_to=" ")
    read_out(alice, code(300), code(301))
    entry = Event.objects.get(kind="key.resynced")
    assert (entry.by, entry.subject, entry.data) == (
        "office:clara",
        f"key:{alice.key}",
        '{"outcome":"in_step"}',
    )
    assert trail.personal(entry) == {"spoken_to": "Dr. Alice"}
    assert code(300) not in str(entry.data)
