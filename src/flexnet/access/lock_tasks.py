"""Show me: what somebody has to look at because of locks: reports, breaches, journeys abroad."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from flexnet.access import rules
from flexnet.access.models import Breach, Lock, TravelPass


@dataclass(frozen=True)
class BreachDue:
    """A breach that is not closed, and the time left to report it; less than nothing when it is late."""

    breach: Breach
    due_at: datetime
    left: timedelta


def desk_emergency_locks() -> list[Lock]:
    """Locks by the revocation word that nobody has looked at yet, oldest first: the topmost task."""
    return list(_unreviewed().filter(report__knew_word=True))


def desk_reported_locks() -> list[Lock]:
    """Locks on a report, after which nobody has asked yet (§ 7(2): lock first), oldest first."""
    return list(_unreviewed().filter(report__knew_word=False))


def desk_breaches(now: datetime) -> list[BreachDue]:
    """Breaches that are not closed, with what is left of their 72 hours; the most urgent first."""
    rows = Breach.objects.filter(closed_at=None).select_related(
        "lock__access__account", "lock__key", "lock__practice"
    )
    due = [(row, rules.breach_due_at(row.noticed_at)) for row in rows.order_by("noticed_at", "pk")]
    return [BreachDue(row, due_at, due_at - now) for row, due_at in due]


def desk_travel_passes(now: datetime) -> list[TravelPass]:
    """Passes that hold today or will, in the order in which they begin."""
    rows = TravelPass.objects.filter(revoked_at=None, until_on__gte=rules.day_of(now))
    return list(rows.select_related("access__account").order_by("from_on", "pk"))


def _unreviewed() -> QuerySet[Lock]:
    rows = Lock.objects.filter(report__isnull=False, reviewed_at=None, lifted_at=None)
    return rows.select_related("report", "access__account", "key", "practice").order_by("imposed_at", "pk")
