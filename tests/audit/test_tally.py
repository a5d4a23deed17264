"""The tally: refusals of one account, source, reason and minute are one entry with a count."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from flexnet.audit import actions, queries
from flexnet.audit.models import Event, Tally
from tests.at_once import at_once

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 2, 3, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=3)


def refuse(
    at: datetime = NOON, *, subject: str = "access:alice", source: str = "198.51.100.7", **more: int
) -> None:
    actions.tally(
        "access.sign_in.refused",
        by="radius:gw1",
        subject=subject,
        source=source,
        reason="wrong_code",
        now=at,
        **more,
    )


def test_the_refusals_of_a_minute_become_one_entry_with_their_count() -> None:
    for second in range(50):
        refuse(NOON + timedelta(seconds=second))
    refuse(NOON, count=7)
    assert actions.flush_tallies(LATER) == 1
    event = Event.objects.get()
    assert (event.kind, event.subject, event.by) == ("access.sign_in.refused", "access:alice", "radius:gw1")
    assert json.loads(event.data) == {
        "count": 57,
        "minute": "2026-02-03T12:00:00.000000+00:00",
        "reason": "wrong_code",
    }
    assert queries.personal(event) == {"source": "198.51.100.7"}


def test_another_account_source_or_minute_is_another_entry() -> None:
    refuse()
    refuse(subject="access:bob")
    refuse(source="198.51.100.8")
    refuse(NOON + timedelta(minutes=1))
    assert actions.flush_tallies(LATER) == 4


def test_of_ever_new_sources_fifty_are_told_apart() -> None:
    for number in range(60):
        refuse(source=f"2001:db8:0:{number:x}::/64")
    refuse(source="2001:db8:0:0::/64", count=5)
    refuse(source="198.51.100.7", subject="access:bob")
    counts = {(row.subject, row.source): row.count for row in Tally.objects.all()}
    assert len(counts) == 52
    assert counts["access:alice", "2001:db8:0:0::/64"] == 6
    assert counts["access:alice", "others"] == 10
    assert counts["access:bob", "198.51.100.7"] == 1
    refuse(NOON + timedelta(minutes=1), source="2001:db8:0:ff::/64")
    assert Tally.objects.filter(source="2001:db8:0:ff::/64").exists()


@pytest.mark.django_db(transaction=True)
def test_who_counts_many_at_once_and_who_makes_entries_of_them_never_wait_for_each_other() -> None:
    counts = [
        actions.counted(
            "sign_in.refused",
            by="radius",
            subject=f"access:{number}",
            source="",
            reason="throttled",
            now=NOON,
        )
        for number in range(200)
    ]
    acts = [partial(actions.tally_all, order) for order in (counts, counts[::-1])] * 2
    answers = at_once(*acts, lambda: actions.flush_tallies(LATER))
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    actions.flush_tallies(LATER)
    assert sum(json.loads(event.data)["count"] for event in Event.objects.all()) == 800


def test_a_minute_waits_until_it_is_over_and_its_last_refusals_are_surely_written() -> None:
    refuse()
    assert actions.flush_tallies(NOON + timedelta(seconds=69)) == 0
    assert actions.flush_tallies(NOON + timedelta(seconds=70)) == 1


def test_what_was_flushed_is_not_flushed_again_and_is_sealed_like_every_entry() -> None:
    refuse()
    assert (actions.flush_tallies(LATER), actions.flush_tallies(LATER)) == (1, 0)
    assert not Tally.objects.exists()
    assert actions.seal_pending() == 1
    assert queries.verify().ok


def test_sources_can_be_forgotten_by_the_month() -> None:
    refuse()
    actions.flush_tallies(LATER)
    assert actions.forget("sources", by="worker:retention")
    assert queries.personal(Event.objects.get(kind="access.sign_in.refused")) is None
