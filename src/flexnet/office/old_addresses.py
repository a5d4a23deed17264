"""A former address is told that letters go to a new one: the letter, and that it was posted."""

from datetime import UTC, datetime
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from flexnet.access import credentials, requests
from flexnet.accounts.models import Role
from flexnet.members.addresses import Addressee
from flexnet.members.models import Address
from flexnet.office import finding, letters, recipients
from flexnet.office.entering.letters import sheet_of
from flexnet.office.middleware import StaffRequest
from flexnet.office.roles import only


@only(Role.CLERK)
@require_safe
def page(request: HttpRequest, number: int) -> HttpResponse:
    """The new address, the former one, and the letter to it."""
    new, former = finding.there(requests.new_address(number))
    whose = _whose(new)
    context = {
        "new": new,
        "former": former,
        "whose": whose,
        "to": recipients.lines(whose, "", former),
        "told": getattr(new, "told", None),
    }
    return render(request, "office/old_address.html", context)


@only(Role.CLERK)
@require_safe
def letter(request: HttpRequest, number: int) -> HttpResponse:
    """With no secret on it, as often as one likes."""
    new, former = finding.there(requests.new_address(number))
    lines = recipients.lines(_whose(new), "", former)
    sheet = letters.new_address(lines, from_on=new.from_on, now=datetime.now(UTC))
    return sheet_of(sheet, _("Neue-Anschrift") + f"_{new.pk}")


@only(Role.CLERK)
@require_POST
def told(request: HttpRequest, number: int) -> HttpResponse:
    """It was posted; saying so twice changes nothing."""
    new, _former = finding.there(requests.new_address(number))
    by, now = f"office:{cast(StaffRequest, request).staff}", datetime.now(UTC)
    credentials.tell_old_address(address=new, by=by, now=now)
    messages.success(request, _("Vermerkt: Die frühere Anschrift ist benachrichtigt."))
    return redirect("old-address", number=number)


def _whose(address: Address) -> Addressee:
    found = address.site or address.third_party
    if found is None:
        raise Http404
    return found
