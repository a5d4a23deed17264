"""The book on disk: found again, private, and never trusted when broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from flexnet_gateway import sessions, store
from flexnet_gateway.sessions import Book
from tests.flexnet_gateway.fakes import Gateway
from tests.flexnet_gateway.made import session, sign_in, worker


def test_a_book_is_found_again_and_is_private(tmp_path: Path) -> None:
    book = sessions.connected(Book("1 1"), session("S1", "anna", b"\0\xff"), worker(1, "vpns0"))
    book = sessions.signed_in(sessions.ended(book, ["S2"], 5.0), sign_in("berta", b"b"))
    store.save(tmp_path / "state.json", book)
    assert store.load(tmp_path / "state.json") == book
    assert (tmp_path / "state.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", ["", "{", "[]", '{"ocserv": ""}', '{"ocserv":"","sign_ins":[{}]}', "\0"])
def test_a_broken_file_is_an_empty_book(tmp_path: Path, content: str) -> None:
    (tmp_path / "state.json").write_text(content)
    assert store.load(tmp_path / "state.json") == Book()


def test_without_a_file_the_book_is_empty(tmp_path: Path) -> None:
    assert store.load(tmp_path / "state.json") == Book()


def test_a_full_disk_stops_nobody(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(store, "save", full)
    gateway.ledger.turn(sessions.signed_in(Book(), sign_in("anna", b"a")))
    assert len(gateway.ledger.book.sign_ins) == 1
    assert "disk full" in caplog.text


def test_a_book_shows_no_state() -> None:
    book = sessions.signed_in(Book(), sign_in("anna", b"very-secret"))
    assert "very-secret" not in repr(book)
