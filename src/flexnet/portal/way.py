"""„Ihre Verbindung“: by which way somebody is here, until when, what can be reached so, and what leads on."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from flexnet import configuration
from flexnet.access import queries
from flexnet.access.models import Access
from flexnet.access.rules import Channel, Decision, Reason, Refusal, Way, another_way, day_of
from flexnet.configuration import Service
from flexnet.portal import doorway, words
from flexnet.portal.doorway import CameBy
from flexnet.portal.middleware import MemberRequest
from flexnet.publications import queries as publications
from flexnet.web import explaining
from flexnet.web.refusals import Why

_TOLD_BEFORE: Final = timedelta(days=91)
_BY_WAY: Final = (Reason.ONLY_THROUGH_FLEXNET, Reason.ONLY_THROUGH_SAFENET)


@dataclass(frozen=True)
class Reached:
    """A service, and why it cannot be reached by the way somebody came; None: it can."""

    title: str
    text: str
    url: str
    refusal: Refusal | None

    @property
    def short(self) -> str:
        """By which way it goes; empty where it goes by this one."""
        return str(explaining.SHORT[self.refusal.reason]) if self.refusal else ""

    @property
    def why_url(self) -> str:
        """The page that says more: of the way, or of the access."""
        is_way = self.refusal and self.refusal.reason in _BY_WAY
        return reverse("way" if is_way else "own-access")

    @property
    def why(self) -> Why | None:
        """Why not, what to do, and the rule."""
        return Why.of(self.refusal) if self.refusal else None


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The way, what goes by it, and who else is certified."""
    member, came_by, now = cast(MemberRequest, request).access, doorway.of(request), datetime.now(UTC)
    others = [row for row in publications.certified(day_of(now)) if row.name != came_by.provider]
    context = {
        "way": words.way(came_by.way, came_by.provider) or _("über das Netz der KV"),
        "came_by": came_by,
        "last_on": last_on(came_by, day_of(now)),
        "reached": [submission(came_by), *services(member, came_by, now)],
        "providers": others,
    }
    return render(request, "portal/way.html", context)


def said(request: HttpRequest) -> dict[str, object]:
    """What a page tells beforehand: the way, and its last day."""
    came_by = doorway.of(request)
    last = last_on(came_by, day_of(datetime.now(UTC)))
    return {"way": words.way(came_by.way, came_by.provider), "came_by": came_by, "last_on": last}


def last_on(came_by: CameBy, today: date) -> date | None:
    """The last day of this way, if it was set and is near: whoever comes by it must look for another."""
    told = came_by.range and came_by.range.told_on
    return told if told and today <= told <= today + _TOLD_BEFORE else None


def submission(came_by: CameBy) -> Reached:
    """Handing in, a service like any other."""
    refusal = another_way(queries.ways_to(Channel.SUBMISSION), came_by.way)
    return Reached(_("Abrechnung einreichen"), "", reverse("upload"), refusal)


def handing_in(came_by: CameBy, decision: Decision) -> Reached:
    """The same for an access of which this is decided: it may be refused by whichever way it comes."""
    by_way = submission(came_by)
    if by_way.refusal or not isinstance(decision, Refusal):
        return by_way
    return replace(by_way, refusal=decision)


def services(access: Access, came_by: CameBy, now: datetime) -> list[Reached]:
    """What else of the closed network this access may use and the KV shows, reached by this way or not."""
    shown = [one for one in configuration.current().services if one.url]
    granted = queries.services_of(access, now) if shown else frozenset()
    return [_service(one, came_by) for one in shown if one.slug in granted]


def _service(one: Service, came_by: CameBy) -> Reached:
    refusal = another_way(frozenset(map(Way, one.ways)), came_by.way)
    return Reached(one.title, one.text, one.url, refusal)
