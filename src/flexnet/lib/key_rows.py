"""What a file of keys says of each: a key, or what is wrong with it; seeds are shown to nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from flexnet.lib import modhex

# What a YubiKey can be programmed with (DOMAIN.md, 7.2).
COUNTER_STEP: Final = 16
COUNTER_END: Final = 0x100000


class BadKeyFile(Exception):
    """Nothing of the file can be read; the text says why, and never what was in it."""


class Why(StrEnum):
    """What is wrong with one key of a file."""

    TOO_FEW_COLUMNS = "too_few_columns"
    NO_SERIAL = "no_serial"
    BAD_SERIAL = "bad_serial"
    NO_SEED = "no_seed"
    BAD_SEED = "bad_seed"
    NOT_HOTP = "not_hotp"
    BAD_DIGITS = "bad_digits"
    BAD_COUNTER = "bad_counter"
    COUNTER_STEP = "counter_step"
    BAD_IDENTIFIER = "bad_identifier"
    SERIAL_TWICE = "serial_twice"
    SEED_TWICE = "seed_twice"
    BAD_MAC = "bad_mac"
    NO_MAC = "no_mac"
    UNKNOWN_ENCRYPTION = "unknown_encryption"
    UNKNOWN_POLICY = "unknown_policy"


@dataclass(frozen=True)
class KeyRow:
    """A key as the file has it; `row` is its line, or its number among the keys of an XML file."""

    row: int
    serial: str
    seed: bytes = field(repr=False)
    digits: int = 6
    counter: int = 0
    identifier: str = ""
    slot: int | None = None
    model: str = ""


@dataclass(frozen=True)
class WrongRow:
    """A key that cannot be taken; `serial` as far as it could be read."""

    row: int
    serial: str
    why: Why


Row = KeyRow | WrongRow


class Unfit(Exception):
    """Inside a reader: this key cannot be taken."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


def seed_of(text: str) -> bytes:
    """From hexadecimal; RFC 4226 (4, R6) wants 16 bytes at least. Raises Unfit."""
    if not text:
        raise Unfit(Why.NO_SEED)
    try:
        return sized(bytes.fromhex(text))
    except ValueError:
        raise Unfit(Why.BAD_SEED) from None


def sized(seed: bytes) -> bytes:
    """Raises Unfit if a seed has not 16 to 64 bytes."""
    if not 16 <= len(seed) <= 64:
        raise Unfit(Why.BAD_SEED)
    return seed


def digits_of(text: str) -> int:
    """Raises Unfit."""
    if text not in ("6", "8"):
        raise Unfit(Why.BAD_DIGITS)
    return int(text)


def counter_of(text: str) -> int:
    """Where a YubiKey can begin: a multiple of 16 below 2²⁰. Raises Unfit."""
    if not (text.isascii() and text.isdigit() and len(text) <= 20):
        raise Unfit(Why.BAD_COUNTER)
    counter = int(text)
    if counter >= COUNTER_END:
        raise Unfit(Why.BAD_COUNTER)
    if counter % COUNTER_STEP:
        raise Unfit(Why.COUNTER_STEP)
    return counter


def identifier_of(public_id: str, *, letters: int) -> str:
    """What the key types for an identifier of up to 12 modhex letters; only the first `letters` stay letters.

    The others it types as digits, which the letters of a to f are not. Raises Unfit.
    """
    if len(public_id) > 12 or len(public_id) % 2 or not modhex.is_modhex(public_id):
        raise Unfit(Why.BAD_IDENTIFIER)
    rest = modhex.to_hex(public_id[letters:])
    if not rest.isdigit() and rest:
        raise Unfit(Why.BAD_IDENTIFIER)
    return public_id[:letters] + rest


def checked(rows: Iterable[Row]) -> list[Row]:
    """Keys whose serial number or seed stands twice in a file are all wrong: nobody knows which is right."""
    found = list(rows)
    keys = [row for row in found if isinstance(row, KeyRow)]
    serials, seeds = Counter(row.serial for row in keys), Counter(row.seed for row in keys)

    def judged(row: Row) -> Row:
        if isinstance(row, KeyRow) and serials[row.serial] > 1:
            return WrongRow(row.row, row.serial, Why.SERIAL_TWICE)
        if isinstance(row, KeyRow) and seeds[row.seed] > 1:
            return WrongRow(row.row, row.serial, Why.SEED_TWICE)
        return row

    return [judged(row) for row in found]
