"""An access: may it, why, what comes; what lies on it; and why somebody could not sign in on a day."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from flexnet.access import overview, requests
from flexnet.access.models import Lock, Notice, TravelPass
from flexnet.access.overview import Known
from flexnet.access.rules import BERLIN, Channel, day_ends, day_of
from flexnet.gateway import queries as gateway
from flexnet.office import acts_of_travelling, finding, happening_words, signed_in, timelines
from flexnet.office.acts import offered
from flexnet.office.middleware import StaffRequest
from flexnet.office.practices import READERS
from flexnet.office.roles import only
from flexnet.web import explaining

DOORS: Final = (Channel.VPN_SIGN_IN, Channel.PORTAL, Channel.SUBMISSION)


class Day(forms.Form):
    """A day to be asked about."""

    am = forms.DateField(
        label=gettext_lazy("An welchem Tag?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Das ist kein Tag. Schreiben Sie ihn so: 14.04.2026")},
        required=False,
    )


@dataclass(frozen=True)
class LockLine:
    """A lock as it lies on this access."""

    row: Lock
    cause: str
    scope: str
    way: str


@dataclass(frozen=True)
class NoticeLine:
    """A notice, and whether it can still be withdrawn."""

    row: Notice
    kind: str
    is_running: bool


@dataclass(frozen=True)
class JourneyLine:
    """A travel pass as it stands on a day."""

    row: TravelPass
    on: date

    @property
    def is_over(self) -> bool:
        return self.row.until_on < self.on

    @property
    def holds(self) -> bool:
        return self.row.revoked_at is None and self.row.from_on <= self.on <= self.row.until_on


@only(*READERS)
@require_safe
def page(request: HttpRequest, user_name: str) -> HttpResponse:
    """All of it on one page; what narrows the timeline stands in the address."""
    known, now = finding.access(user_name), datetime.now(UTC)
    access = known.access
    keys = [f"key:{row.key}" for row in known.keys]
    about = [f"access:{access}", f"account:{access}", *keys]
    context: dict[str, Any] = {
        **finding.heading(known),
        "answers": answers(known, now),
        "acts": list(offered(known, cast(StaffRequest, request).staff)),
        "locks": [_lock(row) for row in known.locks],
        "notices": [_notice(row, now) for row in known.notices],
        "journeys": [JourneyLine(row, day_of(now)) for row in known.travel_passes],
        "asked": requests.open_of(access),
        "word": requests.word_on_its_way(access),
        "now": now,
        "live": gateway.live_sessions([access.pk], now),
        "browsers": signed_in.of([access], now),
        "former": gateway.former_sessions([access.pk], now),
        "happened": timelines.of(request, about),
    }
    return render(request, "office/access.html", context)


@only(*READERS)
@require_safe
def why(request: HttpRequest, user_name: str) -> HttpResponse:
    """„Warum kann ich mich nicht anmelden?“, for the telephone: now, or at the end of a day."""
    known, now = finding.access(user_name), datetime.now(UTC)
    form = Day(request.GET or None)
    day: date | None = form.cleaned_data["am"] if form.is_valid() else None
    at = _asked_at(day, now)
    context: dict[str, Any] = {
        **finding.heading(known),
        "form": form if request.GET else Day(initial={"am": day_of(now)}),
        "at": at,
        "is_now": at == now,
        "answers": answers(known, at),
    }
    return render(request, "office/why.html", context, status=422 if form.errors else 200)


def answers(known: Known, at: datetime) -> list[explaining.Answer]:
    """Each door; the tunnel only for whom it was ever meant."""
    access = known.access
    main = explaining.main_channel(access, has_key=bool(known.keys))
    doors = DOORS if main is Channel.VPN_SIGN_IN else DOORS[1:]
    explained = overview.explanations([access.pk], on=at, channels=doors)[access.pk]
    found = [explaining.answer(explained[door]) for door in doors]
    if main is Channel.VPN_SIGN_IN and acts_of_travelling.is_possible(known):
        abroad = overview.explanations([access.pk], on=at, channels=(main,), is_abroad=True)
        found.insert(1, explaining.answer(abroad[access.pk][main], explaining.FROM_ABROAD))
    return found


def _asked_at(day: date | None, now: datetime) -> datetime:
    """Today means now; any other day its noon, when nobody doubts which day it is."""
    if day is None or day == day_of(now):
        return now
    return datetime.combine(day, time(12), BERLIN).astimezone(UTC)


def _lock(row: Lock) -> LockLine:
    way = str(happening_words.WAYS[row.report.way]) if row.report else ""
    cause, scope = happening_words.CAUSES[row.cause], happening_words.SCOPES[row.scope]
    return LockLine(row, str(cause), str(scope), way)


def _notice(row: Notice, now: datetime) -> NoticeLine:
    is_running = row.withdrawn_at is None and now < day_ends(row.ends_on)
    return NoticeLine(row, str(happening_words.NOTICES[row.kind]), is_running)
