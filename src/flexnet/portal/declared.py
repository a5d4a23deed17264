"""The collective declaration: who has given it, who is still missing, and giving it with one's password."""

from datetime import UTC, datetime
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from flexnet.access import queries as accesses
from flexnet.access.models import Access
from flexnet.access.rules import day_of
from flexnet.billing import completeness, declaring
from flexnet.billing.completeness import Completeness
from flexnet.billing.declaring import NotDeclared
from flexnet.billing.models import CollectiveDeclaration, Delivery
from flexnet.lib.quarters import Quarter
from flexnet.members.models import Practice
from flexnet.portal import confirmed
from flexnet.portal.forms import Declare
from flexnet.portal.middleware import MemberRequest
from flexnet.portal.step_up import fresh
from flexnet.quarter_field import written
from flexnet.web import texts


@require_http_methods(["GET", "POST"])
@fresh
def page(request: HttpRequest, bsnr: str, quarter: str) -> HttpResponse:
    """The text, its sites, who has confirmed; the button for whoever may sign."""
    member, now = cast(MemberRequest, request).access, datetime.now(UTC)
    found, text = _found(member, bsnr, quarter, now), declaring.wanted()
    if text is None:
        raise Http404
    form = Declare(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _give(request, found, form.cleaned_data["seen"], now)
    may_sign = completeness.may_sign(member, found.practice, day_of(now))
    context = {
        "form": form,
        "found": found,
        "text": text,
        "blocks": texts.blocks(text.text),
        "seen": declaring.shown(text, found.bsnrs),
        "quarter": found.quarter,
        "may_sign": may_sign and found.quarter <= Quarter.of(day_of(now)),
        "own": next((one for one in found.given if one.person_id == member.person_id), None),
        "files": {one.number: confirmed.shown(one.number, now) for one in found.given},
    }
    return render(request, "portal/declaration.html", context, status=422 if form.errors else 200)


@require_safe
def file(request: HttpRequest, number: str, ending: str) -> HttpResponse:
    """The sealed confirmation of a declaration, for those of the practice."""
    member = cast(MemberRequest, request).access
    row = CollectiveDeclaration.objects.select_related("practice").filter(number=number).first()
    mine = row and set(row.bsnrs) & set(_sites(member, datetime.now(UTC)))
    found = confirmed.file(number, ending) if mine else None
    if found is None:
        raise Http404
    return found


def of_delivery(row: Delivery, member: Access) -> dict[str, object]:
    """What the page of a receipt says of the practice's billing of that quarter."""
    practice = Practice.objects.filter(sites__bsnr=row.bsnr).first()
    if practice is None or row.kind != Delivery.Kind.ECHT:
        return {}
    now = datetime.now(UTC)
    found = completeness.of(practice, row.quarter, day_of(now))
    is_third = member.kind == Access.Kind.THIRD_PARTY
    return {
        "missing": missing(found),
        "declares": found.needs != "none" and not is_third,
        "is_declared": found.is_declared,
        "may_sign": completeness.may_sign(member, practice, day_of(now)),
        "declaration_of": found.bsnrs[0] if found.bsnrs else row.bsnr,
        "written_quarter": written(row.quarter),
    }


def missing(found: Completeness) -> str:
    """What is still missing, in one sentence; empty if nothing is."""
    sites = ", ".join(found.missing_sites)
    if found.missing_sites and not found.is_declared:
        return _("Es fehlen noch die Dateien für BSNR %(sites)s und die Sammelerklärung.") % {"sites": sites}
    if found.missing_sites:
        return _("Es fehlen noch die Dateien für BSNR %(sites)s.") % {"sites": sites}
    return "" if found.is_declared else signers_missing(found)


def signers_missing(found: Completeness) -> str:
    """Whose declaration is missing; where one suffices, nobody is named."""
    names = ", ".join(person.name for person in found.missing_signers)
    if found.needs == "one" or not names:
        return _("Es fehlt noch die Sammelerklärung.")
    return _("Es fehlt noch die Sammelerklärung von %(names)s.") % {"names": names}


def _give(request: HttpRequest, found: Completeness, seen: str, now: datetime) -> HttpResponse:
    member = cast(MemberRequest, request).access
    given = declaring.give(
        member=member,
        practice=found.practice,
        quarter=found.quarter,
        seen=seen,
        by=f"portal:{member}",
        now=now,
    )
    if given is NotDeclared.NOT_YOURS:
        raise Http404
    if given is NotDeclared.CHANGED:
        messages.warning(
            request,
            _("Text oder Betriebsstätten haben sich inzwischen geändert. Bitte lesen Sie noch einmal."),
        )
    elif isinstance(given, CollectiveDeclaration):
        messages.success(request, _("Ihre Sammelerklärung ist eingegangen."))
    return redirect("declaration", bsnr=found.bsnrs[0], quarter=written(found.quarter))


def _found(member: Access, bsnr: str, quarter: str, now: datetime) -> Completeness:
    """Of a practice that this access belongs to; a third party vouches for nobody."""
    practice = Practice.objects.filter(sites__bsnr=bsnr).first()
    if practice is None or bsnr not in _sites(member, now):
        raise Http404
    try:
        wanted = Quarter.parse(quarter)
    except ValueError:
        raise Http404 from None
    found = completeness.of(practice, wanted, day_of(now))
    if not found.bsnrs or found.needs == "none":
        raise Http404
    return found


def _sites(member: Access, now: datetime) -> tuple[str, ...]:
    if member.kind == Access.Kind.THIRD_PARTY:
        return ()
    return accesses.sites_of(member, day_of(now))
