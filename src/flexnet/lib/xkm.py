"""The plain header of an XKM container (KBV-Kryptomodul); what is encrypted stays opaque."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from flexnet.lib.identifiers import BadIdentifier, Bsnr

MARK = b"*XKM*\r\n"
HEAD_BYTES = 512
_SITE = re.compile(rb"Arztnummer/BSNR: *([0-9]{9}) *\r\n")
_CREATED = re.compile(rb"Erstellungsdatum: *([0-9.]{10} [0-9:]{8}) *\r\n")
_PART = re.compile(rb"Paket *([0-9]{1,3})/([0-9]{1,3}) *\r\n")
_TEST_MODES = ("15", "16")


class BadContainer(ValueError):
    """The header has no layout that we know; the text names the line that failed, in English."""


@dataclass(frozen=True)
class Container:
    """What the header says; `created_at` is the practice's own clock, without a zone."""

    bsnr: Bsnr
    created_at: datetime
    part: int
    parts: int
    version: str
    is_test: bool


def is_container(head: bytes) -> bool:
    """Whether the first bytes of a file are those of a container."""
    return MARK in head[:HEAD_BYTES]


def read(head: bytes) -> Container:
    """Read the header from a file's first bytes. Raises BadContainer.

    The mark is searched for: only the offsets of XKM 1.26 are known, and they may move.
    """
    plain, _, behind = head[:HEAD_BYTES].partition(MARK)
    part = _found(_PART, plain, "Paket")
    version, _, _, mode, _, _, key = _seven_lines(behind)
    return Container(
        bsnr=_site(_found(_SITE, plain, "Arztnummer/BSNR")[1]),
        created_at=_created(_found(_CREATED, plain, "Erstellungsdatum")[1]),
        part=int(part[1]),
        parts=int(part[2]),
        version=version,
        is_test=mode in _TEST_MODES or key.startswith("TEST"),
    )


def _found(pattern: re.Pattern[bytes], plain: bytes, line: str) -> re.Match[bytes]:
    if match := pattern.search(plain):
        return match
    raise BadContainer(f"no readable line {line!r}")


def _seven_lines(behind: bytes) -> list[str]:
    """Version, two unknown, mode, two unknown, and the beginning of the key's name."""
    lines = behind.split(b"\r\n", 6)
    if len(lines) < 7:
        raise BadContainer("the lines behind the mark are not whole")
    return [line.decode("latin-1").strip() for line in lines]


def _site(digits: bytes) -> Bsnr:
    try:
        return Bsnr.parse(digits.decode())
    except BadIdentifier:
        raise BadContainer("the BSNR is none") from None


def _created(text: bytes) -> datetime:
    try:
        return datetime.strptime(text.decode(), "%d.%m.%Y %H:%M:%S")  # noqa: DTZ007 - the header names no zone
    except ValueError:
        raise BadContainer("the creation time is none") from None
