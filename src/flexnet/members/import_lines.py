"""The report of an import, as lines that are kept: what is to be said of which row."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flexnet import transactions
from flexnet.members.findings import Wrong
from flexnet.members.import_models import RegisterImport, RegisterLine
from flexnet.members.import_steps import Change, Ending, Outcome, What
from flexnet.members.register_rows import Problem

Kind = RegisterLine.Kind
ROWS: Final = 50


@dataclass(frozen=True)
class Said:
    """A line as it was kept: of a wrong one the column, of others the subject."""

    row: int
    about: str
    what: Wrong | What | Ending
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Page:
    """Some rows with all their lines; `next_after` is where the next page begins, None at the end."""

    rows: Mapping[int, list[Said]]
    next_after: int | None


def keep(of: RegisterImport, found: Outcome, *, is_done: bool) -> None:
    """Inside the transaction that does what the lines say."""
    lines = [_line(Kind.WRONG, one.row, _wrong(one)) for one in found.problems]
    lines += [_line(Kind.CHANGE, one.row, _change(one)) for one in found.changes]
    lines += [_line(Kind.ENDING, one.row, one.payload) for one in found.endings]
    for line in lines:
        line.of_id, line.is_done = of.pk, is_done
    transactions.insert_all(lines)


def clear(of: RegisterImport, *, is_done: bool, kinds: tuple[RegisterLine.Kind, ...] = tuple(Kind)) -> None:
    """Inside a transaction: before the same is found again."""
    RegisterLine.objects.filter(of=of, is_done=is_done, kind__in=kinds).delete()


def endings(of: RegisterImport) -> Iterator[dict[str, Any]]:
    """Those that wait for a second person, in the order of the file, as `Ending.payload` gives them."""
    rows = RegisterLine.objects.filter(of=of, is_done=True, kind=Kind.ENDING).order_by("row", "pk")
    yield from (json.loads(said) for said in rows.values_list("said", flat=True).iterator())


def changed_rows(of: RegisterImport) -> int:
    """How many rows changed something."""
    lines = RegisterLine.objects.filter(of=of, is_done=True, kind=Kind.CHANGE)
    return lines.order_by().values("row").distinct().count()


def page(of: RegisterImport, *, is_done: bool, kind: str = "", after: int = 0) -> Page:
    """The rows that come after this one and of which something is to be said, in the order of the file."""
    lines = RegisterLine.objects.filter(of=of, is_done=is_done, row__gt=after)
    if kind:
        lines = lines.filter(kind=kind)
    numbers = list(lines.order_by("row").values_list("row", flat=True).distinct()[: ROWS + 1])
    shown = numbers[:ROWS]
    rows: dict[int, list[Said]] = {number: [] for number in shown}
    if shown:
        for line in lines.filter(row__lte=shown[-1]).order_by("row", "pk"):
            rows[line.row].append(_said(line))
    return Page(rows, shown[-1] if len(numbers) > ROWS else None)


def every(of: RegisterImport, *, is_done: bool) -> Iterator[Said]:
    """All of it."""
    lines = RegisterLine.objects.filter(of=of, is_done=is_done).order_by("row", "pk")
    yield from (_said(line) for line in lines.iterator())


def _line(kind: RegisterLine.Kind, row: int, said: Mapping[str, object]) -> RegisterLine:
    return RegisterLine(kind=kind.value, row=row, said=json.dumps(said, ensure_ascii=False))


def _wrong(one: Problem) -> dict[str, object]:
    return {"about": one.column, "what": one.why, "values": dict(one.values)}


def _change(one: Change) -> dict[str, object]:
    return {"about": one.subject, "what": one.what, "values": dict(one.values)}


def _said(line: RegisterLine) -> Said:
    said = json.loads(line.said)
    if line.kind == Kind.ENDING:
        ending = Ending.restored(said)
        return Said(line.row, f"person:{ending.lanr}", ending, ending.values)
    what = Wrong(said["what"]) if line.kind == Kind.WRONG else What(said["what"])
    return Said(line.row, said["about"], what, said["values"])
