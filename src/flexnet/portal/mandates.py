"""Letting a collective submitter hand in: a practice gives and revokes it, the submitter sees for whom."""

from datetime import UTC, datetime
from typing import Final, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from flexnet.access import mandates, mandating, signers
from flexnet.access.mandates import Standing, State
from flexnet.access.mandating import NotGiven
from flexnet.access.models import Access, Mandate
from flexnet.access.rules import day_of
from flexnet.accounts.errors import AlreadySubmitted
from flexnet.members.models import Site
from flexnet.portal import once
from flexnet.portal.mandate_forms import Give
from flexnet.portal.middleware import MemberRequest
from flexnet.portal.step_up import fresh
from flexnet.web.status import Status

STATES: Final = {
    State.TO_COME: Status(gettext_lazy("Gilt noch nicht"), "clock", ""),
    State.HOLDS: Status(gettext_lazy("Gilt"), "check", "ok"),
    State.REVOKED: Status(pgettext_lazy("Vollmacht", "Widerrufen"), "leave", ""),
    State.OVER: Status(gettext_lazy("Abgelaufen"), "leave", ""),
    State.GIVER_LEFT: Status(gettext_lazy("Gilt nicht mehr"), "warning", "warning"),
}


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """A practice sees whom it lets, a submitter for whom; each with from when and until when."""
    member, now = _who(request)
    today = day_of(now)
    if mandates.is_submitters(member):
        lines = [_shown(one) for one in mandates.of_third_party(member.third_party_id or 0, today)]
        return render(request, "portal/mandates_held.html", {"lines": lines})
    found = mandates.of_practices(signers.practices_of(_owner(member, now), today), today)
    return render(request, "portal/mandates.html", {"lines": [_shown(one) for one in found]})


@require_http_methods(["GET", "POST"])
@fresh
def give(request: HttpRequest) -> HttpResponse:
    """For named sites, from a day until another or until it is revoked."""
    member, now = _who(request)
    _owner(member, now)
    today = day_of(now)
    sites = Site.objects.filter(practice__in=signers.practices_of(member, today)).order_by("bsnr")
    form = Give(
        request.POST if request.method == "POST" else None,
        submitters=list(mandates.submitters(today)),
        sites=list(sites.select_related("practice")),
        today=today,
    )
    if request.method == "POST" and form.is_valid() and _given(request, member, form, now):
        return redirect("mandates")
    context = {"form": form, "once": once.new()}
    return render(request, "portal/mandate_give.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, number: int) -> HttpResponse:
    """Asked once more; it ends at once."""
    member, now = _who(request)
    row = _theirs(_owner(member, now), number, now)
    if request.method == "POST":
        mandating.revoke_own(member=member, number=number, now=now)
        said = _(
            "Die Vollmacht ist widerrufen. %(party)s reicht für die Betriebsstätte %(bsnr)s nicht mehr ein."
        )
        messages.success(request, said % {"party": row.third_party.name, "bsnr": row.site})
        return redirect("mandates")
    if row.revoked_at:
        return redirect("mandates")
    return render(request, "portal/mandate_revoke.html", {"mandate": row})


def _who(request: HttpRequest) -> tuple[Access, datetime]:
    return cast(MemberRequest, request).access, datetime.now(UTC)


def _owner(member: Access, now: datetime) -> Access:
    """What is not this visitor's to do is not there."""
    if not signers.speaks_for_practice(member, now):
        raise Http404
    return member


def _theirs(member: Access, number: int, now: datetime) -> Mandate:
    row = mandates.one(number)
    own = signers.practices_of(member, day_of(now)).values_list("pk", flat=True)
    if row is None or row.site.practice_id not in own:
        raise Http404
    return row


def _given(request: HttpRequest, member: Access, form: Give, now: datetime) -> bool:
    try:
        done = mandating.give(member=member, wanted=form.wanted(), number=once.number(request), now=now)
    except AlreadySubmitted:
        messages.success(request, once.said())
        return True
    if done is NotGiven.NOT_YOURS:
        raise Http404
    if isinstance(done, NotGiven):
        form.refuse(done)
        return False
    said = _("%(party)s kann ab dem %(day)s für Sie einreichen.")
    day = form.cleaned_data["from_on"].strftime("%d.%m.%Y")
    messages.success(request, said % {"party": done[0].third_party.name, "day": day})
    return True


def _shown(one: Standing) -> dict[str, object]:
    return {"mandate": one.mandate, "status": STATES[one.state], "goes_on": one.goes_on}
