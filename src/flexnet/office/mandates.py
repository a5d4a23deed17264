"""Mandates as the office sees them: on the pages of practice and third party, and how one is revoked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from flexnet.access import mandates, mandating
from flexnet.access.errors import NoSuchScan
from flexnet.access.mandates import Standing, State
from flexnet.access.models import Mandate, Scan
from flexnet.accounts.models import Role
from flexnet.lib.sealed import SealBroken
from flexnet.office import act_forms, acting, finding
from flexnet.office.acting import Act, Deed, Done, Place, Says, Wish
from flexnet.office.middleware import StaffRequest
from flexnet.office.roles import fresh, only
from flexnet.web import attached
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


@only(Role.CLERK, auditors_read=False)
@fresh
@require_http_methods(["GET", "POST"])
def scan(request: HttpRequest, number: int) -> HttpResponseBase:
    """The signed paper, to be saved; who read it, and why, stands in the timeline first."""
    row = finding.there(mandates.one(number))
    form = _WHY(row, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and (answer := _read(row, form, _by(request))):
        return answer
    context = {"mandate": row, "form": form}
    return render(request, "office/mandate_scan.html", context, status=422 if form.errors else 200)


def _read(row: Mandate, form: forms.Form, by: str) -> HttpResponse | None:
    """None: the form says why there is nothing to read."""
    try:
        kept, content = mandating.read_scan(mandate=row, by=by, reason=form.cleaned_data["reason"])
    except NoSuchScan:
        form.add_error(None, _("Von dieser Vollmacht ist kein Scan abgelegt."))
    except (OSError, SealBroken):
        form.add_error(None, _("Der Scan lässt sich nicht öffnen. Bitte sagen Sie dem IT-Service Bescheid."))
    else:
        return attached.response(
            content, kind=kept.kind, name=f"vollmacht-{row.pk}.{_ENDINGS[Scan.Kind(kept.kind)]}"
        )
    return None


def _by(request: HttpRequest) -> str:
    return f"office:{cast(StaffRequest, request).staff}"


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


_ENDINGS: Final = {Scan.Kind.PDF: "pdf", Scan.Kind.JPEG: "jpg", Scan.Kind.PNG: "png"}
_WHY: Final = act_forms.of(
    reason=lambda row: act_forms.reason(
        gettext_lazy("Warum Sie ihn ansehen. Er steht im Verlauf und im Protokoll.")
    )
)
_REVOKE: Final = Act[Mandate](
    title=gettext_lazy("Vollmacht widerrufen"),
    button=gettext_lazy("Vollmacht widerrufen"),
    lead=gettext_lazy("Wenn die Praxis es schriftlich verlangt. Im Portal kann sie es auch selbst."),
    form=act_forms.of(reason=lambda row: act_forms.reason()),
    says=_says,
    ready=_ready,
    is_dangerous=True,
)
