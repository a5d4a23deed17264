"""Show me: who is certified on a day, and when services are limited."""

from datetime import date, datetime

from django.db.models import Q, QuerySet

from flexnet import configuration
from flexnet.publications import rules
from flexnet.publications.models import Certificate, Maintenance


def certified(on: date) -> list[Certificate]:
    """Whoever is certified on this day, once each, in no order that says anything."""
    valid = Q(withdrawn_on=None) | Q(withdrawn_on__gt=on)
    rows = Certificate.objects.filter(valid, from_on__lte=on, until_on__gte=on).order_by("until_on")
    latest = {row.name: row for row in rows}
    order = configuration.current().profile.provider_order
    return rules.ordered(latest.values(), order=order, on=on)


def certificates() -> QuerySet[Certificate]:
    """All of them, also those that ran out."""
    return Certificate.objects.order_by("name", "from_on")


def maintenance(now: datetime) -> QuerySet[Maintenance]:
    """What goes on or is to come, the next first."""
    return Maintenance.objects.filter(cancelled_at=None, ends_at__gt=now).order_by("begins_at")
