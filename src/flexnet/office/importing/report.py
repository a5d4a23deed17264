"""The report of an import as a page and a file show it: each row with all that is to be said of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy

from flexnet.members import import_lines
from flexnet.members.findings import Wrong
from flexnet.members.import_lines import Kind, Said
from flexnet.members.import_models import RegisterImport
from flexnet.members.import_steps import Ending, What
from flexnet.office import happenings
from flexnet.office.happenings import Detail
from flexnet.office.importing import words
from flexnet.office.lists.listing import Cell
from flexnet.web.status import Status

WRONG: Final = Status(gettext_lazy("Falsch"), "error", "error")
CHANGES: Final = Status(gettext_lazy("Ändert etwas"), "change")
CHANGED: Final = Status(gettext_lazy("Eingetragen"), "check", "ok")
ENDS: Final = Status(gettext_lazy("Beendet etwas"), "clock", "warning")
WAITS: Final = Status(gettext_lazy("Wartet"), "clock", "warning")
FILTERS: Final = {
    Kind.WRONG: gettext_lazy("Falsche Zeilen"),
    Kind.CHANGE: gettext_lazy("Änderungen"),
    Kind.ENDING: gettext_lazy("Beendigungen"),
}
HEADINGS: Final = (
    gettext_lazy("Zeile"),
    gettext_lazy("Stand"),
    gettext_lazy("Wo"),
    gettext_lazy("Was"),
    gettext_lazy("Bisher"),
    gettext_lazy("Künftig"),
)


@dataclass(frozen=True)
class Line:
    """One thing about a row."""

    status: Status
    about: str
    text: str
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True)
class Row:
    """A row of the file, by its number."""

    number: int
    lines: Sequence[Line]


@dataclass(frozen=True)
class Page:
    """Some rows; `next_after` leads to the next."""

    rows: Sequence[Row]
    next_after: int | None
    kind: str
    is_first: bool


def page(of: RegisterImport, *, kind: str, after: int) -> Page:
    """What would happen; once it was written what happened."""
    chosen = kind if kind in FILTERS else ""
    found = import_lines.page(of, is_done=is_done(of), kind=chosen, after=after)
    rows = [
        Row(number, [line(said, is_done=is_done(of)) for said in lines])
        for number, lines in found.rows.items()
    ]
    return Page(rows, found.next_after, chosen, is_first=after == 0)


def is_done(of: RegisterImport) -> bool:
    return of.finished_at is not None


def cells(of: RegisterImport) -> Iterator[list[Cell]]:
    """All of it as lines of a file."""
    for said in import_lines.every(of, is_done=is_done(of)):
        one = line(said, is_done=is_done(of))
        head = [str(said.row), str(one.status.word), one.about, one.text]
        for detail in one.details or (Detail("", "", ""),):
            place = f"{one.text}: {detail.label}" if detail.label else one.text
            texts = [*head[:3], place, detail.before or "", detail.value]
            yield [Cell(text) for text in texts]


def line(said: Said, *, is_done: bool) -> Line:
    about = said.about if isinstance(said.what, Wrong) else happenings.about(said.about)
    return Line(
        _status(said, is_done=is_done), about, words.of_row(said.what, said.values), tuple(_details(said))
    )


def _status(said: Said, *, is_done: bool) -> Status:
    if isinstance(said.what, Wrong):
        return WRONG
    if isinstance(said.what, Ending):
        return WAITS if is_done else ENDS
    return CHANGED if is_done else CHANGES


def _details(said: Said) -> Iterator[Detail]:
    """Before and after of what differs."""
    if said.what in (What.DIFFERS, What.MOVED, What.ADDRESS):
        for name, (before, after) in said.values.items():
            yield Detail(words.label(name), happenings.shown(name, after), happenings.shown(name, before))
