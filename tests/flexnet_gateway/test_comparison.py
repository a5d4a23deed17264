"""Wanted against actual: each difference is found and undone, twice without harm."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from flexnet_gateway import sessions
from flexnet_gateway.comparison import Comparison
from flexnet_gateway.sessions import Book
from tests.flexnet_gateway.fakes import Gateway
from tests.flexnet_gateway.made import PORTAL, settings
from tests.flexnet_gateway.test_connecting import connect, devices
from tests.flexnet_gateway.test_connecting import sign_in as signs_in


@pytest.fixture
def comparison(gateway: Gateway, tmp_path: Path) -> Comparison:
    signs_in(gateway)
    assert connect(gateway) == ""
    gateway.records()
    return Comparison(gateway.connecting, settings(tmp_path, timeouts={"orphan_after": 100}).timeouts)


def compare(comparison: Comparison) -> Book:
    asyncio.run(comparison.round())
    book = comparison.connecting.ledger.book
    asyncio.run(comparison.round())
    return book


def later(gateway: Gateway, monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + seconds)


def test_what_should_be_and_is_stays(gateway: Gateway, comparison: Comparison) -> None:
    assert compare(comparison).sessions["S1"].is_live
    assert devices(gateway) == {"vpns0"}
    assert gateway.records() == []


def test_what_the_server_rejects_ends(gateway: Gateway, comparison: Comparison) -> None:
    gateway.fake.locked.add("anna")
    assert "S1" in compare(comparison).ended
    assert (devices(gateway), gateway.ocserv.cut) == (set(), [1])


def test_other_rules_are_taken_over(gateway: Gateway, comparison: Comparison) -> None:
    gateway.fake.rules = (PORTAL,)
    compare(comparison)
    assert [one.rules for one in gateway.kernel.filters.values()] == [(PORTAL,)]


def test_a_filter_without_a_session_goes(gateway: Gateway, comparison: Comparison) -> None:
    del gateway.ocserv.workers[1]
    assert not compare(comparison).sessions["S1"].is_live
    assert devices(gateway) == set()
    assert gateway.records() == [], "its cookie may bring it back"


def test_who_logged_off_has_no_cookie_and_no_session(gateway: Gateway, comparison: Comparison) -> None:
    del gateway.ocserv.workers[1]
    gateway.ocserv.cookies.clear()
    assert "S1" in compare(comparison).ended
    assert [(one.status, one.cause) for one in gateway.records()] == [("Stop", "User-Request")]


def test_a_cookie_that_ran_out_stops_its_session(
    gateway: Gateway, comparison: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    del gateway.ocserv.workers[1]
    compare(comparison)
    later(gateway, monkeypatch, 100_000)
    assert compare(comparison).sessions == {}
    assert [(one.status, one.cause) for one in gateway.records()] == [("Stop", "Lost-Carrier")]


def test_a_session_that_the_book_does_not_know_ends(gateway: Gateway, comparison: Comparison) -> None:
    gateway.ocserv.has(2, "S2")
    gateway.ocserv.has(3, "S3", is_connected=False)
    compare(comparison)
    assert gateway.ocserv.cut == [2], "and not the one whose hook is still under way"


def test_a_ruleset_changed_by_another_hand_is_made_anew(gateway: Gateway, comparison: Comparison) -> None:
    gateway.kernel.filters, gateway.kernel.was_flushed = {}, True
    compare(comparison)
    assert devices(gateway) == {"vpns0"}


def test_without_the_server_sessions_stay_until_they_are_orphans(
    gateway: Gateway, comparison: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway.server.is_reachable = False
    assert compare(comparison).sessions["S1"].is_live
    later(gateway, monkeypatch, 101)
    assert "S1" in compare(comparison).ended
    assert devices(gateway) == set()


def test_the_servers_word_starts_the_orphans_time_anew(
    gateway: Gateway, comparison: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    later(gateway, monkeypatch, 101)
    assert compare(comparison).sessions["S1"].is_live


def test_a_session_past_its_end_ends_without_the_server(
    gateway: Gateway, comparison: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway.fake.session_timeout = 50
    compare(comparison)
    gateway.server.is_reachable = False
    later(gateway, monkeypatch, 51)
    assert "S1" in compare(comparison).ended


def test_without_ocserv_the_server_is_still_asked(gateway: Gateway, comparison: Comparison) -> None:
    gateway.ocserv.is_away = True
    assert compare(comparison).sessions["S1"].is_live
    gateway.fake.locked.add("anna")
    assert "S1" in compare(comparison).ended


def test_when_ocserv_has_died_its_sessions_are_over(gateway: Gateway, comparison: Comparison) -> None:
    gateway.ocserv.is_away = gateway.ocserv.has_died = True
    assert compare(comparison).sessions == {}
    assert devices(gateway) == set()
    assert [one.status for one in gateway.records()] == ["Accounting-Off"]


def test_another_ocserv_is_told_to_accounting(gateway: Gateway, comparison: Comparison) -> None:
    gateway.ocserv.start, gateway.ocserv.workers = "200 1700000100", {}
    assert compare(comparison).sessions == {}
    assert devices(gateway) == set()
    assert [one.status for one in gateway.records()] == ["Accounting-On"]


def test_bytes_are_counted(gateway: Gateway, comparison: Comparison) -> None:
    assert compare(comparison).sessions["S1"].octets == (10, 20)
    gateway.ledger.interim()
    assert [(one.status, one.octets_in, one.octets_out) for one in gateway.records()] == [
        ("Interim-Update", 10, 20)
    ]


def test_a_session_that_is_away_is_forgotten_with_its_cookie(
    gateway: Gateway, comparison: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(gateway.connecting.disconnect(1, 0, 0))
    gateway.ocserv.workers = {}
    assert sessions.state_for(compare(comparison), "S1", "anna", "") is not None
    later(gateway, monkeypatch, 300 + 121)
    assert compare(comparison).sessions == {}
