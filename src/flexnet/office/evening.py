"""How billing files come in: over time against the last quarters, and which sites are missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from flexnet import configuration
from flexnet.access.rules import BERLIN, day_of
from flexnet.accounts.models import Role
from flexnet.billing import extensions, registers
from flexnet.billing.registers import Group
from flexnet.billing.standing import State
from flexnet.billing.windows import Stage
from flexnet.lib.quarters import Quarter
from flexnet.office.lists import export
from flexnet.office.lists.deliveries import STAGES
from flexnet.office.lists.listing import Cell
from flexnet.office.middleware import StaffRequest
from flexnet.office.roles import only
from flexnet.web import specialties, words
from flexnet.web.billing_words import STATUS

_QUARTERS: Final = 4
_WITHOUT_WINDOW: Final = timedelta(days=14)  # after the quarter, where the KV names no days
_WIDTH, _HEIGHT = 640, 240
_billing: Final = only(Role.BILLING, Role.CLERK)


@dataclass(frozen=True)
class Span:
    """What of a window is shown: from how long before its end on, in how many steps of which length."""

    before: timedelta
    step: timedelta
    count: int
    trunc: str


_DAYS: Final = Span(timedelta(days=30), timedelta(days=1), 35, "hour")
_EVENING: Final = Span(timedelta(hours=12), timedelta(minutes=30), 24, "minute")


@dataclass(frozen=True)
class Line:
    """A quarter in the chart: its counts, and where they lie."""

    quarter: Quarter
    sums: Sequence[int]
    points: str
    number: int

    @property
    def last(self) -> int:
        return self.sums[-1] if self.sums else 0


@dataclass(frozen=True)
class Region:
    """A region's name, and its groups."""

    name: str
    specialty: str
    group: Group


@_billing
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """`ansicht=abend` shows the last evening alone."""
    now = datetime.now(UTC)
    is_evening = request.GET.get("ansicht") == "abend"
    span = _EVENING if is_evening else _DAYS
    quarter = _current(now)
    lines = _lines(quarter, span, now)
    regions = _regions(registers.groups(quarter, day_of(now)))
    context = {
        "quarter": quarter,
        "is_evening": is_evening,
        "last_day": _last_day(quarter),
        "start": _end(quarter) - span.before,
        "stop": _end(quarter) - span.before + span.step * span.count,
        "lines": lines,
        "rows": _rows(lines, span, quarter),
        "most": max((line.last for line in lines), default=0),
        "width": _WIDTH,
        "height": _HEIGHT,
        "regions": regions,
        "sites": sum(one.group.sites for one in regions),
        "handed_in": sum(one.group.handed_in for one in regions),
        "now": now,
    }
    return render(request, "office/billing/evening.html", context)


@_billing
@require_safe
def file(request: HttpRequest) -> HttpResponseBase:
    """Counts alone, for statistics."""
    now = datetime.now(UTC)
    quarter = _current(now)
    headings = (
        _("Quartal"),
        _("Region"),
        _("Fachgruppe"),
        _("Betriebsstätten"),
        _("Eingereicht"),
        _("Fehlen"),
    )
    lines = (
        [Cell(str(value)) for value in (quarter, one.name, one.specialty, *_figures(one.group))]
        for one in _regions(registers.groups(quarter, day_of(now)))
    )
    by = f"office:{cast(StaffRequest, request).staff}"
    return export.answer(headings, lines, name="evening", filters={"quarter": str(quarter)}, by=by, now=now)


@_billing
@require_safe
def statistics(request: HttpRequest) -> HttpResponseBase:
    """What came in for the last quarters, counted by window, region, specialty and state."""
    now = datetime.now(UTC)
    quarters = [_current(now) - back for back in range(_QUARTERS)]
    headings = (
        _("Quartal"),
        _("Abgabezeitraum"),
        _("Region"),
        _("Fachgruppe"),
        _("Stand"),
        _("Abrechnungen"),
    )
    names = _names()
    lines = (
        [
            Cell(str(one.quarter)),
            Cell(str(STAGES.get(Stage(one.stage), "–")) if one.stage else "–"),
            Cell(names.get(one.region, one.region)),
            Cell(specialties.name(one.specialty)),
            Cell(str(STATUS[State(one.state)].word)),
            Cell(str(one.count)),
        ]
        for quarter in quarters
        for one in registers.statistics(quarter, day_of(now))
    )
    by, filters = f"office:{cast(StaffRequest, request).staff}", {"quarter": str(quarters[0])}
    return export.answer(headings, lines, name="statistics", filters=filters, by=by, now=now)


def _figures(group: Group) -> tuple[int, int, int]:
    return group.sites, group.handed_in, group.missing


def _current(now: datetime) -> Quarter:
    window = extensions.current(day_of(now))
    return window.quarter if window else Quarter.of(day_of(now)) - 1


def _end(quarter: Quarter) -> datetime:
    """When the window closes: the end of its last day in Germany."""
    return datetime.combine(_last_day(quarter) + timedelta(days=1), time(), BERLIN)


def _last_day(quarter: Quarter) -> date:
    window = extensions.window(quarter)
    return window.closes if window else quarter.last_day + _WITHOUT_WINDOW


def _lines(quarter: Quarter, span: Span, now: datetime) -> list[Line]:
    quarters = [quarter - back for back in range(_QUARTERS + 1)]
    counted = registers.handed_in_by(quarters, step=span.trunc)
    sums = [
        registers.curve(
            counted[one], start=_end(one) - span.before, step=span.step, count=span.count, until=now
        )
        for one in quarters
    ]
    most = max((values[-1] for values in sums if values), default=0)
    return [
        Line(one, values, _points(values, span.count, most), number)
        for number, (one, values) in enumerate(zip(quarters, sums, strict=True))
    ]


def _points(values: Sequence[int], count: int, most: int) -> str:
    """Where the line runs, in the drawing's own units."""
    across, up = _WIDTH / count, _HEIGHT / max(most, 1)
    return " ".join(f"{place * across:.1f},{_HEIGHT - value * up:.1f}" for place, value in enumerate(values))


def _rows(lines: Sequence[Line], span: Span, quarter: Quarter) -> list[tuple[str, list[str]]]:
    """The same as a table: a line for each step."""
    start = _end(quarter) - span.before
    found = []
    for step in range(span.count + 1):
        values = [str(line.sums[step]) if step < len(line.sums) else "" for line in lines]
        found.append((words.short_moment(start + span.step * step), values))
    return found


def _regions(groups: Sequence[Group]) -> list[Region]:
    names = _names()
    return [Region(names.get(one.region, one.region), specialties.name(one.specialty), one) for one in groups]


def _names() -> dict[str, str]:
    """Of regions, by the first digits of the BSNR."""
    profile = configuration.current().profile
    return {prefix: office.name for office in profile.district_offices for prefix in office.prefixes}


ADDRESSES: Final[list[URLPattern]] = [
    path("abrechnungen-verlauf/", page, name="evening"),
    path("abrechnungen-verlauf/statistik.csv", statistics, name="evening-statistics"),
    path("abrechnungen-verlauf/zahlen.csv", file, name="evening-file"),
]
