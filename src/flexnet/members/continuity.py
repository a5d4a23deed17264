"""Show me: since when a practice has been in the same hands, though they may have changed one by one."""

from collections.abc import Iterable
from datetime import date

from flexnet.members.models import Ownership, Practice

Span = tuple[date, date | None]


def held_since(practice: Practice, on: date) -> date | None:
    """The first day of those who hold it on a day, and of partners who were there before them.

    After a takeover it is the takeover's day: what was their predecessors' does not pass on. None: as long as
    there is one; an MVZ is its own, and a change of director is no takeover.
    """
    if practice.kind == Practice.Kind.MVZ:
        return None
    rows = Ownership.objects.filter(practice=practice, from_on__lte=on)
    return begin_of_last(rows.values_list("from_on", "until_on"))


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
