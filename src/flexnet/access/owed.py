"""Show me: which accesses owe the KV something, as their facts say."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from flexnet.access.models import KeyAssignment, Owed
from flexnet.keys.models import Movement, Place

_FIRST: Final = 200
_AT_ONCE: Final = 2_000


def keys(now: datetime) -> QuerySet[Owed]:
    """Accesses that are over for good and still have their key, the longest first; a lost one nobody has."""
    here = Movement.objects.filter(key=OuterRef("key"), until_at=None)
    lost = KeyAssignment.objects.filter(
        Exists(here.filter(place=Place.LOST)), access=OuterRef("access"), until_at=None
    )
    return _lasting(Owed.What.KEY, now).filter(~Exists(lost))


def promises(now: datetime) -> Iterator[list[int]]:
    """The numbers of the accesses that wait for a promise to keep the newest terms, in portions.

    A desk needs no more than the first of them, which is small. What will end and what lasts are each a
    range of an index; together in one condition they are none.
    """
    ending = Owed.objects.filter(what=Owed.What.PROMISE, from_at__lte=now, until_at__gt=now)
    for rows in (ending.order_by("until_at", "access"), _lasting(Owed.What.PROMISE, now)):
        yield from _portions(rows.values_list("access", flat=True))


def _lasting(what: Owed.What, now: datetime) -> QuerySet[Owed]:
    rows = Owed.objects.filter(Q(until_at=None), what=what, from_at__lte=now)
    return rows.order_by("from_at", "access")


def _portions(rows: QuerySet[Owed, int]) -> Iterator[list[int]]:
    first = list(rows[:_FIRST])
    if first:
        yield first
    rest = list(rows[_FIRST:]) if len(first) == _FIRST else []
    for begin in range(0, len(rest), _AT_ONCE):
        yield rest[begin : begin + _AT_ONCE]
