"""Show me: since when a practice has been in the same hands, though they may have changed one by one."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from flexnet.members.models import Ownership, Practice

Span = tuple[date, date | None]


def held_since(practices: Sequence[Practice], on: date) -> dict[int, date | None]:
    """Of each, the first day of those who hold it on a day, and of partners who were there before them.

    After a takeover it is the takeover's day: what was their predecessors' does not pass on. None: as long as
    there is one; an MVZ is its own, and a change of director is no takeover.
    """
    held = [one.pk for one in practices if one.kind != Practice.Kind.MVZ]
    spans = defaultdict[int, list[Span]](list)
    rows = Ownership.objects.filter(practice__in=held, from_on__lte=on).order_by()
    for practice, begin, end in rows.values_list("practice", "from_on", "until_on") if held else ():
        spans[practice].append((begin, end))
    return {one.pk: begin_of_last(spans[one.pk]) for one in practices}


def begin_of_last(spans: Iterable[Span]) -> date | None:
    """Of spans, last days inclusive, the beginning of the last ones that hang together by common days."""
    first: date | None = None
    last: date | None = None
    for begin, end in sorted(spans, key=lambda span: span[0]):
        if first is None or (last is not None and begin > last):
            first, last = begin, end
        elif last is not None:
            last = None if end is None else max(last, end)
    return first
