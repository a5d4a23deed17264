"""Third parties are entered: who they are, and why the KV itself wants them to have access (§ 1(1))."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from flexnet import transactions
from flexnet.access.rules import day_of
from flexnet.accounts.models import Role
from flexnet.members import addresses, queries, third_parties
from flexnet.members.errors import NotEntered
from flexnet.members.models import ThirdParty
from flexnet.members.third_parties import ThirdPartyDetails
from flexnet.office.entering import once, pages
from flexnet.office.entering.forms import NewThirdParty
from flexnet.office.entering.pages import Page
from flexnet.office.roles import only

_DETAILS = ("name", "signatory", "contact", "interest", "phone", "email")


@only(Role.CLERK)
@require_http_methods(["GET", "POST"])
def third_party(request: HttpRequest) -> HttpResponse:
    """Nothing but its name tells one from another: what was sent before is not entered twice."""
    if request.method == "POST" and (before := once.earlier(request)):
        return redirect(before)
    form = NewThirdParty(**pages.typed(request))
    page = Page(
        _("Dritten eintragen"),
        _("Dritten eintragen"),
        reverse("entering"),
        _("Eintragen"),
        lead=_("Dritte sind keine Mitglieder, aber die KV hat ein eigenes Interesse an ihrem Zugang."),
        done=_("Der Dritte ist eingetragen."),
    )

    def save() -> str:
        row = _enter(form, by=pages.who(request))
        return reverse("third-party-setup", args=[row.pk])

    return pages.answer(request, form, page, save=save)


def third_party_or_404(number: int) -> ThirdParty:
    try:
        return queries.third_party(number)
    except NotEntered:
        raise Http404 from None


def _enter(form: NewThirdParty, *, by: str) -> ThirdParty:
    data, now = form.cleaned_data, pages.now()
    details = ThirdPartyDetails(**{name: data[name] for name in _DETAILS})
    with transactions.writing():
        row = third_parties.enter(
            details=details, from_on=data["from_on"], until_on=data["until_on"], by=by, now=now
        )
        addresses.register(
            addressee=row, address=form.address(), seen=None, from_on=day_of(now), by=by, now=now
        )
    return row
