"""What does an access owe the KV? Pure: its key once it is over, a promise once terms have changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from flexnet.access import rules
from flexnet.access.models import Access, Owed
from flexnet.access.rules import Facts, OfTerms, Span


@dataclass(frozen=True)
class Debt:
    """Something that has to come from an instant on, until another; None is the end of time."""

    what: Owed.What
    from_at: datetime
    until_at: datetime | None = None


def debts(facts: Facts) -> list[Debt]:
    """For all time from now on; what was owed once and has come is not told."""
    return [*_key(facts), *_promise(facts)]


def over_at(facts: Facts) -> datetime | None:
    """From when on nothing helps but a new access, whatever locks it besides; None: no such day is known."""
    spans = (*facts.passed_on, *facts.ended, *facts.withdrawn)
    ends = [span.from_at for span in spans if span.until_at is None]
    if facts.interest and facts.interest.until_at:
        ends.append(facts.interest.until_at)
    if over := rules.after_activity(facts):
        ends.append(max([over, *(span.until_at for span in facts.exempt if span.until_at)]))
    return min(ends, default=None)


def _key(facts: Facts) -> Iterator[Debt]:
    """Once the access is over for good (§ 10(2))."""
    over = over_at(facts)
    for key in facts.keys:
        if over and key.held.until_at is None:
            yield Debt(Owed.What.KEY, max(over, key.held.from_at))


def _promise(facts: Facts) -> Iterator[Debt]:
    """To keep the newest terms that need consent, where an earlier version was promised; never by staff."""
    newest = max(facts.announced, key=lambda one: one.version, default=None)
    over = over_at(facts)
    if newest is None or facts.kind == Access.Kind.EMPLOYEE or (over and over <= newest.held.from_at):
        return
    asked = Span(newest.held.from_at, over)
    turns = (at for one in facts.given for at in (one.held.from_at, one.held.until_at))
    begins = sorted({asked.from_at, *(at for at in turns if at and asked.holds(at))})
    for begin, end in pairwise([*begins, asked.until_at]):
        if begin and _is_behind(facts.given, newest.version, begin):
            yield Debt(Owed.What.PROMISE, begin, end)


def _is_behind(given: tuple[OfTerms, ...], version: int, at: datetime) -> bool:
    promised = [one.version for one in given if one.held.holds(at)]
    return bool(promised) and max(promised) < version
