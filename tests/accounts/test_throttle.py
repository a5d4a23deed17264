"""Tries run out and come back; no stranger can use up the owner's, or move a counter."""

from datetime import datetime, timedelta
from itertools import count

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from flexnet import transactions
from flexnet.access import sign_in
from flexnet.access.rules import Reason, Refusal
from flexnet.accounts import rules, throttle
from flexnet.accounts.models import Bucket
from flexnet.audit import actions as audit
from flexnet.audit.models import Tally
from flexnet.gateway.actions import Accepted
from flexnet.keys.models import Key
from tests import make

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
WRONG = make.PASSWORD.encode() + b"000000"
HOME, STRANGE = "198.51.100.10", "203.0.113.9"


@pytest.fixture
def alice(db: None) -> make.Member:
    return make.settled()


@pytest.fixture
def owner(alice: make.Member) -> make.Door:
    """Alice's practice, at home."""
    return make.door(alice, source=HOME)


@pytest.fixture
def stranger(alice: make.Member) -> make.Door:
    """Somebody who knows her user name."""
    return make.door(alice, source=STRANGE)


def fails(door: make.Door, times: int, *, now: datetime = make.NOW) -> list[Reason]:
    answers = [door.type(WRONG, now=now) for _ in range(times)]
    return [answer.reason for answer in answers if isinstance(answer, Refusal)]


class TestBucket:
    BUCKET = rules.Bucket(10, MINUTE, 0.0, make.NOW)

    def test_one_try_comes_back_every_minute(self) -> None:
        assert self.BUCKET.is_empty(make.NOW + MINUTE - timedelta(seconds=1))
        assert not self.BUCKET.is_empty(make.NOW + MINUTE)
        assert self.BUCKET.empty_for(make.NOW + MINUTE / 4) == MINUTE * 3 / 4
        assert self.BUCKET.empty_for(make.NOW + DAY) == timedelta()

    def test_it_never_holds_more_than_its_size(self) -> None:
        assert self.BUCKET.level_at(make.NOW + DAY) == 10

    @given(st.timedeltas(-DAY, DAY), st.floats(-20, 10))
    def test_a_clock_that_goes_back_neither_fills_nor_freezes_it(self, step: timedelta, level: float) -> None:
        there = rules.Bucket(10, MINUTE, level, make.NOW)
        assert level <= there.level_at(make.NOW + step) <= 10
        assert there.level_at(make.NOW + step) == there.level_at(make.NOW - step)


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("198.51.100.10", "198.51.100.10"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:198.51.100.10", "198.51.100.10"),
        ("", ""),
        ("no address", ""),
    ],
)
def test_a_line_is_one_place(source: str, place: str) -> None:
    assert rules.place(source) == place


def test_ten_wrong_tries_then_one_a_minute(stranger: make.Door) -> None:
    assert fails(stranger, 12) == [Reason.WRONG_CODE] * 10 + [Reason.THROTTLED] * 2
    assert fails(stranger, 2, now=make.NOW + MINUTE) == [Reason.WRONG_CODE, Reason.THROTTLED]


def test_of_who_is_throttled_no_code_is_looked_at(stranger: make.Door) -> None:
    fails(stranger, 10)
    before = Key.objects.values().get()
    assert stranger.sign_in(0) == Refusal(Reason.THROTTLED)  # with everything right
    assert Key.objects.values().get() == before


def test_strangers_do_not_throttle_the_owner_where_they_signed_in_before(
    owner: make.Door, stranger: make.Door
) -> None:
    assert isinstance(owner.sign_in(0), Accepted)
    fails(stranger, 20)
    assert stranger.sign_in(1) == Refusal(Reason.THROTTLED)
    assert isinstance(owner.sign_in(1), Accepted)


def test_all_strangers_share_one_bucket(stranger: make.Door) -> None:
    for number in range(10):
        stranger.source = f"203.0.113.{number}"
        assert fails(stranger, 1) == [Reason.WRONG_CODE]
    stranger.source = "203.0.113.99"
    assert fails(stranger, 1) == [Reason.THROTTLED]


