"""The emergency lock: by name and revocation word, from anywhere, answered the same, and only a lock."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from flexnet.access import emergency, locking, queries, silence
from flexnet.access.models import Access, Lock, Report
from flexnet.access.rules import Channel, Granted, Reason, Refusal
from flexnet.accounts import passwords
from flexnet.accounts.models import Account, Bucket
from flexnet.audit import queries as trail
from flexnet.audit.models import Event, Tally
from tests import make

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
STRANGE = "203.0.113.9"


@pytest.fixture
def alice() -> make.Member:
    return make.settled()


def lock(
    user_name: str,
    word: str,
    *,
    source: str = STRANGE,
    channel: Any = "public",
    now: datetime = make.NOW,
) -> None:
    emergency.lock(user_name=user_name, word=word, source=source, channel=channel, now=now)


def is_locked(access: Access, *, now: datetime = make.NOW) -> bool:
    decision = queries.decide_access(access.pk, channel=Channel.PORTAL, now=now)
    return isinstance(decision, Refusal) and decision.reason is Reason.LOCKED


def reasons() -> dict[str, int]:
    return dict(Tally.objects.values_list("reason", "count"))


@pytest.mark.parametrize("channel", ["public", "telephone"])
def test_the_right_word_locks_everything_of_the_access_at_once(alice: make.Member, channel: str) -> None:
    make.door(alice).open()
    lock(" Alice-Praxis ", alice.practice_word, channel=channel)
    for door in Channel:
        decision = queries.decide_access(alice.practice_access.pk, channel=door, now=make.NOW)
        assert decision == Refusal(Reason.LOCKED, make.NOW)
    assert queries.decide_access(alice.personal_access.pk, channel=Channel.PORTAL, now=make.NOW) == Granted()
    (found,) = queries.desk_emergency_locks()
    assert found.report is not None
    assert (found.cause, found.report.way, found.report.knew_word) == ("loss", channel, True)
    assert queries.desk_reported_locks() == []
    entry = Event.objects.get(kind="emergency_lock.accepted")
    assert (entry.by, entry.subject) == (channel, "access:alice-praxis")
    assert trail.personal(entry) == {"source": STRANGE}


@pytest.mark.parametrize(
    "said",
    [
        str,
        str.lower,
        str.upper,
        lambda word: word.replace("-", " "),
        lambda word: f" {word.replace('-', '')}.",
    ],
)
def test_the_word_may_be_said_in_any_way(alice: make.Member, said: Callable[[str], str]) -> None:
    lock("alice", said(alice.personal_word))
    assert is_locked(alice.personal_access)


def test_no_other_word_locks(alice: make.Member) -> None:
    words = alice.practice_word, alice.personal_password, "", "\ud800\x00", alice.personal_word[:-1]
    for word in words:
        lock("alice", word)
    assert not is_locked(alice.personal_access)
    assert reasons() == {"wrong_word": len(words)}


def test_it_never_unlocks(alice: make.Member) -> None:
    kv = locking.lock_access(
        access=alice.personal_access, cause=Lock.Cause.OTHER, by=make.BY, reason="", now=make.NOW
    )
    lock("alice", alice.personal_word)
    locking.lift_lock(kv, by=make.BY, reason="Irrtum", now=make.NOW)
    assert is_locked(alice.personal_access)


def test_again_is_counted_and_locks_nothing_twice(alice: make.Member) -> None:
    for _ in range(3):
        lock("alice", alice.personal_word)
    assert Lock.objects.count() == 1
    assert reasons() == {"locked_already": 2}
    locking.lift_lock(Lock.objects.get(), by=make.BY, reason="wiedergefunden", now=make.NOW)
    lock("alice", alice.personal_word, now=make.NOW + MINUTE)
    assert is_locked(alice.personal_access, now=make.NOW + MINUTE)


def test_an_account_from_before_has_no_word_and_is_not_locked(alice: make.Member) -> None:
    Account.objects.update(revocation_word=None)
    lock("alice", alice.personal_word)
    assert not is_locked(alice.personal_access)


class TestThrottle:
    def wrong(self, times: int, *, user_name: str = "alice", **more: Any) -> None:
        for _ in range(times):
            lock(user_name, "Falsch", **more)

    def test_one_place_has_ten_tries_then_one_a_minute(self, alice: make.Member) -> None:
        self.wrong(10)
        lock("alice", alice.personal_word)
        assert not is_locked(alice.personal_access)
        later = make.NOW + MINUTE
        lock("alice", alice.personal_word, now=later)
        assert is_locked(alice.personal_access, now=later)

    def test_strangers_use_up_nothing_of_the_owners(self, alice: make.Member) -> None:
        for number in range(30):
            self.wrong(11, source=f"203.0.113.{number}")
        self.wrong(11, channel="telephone")
        lock("alice", alice.personal_word, source="198.51.100.77")
        assert is_locked(alice.personal_access)

    def test_nor_do_they_at_the_telephone(self, alice: make.Member) -> None:
        self.wrong(30)
        lock("alice", alice.personal_word, channel="telephone")
        assert is_locked(alice.personal_access)

    def test_one_place_has_two_hundred_tries_at_all_names_together(self, alice: make.Member) -> None:
        for number in range(200):
            self.wrong(1, user_name=f"nobody{number}")
        lock("alice", alice.personal_word)
        assert not is_locked(alice.personal_access)
        emergency.throttled.write()
        assert reasons() == {"unknown": 200, "throttled": 1}

    def test_a_name_that_nobody_has_is_throttled_alike_and_kept_nowhere(self, alice: make.Member) -> None:
        for name in ("alice", "Sentinel-Kennwort-1"):
            self.wrong(12, user_name=name, source="203.0.113.1" if name == "alice" else "203.0.113.2")
        emergency.throttled.write()
        counts = {(row.source, row.reason): row.count for row in Tally.objects.all()}
        assert counts == {
            ("203.0.113.1", "wrong_word"): 10,
            ("203.0.113.1", "throttled"): 2,
            ("203.0.113.2", "unknown"): 10,
            ("203.0.113.2", "throttled"): 2,
        }
        assert "sentinel" not in str(list(Bucket.objects.values_list()) + list(Tally.objects.values_list()))


CASES = {
    "right": ("alice", True),
    "again": ("alice", True),
    "wrong": ("alice", False),
    "nobody": ("nobody", False),
    "no name": ("no body", False),
}


class TestSilence:
    """Neither the answer nor the clock tells what came of it."""

    def tries(self, alice: make.Member) -> list[tuple[str, str]]:
        return [(name, alice.personal_word if right else "Falsch") for name, right in CASES.values()]

    def test_every_try_hashes_once(self, alice: make.Member, monkeypatch: pytest.MonkeyPatch) -> None:
        hashed: list[str] = []
        genuine = passwords.Check.run

        def run(check: passwords.Check) -> bool:
            hashed.append(check.hashed)
            return genuine(check)

        monkeypatch.setattr(passwords.Check, "run", run)
        for name, word in self.tries(alice):
            hashed.clear()
            lock(name, word)
            assert len(hashed) == 1, name

    def test_wrong_and_unknown_ask_the_same(self, alice: make.Member) -> None:
        asked = []
        for name in ("alice", "nobody"):
            with CaptureQueriesContext(connection) as queries:
                lock(name, "Falsch")
            asked.append(len(queries))
        assert asked[0] == asked[1]

    def test_the_answer_waits_for_its_time(self, alice: make.Member, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whatever it took to find out: all of them answer 400 ms after they were asked."""
        waits: list[float] = []
        clock = iter([0.0, 0.09, 0.0, 0.03, 0.0, 0.02, 0.0, 0.02, 0.0, 0.5])
        monkeypatch.setattr(silence, "ANSWERS_AFTER", timedelta(milliseconds=400))
        monkeypatch.setattr(time, "sleep", waits.append)
        monkeypatch.setattr(time, "monotonic", lambda: next(clock))
        for name, word in self.tries(alice):
            lock(name, word)
        assert waits == pytest.approx([0.31, 0.37, 0.38, 0.38, 0.0])


def test_a_report_says_that_its_word_was_known() -> None:
    assert not Report().knew_word
