"""The member register as a CSV file: bytes in; rows, and what is wrong in which column, out. Pure.

The columns are stated in docs/operate/members-import.md.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeVar

from flexnet.lib.identifiers import BadIdentifier, Bsnr, Lanr, Why
from flexnet.members import entries, findings
from flexnet.members.errors import BadEntry
from flexnet.members.findings import BadFile, Unreadable, Values, Wrong

Word = TypeVar("Word")
if TYPE_CHECKING:
    from _csv import Reader as Lines
MOST_ROWS = 200_000
MOST_BYTES = 100_000_000
# strptime understands the same, and takes six times as long.
_DAYS = (
    re.compile(r"(?P<day>[0-9]{1,2})\.(?P<month>[0-9]{1,2})\.(?P<year>[0-9]{4})"),
    re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"),
)
_DELIMITERS = (";", ",", "\t")
_ENCODINGS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class Role(StrEnum):
    """How a person is bound to a practice."""

    OWNER = "owner"
    EMPLOYED = "employed"
    AUTHORISED = "authorised"
    DIRECTOR = "director"


_ROLES: Final = {
    "inhaber": Role.OWNER,
    "inhaberin": Role.OWNER,
    "angestellt": Role.EMPLOYED,
    "ermächtigt": Role.AUTHORISED,
    "leitung": Role.DIRECTOR,
}
_KINDS: Final = {"einzelpraxis": "single", "bag": "bag", "mvz": "mvz"}
_NUMBERS: Final = {
    Why.NOT_NINE_DIGITS: Wrong.NOT_NINE_DIGITS,
    Why.UNKNOWN_REGION: Wrong.UNKNOWN_REGION,
    Why.CHECK_DIGIT: Wrong.CHECK_DIGIT,
    Why.NO_NUMBER: Wrong.SUBSTITUTE,
    Why.OBSOLETE: Wrong.SUBSTITUTE,
    Why.HOSPITAL_DOCTOR: Wrong.SUBSTITUTE,
}


@dataclass(frozen=True)
class Problem:
    """What is wrong with a row; `row` counts as a spreadsheet does, the header is row 1."""

    row: int
    column: str
    why: Wrong
    values: Values = field(default_factory=dict)

    @property
    def what(self) -> str:
        return findings.ROWS[self.why].format(**self.values)

    def __str__(self) -> str:
        return f"row {self.row}, {self.column}: {self.what}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A row: a person at a site. An empty cell of a column that may be empty says nothing."""

    row: int
    bsnr: str
    main_bsnr: str
    practice: str
    kind: str
    street: str
    extra: str
    postcode: str
    town: str
    phone: str
    fax: str
    email: str
    lanr: str
    name: str
    role: Role
    from_on: date
    until_on: date | None
    active_from_on: date | None
    active_until_on: date | None


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
        row = _Row(number, cells, places, prefixes)
        entry = row.entry()
        found.numbers[number] = (entry.bsnr, entry.main_bsnr, entry.lanr)
        if row.problems:
            found.problems += row.problems
        else:
            found.entries.append(entry)


class _Row:
    """One row while it is read: each cell is asked for by its column."""

    def __init__(
        self, number: int, cells: list[str], places: dict[str, int], prefixes: Sequence[str]
    ) -> None:
        self.number, self.cells, self.places, self.prefixes = number, cells, places, prefixes
        self.problems: list[Problem] = []

    def entry(self) -> Entry:
        bsnr = self._site("BSNR")
        main = self._site("Haupt-BSNR") if self._cell("Haupt-BSNR") else bsnr
        role = self._word("Rolle", _ROLES, Role.OWNER)
        first = self._day("Von") or date.min
        last, active, inactive = self._day("Bis"), self._day("Tätigkeit von"), self._day("Tätigkeit bis")
        if not self._cell("Von"):
            self._note("Von", Wrong.MISSING)
        self._in_order("Bis", first, last)
        self._in_order("Tätigkeit bis", active, inactive)
        return Entry(
            self.number,
            bsnr,
            main,
            self._text("Praxis", lambda text: entries.required(text, field="name", longest=200)),
            self._word("Art", _KINDS, "") if self._cell("Art") else "",
            *self._address(),
            self._text("Telefon", entries.phone),
            self._text("Fax", lambda text: entries.phone(text, field="fax number")),
            self._text("E-Mail", entries.email),
            self._lanr(),
            self._text("Name", lambda text: entries.required(text, field="name", longest=200)),
            role,
            first,
            last,
            active,
            inactive,
        )

    def _address(self) -> tuple[str, str, str, str]:
        if not any(self._cell(column) for column in ("Straße", "PLZ", "Ort")):
            return "", "", "", ""
        return (
            self._text("Straße", lambda text: entries.required(text, field="street", longest=100)),
            self._text("Zusatz", lambda text: entries.optional(text, field="supplement", longest=100)),
            self._text("PLZ", entries.postcode),
            self._text("Ort", lambda text: entries.required(text, field="town", longest=100)),
        )

    def _site(self, column: str) -> str:
        try:
            number = Bsnr.parse(self._cell(column))
        except BadIdentifier as error:
            return self._wrong(column, error)
        if self.prefixes and number.region_key not in self.prefixes:
            self._note(column, Wrong.OTHER_KV, shown=number, own=", ".join(self.prefixes))
        return number

    def _lanr(self) -> str:
        try:
            return Lanr.parse(self._cell("LANR"))
        except BadIdentifier as error:
            return self._wrong("LANR", error)

    def _day(self, column: str) -> date | None:
        text = self._cell(column)
        if not text:
            return None
        for form in _DAYS:
            if found := form.fullmatch(text):
                with contextlib.suppress(ValueError):
                    return date(int(found["year"]), int(found["month"]), int(found["day"]))
        self._note(column, Wrong.NO_DAY, shown=text)
        return None

    def _text(self, column: str, checked: Callable[[str], str]) -> str:
        try:
            return checked(self._cell(column))
        except BadEntry as error:
            self._note(column, error.why, **error.values)
            return ""

    def _word(self, column: str, words: dict[str, Word], default: Word) -> Word:
        text = self._cell(column)
        if text.casefold() not in words:
            self._note(column, Wrong.NO_WORD, shown=text, words=", ".join(words))
        return words.get(text.casefold(), default)

    def _in_order(self, column: str, first: date | None, last: date | None) -> None:
        if first and last and last < first:
            self._note(column, Wrong.NOT_IN_ORDER, last=last.isoformat(), first=first.isoformat())

    def _wrong(self, column: str, error: BadIdentifier) -> str:
        shown = self._cell(column)
        self._note(column, _NUMBERS[error.why] if shown else Wrong.MISSING, shown=shown)
        return shown

    def _note(self, column: str, why: Wrong, **values: str) -> None:
        self.problems.append(Problem(self.number, column, why, values))

    def _cell(self, column: str) -> str:
        place = self.places.get(column.casefold())
        return self.cells[place].strip() if place is not None and place < len(self.cells) else ""


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
