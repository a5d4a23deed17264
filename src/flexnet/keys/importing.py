"""Make it happen: keys are brought in from a file; looked at first, in portions, as often as one likes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from flexnet import transactions
from flexnet.audit import actions as audit
from flexnet.keys import actions
from flexnet.keys.errors import BadKey, KeyExists
from flexnet.keys.models import Key
from flexnet.lib import key_files, pskc
from flexnet.lib.key_rows import BadKeyFile, KeyRow, Row, Why, WrongRow

MOST_KEYS: Final = 20_000
_PORTION: Final = 100  # keys in a transaction: for so long a sign-in waits


class Format(StrEnum):
    """What the file is (DOMAIN.md, 7.6)."""

    YUBICO = "yubico"
    LOG = "log"
    OATH = "oath"
    PSKC = "pskc"


class What(StrEnum):
    """What becomes of a key of the file."""

    NEW = "new"
    THERE = "there"
    OTHER_SEED = "other_seed"
    REFUSED = "refused"


@dataclass(frozen=True)
class Line:
    """One key of the file; `why` says what is wrong with it, if anything is."""

    row: int
    serial: str
    what: What
    why: Why | str = ""

    @property
    def is_wrong(self) -> bool:
        return self.what in (What.OTHER_SEED, What.REFUSED)


@dataclass(frozen=True)
class Report:
    """Of every key of the file, in its order; written only if it says so."""

    lines: tuple[Line, ...]
    is_written: bool = False

    def count(self, what: What) -> int:
        return Counter(line.what for line in self.lines)[what]

    @property
    def wrong(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.is_wrong)


def read(content: bytes, form: Format, *, digits: int = 6, secrets: pskc.Secrets = pskc.NONE) -> list[Row]:
    """What the file has; only Yubico's own format has to be told how many digits. Raises BadKeyFile."""
    rows = _read(content, form, digits, secrets)
    if not rows:
        raise BadKeyFile("The file has no key of OATH-HOTP in this format.")
    if len(rows) > MOST_KEYS:
        raise BadKeyFile(f"The file has more than {MOST_KEYS} keys. Bring them in by several files.")
    return rows


def look(rows: Sequence[Row]) -> Report:
    """What would become of each; writes nothing."""
    there = {key.serial: key for some in _portions(rows) for key in _there(some)}
    return Report(tuple(_line(row, there.get(row.serial)) for row in rows))


def run(
    rows: Sequence[Row], *, sha256: str, only_good: bool = False, by: str, reason: str, now: datetime
) -> Report:
    """Bring in all of them, or with `only_good` those that are right; nothing if one is wrong otherwise.

    What is there already stays as it is, its counter too: whatever breaks off is done again, and leads to
    the same. `sha256` names the file.
    """
    report = look(rows)
    if report.wrong and not only_good:
        return report
    new = {line.row for line in report.lines if line.what is What.NEW}
    wanted = [row for row in rows if isinstance(row, KeyRow) and row.row in new]
    came_between = [
        line for some in _portions(wanted) for line in _bring_in(some, by=by, reason=reason, now=now)
    ]
    lines = {line.row: line for line in (*report.lines, *came_between)}
    with transactions.writing():
        data = {"sha256": sha256, "new": len(wanted) - len(came_between)}
        audit.record("keys.imported", by=by, subject="keys:all", data={**data, "reason": reason})
    return Report(tuple(lines.values()), is_written=True)


def _read(content: bytes, form: Format, digits: int, secrets: pskc.Secrets) -> list[Row]:
    if form is Format.PSKC:
        return pskc.read(content, secrets)
    if form is Format.YUBICO:
        return key_files.yubico_csv(content, digits=digits)
    return key_files.oath_csv(content) if form is Format.OATH else key_files.traditional_log(content)


def _line(row: Row, there: Key | None) -> Line:
    if isinstance(row, WrongRow):
        return Line(row.row, row.serial, What.REFUSED, row.why)
    if there is None:
        return _judged(row)
    same = (there.digits, there.identifier) == (row.digits, row.identifier)
    if same and actions.has_seed(there, row.seed):
        return Line(row.row, row.serial, What.THERE)
    return Line(row.row, row.serial, What.OTHER_SEED)


def _judged(row: KeyRow) -> Line:
    try:
        actions.check(row.serial, row.seed, row.digits, row.identifier, row.counter)
        actions.check_make(_make(row))
    except BadKey as bad:
        return Line(row.row, row.serial, What.REFUSED, str(bad))
    return Line(row.row, row.serial, What.NEW)


def _bring_in(rows: Sequence[Row], *, by: str, reason: str, now: datetime) -> list[Line]:
    """One portion; answers those that somebody else brought in meanwhile."""
    late = []
    with transactions.writing():
        for row in rows:
            if isinstance(row, KeyRow) and not _add(row, by=by, reason=reason, now=now):
                late.append(_line(row, Key.objects.get(serial=row.serial)))
    return late


def _add(row: KeyRow, **act: Any) -> bool:
    """Inside a transaction, of which a key that is there already undoes nothing else."""
    kind: dict[str, Any] = {"digits": row.digits, "identifier": row.identifier, "counter": row.counter}
    try:
        with transactions.attempt():
            actions.add(serial=row.serial, seed=row.seed, make=_make(row), **kind, **act)
    except KeyExists:
        return False
    return True


def _make(row: KeyRow) -> actions.Make:
    return actions.Make(model=row.model, slot=row.slot)


def _there(rows: Sequence[Row]) -> list[Key]:
    return list(Key.objects.filter(serial__in=[row.serial for row in rows if isinstance(row, KeyRow)]))


def _portions(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for begin in range(0, len(rows), _PORTION):
        yield rows[begin : begin + _PORTION]
