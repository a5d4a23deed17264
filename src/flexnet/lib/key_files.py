"""Files of keys, line by line: Yubico's two formats and OATH CSV (DOMAIN.md, 7.6)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from flexnet.lib import key_rows
from flexnet.lib.key_rows import BadKeyFile, KeyRow, Row, Unfit, Why, WrongRow

MOST_BYTES: Final = 10_000_000
_SERIAL = re.compile(r"[A-Za-z0-9-]{1,20}")
_YUBICO_OATH_IDS = ("", "0")  # what stands for the private identity; other keys have one of 12 digits
_OATH_SEED_DIGITS = 40  # a seed of OATH-HOTP has 20 bytes, the key of Yubico OTP or a password 16
_LOGGED: Final = "OATH-HOTP"
_TYPED_SERIAL = re.compile(r"ubhe(\d{8})")  # an identifier that `-i -` makes: DOMAIN.md, 7.2

_Line = Callable[[int, Sequence[str], int], Row | None]


def yubico_csv(content: bytes, *, digits: int) -> list[Row]:
    """`serial,public_id,private_id,key,access_code,timestamp,`; it says not how many `digits` a code has.

    Rows of Yubico OTP and static passwords are passed over. Raises BadKeyFile.
    """
    return _read(content, _yubico, digits)


def traditional_log(content: bytes) -> list[Row]:
    """The log of Yubico's personalisation tool: `OATH-HOTP,time,slot,public_id,,key,,,flags,…`.

    It names no serial number: only keys that type their own can be taken. Raises BadKeyFile.
    """
    return _read(content, _logged, 6)


def oath_csv(content: bytes) -> list[Row]:
    """`serial,key,hotp,[6|8],[counter]`; a line with # in front says nothing. Raises BadKeyFile."""
    return _read(content, _oath, 6)


def serial_of(text: str) -> str:
    """Raises Unfit."""
    if not text:
        raise Unfit(Why.NO_SERIAL)
    if not _SERIAL.fullmatch(text):
        raise Unfit(Why.BAD_SERIAL)
    return text


def shown(text: str) -> str:
    """As much of what should be a serial number as may be shown: a slipped column may hold a seed."""
    return text if _SERIAL.fullmatch(text) else ""


def _read(content: bytes, line: _Line, digits: int) -> list[Row]:
    return key_rows.checked(_rows(_text(content), line, digits))


def _text(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise BadKeyFile("The file is larger than 10 MB.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadKeyFile("The file is no text in UTF-8.") from None


def _rows(text: str, line: _Line, digits: int) -> Iterator[Row]:
    for number, written in enumerate(text.splitlines(), 1):
        cells = [cell.strip() for cell in written.split(",")]
        if not any(cells) or cells[0].startswith("#"):
            continue
        try:
            row = line(number, cells, digits)
        except Unfit as unfit:
            serial = "" if cells[0] == _LOGGED else shown(cells[0])
            row = WrongRow(number, serial, unfit.why)
        if row:
            yield row


def _yubico(number: int, cells: Sequence[str], digits: int) -> Row | None:
    serial, public_id, private_id, key, *_ = _at_least(cells, 4)
    if private_id not in _YUBICO_OATH_IDS or (not private_id and len(key) < _OATH_SEED_DIGITS):
        return None
    identifier = key_rows.identifier_of(public_id, letters=4)
    return KeyRow(number, serial_of(serial), key_rows.seed_of(key), digits, identifier=identifier)


def _logged(number: int, cells: Sequence[str], _digits: int) -> Row | None:
    if cells[0] != _LOGGED:
        return None
    _at_least(cells, 13)
    first, second, every = (cells[at] == "1" for at in (8, 9, 10))
    letters = 12 if every or (first and second) else 4 if second else 2 if first else 0
    identifier = key_rows.identifier_of(cells[3], letters=letters)
    typed = _TYPED_SERIAL.fullmatch(identifier)
    if not typed or not int(typed[1]):
        return WrongRow(number, "", Why.NO_SERIAL)
    serial = str(int(typed[1]))
    try:
        seed, digits = key_rows.seed_of(cells[5]), key_rows.digits_of(cells[11])
        counter, slot = key_rows.counter_of(cells[12]), {"1": 1, "2": 2}.get(cells[2])
    except Unfit as unfit:
        return WrongRow(number, serial, unfit.why)
    return KeyRow(number, serial, seed, digits, counter, identifier, slot)


def _oath(number: int, cells: Sequence[str], _digits: int) -> Row:
    serial, key, kind, digits, counter, *_ = (*_at_least(cells, 2), "", "", "", "")
    if kind.lower() not in ("", "hotp"):
        raise Unfit(Why.NOT_HOTP)
    return KeyRow(
        number,
        serial_of(serial),
        key_rows.seed_of(key),
        key_rows.digits_of(digits or "6"),
        key_rows.counter_of(counter or "0"),
    )


def _at_least(cells: Sequence[str], count: int) -> Sequence[str]:
    if len(cells) < count:
        raise Unfit(Why.TOO_FEW_COLUMNS)
    return cells
