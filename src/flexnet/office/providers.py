"""Providers of KV-SafeNet: whose ranges hold, until when, and whom it concerns if they stop."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from flexnet import configuration
from flexnet.access.rules import day_of
from flexnet.accounts.models import Role
from flexnet.office import (
    acting,
    acts_of_ranges,
    acts_of_stops,
    finding,
    happening_words,
    writing_to_affected,
)
from flexnet.office.acting import Act, Place
from flexnet.office.lists import export
from flexnet.office.lists.listing import Cell
from flexnet.office.middleware import StaffRequest
from flexnet.office.roles import fresh, only
from flexnet.publications import queries
from flexnet.publications.errors import NoSuchRange, NoSuchStop
from flexnet.publications.models import Provider, Range, Stop, Use
from flexnet.publications.networks import Held
from flexnet.publications.queries import Line
from flexnet.web import words
from flexnet.web.status import Status

READERS: Final = (Role.CLERK, Role.IT)
_SHOWN: Final = 100
_CERTIFIED: Final = Status(gettext_lazy("Zertifiziert"), "check", "ok")
_ENDED: Final = Status(gettext_lazy("Nicht mehr zertifiziert"), "remove")
_UNDECIDED: Final = Status(gettext_lazy("Ende festlegen"), "warning", "warning")
_UNWRITTEN: Final = Status(gettext_lazy("Betroffene anschreiben"), "warning", "warning")
_STOPS: Final = Status(gettext_lazy("Endet"), "clock")
_HEADINGS: Final = (
    gettext_lazy("Zugang"),
    gettext_lazy("Art"),
    gettext_lazy("Praxis oder Dritter"),
    gettext_lazy("Wer"),
    gettext_lazy("Zuletzt angemeldet"),
)


@dataclass(frozen=True)
class Shown:
    """A range as a line of the table."""

    number: int
    network: str
    from_on: date
    last_on: date | None
    holds: bool
    is_over: bool


@only(*READERS)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """All of them, with how they stand."""
    lines = [(line, status(line)) for line in queries.providers(day_of(datetime.now(UTC)))]
    return render(request, "office/providers/listing.html", {"lines": lines})


@only(*READERS)
@require_safe
def page(request: HttpRequest, number: int) -> HttpResponse:
    """One: certificates, ranges, what stops them, and the next step."""
    row, now = _provider(number), datetime.now(UTC)
    line = next(one for one in queries.providers(day_of(now)) if one.provider == row)
    days = configuration.current().ways.affected_days
    context = {
        "line": line,
        "status": status(line),
        "ranges": [_shown(one, line.on) for one in line.ranges],
        "certificates": row.certificates.order_by("from_on"),
        "affected": queries.affected(row, now, days=days).count(),
        "days": days,
    }
    return render(request, "office/providers/provider.html", context)


@only(*READERS)
@require_safe
def affected(request: HttpRequest, number: int) -> HttpResponse:
    """Who signed in by its ranges lately: whom it concerns if they stop."""
    row, days = _provider(number), configuration.current().ways.affected_days
    uses = queries.affected(row, datetime.now(UTC), days=days)
    context = {
        "row": row,
        "days": days,
        "count": uses.count(),
        "most": _SHOWN,
        "headings": _HEADINGS,
        "lines": [list(zip(_HEADINGS, _cells(use), strict=True)) for use in uses[:_SHOWN]],
        "may_export": bool(cast(StaffRequest, request).staff.roles & {Role.CLERK}),
    }
    return render(request, "office/providers/affected.html", context)


@only(Role.CLERK)
@require_safe
def affected_file(request: HttpRequest, number: int) -> HttpResponseBase:
    """The same as a file, all of it."""
    row, now, days = _provider(number), datetime.now(UTC), configuration.current().ways.affected_days
    uses = queries.affected(row, now, days=days).iterator(chunk_size=500)
    by = f"office:{cast(StaffRequest, request).staff}"
    filters = {"provider": row.name, "days": str(days)}
    return export.answer(_HEADINGS, map(_cells, uses), name="betroffene", filters=filters, by=by, now=now)


def status(line: Line) -> Status:
    """How a provider stands, and what is to be done first."""
    if line.needs_decision:
        return _UNDECIDED
    if line.needs_letters:
        return _UNWRITTEN
    if line.stop:
        return _STOPS
    return _CERTIFIED if line.is_certified else _ENDED


def _shown(one: Held, on: date) -> Shown:
    is_over = one.last_on is not None and one.last_on < on
    return Shown(one.number, str(one.network), one.from_on, one.last_on, one.holds(on), is_over)


def _cells(use: Use) -> Sequence[Cell]:
    access = use.access
    whose = access.third_party.name if access.third_party else _practices(use)
    return (
        Cell(str(access), reverse("access", args=[access])),
        Cell(str(happening_words.ACCESSES[access.kind])),
        Cell(whose),
        Cell(finding.holder(access)),
        Cell(words.short_moment(use.last_at)),
    )


def _practices(use: Use) -> str:
    return ", ".join(practice.name for practice in finding.practices_of(use.access))


def _provider(number: int) -> Provider:
    return finding.there(queries.provider_numbered(number))


def _on_provider(act: Act[Provider]) -> Callable[..., HttpResponseBase]:
    def view(request: HttpRequest, number: int) -> HttpResponseBase:
        row = _provider(number)
        return acting.perform(request, act, row, _place(row))

    return _acting(view)


def _on_range(request: HttpRequest, number: int) -> HttpResponseBase:
    try:
        row: Range = queries.range_numbered(number)
    except NoSuchRange:
        return finding.there(None)
    return acting.perform(request, acts_of_ranges.END_RANGE, row, _place(row.provider))


def _on_stop(act: Act[Stop], *, is_open: Callable[[Stop], bool]) -> Callable[..., HttpResponseBase]:
    def view(request: HttpRequest, number: int) -> HttpResponseBase:
        try:
            row = queries.stop_numbered(number)
        except NoSuchStop:
            return finding.there(None)
        place = _place(row.provider)
        if row.cancelled_at or not is_open(row):
            return acting.over(request, place.url)
        return acting.perform(request, act, row, place)

    return _acting(view)


def _acting(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    return only(*READERS, auditors_read=False)(require_http_methods(["GET", "POST"])(fresh(view)))


def _place(row: Provider) -> Place:
    return Place(reverse("provider", args=[row.pk]), row.name)


def _waits(row: Stop) -> bool:
    return not row.takes_effect


def addresses() -> Iterator[URLPattern]:
    """Each button has its own."""
    stops = acts_of_stops
    yield path("anbieter/", listing, name="providers")
    yield path("anbieter/<int:number>/", page, name="provider")
    yield path("anbieter/<int:number>/betroffene/", affected, name="provider-affected")
    yield path("anbieter/<int:number>/betroffene.csv", affected_file, name="provider-affected-file")
    yield path(
        "anbieter/<int:number>/bereich/", _on_provider(acts_of_ranges.ENTER_RANGE), name="provider-range"
    )
    yield path("anbieter/<int:number>/ende/", _on_provider(stops.DECIDE), name="provider-stop")
    yield path("anbieter/<int:number>/sofort/", _on_provider(stops.AT_ONCE), name="provider-stop-at-once")
    yield path("anbieter/bereich/<int:number>/beenden/", _acting(_on_range), name="provider-range-end")
    for address, name, act, is_open in (
        ("schreiben", "provider-write", writing_to_affected.WRITE, _waits),
        ("briefe", "provider-letters", writing_to_affected.LETTERS, _waits),
        ("angeschrieben", "provider-stop-written", stops.WRITTEN, _waits),
        ("absagen", "provider-stop-cancel", stops.CANCEL, lambda row: True),
    ):
        yield path(f"anbieter/ende/<int:number>/{address}/", _on_stop(act, is_open=is_open), name=name)


ADDRESSES: Final = list(addresses())
