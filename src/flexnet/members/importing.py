"""Make it happen: the member register is taken over from a file, as often as one likes.

Where all or nothing is wanted, nothing of a file is written before all of it was looked at. It is written in
short transactions, for no lock may wait until a hundred thousand rows are through; what an interruption left
out, the next import brings.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Final, TypeVar

from django.apps import apps

from flexnet import configuration, transactions
from flexnet.members import changes, import_bonds, import_plan, import_sites, questions
from flexnet.members.import_plan import Plan
from flexnet.members.import_steps import Change, Ending, Known, Outcome, Step
from flexnet.members.register_file import Register
from flexnet.members.register_rows import Problem

T = TypeVar("T")
_AT_ONCE: Final = 1000
_COUNTED_AFTER: Final = (1, 4, 16, 64)  # batches of a step: by then tables that began empty have grown
Progress = Callable[[int, int], None]
Keep = Callable[[Outcome], None]


def _nothing(*_found: object) -> None:
    """Where nobody wants to know."""


@dataclass
class Report:
    """What an import did, or would do: row by row, and what waits for somebody."""

    rows: int
    problems: list[Problem] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    endings: list[Ending] = field(default_factory=list)
    needs_four_eyes: bool = False
    asked: int = 0
    settled: int = 0
    is_written: bool = False

    @property
    def changed_rows(self) -> set[int]:
        return {change.row for change in self.changes} | {ending.row for ending in self.endings}

    @property
    def refused_rows(self) -> set[int]:
        return {problem.row for problem in self.problems}

    def lines(self) -> Iterator[tuple[int, str]]:
        """What is to be said of which row, in the order of the file; rows without a change are left out."""
        said = [(problem.row, f"{problem.column}: {problem.what}") for problem in self.problems]
        said += [(change.row, str(change)) for change in self.changes]
        said += [(ending.row, str(ending)) for ending in self.endings]
        yield from sorted(said, key=lambda line: line[0])


def run(
    register: Register,
    *,
    by: str,
    now: datetime,
    dry: bool = False,
    only_good: bool = False,
    is_complete: bool = True,
    progress: Progress | None = None,
    begin: Callable[[], None] = lambda: None,
    keep: Keep = _nothing,
) -> Report:
    """Compare the register with what is entered, and unless `dry` write what differs.

    With a problem in any row nothing is written (so all of it is compared before), or with `only_good` all
    other rows. Endings are written up to the number that one person may decide; more come back as a proposal
    (`Report.needs_four_eyes`), for `end_many`. With `is_complete` everybody whom the file does not name
    becomes a question; nothing ends.

    `begin` is called before the first row is written, `keep` in each transaction with what it found or did;
    what `progress` raises breaks off between two of them.
    """
    plan = import_plan.of(register.entries)
    known = Outcome(problems=[*register.problems, *plan.problems])
    tell = _telling(progress, plan.size if dry or only_good else 2 * plan.size)
    one = _Run(plan, by, now, tell)
    found, is_written = one.look(keep) if dry else one.take(known, begin, keep, only_good=only_good)
    problems = known.problems + found.problems
    report = Report(register.rows, problems, found.changes, found.endings, is_written=is_written)
    if dry or is_written:
        _keep_at_once(known, keep)
        _end(report, by=by, now=now, keep=keep)
    tell(plan.size)
    if is_complete:
        named = questions.Named(set(plan.bonds), _refused_numbers(register, report))
        report.asked, report.settled = questions.ask(named, writes=is_written, by=by, now=now)
    return report


def are_too_many(endings: int) -> bool:
    """Whether one person alone must not let so many end at once."""
    return endings > configuration.current().members.endings_without_four_eyes


def end_many(
    endings: Iterable[Mapping[str, object]], *, by: str, now: datetime, keep: Keep = _nothing
) -> int:
    """Write endings that a second person approved, as `Ending.payload` gives them; answers how many.

    What ended meanwhile, or is not there any more, is left as it is.
    """
    done = 0
    for chunk in _chunks(iter(endings)):
        with transactions.writing():
            found = import_bonds.end([Ending.restored(payload) for payload in chunk])
            _record(found, by=by, now=now)
            keep(found)
        done += len(found.changes)
    return done


def _end(report: Report, *, by: str, now: datetime, keep: Keep) -> None:
    """Few endings are written; many are kept as what waits for a second person."""
    report.needs_four_eyes = are_too_many(len(report.endings))
    if not report.is_written or report.needs_four_eyes:
        _keep_at_once(Outcome(endings=report.endings), keep)
    else:
        end_many([ending.payload for ending in report.endings], by=by, now=now, keep=keep)


def _keep_at_once(found: Outcome, keep: Keep) -> None:
    if found.problems or found.endings:
        with transactions.writing():
            keep(found)


@dataclass(frozen=True)
class _Run:
    """What a file says, compared with what is entered; endings are kept by whoever asked."""

    plan: Plan
    by: str
    now: datetime
    tell: Callable[[int], None]

    def look(self, keep: Keep = _nothing) -> tuple[Outcome, bool]:
        """Nothing is written."""
        return self._through(keep, writes=False), False

    def take(
        self, known: Outcome, begin: Callable[[], None], keep: Keep, *, only_good: bool
    ) -> tuple[Outcome, bool]:
        """What is right is written, or all of it, or nothing; answers whether it was."""
        if not only_good:
            found, _ = self.look()
            if known.problems or found.problems or not found.changes:
                return found, not (known.problems or found.problems)
        begin()
        return self._through(keep, writes=True), True

    def _through(self, keep: Keep, *, writes: bool) -> Outcome:
        """All of it in batches; each is a transaction."""
        total, known = Outcome(), Known()
        for step, said in self._steps(known):
            for number, chunk in enumerate(_chunks(said)):
                if writes and number in _COUNTED_AFTER:
                    transactions.count_anew(apps.get_app_config("members").get_models())
                with transactions.writing():
                    found = step.take(chunk, writes=writes, now=self.now)
                    if writes:
                        _record(found, by=self.by, now=self.now)
                    keep(Outcome(changes=found.changes, problems=found.problems))
                total.add(found)
                self.tell(len(chunk))
        return total

    def _steps(self, known: Known) -> Iterator[tuple[Step, Iterator[object]]]:
        plan = self.plan
        yield import_sites.Sites(known), iter(plan.sites.values())
        yield import_sites.People(known), iter(plan.people.values())
        yield import_bonds.Bonds(known), iter(plan.bonds.values())
        yield import_bonds.Activities(known), iter(plan.activities.values())


def _record(found: Outcome, *, by: str, now: datetime) -> None:
    changes.record_all(found.acts, found.touched, "register_imported", by=by, now=now)


def _refused_numbers(register: Register, report: Report) -> set[str]:
    """Whoever stands in a refused row is named all the same."""
    return {number for row in report.refused_rows for number in register.numbers.get(row, ())}


def _chunks(things: Iterator[T]) -> Iterator[list[T]]:
    while chunk := list(islice(things, _AT_ONCE)):
        yield chunk


def _telling(progress: Progress | None, total: int) -> Callable[[int], None]:
    done = 0

    def tell(more: int) -> None:
        nonlocal done
        done += more
        if progress:
            progress(min(done, total), total)

    return tell
