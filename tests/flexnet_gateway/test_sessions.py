"""The book of sessions: roaming, cookies and ends in every order."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from flexnet_gateway import sessions, store
from flexnet_gateway.sessions import Book, Session
from tests.flexnet_gateway.made import NOW, session, sign_in, worker


def connected(*workers: sessions.Worker, key: str = "S1", book: Book | None = None) -> Book:
    book = book or Book()
    for one in workers:
        book = sessions.connected(book, session(key, "anna", b"state"), one)
    return book


def test_a_session_takes_the_users_latest_sign_in_from_its_own_address() -> None:
    book = Book()
    for state, source in ((b"1", "198.51.100.10"), (b"2", "198.51.100.10"), (b"3", "203.0.113.9")):
        book = sessions.signed_in(book, sign_in("anna", state, source))
    assert sessions.state_for(book, "S1", "anna", "198.51.100.10") == b"2"
    assert sessions.state_for(book, "S1", "anna", "192.0.2.1") == b"3"
    assert sessions.state_for(book, "S1", "berta", "198.51.100.10") is None


def test_a_sign_in_serves_one_session() -> None:
    book = sessions.signed_in(Book(), sign_in("anna", b"state"))
    book = connected(worker(1, "vpns0"), book=book)
    assert sessions.state_for(book, "S2", "anna", "198.51.100.10") is None


def test_a_known_session_asks_with_its_own_state_and_only_for_its_own_user() -> None:
    book = sessions.signed_in(connected(worker(1, "vpns0")), sign_in("anna", b"newer"))
    assert sessions.state_for(book, "S1", "anna", "203.0.113.9") == b"state"
    assert sessions.state_for(book, "S1", "berta", "198.51.100.10") is None


def test_roaming_starts_before_it_ends_and_each_worker_takes_only_its_own_filter() -> None:
    book = connected(worker(1, "vpns0"), worker(2, "vpns1"))
    assert set(sessions.filters(book)) == {("vpns0", "10.66.0.5"), ("vpns1", "10.66.0.5")}
    book = sessions.disconnected(book, 1, NOW)
    assert set(sessions.filters(book)) == {("vpns1", "10.66.0.5")}
    assert book.sessions["S1"].is_live


def test_roaming_keeps_mark_and_start_and_takes_the_newer_rules() -> None:
    book = connected(worker(1, "vpns0"))
    newer = Session("S1", "anna", 99, b"state", ("other",), NOW + 5, NOW + 5, NOW + 60)
    after = sessions.connected(book, newer, worker(2, "vpns1")).sessions["S1"]
    assert (after.mark, after.started_at, after.rules, after.until) == (7, NOW, ("other",), NOW + 60)


def test_a_device_belongs_to_its_latest_worker() -> None:
    book = connected(worker(2, "vpns0", "10.66.0.6"), key="S2", book=connected(worker(1, "vpns0")))
    assert set(sessions.filters(book)) == {("vpns0", "10.66.0.6")}
    assert not book.sessions["S1"].is_live
    assert set(sessions.filters(sessions.disconnected(book, 1, NOW))) == {("vpns0", "10.66.0.6")}


def test_a_worker_has_one_device_whatever_else_it_had() -> None:
    book = connected(worker(1, "vpns0"), worker(2, "vpns1"), worker(1, "vpns1"))
    assert set(sessions.filters(book)) == {("vpns1", "10.66.0.5")}
    assert [one.id for one in book.sessions["S1"].workers] == [1]


def test_a_session_that_is_away_comes_back_until_it_is_forgotten() -> None:
    away = sessions.disconnected(connected(worker(1, "vpns0")), 1, NOW)
    assert sessions.filters(away) == {}
    assert sessions.state_for(sessions.forgotten(away, NOW + 299, 300), "S1", "anna", "") == b"state"
    assert sessions.state_for(sessions.forgotten(away, NOW + 301, 300), "S1", "anna", "") is None


def test_what_ended_does_not_come_back_with_a_newer_sign_in() -> None:
    book = sessions.ended(connected(worker(1, "vpns0")), ["S1"], NOW)
    book = sessions.signed_in(book, sign_in("anna", b"newer"))
    assert sessions.filters(book) == {}
    assert sessions.state_for(book, "S1", "anna", "198.51.100.10") is None
    assert sessions.connected(book, session("S1", "anna", b"newer"), worker(2, "vpns1")) == book


def test_bytes_add_up_through_roaming() -> None:
    book = connected(worker(1, "vpns0"), worker(2, "vpns1"))
    book = sessions.counted(sessions.counted(book, 1, 10, 100), 2, 1, 2)
    assert sessions.disconnected(book, 1, NOW).sessions["S1"].octets == (11, 102)


def test_sign_ins_of_one_name_are_bounded() -> None:
    book = sessions.signed_in(Book(), sign_in("berta", b"hers"))
    for number in range(20):
        book = sessions.signed_in(book, sign_in("anna", bytes([number])))
    assert len(book.sign_ins) == 1 + sessions.SIGN_INS_A_NAME
    assert sessions.state_for(book, "S1", "anna", "198.51.100.10") == bytes([19])


def test_a_name_is_the_same_however_it_is_typed() -> None:
    book = sessions.signed_in(Book(), sign_in(" Anna", b"state"))
    assert sessions.sign_ins_dropped(book, "anna").sign_ins == ()


def test_another_ocserv_knows_nothing_of_before() -> None:
    book = sessions.signed_in(connected(worker(1, "vpns0")), sign_in("anna", b"new"))
    after = sessions.restarted(book, "42 1700000000")
    assert (after.sessions, after.ended, after.ocserv) == ({}, {}, "42 1700000000")
    assert sessions.state_for(after, "S9", "anna", "198.51.100.10") == b"new"


KEYS = st.sampled_from(["S1", "S2", "S3"])
DEVICES = st.sampled_from(["vpns0", "vpns1", "vpns2"])


class Life(RuleBasedStateMachine):
    """Any order of events, held against a model that only remembers who carries what."""

    def __init__(self) -> None:
        super().__init__()
        self.book = Book()
        self.workers: dict[int, tuple[str, str]] = {}
        self.ended: set[str] = set()
        self.number = 0

    @rule(key=KEYS, device=DEVICES)
    def connect(self, key: str, device: str) -> None:
        self.number += 1
        self.book = sessions.connected(
            self.book, session(key, key, key.encode()), worker(self.number, device)
        )
        if key not in self.ended:
            self.workers = {one: way for one, way in self.workers.items() if way[1] != device}
            self.workers[self.number] = (key, device)

    @rule(number=st.integers(1, 20))
    def disconnect(self, number: int) -> None:
        self.book = sessions.disconnected(self.book, number, NOW)
        self.workers.pop(number, None)

    @rule(key=KEYS)
    def end(self, key: str) -> None:
        self.book = sessions.ended(self.book, [key], NOW)
        self.workers = {one: way for one, way in self.workers.items() if way[0] != key}
        self.ended.add(key)

    @rule()
    def agent_is_killed(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            store.save(Path(folder) / "state.json", self.book)
            assert store.load(Path(folder) / "state.json") == self.book

    @invariant()
    def the_kernel_holds_a_filter_for_every_carrier_and_no_other(self) -> None:
        assert {key[0] for key in sessions.filters(self.book)} == {way[1] for way in self.workers.values()}

    @invariant()
    def what_ended_stays_so(self) -> None:
        assert not self.ended & self.book.sessions.keys()


TestLife = Life.TestCase
