"""Mandates as the office sees them: on the pages of practice and third party, and how one is revoked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from flexnet.access import mandates, mandating
from flexnet.access.mandates import Standing, State
from flexnet.access.models import Mandate
from flexnet.accounts.models import Role
from flexnet.office import act_forms, acting, finding
from flexnet.office.acting import Act, Deed, Done, Place, Says, Wish
from flexnet.office.roles import only
from flexnet.web.status import Status

_STATES: Final = {
    State.TO_COME: Status(gettext_lazy("Gilt noch nicht"), "clock", ""),
    State.HOLDS: Status(gettext_lazy("Gilt"), "check", "ok"),
    State.REVOKED: Status(pgettext_lazy("Vollmacht", "Widerrufen"), "leave", ""),
    State.OVER: Status(gettext_lazy("Abgelaufen"), "leave", ""),
    State.GIVER_LEFT: Status(gettext_lazy("Praxis gehört anderen"), "warning", "warning"),
}


@dataclass(frozen=True)
class Line:
    """A mandate in a table."""

    mandate: Mandate
    status: Status
    goes_on: bool


def lines(found: Sequence[Standing]) -> list[Line]:
    return [Line(one.mandate, _STATES[one.state], one.goes_on) for one in found]


@only(Role.CLERK, auditors_read=False)
@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, number: int) -> HttpResponseBase:
    """The practice takes it back in writing; it ends at once."""
    row = finding.there(mandates.one(number))
    place = Place(reverse("practice", args=[row.site.practice_id]), row.site.practice.name)
    if row.revoked_at and request.method == "GET":
        return acting.over(request, place.url)
    return acting.perform(request, _REVOKE, row, place)


def _says(wish: Wish[Mandate]) -> Says:
    party, site = wish.thing.third_party.name, str(wish.thing.site)
    said = _("%(party)s reicht für die Betriebsstätte %(bsnr)s sofort nicht mehr ein.")
    return Says(
        [said % {"party": party, "bsnr": site}, _("Was schon eingereicht ist, bleibt eingereicht.")],
        _("Eine neue Vollmacht erteilt die Praxis im Portal oder auf Papier."),
    )


def _ready(wish: Wish[Mandate]) -> Deed:
    def deed() -> Done:
        mandating.revoke(mandate=wish.thing, by=wish.by, reason=wish.data["reason"], now=wish.now)
        return Done(_("Die Vollmacht ist widerrufen."))

    return deed


_REVOKE: Final = Act[Mandate](
    title=gettext_lazy("Vollmacht widerrufen"),
    button=gettext_lazy("Vollmacht widerrufen"),
    lead=gettext_lazy("Wenn die Praxis es schriftlich verlangt. Im Portal kann sie es auch selbst."),
    form=act_forms.of(reason=lambda row: act_forms.reason()),
    says=_says,
    ready=_ready,
    is_dangerous=True,
)
