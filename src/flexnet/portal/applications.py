"""The applications that were signed here: where each stands, completing it, withdrawing it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from flexnet.access import signers
from flexnet.access.models import Access
from flexnet.access.rules import day_of
from flexnet.applications import paper, queries, signing
from flexnet.applications.actions import Wrong
from flexnet.applications.errors import NoSuchApplication
from flexnet.applications.kinds import Kind, Role, Status, StepKind
from flexnet.applications.models import Application
from flexnet.applications.rules import Refused
from flexnet.portal import application_forms as forms
from flexnet.portal import applying
from flexnet.portal.billing import Entry
from flexnet.portal.middleware import MemberRequest
from flexnet.portal.step_up import fresh
from flexnet.web import words as web_words
from flexnet.web.status import Status as Badge

_BADGES: Final = {
    Status.UNSIGNED: (gettext_lazy("Unterschrift fehlt"), "clock", "warning"),
    Status.RECEIVED: (gettext_lazy("Bei uns eingegangen"), "clock", ""),
    Status.INCOMPLETE: (gettext_lazy("Bitte ergänzen"), "warning", "warning"),
    Status.APPROVED: (gettext_lazy("Genehmigt"), "check", "ok"),
    Status.REFUSED: (gettext_lazy("Abgelehnt"), "error", "error"),
    Status.WITHDRAWN: (gettext_lazy("Zurückgezogen"), "leave", ""),
}
_MENDED: Final = ("organisation", "street", "postcode", "town", "name", "lanr", "role", "since_on")


@dataclass(frozen=True)
class Past:
    """One step that was taken; what clerks wrote with it."""

    what: str
    on: date
    reason: str


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """All of them, the newest first."""
    rows = queries.sent_by(_member(request))
    return render(request, "portal/applications.html", {"entries": [_entry(row) for row in rows]})


@require_safe
def one(request: HttpRequest, number: str) -> HttpResponse:
    """Where it stands, what became of it, and what can be done."""
    row = _mine(request, number)
    status, steps = queries.status(row), list(row.steps.all())
    context = {
        "application": row,
        "title": _title(row),
        "status": _badge(status),
        "is_open": status.is_open,
        "sent_back": steps[-1] if status is Status.INCOMPLETE else None,
        "answers": list(applying.answers(Kind(row.kind), vars(row.content))),
        "past": [Past(str(StepKind(step.kind).label), step.on, step.reason) for step in steps],
        "needs_promise": status.is_open and not row.wants_practice_access and not queries.has_promised(row),
        "is_owner": row.role == Role.OWNER,
    }
    return render(request, "portal/application.html", context)


@require_safe
def document(request: HttpRequest, number: str) -> HttpResponse:
    """The declaration of whom the access is for, to be signed in person."""
    row = _mine(request, number)
    headers = {"Content-Disposition": f'attachment; filename="Teilnahmeerklaerung_{row}.pdf"'}
    return HttpResponse(paper.pdf(row), content_type="application/pdf", headers=headers)


@require_http_methods(["GET", "POST"])
@fresh
def complete(request: HttpRequest, number: str) -> HttpResponse:
    """What was sent back is mended and signed once more."""
    row, is_sent = _mine(request, number), request.method == "POST"
    if queries.status(row) is not Status.INCOMPLETE:
        return redirect("application", number=row)
    form = _details(row, request.POST if is_sent else None)
    signature = forms.Signature(request.POST if is_sent else None)
    if is_sent and form.is_valid() and signature.is_valid() and _completed(request, row, form):
        messages.success(request, _("Ihr Antrag ist ergänzt und wieder bei uns."))
        return redirect("application", number=row)
    context = {
        "application": row,
        "form": form,
        "signature": signature,
        "sent_back": list(row.steps.all())[-1],
        "seen": request.POST.get("seen", len(queries.steps(row))),
    }
    wrong = form.errors or signature.errors
    return render(request, "portal/application_complete.html", context, status=422 if wrong else 200)


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Asked once more, because nothing brings it back."""
    row = _mine(request, number)
    if not queries.status(row).is_open:
        return redirect("application", number=row)
    if request.method != "POST":
        context = {"application": row, "seen": len(queries.steps(row))}
        return render(request, "portal/application_withdraw.html", context)
    member, now = cast(MemberRequest, request).access, datetime.now(UTC)
    found = signing.withdraw(member=member, application=row, seen=_seen(request), now=now)
    if isinstance(found, Application):
        messages.success(request, _("Der Antrag ist zurückgezogen."))
    else:
        messages.error(request, _told(found))
    return redirect("application", number=row)


def _member(request: HttpRequest) -> Access:
    member = cast(MemberRequest, request).access
    applying.kind()
    if not signers.speaks_for_practice(member, datetime.now(UTC)):
        raise Http404
    return member


def _mine(request: HttpRequest, number: str) -> Application:
    """Of others there is none."""
    member = _member(request)
    try:
        row = queries.application(number)
    except NoSuchApplication:
        raise Http404 from None
    if row.applicant_id != member.pk:
        raise Http404
    return row


def _details(row: Application, data: Any) -> forms.Details:
    kind, said = Kind(row.kind), vars(row.content)
    asked = [name for name in _MENDED if kind is Kind.MEMBER or name != "since_on"]
    if row.wants_practice_access:
        asked = [name for name in asked if name not in ("name", "lanr", "role", "since_on")]
    known = {**said, "signed_on": day_of(datetime.now(UTC))}
    return forms.Details(data, kind=kind, asked=[*asked, "phone", "email"], known=known, initial=said)


def _completed(request: HttpRequest, row: Application, form: forms.Details) -> bool:
    found = signing.complete(
        member=cast(MemberRequest, request).access,
        application=row,
        values=form.cleaned_data,
        seen=_seen(request),
        now=datetime.now(UTC),
    )
    if isinstance(found, Application):
        return True
    form.add_error(None, _told(found))
    return False


def _told(found: Wrong | Refused | signing.NotSigned) -> str:
    texts: Sequence[str] = ()
    if isinstance(found, Wrong):
        texts = [problem.text for problem in found.problems]
    elif isinstance(found, Refused):
        texts = found.texts
    return " ".join(texts) or _("Der Antrag ist inzwischen bearbeitet. Sehen Sie ihn noch einmal an.")


def _seen(request: HttpRequest) -> int:
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isdecimal() and len(seen) < 6 else 0


def _title(row: Application) -> str:
    if row.wants_practice_access:
        return _("Praxiszugang für die Betriebsstätte %(site)s") % {"site": row.bsnr}
    return _("Persönlicher Zugang für %(name)s") % {"name": row.name}


def _entry(row: Application) -> Entry:
    facts = f"{row} · {web_words.short_day(row.steps.all()[0].on)}"
    return Entry(_title(row), reverse("application", args=[row]), _badge(queries.status(row)), facts)


def _badge(status: Status) -> Badge:
    word, icon, colour = _BADGES[status]
    return Badge(str(word), icon, colour)
