"""Show me: the intervals that hold at an instant, and whose they are."""

from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet

from flexnet.access.models import Interval


def holding(now: datetime) -> QuerySet[Interval]:
    """All of them: for accesses that are known."""
    return Interval.objects.filter(_begun(now), Q(until_at=None) | Q(until_at__gt=now))


def of_each(now: datetime, **where: Any) -> QuerySet[Interval]:
    """As `holding`, of the access on whose row it is asked (`Exists`)."""
    return holding(now).filter(access=OuterRef("pk"), **where)


def whose(now: datetime, **where: Any) -> QuerySet[Interval, int]:
    """The numbers of the accesses of which one of a `channel` and `reason` holds; by index alone.

    What never ends and what will are each a range of the index; together in one condition they are none.
    """
    begun = Interval.objects.filter(_begun(now), **where).values_list("access", flat=True)
    return begun.filter(until_at=None).union(begun.filter(until_at__gt=now), all=True)


def is_among(now: datetime, **where: Any) -> Q:
    """Of an access: whether it is one of `whose`, which are found once, by index, before any is asked."""
    begun = Interval.objects.filter(_begun(now), **where).values("access")
    return Q(pk__in=begun.filter(until_at=None)) | Q(pk__in=begun.filter(until_at__gt=now))


def _begun(now: datetime) -> Q:
    return Q(from_at=None) | Q(from_at__lte=now)