def test_an_ipv6_line_is_one_stranger(stranger: make.Door) -> None:
    for number in range(200):
        stranger.source = f"2001:db8::{number:x}"
        stranger.type(WRONG, user_name="nobody")
    stranger.source = "2001:db8::ffff"
    assert stranger.type(WRONG, user_name="nobody") == Refusal(Reason.THROTTLED)
    assert list(Bucket.objects.values_list("key", flat=True)) == ["source:2001:db8::/64"]


def test_a_stranger_at_one_account_does_not_throttle_another(alice: make.Member, stranger: make.Door) -> None:
    fails(stranger, 20)
    bob = make.door(make.settled("bob"), source=STRANGE)
    assert isinstance(bob.sign_in(0), Accepted)


def test_one_source_has_two_hundred_tries_at_all_accounts_together(stranger: make.Door) -> None:
    names = (f"nobody{number}" for number in count())
    tries = [stranger.type(WRONG, user_name=next(names)) for _ in range(201)]
    assert tries == [Refusal(Reason.UNKNOWN)] * 200 + [Refusal(Reason.THROTTLED)]
    second = make.NOW + timedelta(seconds=1)
    assert stranger.type(WRONG, user_name="nobody", now=second) == Refusal(Reason.UNKNOWN)


def test_the_owner_is_throttled_too_and_begins_anew_after_success(owner: make.Door) -> None:
    assert isinstance(owner.sign_in(0), Accepted)
    assert fails(owner, 11) == [Reason.WRONG_CODE] * 10 + [Reason.THROTTLED]
    later = make.NOW + MINUTE
    assert isinstance(owner.sign_in(1, now=later), Accepted)
    assert fails(owner, 10, now=later) == [Reason.WRONG_CODE] * 10


def test_a_place_is_known_for_ninety_days(owner: make.Door, stranger: make.Door) -> None:
    assert isinstance(owner.sign_in(0), Accepted)
    for days, reason in ((90, Reason.THROTTLED), (89, Reason.WRONG_CODE)):
        now = make.NOW + days * DAY
        fails(stranger, 20, now=now)
        answer = owner.type(WRONG, now=now)
        assert answer == Refusal(reason), days


def test_what_a_process_remembers_ends_with_the_bucket(stranger: make.Door) -> None:
    fails(stranger, 11)
    soon = make.NOW + MINUTE - timedelta(microseconds=1)
    assert fails(stranger, 1, now=soon) == [Reason.THROTTLED]
    assert fails(stranger, 1, now=make.NOW + MINUTE) == [Reason.WRONG_CODE]


@pytest.mark.parametrize("back", [timedelta(seconds=1), timedelta(hours=2), 400 * DAY])
def test_a_clock_set_back_locks_nobody_out(owner: make.Door, back: timedelta) -> None:
    assert isinstance(owner.sign_in(0), Accepted)
    fails(owner, 11)
    answers = [owner.sign_in(press, now=make.NOW - back + press * MINUTE) for press in (1, 2)]
    assert isinstance(answers[-1], Accepted)


def test_who_is_throttled_at_one_door_is_so_at_the_other(alice: make.Member) -> None:
    for _ in range(10):
        portal(password="wrong")
    assert portal() == Refusal(Reason.THROTTLED)
    assert isinstance(portal(now=make.NOW + MINUTE), sign_in.SignedIn)


def portal(password: str = make.PASSWORD, now: datetime = make.NOW) -> sign_in.SignedIn | Refusal:
    return sign_in.to_portal(user_name="alice", password=password, source=STRANGE, now=now)


