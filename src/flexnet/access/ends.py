"""Show me: accesses that end by themselves, after the activity (§ 10(3)) or with a third party's interest."""

from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import QuerySet

from flexnet.access.models import Interval
from flexnet.access.rules import Channel, Reason, day_ends, day_of

BY_THEMSELVES: Final = (Reason.ACTIVITY_OVER, Reason.INTEREST_OVER)


def between(first: date, last: date) -> list[tuple[int, date]]:
    """Accesses with their last day, if that is one of these; the next one first.

    None that is derived: it ends with the member's. Where a notice ends it before, nothing ends by itself.
    """
    begin = day_ends(first)
    ends = _ends().filter(from_at__gte=begin, from_at__lte=day_ends(last), access__origin=None)
    # What lasts and what ends are each a range of an index; together in one condition they are none.
    parts = (ends.filter(until_at=None), ends.filter(until_at__gt=begin))
    found = {row for part in parts for row in part.values_list("from_at", "access")}
    return [(access, _last_day(at)) for at, access in sorted(found) if at]


def why(access_id: int, last_on: date) -> Reason | None:
    """Why it ends with that day; None: it does not, as things are now."""
    rows = _ends().filter(access=access_id, from_at=day_ends(last_on))
    found = rows.values_list("reason", flat=True).first()
    return Reason(found) if found else None


def _ends() -> QuerySet[Interval]:
    return Interval.objects.filter(channel=Channel.PORTAL, reason__in=BY_THEMSELVES)


def _last_day(ends_at: datetime) -> date:
    return day_of(ends_at - timedelta(microseconds=1))
