"""Credentials anew (§ 7(3)), from the wish to the letter: who asked, who was called, what is waited for."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from flexnet import configuration
from flexnet.access import requests
from flexnet.access.models import CredentialRequest
from flexnet.access.rules import day_of
from flexnet.accounts.models import Role
from flexnet.audit import timeline
from flexnet.audit.models import Event
from flexnet.members.addresses import Addressee
from flexnet.members.models import Site
from flexnet.office import finding
from flexnet.office.roles import only
from flexnet.post import recipients
from flexnet.web import explaining

WAYS: Final = {
    CredentialRequest.Way.PUBLIC: gettext_lazy("auf der öffentlichen Seite"),
    CredentialRequest.Way.PORTAL: gettext_lazy("im Portal, angemeldet"),
    CredentialRequest.Way.TELEPHONE: gettext_lazy("am Telefon"),
}


@dataclass(frozen=True)
class Number:
    """The registered telephone number, and when it was entered if that was only lately."""

    phone: str
    bsnr: str
    changed: Event | None


@only(Role.CLERK)
@require_safe
def page(request: HttpRequest, number: int) -> HttpResponse:
    """Where the request stands, with the one next step."""
    row, now = finding.there(requests.request(number)), datetime.now(UTC)
    access = row.access
    if row.is_open and requests.is_for_first_letters(row):
        return redirect("access-letters", user_name=access)
    addressee = requests.addressee_of(access, day_of(now))
    over = requests.why_over(access, now) if row.is_open else None
    context: dict[str, Any] = {
        **finding.heading(finding.access(str(access))),
        "row": row,
        "way": WAYS[CredentialRequest.Way(row.way)],
        "is_word": row.what == CredentialRequest.What.WORD,
        "is_known": requests.is_known(row),
        "are_locked": requests.are_locked(access),
        "over": explaining.SHORT[over.reason] if over else "",
        "number": _number(addressee, now),
        "contact_url": _contact_of(addressee) if addressee else "",
        "to": recipients.of([access], day_of(now)).get(access),
        "waits": requests.address_waits(access, now),
    }
    return render(request, "office/credential_request.html", context)


def _contact_of(addressee: Addressee) -> str:
    """Where its telephone number is entered."""
    if isinstance(addressee, Site):
        return reverse("site-contact", args=[addressee.bsnr])
    return reverse("third-party-edit", args=[addressee.pk])


def _number(addressee: Addressee | None, now: datetime) -> Number | None:
    """Whoever could have it changed lately could also be the one who picks up."""
    if addressee is None or not addressee.phone:
        return None
    is_site = isinstance(addressee, Site)
    subject = f"site:{addressee}" if is_site else f"third_party:{addressee.pk}"
    kind = "contact.edited" if is_site else "third_party.edited"
    last = timeline.last_change(subject, kind=kind, field="phone")
    rest = timedelta(days=configuration.current().credentials.address_rest_days)
    return Number(
        addressee.phone,
        addressee.bsnr if isinstance(addressee, Site) else "",
        last if last and last.at > now - rest else None,
    )
