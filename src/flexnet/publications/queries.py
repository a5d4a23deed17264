"""Show me: who is certified on a day, whose ranges hold all the same, and when services are limited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from flexnet import configuration
from flexnet.access.models import Access
from flexnet.access.rules import day_of
from flexnet.publications import held, rules
from flexnet.publications.errors import NoSuchProvider, NoSuchRange, NoSuchStop
from flexnet.publications.models import Certificate, Maintenance, Provider, Range, Stop, Use
from flexnet.publications.networks import Held


def certified(on: date) -> list[Certificate]:
    """Whoever is certified on this day, once each, in no order that says anything."""
    rows = _valid(on).select_related("provider").order_by("until_on")
    latest = {row.name: row for row in rows}
    order = configuration.current().profile.provider_order
    return rules.ordered(latest.values(), order=order, on=on)


def certificates() -> QuerySet[Certificate]:
    """All of them, also those that ran out."""
    return Certificate.objects.select_related("provider").order_by("provider__name", "from_on")


def maintenance(now: datetime) -> QuerySet[Maintenance]:
    """What goes on or is to come, the next first."""
    return Maintenance.objects.filter(cancelled_at=None, ends_at__gt=now).order_by("begins_at")


@dataclass(frozen=True)
class Line:
    """A provider as it stands on a day: its ranges, and what stops them, none or one that counts."""

    provider: Provider
    certified_until: date | None
    ranges: Sequence[Held]
    stop: Stop | None
    on: date

    @property
    def holding(self) -> list[Held]:
        return [one for one in self.ranges if one.holds(self.on)]

    @property
    def is_certified(self) -> bool:
        return self.certified_until is not None and self.on <= self.certified_until

    @property
    def needs_decision(self) -> bool:
        """It is not certified any more, participants still come by it, and nobody said until when."""
        return bool(self.holding) and not self.is_certified and self.stop is None

    @property
    def needs_letters(self) -> bool:
        """It is to stop, and will not before those concerned were written to."""
        return bool(self.holding) and self.stop is not None and not self.stop.takes_effect


def provider(name: str) -> Provider:
    """Raises NoSuchProvider."""
    row = Provider.objects.filter(name=name).first()
    if row is None:
        raise NoSuchProvider(f"There is no provider {name!r}. They stand in: flexnet provider list")
    return row


def provider_numbered(number: int) -> Provider | None:
    """None: there is none."""
    return Provider.objects.filter(pk=number).first()


def range_numbered(number: int) -> Range:
    """Raises NoSuchRange."""
    row = Range.objects.select_related("provider").filter(pk=number).first()
    if row is None:
        raise NoSuchRange(f"There is no range {number}.")
    return row


def stop_numbered(number: int) -> Stop:
    """Raises NoSuchStop."""
    row = Stop.objects.select_related("provider").filter(pk=number).first()
    if row is None:
        raise NoSuchStop(f"There is no stop {number}.")
    return row


def is_certified(provider: Provider, on: date) -> bool:
    """Whether one of its certificates holds on this day."""
    return _valid(on).filter(provider=provider).exists()


def providers(on: date) -> list[Line]:
    """Every provider as it stands on a day, in the order of the alphabet."""
    ranges, stops, until = held.all_held(), _stops_that_count(on), _certified_until()
    rows = rules.ordered(Provider.objects.all(), order="alphabetical", on=on)
    return [
        Line(
            row,
            until.get(row.pk),
            sorted(
                (one for one in ranges if one.provider == row.pk), key=lambda one: (one.from_on, one.number)
            ),
            stops.get(row.pk),
            on,
        )
        for row in rows
    ]


def desk_providers(now: datetime) -> list[Line]:
    """Those whose ranges hold though nobody certifies them, or that wait for letters to stop."""
    if not Range.objects.exists():
        return []
    return [one for one in providers(day_of(now)) if one.needs_decision or one.needs_letters]


def affected(provider: Provider, now: datetime, *, days: int) -> QuerySet[Use]:
    """Accesses that signed in by a provider's ranges within so many days, whoever came last first."""
    rows = Use.objects.filter(provider=provider, last_at__gte=now - timedelta(days=days))
    bonds = ("account", "site__practice", "person", "third_party", "origin__site__practice", "origin__person")
    return rows.select_related(*(f"access__{bond}" for bond in bonds)).order_by("-last_at", "access")


def uses_of(access: Access) -> QuerySet[Use]:
    """By which providers an access signed in, and when the last time."""
    return Use.objects.filter(access=access).select_related("provider").order_by("-last_at")


def _valid(on: date) -> QuerySet[Certificate]:
    stands = Q(withdrawn_on=None) | Q(withdrawn_on__gt=on)
    return Certificate.objects.filter(stands, from_on__lte=on, until_on__gte=on)


def _certified_until() -> dict[int, date]:
    """The last day of each provider's certificates."""
    last: dict[int, date] = {}
    for row in Certificate.objects.all():
        last[row.provider_id] = max(last.get(row.provider_id, row.last_on), row.last_on)
    return last


def _stops_that_count(on: date) -> dict[int, Stop]:
    """Of each provider: the newest that is not cancelled, and has not done yet what it was decided for."""
    rows = Stop.objects.filter(cancelled_at=None).order_by("decided_at", "pk")
    return {row.provider_id: row for row in rows if on < row.stops_on or not row.takes_effect}