class TestCounting:
    """Every refusal is counted, and the throttled ones without a transaction each."""

    def tallied(self) -> dict[str, int]:
        return dict(Tally.objects.values_list("reason", "count"))

    def test_counts_are_written_with_the_first_refusal_a_second_later(self, stranger: make.Door) -> None:
        fails(stranger, 15)
        assert self.tallied() == {"wrong_code": 10, "throttled": 1}
        fails(stranger, 1, now=make.NOW + timedelta(seconds=1))
        assert self.tallied() == {"wrong_code": 10, "throttled": 6}

    def test_or_when_somebody_asks_for_it(self, stranger: make.Door) -> None:
        fails(stranger, 15)
        for _ in range(2):
            sign_in.throttled.write()
            assert self.tallied() == {"wrong_code": 10, "throttled": 5}

    def test_they_are_kept_when_writing_fails(
        self, stranger: make.Door, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fails(stranger, 15)
        with monkeypatch.context() as broken:
            broken.setattr(audit, "tally_all", disk_full)
            with pytest.raises(OSError, match="full"):
                sign_in.throttled.write()
        sign_in.throttled.write()
        assert self.tallied() == {"wrong_code": 10, "throttled": 5}

    def test_from_ever_new_places_they_are_fifty_rows_a_minute(self, stranger: make.Door) -> None:
        fails(stranger, 10)
        for number in range(200):
            stranger.source = f"2001:db8:0:{number:x}::1"
            fails(stranger, 1, now=make.NOW + timedelta(seconds=number // 100))
        sign_in.throttled.write()
        counts = dict(Tally.objects.values_list("source", "count"))
        assert len(counts) == 51
        assert sum(counts.values()) == 210
        assert counts["others"] == 151

    def test_what_waits_to_be_written_is_bounded_as_well(self, stranger: make.Door) -> None:
        fails(stranger, 11)
        for number in range(200):
            stranger.source = f"2001:db8:0:{number:x}::1"
            fails(stranger, 1)
        assert len(sign_in.throttled._counts) == 50  # the first place is written, 49 more, and the others

    def test_a_minute_is_one_row_however_many_come(self, stranger: make.Door) -> None:
        for number in range(3):
            stranger.type(WRONG, user_name=f"nobody{number}")
        (row,) = Tally.objects.all()
        assert (row.subject, row.source, row.reason, row.count) == ("access:unknown", STRANGE, "unknown", 3)

    def test_what_is_remembered_is_bounded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from flexnet.access import throttled

        monkeypatch.setattr(throttled, "_MOST", 3)
        known = throttled.Throttled()
        for name in "abcd":
            known.remember(name, "", subject=name, now=make.NOW, empty_for=MINUTE)
        assert [known.subject(name, "", make.NOW) for name in "abcd"] == [None, None, None, "d"]


def disk_full(*_: object, **__: object) -> None:
    raise OSError("the disk is full")


def test_full_buckets_of_strangers_are_cleared_away(owner: make.Door, stranger: make.Door) -> None:
    assert isinstance(owner.sign_in(0), Accepted)
    fails(stranger, 5)
    assert throttle.clear_full(make.NOW + 10 * MINUTE) == 0
    assert throttle.clear_full(make.NOW + DAY) == 2
    (left,) = Bucket.objects.all()
    assert left.key.endswith(HOME)
    assert throttle.clear_full(make.NOW + 91 * DAY) == 1


@pytest.mark.django_db
@settings(max_examples=30, deadline=None)
@given(
    steps=st.lists(st.tuples(st.floats(-30, 300), st.integers(1, 8)), max_size=12),
    number=st.integers(0, 10**9),
)
def test_the_database_counts_as_the_rule_does(steps: list[tuple[float, int]], number: int) -> None:
    key, now = f"account:{number}", make.NOW
    Bucket.objects.filter(key=key).delete()
    expected = rules.Bucket(10, MINUTE, 10.0, now)
    for step, tries in steps:
        now += timedelta(seconds=round(step, 3))
        transactions.write_together([throttle.charging([key] * tries, now=now)])
        expected = rules.Bucket(10, MINUTE, expected.level_at(now) - tries, now)
        assert Bucket.objects.get(key=key).level == pytest.approx(expected.level, abs=1e-4)


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite keeps no plan and compiles nothing")
def test_no_plan_is_kept_that_was_right_before_the_attack_and_none_is_compiled() -> None:
    for _ in range(8):
        throttle.look(account_id=1, place="203.0.113.9", now=make.NOW)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", ["%_bucket WHERE%"]
        )
        assert cursor.fetchone() == (0,)
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)
