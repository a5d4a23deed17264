"""The member register as a CSV file: bytes in; rows, and what is wrong with them, out. Pure.

The columns are stated in docs/operate/members-import.md.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from flexnet.members.findings import BadFile, Unreadable
from flexnet.members.register_rows import Entry, Problem, Row

if TYPE_CHECKING:
    from _csv import Reader as Lines
MOST_ROWS = 200_000
MOST_BYTES = 100_000_000
_DELIMITERS = (";", ",", "\t")
_ENCODINGS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass
class Register:
    """What a file holds; `numbers` are those that stand in each row, also in a wrong one."""

    encoding: str
    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unread_columns: tuple[str, ...] = ()
    numbers: dict[int, tuple[str, ...]] = field(default_factory=dict)
    rows: int = 0


def read(content: bytes, *, prefixes: Sequence[str] = ()) -> Register:
    """Every row; those that are wrong are problems. `prefixes` are those of the KV's own BSNRs.

    Raises BadFile.
    """
    text, encoding = _decoded(content)
    lines = _lines(text)
    try:
        header = _header(lines)
        unread = tuple(name for name in header if name and name.casefold() not in _COLUMNS)
        found = Register(encoding, unread_columns=unread)
        _read_rows(found, lines, _places(header), prefixes)
    except csv.Error as error:
        raise BadFile(Unreadable.NO_CSV, line=str(lines.line_num), error=str(error)) from None
    return found


def check(content: bytes) -> None:
    """Whether it is such a file at all, by all but its rows. Raises BadFile."""
    text, _encoding = _decoded(content)
    try:
        _places(_header(_lines(text)))
    except csv.Error as error:
        raise BadFile(Unreadable.NO_CSV, line="1", error=str(error)) from None


def _lines(text: str) -> Lines:
    return csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)


def _header(lines: Iterator[list[str]]) -> list[str]:
    return [name.strip() for name in next(lines, [])]


def _read_rows(
    found: Register, lines: Iterator[list[str]], places: dict[str, int], prefixes: Sequence[str]
) -> None:
    for number, cells in enumerate(lines, 2):
        if not any(cell.strip() for cell in cells):
            continue
        found.rows += 1
        if found.rows > MOST_ROWS:
            raise BadFile(Unreadable.TOO_MANY_ROWS, most=str(MOST_ROWS))
        row = Row(number, cells, places, prefixes)
        entry = row.entry()
        found.numbers[number] = (entry.bsnr, entry.main_bsnr, entry.lanr)
        if row.problems:
            found.problems += row.problems
        else:
            found.entries.append(entry)


_REQUIRED: Final = ("BSNR", "Praxis", "LANR", "Name", "Rolle", "Von")
_OPTIONAL: Final = (
    "Haupt-BSNR",
    "Art",
    "Straße",
    "Zusatz",
    "PLZ",
    "Ort",
    "Telefon",
    "Fax",
    "E-Mail",
    "Bis",
    "Tätigkeit von",
    "Tätigkeit bis",
)
_COLUMNS: Final = frozenset(name.casefold() for name in (*_REQUIRED, *_OPTIONAL))


def _places(header: Sequence[str]) -> dict[str, int]:
    names = [name.casefold() for name in header]
    missing = [name for name in _REQUIRED if name.casefold() not in names]
    if missing:
        raise BadFile(Unreadable.NO_COLUMNS, names=", ".join(missing))
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise BadFile(Unreadable.COLUMN_TWICE, names=", ".join(twice))
    return {name: place for place, name in enumerate(names)}


def _decoded(content: bytes) -> tuple[str, str]:
    """Excel writes UTF-8 with a mark, UTF-16, or Windows-1252, by the way it is saved."""
    if len(content) > MOST_BYTES:
        raise BadFile(Unreadable.TOO_BIG, most=str(MOST_BYTES // 1_000_000))
    named = [encoding for mark, encoding in _ENCODINGS if content.startswith(mark)]
    for encoding in named or ("utf-8", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            raise BadFile(Unreadable.NULL_BYTES)
        return text, encoding
    raise BadFile(Unreadable.ENCODING)


def _delimiter(text: str) -> str:
    header = text.partition("\n")[0]
    return max(_DELIMITERS, key=header.count)
