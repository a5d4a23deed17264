"""The terms of use: read them, see what changes, accept, object."""

from datetime import UTC, datetime
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from flexnet import configuration
from flexnet.access import objections, queries, terms
from flexnet.access.models import Terms
from flexnet.lib import canonical_text, paragraphs
from flexnet.portal import statements, step_up
from flexnet.portal.forms import AcceptTerms, ObjectToTerms
from flexnet.portal.middleware import MemberRequest
from flexnet.portal.step_up import fresh
from flexnet.web import texts


@require_http_methods(["GET", "POST"])
@fresh
def page(request: HttpRequest) -> HttpResponse:
    """What is offered to this access, with what changes; an owner accepts it below the text."""
    member, now = cast(MemberRequest, request), datetime.now(UTC)
    form = AcceptTerms(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _accept(member, form, now)
    standing = _standing(member, now)
    context = {
        "form": form,
        "standing": standing,
        "blocks": texts.blocks(standing.terms.text),
        "changes": _changes(standing),
        "before": _before(standing),
    }
    return render(request, "portal/terms.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def objection(request: HttpRequest) -> HttpResponse:
    """Whoever does not agree says so, if possible with the reason (§ 14(2)); nothing ends by it."""
    member, now = cast(MemberRequest, request), datetime.now(UTC)
    form = ObjectToTerms(request.POST if request.method == "POST" else None)
    is_on_paper = configuration.current().profile.statements == "form"
    if request.method == "POST" and form.is_valid() and is_on_paper and (sheet := _sheet(member, form, now)):
        return sheet
    standing = _standing(member, now)
    if not standing.may_object:
        raise Http404
    if request.method == "POST" and form.is_valid() and not is_on_paper:
        asked = step_up.ask(request)
        if asked:
            return asked
        if _object(member, form, now):
            messages.success(request, _("Ihr Widerspruch ist bei uns eingegangen."))
            return redirect("terms")
    context = {"form": form, "standing": standing, "is_on_paper": is_on_paper}
    return render(request, "portal/objection.html", context, status=422 if form.errors else 200)


def _accept(member: MemberRequest, form: AcceptTerms, now: datetime) -> HttpResponse:
    found = terms.accept(access=member.access, **form.shown, by=f"portal:{member.access}", now=now)
    if _is_replaced(found):
        messages.warning(member, _replaced())
        return redirect("terms")
    messages.success(member, _("Sie haben die Nutzungsbedingungen angenommen."))
    return redirect("start")


def _object(member: MemberRequest, form: ObjectToTerms, now: datetime) -> bool:
    """What was typed stays on the page if it is about a text that was replaced."""
    text, by = form.cleaned_data["text"], f"portal:{member.access}"
    done = objections.object_in_portal(access=member.access, **form.shown, text=text, by=by, now=now)
    if _is_replaced(done):
        form.add_error(None, _replaced())
    return form.is_valid()


def _sheet(member: MemberRequest, form: ObjectToTerms, now: datetime) -> HttpResponse | None:
    """To be signed and posted; None if it is about a text that was replaced."""
    shown = terms.shown_to(member.access, **form.shown, now=now)
    if isinstance(shown, terms.NotAccepted):
        _is_replaced(shown)
        form.add_error(None, _replaced())
        return None
    text = canonical_text.visible(form.cleaned_data["text"])
    sheet = statements.objection(member.access, shown.signer, shown.terms, text, now=now)
    headers = {"Content-Disposition": 'attachment; filename="Widerspruch.pdf"'}
    return HttpResponse(sheet, content_type="application/pdf", headers=headers)


def _is_replaced(found: object) -> bool:
    """What is not this visitor's to say is not there."""
    if found is terms.NotAccepted.NOT_YOURS:
        raise Http404
    return found is terms.NotAccepted.REPLACED


def _replaced() -> str:
    return _("Inzwischen gibt es eine neue Fassung. Bitte lesen Sie erst diese.")


def _standing(member: MemberRequest, now: datetime) -> queries.Standing:
    found = queries.standing(member.access, now)
    if found is None:
        raise Http404
    return found


def _changes(standing: queries.Standing) -> list[paragraphs.Change]:
    """From the version that it is compared with to what is shown."""
    before = _before(standing)
    return paragraphs.changes(before.text, standing.terms.text) if before else []


def _before(standing: queries.Standing) -> Terms | None:
    """What was accepted and is to be replaced; else the version before the one that is shown."""
    if standing.accepted and not standing.is_accepted:
        return standing.accepted.terms
    return queries.all_terms().filter(version__lt=standing.terms.version).first()
