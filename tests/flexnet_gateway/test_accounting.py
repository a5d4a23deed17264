"""Accounting: what a change of the book tells the server, kept on disk and brought in order."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from flexnet_gateway import accounting, sessions
from flexnet_gateway.accounting import Record
from flexnet_gateway.delivery import Delivery
from flexnet_gateway.sessions import Book
from flexnet_gateway.spool import Spool
from tests.flexnet_gateway.fakes import Gateway
from tests.flexnet_gateway.made import NOW, session, worker

GIGA = 2**32


def record(status: str = "Interim-Update", key: str = "S1", octets: int = 0) -> Record:
    return Record(status, NOW, key, "anna", "10.66.0.5", "198.51.100.10", 60, octets, octets)


def told(before: Book, after: Book) -> list[str]:
    return [one.status for one in accounting.records(before, after, NOW, "User-Request")]


def test_a_life_is_start_interim_stop() -> None:
    live = sessions.connected(Book(), session("S1", "anna", b"s"), worker(1, "vpns0"))
    elsewhere = sessions.connected(
        live, session("S1", "anna", b"s"), worker(2, "vpns1", source="203.0.113.9")
    )
    away = sessions.disconnected(sessions.disconnected(elsewhere, 1, NOW), 2, NOW)
    assert told(Book(), live) == ["Start"]
    assert told(live, elsewhere) == ["Interim-Update"]
    assert told(elsewhere, away) == [], "it may come back by its cookie"
    assert told(live, sessions.ended(live, ["S1"], NOW)) == ["Stop"]
    assert told(away, sessions.ended(away, ["S1"], NOW)) == ["Stop"]
    back = sessions.connected(away, session("S1", "anna", b"s"), worker(3, "vpns0"))
    assert told(away, back) == ["Interim-Update"], "by its first way again"


def test_another_ocserv_stops_everything_with_one_record() -> None:
    live = sessions.connected(Book("1 1"), session("S1", "anna", b"s"), worker(1, "vpns0"))
    assert told(live, sessions.restarted(live, "2 2")) == ["Accounting-On"]
    assert told(live, sessions.restarted(live, "")) == ["Accounting-Off"]


def test_another_ocserv_is_told_with_the_time_of_its_start() -> None:
    (on,) = accounting.records(Book("1 1"), sessions.restarted(Book("1 1"), "2 1700000100"), NOW, "")
    assert on.happened_at == 1_700_000_100


def test_what_is_sent_says_when_it_happened_and_how_long_ago() -> None:
    sent = dict(accounting.attributes(record(octets=3 * GIGA + 5), "gw1", NOW + 90))
    assert (sent["Event-Timestamp"], sent["Acct-Delay-Time"]) == (int(NOW), 90)
    assert (sent["Acct-Input-Gigawords"], sent["Acct-Input-Octets"]) == (3, 5)
    assert "Acct-Session-Id" not in dict(accounting.attributes(Record("Accounting-On", NOW), "gw1", NOW))


def test_records_outlive_the_process(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "accounting.db")
    spool.put([record(key="S1"), record(key="S2")])
    spool.close()
    again = Spool(tmp_path / "accounting.db")
    first = again.first()
    assert first is not None
    assert first[1].session_id == "S1"
    again.delivered(first[0])
    assert len(again) == 1
    assert (tmp_path / "accounting.db").stat().st_mode & 0o777 == 0o600
    again.close()


def test_a_full_spool_drops_the_oldest_interim_updates_first(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "accounting.db", most=3)
    spool.put([record("Start"), record(key="old"), record(key="new"), record("Stop"), record("Start")])
    kept = []
    while (first := spool.first()) is not None:
        kept.append(first[1].status)
        spool.delivered(first[0])
    assert kept == ["Start", "Stop", "Start"]
    spool.close()


def test_a_broken_spool_is_set_aside_and_the_agent_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "accounting.db"
    path.write_bytes(b"no database" * 1000)
    spool = Spool(path)
    spool.put([record()])
    assert len(spool) == 1
    assert path.with_suffix(".broken").exists()
    spool.close()


def test_a_full_disk_stops_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    spool = Spool(tmp_path / "accounting.db")
    spool._database.execute("PRAGMA max_page_count = 1")
    spool.put([record()] * 100)
    assert "100 accounting records could not be kept: database or disk is full" in caplog.text
    spool._database.execute("PRAGMA max_page_count = 1000")
    spool.put([record()])
    assert len(spool) == 1
    spool.close()


def test_records_wait_for_the_server_and_arrive_in_order(gateway: Gateway) -> None:
    delivery = Delivery(gateway.spool, gateway.server, "gw1", 3)
    gateway.spool.put([Record("Accounting-On", NOW), record("Start"), record("Stop")])
    gateway.server.is_reachable = False
    assert not asyncio.run(delivery.deliver_one())
    assert len(gateway.spool) == 3
    gateway.server.is_reachable = True
    while asyncio.run(delivery.deliver_one()):
        pass
    assert [one["status"] for one in gateway.fake.accounting] == ["Accounting-On", "Start", "Stop"]
    assert len(gateway.spool) == 0


def test_a_record_that_cannot_be_sent_holds_up_no_other(gateway: Gateway) -> None:
    delivery = Delivery(gateway.spool, gateway.server, "gw1", 3)
    gateway.spool.put([Record("Start", NOW, "S1", "x" * 300, "10.66.0.5"), record("Stop")])
    while asyncio.run(delivery.deliver_one()):
        pass
    assert [one["status"] for one in gateway.fake.accounting] == ["Stop"]
