"""A former address is told that letters go to a new one: whether it was."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from flexnet.access import requests
from flexnet.accounts.models import Role
from flexnet.members.addresses import Addressee
from flexnet.members.models import Address
from flexnet.office import finding
from flexnet.office.roles import only
from flexnet.post import recipients


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


def _whose(address: Address) -> Addressee:
    found = address.site or address.third_party
    if found is None:
        raise Http404
    return found
