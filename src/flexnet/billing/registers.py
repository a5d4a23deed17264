"""Show me: what has come in, for those who work on it; counts over time, and which sites are missing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Substr, Trunc

from flexnet import prefixes
from flexnet.access.rules import BERLIN, day_of
from flexnet.billing import extensions, queries
from flexnet.billing.models import Delivery, Receipt
from flexnet.billing.standing import State
from flexnet.lib.quarters import Quarter
from flexnet.members.models import Ownership, Site

_NOT_OVER: Final = {
    "delivery__withdrawn_at": None,
    "delivery__replaced_at": None,
    "delivery__rejected_at": None,
}
_INSTANTS: Final = (
    *("bsnr", "checked_at", "submitted_at", "begun_at", "accepted_at", "rejected_at"),
    *("withdrawn_at", "released_at", "replaced_at"),
)
_STATES: Final[Mapping[State, Mapping[str, Any]]] = {
    State.SUBMITTED: {**_NOT_OVER, "delivery__begun_at": None, "delivery__accepted_at": None},
    State.IN_WORK: {**_NOT_OVER, "delivery__begun_at__isnull": False, "delivery__accepted_at": None},
    State.ACCEPTED: {
        "delivery__accepted_at__isnull": False,
        "delivery__replaced_at": None,
    },
    State.REJECTED: {"delivery__rejected_at__isnull": False, "delivery__replaced_at": None},
    State.WITHDRAWN: {"delivery__withdrawn_at__isnull": False},
    State.REPLACED: {"delivery__replaced_at__isnull": False},
}


@dataclass(frozen=True)
class Group:
    """Sites of a region and specialty: how many there are, and how many have handed in."""

    region: str
    specialty: str
    sites: int
    handed_in: int

    @property
    def missing(self) -> int:
        return self.sites - self.handed_in


@dataclass(frozen=True)
class Tally:
    """How many deliveries of a quarter came at a stage of the window, from where, and stand how."""

    quarter: Quarter
    stage: str
    region: str
    specialty: str
    state: str
    count: int


def receipts(
    *,
    quarter: Quarter | None = None,
    state: State | None = None,
    since: datetime | None = None,
    before: datetime | None = None,
    starts: Sequence[str] = (),
) -> QuerySet[Receipt]:
    """What was handed in: for a quarter, as it stands, between two instants, by how the BSNR begins."""
    rows = Receipt.objects.select_related("delivery", "delivery__package")
    if quarter:
        rows = rows.filter(delivery__quarter=quarter)
    if state:
        rows = rows.filter(**_STATES[state])
    if since:
        rows = rows.filter(delivery__submitted_at__gte=since)
    if before:
        rows = rows.filter(delivery__submitted_at__lt=before)
    if starts:
        either = Q()
        for start in starts:
            either |= prefixes.begins("delivery__bsnr", start)
        rows = rows.filter(either)
    return rows


def receipt(number: str) -> Receipt | None:
    """With its delivery."""
    rows = Receipt.objects.select_related(
        "delivery__account", "delivery__package", "delivery__replaced_by__receipt"
    )
    return rows.filter(number=number).first()


def handed_in_by(quarters: Sequence[Quarter], *, step: str) -> dict[Quarter, list[tuple[datetime, int]]]:
    """For each quarter, how many whole hours or minutes brought how many files that count. One query."""
    rows = queries.counting(Delivery.objects.filter(quarter__in=quarters, kind=Delivery.Kind.ECHT))
    at = Trunc("submitted_at", step, tzinfo=BERLIN)
    found: dict[Quarter, list[tuple[datetime, int]]] = {quarter: [] for quarter in quarters}
    counted = rows.annotate(at=at).values("quarter", "at").annotate(count=Count("pk")).order_by("at")
    for quarter, moment, count in counted.values_list("quarter", "at", "count"):
        found[quarter].append((moment, count))
    return found


def statistics(quarter: Quarter, on: date) -> list[Tally]:
    """All that was handed in for a quarter in earnest, counted; nothing of the content. Two queries."""
    window, specialties = extensions.window(quarter), _specialties(on)
    rows = Delivery.objects.filter(quarter=quarter, kind=Delivery.Kind.ECHT).exclude(submitted_at=None)
    counted = Counter[tuple[str, str, str, str]]()
    for row in rows.only(*_INSTANTS).iterator():
        stage = window.stage(day_of(row.submitted_at)) if window and row.submitted_at else ""
        counted[stage, row.bsnr[:2], specialties.get(row.bsnr, ""), row.state] += 1
    return [Tally(quarter, *key, count) for key, count in sorted(counted.items())]


def groups(quarter: Quarter, on: date) -> list[Group]:
    """Sites that are open, by the first two digits of the BSNR and the first owner's specialty. One query."""
    there = queries.counting(
        Delivery.objects.filter(bsnr=OuterRef("bsnr"), quarter=quarter, kind=Delivery.Kind.ECHT)
    )
    is_open = (Q(opened_on=None) | Q(opened_on__lte=on)) & (Q(closed_on=None) | Q(closed_on__gte=on))
    rows = Site.objects.filter(is_open).annotate(
        region=Substr("bsnr", 1, 2),
        specialty=_specialty(on),
        is_there=Exists(there),
    )
    counted = rows.values("region", "specialty").annotate(
        sites=Count("pk"), handed_in=Count("pk", filter=Q(is_there=True))
    )
    lines = counted.order_by("region", "specialty").values_list("region", "specialty", "sites", "handed_in")
    return [Group(region, specialty or "", sites, count) for region, specialty, sites, count in lines]


def _specialty(on: date) -> Subquery:
    """Of the first of a site's owners."""
    lasting = Q(until_on=None) | Q(until_on__gte=on)
    owners = Ownership.objects.filter(lasting, practice=OuterRef("practice"), from_on__lte=on).order_by("pk")
    return Subquery(owners.annotate(last=Substr("person__lanr", 8, 2)).values("last")[:1])


def _specialties(on: date) -> dict[str, str]:
    found = Site.objects.annotate(specialty=_specialty(on)).values_list("bsnr", "specialty")
    return {bsnr: specialty or "" for bsnr, specialty in found}


def curve(
    hours: Sequence[tuple[datetime, int]], *, start: datetime, step: timedelta, count: int, until: datetime
) -> list[int]:
    """How many there were by the end of each step; it ends where the future begins."""
    ends = [start + step * number for number in range(count + 1)]
    sums, total, place = list[int](), 0, 0
    for end in ends:
        if end - step >= until:
            break
        while place < len(hours) and hours[place][0] < end:
            total += hours[place][1]
            place += 1
        sums.append(total)
    return sums
