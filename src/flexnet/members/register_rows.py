"""A row of the member register: cells in; what it says, or what is wrong in which column, out. Pure."""

import contextlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, TypeVar

from flexnet.lib.identifiers import BadIdentifier, Bsnr, Lanr, Why
from flexnet.members import entries, findings
from flexnet.members.errors import BadEntry
from flexnet.members.findings import Values, Wrong

Word = TypeVar("Word")
# strptime understands the same, and takes six times as long.
_DAYS = (
    re.compile(r"(?P<day>[0-9]{1,2})\.(?P<month>[0-9]{1,2})\.(?P<year>[0-9]{4})"),
    re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"),
)


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


class Row:
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
