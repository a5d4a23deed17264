"""Client software: who asked for it, what was sent and fetched, which releases there are."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from flexnet.accounts.models import Role
from flexnet.office import acting, acts_of_software, finding, happening_words
from flexnet.office.acting import Act, Place
from flexnet.office.roles import only
from flexnet.software import queries, rules
from flexnet.software.models import Download, Link, SoftwareRequest
from flexnet.software.rules import Fetching, State
from flexnet.web.status import Status

READERS: Final = (Role.CLERK, Role.IT)
_SHOWN: Final = 100
STATES: Final = {
    State.UNCLEAR: Status(gettext_lazy("Noch nicht klar"), "warning", "warning"),
    State.WAITING: Status(gettext_lazy("Wartet auf Sie"), "warning", "warning"),
    State.SENT: Status(gettext_lazy("Link versandt"), "mail"),
    State.BEGUN: Status(gettext_lazy("Wird heruntergeladen"), "clock"),
    State.BROKEN_OFF: Status(gettext_lazy("Download abgebrochen"), "warning", "warning"),
    State.FETCHED: Status(gettext_lazy("Heruntergeladen"), "check", "ok"),
    State.EXPIRED: Status(gettext_lazy("Link abgelaufen, nie benutzt"), "clock"),
    State.REFUSED: Status(gettext_lazy("Abgelehnt"), "remove"),
}


@dataclass(frozen=True)
class Line:
    """A request in the list."""

    row: SoftwareRequest
    status: Status
    system: str


@dataclass(frozen=True)
class Fetched:
    """A download of a link: how far it came."""

    row: Download
    share: int
    is_running: bool


@dataclass(frozen=True)
class Sent:
    """A link, whether it holds, and what was fetched by it."""

    row: Link
    holds: bool
    used: int
    fetched: list[Fetched]


@only(*READERS)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Open requests first; of the others the newest."""
    now = datetime.now(UTC)
    state = request.GET.get("stand", "offen")
    rows = queries.requests(state={"offen": "open", "erledigt": "answered"}.get(state, ""))
    lines = [_line(row, now) for row in rows[:_SHOWN]]
    context = {"lines": lines, "state": state, "is_cut": len(lines) == _SHOWN, "most": _SHOWN}
    return render(request, "office/software/listing.html", context)


@only(*READERS)
@require_safe
def page(request: HttpRequest, number: int) -> HttpResponse:
    """Where a request stands, with the one next step."""
    row, now = finding.there(queries.request(number)), datetime.now(UTC)
    state = queries.state_of(row, now)
    context: dict[str, Any] = {
        "row": row,
        "state": state,
        "status": STATES[state],
        "system": happening_words.SYSTEMS.get(row.system, ""),
        "links": [_sent(link, now) for link in row.links.all()],
        "is_open": row.sent_at is None and row.refused_at is None,
    }
    return render(request, "office/software/request.html", context)


@only(*READERS)
@require_safe
def releases(request: HttpRequest) -> HttpResponse:
    """All that is or was given out."""
    entries = [(row, happening_words.SYSTEMS[row.system]) for row in queries.releases()]
    return render(request, "office/software/releases.html", {"entries": entries})


def _line(row: SoftwareRequest, now: datetime) -> Line:
    system = str(happening_words.SYSTEMS[row.system]) if row.system else "–"
    return Line(row, STATES[queries.state_of(row, now)], system)


def _sent(link: Link, now: datetime) -> Sent:
    downloads = list(link.downloads.all())
    used = sum(one.whole_at is not None for one in downloads)
    holds = rules.is_usable(
        expires_at=link.expires_at, replaced_at=link.replaced_at, uses=link.uses, used=used, now=now
    )
    return Sent(link, holds, used, [_fetched(one) for one in downloads if one.begun_at])


def _fetched(row: Download) -> Fetched:
    is_running = rules.is_running(Fetching(row.begun_at, row.ended_at, row.whole_at))
    return Fetched(row, queries.share_of(row), is_running)


def _deciding(
    act: Act[SoftwareRequest], may: Callable[[SoftwareRequest], bool]
) -> Callable[..., HttpResponseBase]:
    @only(*READERS, auditors_read=False)
    @require_http_methods(["GET", "POST"])
    def view(request: HttpRequest, number: int) -> HttpResponseBase:
        row = finding.there(queries.request(number))
        place = Place(
            reverse("software-request", args=[row.pk]), _("Anfrage %(number)s") % {"number": row.pk}
        )
        if not may(row):
            return acting.over(request, place.url)
        return acting.perform(request, act, row, place)

    return view


def _is_open(row: SoftwareRequest) -> bool:
    return row.sent_at is None and row.refused_at is None


def _is_clear(row: SoftwareRequest) -> bool:
    return _is_open(row) and row.site is not None and bool(row.system)


@only(*READERS, auditors_read=False)
@require_http_methods(["GET", "POST"])
def _withdraw(request: HttpRequest, number: int) -> HttpResponseBase:
    row = finding.there(queries.release(number))
    place = Place(reverse("software-releases"), _("Software"))
    if row.withdrawn_at:
        return acting.over(request, place.url)
    return acting.perform(request, acts_of_software.WITHDRAW, row, place)


ADDRESSES: Final[list[URLPattern]] = [
    path("software/", listing, name="software"),
    path("software/ausgaben/", releases, name="software-releases"),
    path("software/ausgaben/<int:number>/zurueckziehen/", _withdraw, name="software-withdraw"),
    path("software/<int:number>/", page, name="software-request"),
    path(
        "software/<int:number>/klaeren/",
        _deciding(acts_of_software.CLARIFY, _is_open),
        name="software-clarify",
    ),
    path(
        "software/<int:number>/senden/",
        _deciding(acts_of_software.SEND, _is_clear),
        name="software-send",
    ),
    path(
        "software/<int:number>/neu-senden/",
        _deciding(acts_of_software.SEND, lambda row: row.sent_at is not None),
        name="software-send-again",
    ),
    path(
        "software/<int:number>/ablehnen/",
        _deciding(acts_of_software.REFUSE, _is_open),
        name="software-refuse",
    ),
]
