"""The plain header of an encrypted file: read where it is whole, and otherwise refused in words."""

from __future__ import annotations

import contextlib
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexnet.lib import xkm


def head(
    *,
    site: str = "Arztnummer/BSNR: 859999900",
    created: str = "Erstellungsdatum: 31.03.2026 11:06:01",
    part: str = "Paket 1/1",
    mode: str = "7 ",
    key: str = "Oeffentlich_KV_V09",
) -> bytes:
    """A header as XKM 1.26 lays it out, and some ciphertext."""
    padded = "".join(f"{text:<40}\r\n" for text in (site, created, part))
    behind = "".join(f"{text}\r\n" for text in ("*XKM*", "1.26  ", "1    ", "1    ", mode, "1", "0"))
    return f"{padded}\r\n{behind}{key}".encode() + bytes(range(256))


def test_the_header_says_site_time_and_part() -> None:
    container = xkm.read(head(part="Paket 2/3"))
    assert container.bsnr == "859999900"
    assert container.created_at == datetime(2026, 3, 31, 11, 6, 1)  # noqa: DTZ001 - the header has no zone
    assert (container.part, container.parts, container.version) == (2, 3, "1.26")
    assert not container.is_test


def test_the_layout_is_the_documented_one() -> None:
    assert [head().index(text) for text in (b"*XKM*", b"1.26", b"7 ", b"Oeffentlich")] == [128, 135, 157, 167]


@pytest.mark.parametrize(
    ("mode", "key"), [("15", "Oeffentlich_KV_V09"), ("16", "x"), ("7 ", "TESTschluessel")]
)
def test_a_test_key_or_test_mode_is_seen(mode: str, key: str) -> None:
    assert xkm.read(head(mode=mode, key=key)).is_test


def test_a_container_is_known_by_its_mark_near_the_start() -> None:
    assert xkm.is_container(head())
    assert xkm.is_container(b"\r\n" * 50 + head())
    assert not xkm.is_container(b"x" * 512 + head())
    assert not xkm.is_container(b"0138000con0\r\n")


def test_a_header_that_moved_is_read_all_the_same() -> None:
    assert xkm.read(b"Neue Zeile\r\n" + head()) == xkm.read(head())


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (head(site="Arztnummer/BSNR: 85999990"), "Arztnummer/BSNR"),
        (head(site="Arztnummer/BSNR: 009999900"), "BSNR"),
        (head(created="Erstellungsdatum: 31.02.2026 11:06:01"), "creation time"),
        (head(created="Erstellungsdatum:"), "Erstellungsdatum"),
        (head(part="Paket 1"), "Paket"),
        (head()[:150], "behind the mark"),
        (b"", "Paket"),
    ],
)
def test_a_header_that_is_not_whole_is_refused_in_words(content: bytes, line: str) -> None:
    with pytest.raises(xkm.BadContainer, match=line):
        xkm.read(content)


@given(st.binary(max_size=200), st.integers(0, 300))
def test_no_bytes_make_it_stumble(junk: bytes, at: int) -> None:
    with contextlib.suppress(xkm.BadContainer):
        assert xkm.read(head()[:at] + junk + head()[at:]).parts >= 0
    with contextlib.suppress(xkm.BadContainer):
        xkm.read(junk)
