"""What a lock did, as measured; the signed receipt for it; and whether a receipt is genuine."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from flexnet.access import overview
from flexnet.access.models import Lock
from flexnet.accounts.models import Role
from flexnet.gateway import effects, lock_receipt_pdf, lock_receipts
from flexnet.gateway.effects import EndedTunnel, Outcome
from flexnet.office import act_forms, acts, finding, happening_words
from flexnet.office.middleware import StaffRequest
from flexnet.office.practices import READERS
from flexnet.office.roles import only
from flexnet.web.status import Status

_OUTCOMES: Final = {
    Outcome.CONFIRMED: Status(gettext_lazy("Getrennt"), "check", "ok"),
    Outcome.GONE_BEFORE: Status(gettext_lazy("War schon getrennt"), "check", "ok"),
    Outcome.NEVER_UP: Status(gettext_lazy("Kam nicht mehr zustande"), "check", "ok"),
    Outcome.REFUSED: Status(gettext_lazy("Noch nicht bestätigt"), "warning", "warning"),
    Outcome.WAITING: Status(gettext_lazy("Noch nicht bestätigt"), "clock", "warning"),
}


class Number(forms.Form):
    """The number as it stands on the receipt."""

    nummer = act_forms.Line(
        gettext_lazy("Nummer der Sperrbestätigung"),
        help_text=gettext_lazy("Sie steht oben auf dem Blatt, zum Beispiel S-000012-1."),
        longest=24,
    )


@dataclass(frozen=True)
class TunnelLine:
    """A connection that the lock ended, and how long that took."""

    row: EndedTunnel
    status: Status
    after: str


@only(*READERS)
@require_safe
def page(request: HttpRequest, number: int) -> HttpResponse:
    """As it is known now; a gateway may still have to answer."""
    lock = finding.there(overview.lock(number))
    effect = effects.of(lock, datetime.now(UTC))
    context = {
        "lock": lock,
        "place": acts.place_of_lock(lock),
        "scope": happening_words.SCOPES[lock.scope],
        "cause": happening_words.CAUSES[lock.cause],
        "effect": effect,
        "took": _seconds(effect.took.total_seconds()) if effect.took is not None else "",
        "tunnels": [_tunnel(one, lock) for one in effect.tunnels],
        "receipts": lock_receipts.of_lock(lock),
    }
    return render(request, "office/lock_effect.html", context)


@only(Role.CLERK, auditors_read=False)
@require_POST
def issue(request: HttpRequest, number: int) -> HttpResponse:
    """What is known by now, signed; a later one says what has come since."""
    lock, by = finding.there(overview.lock(number)), f"office:{cast(StaffRequest, request).staff}"
    row = lock_receipts.issue(lock=lock, by=by, now=datetime.now(UTC))
    messages.success(request, _("Ausgestellt: Sperrbestätigung %(number)s.") % {"number": row})
    return redirect("lock-effect", number=lock.pk)


@only(*READERS, auditors_read=False)
@require_safe
def pdf(request: HttpRequest, receipt: str) -> HttpResponse:
    """The sheet for the practice."""
    row = lock_receipts.numbered(receipt)
    if row is None or row.number != receipt:
        raise Http404
    headers = {"Content-Disposition": f'inline; filename="Sperrbestaetigung_{row.number}.pdf"'}
    return HttpResponse(lock_receipt_pdf.pdf(row), content_type="application/pdf", headers=headers)


@only(*READERS)
@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """Somebody shows a receipt: what stands on the genuine one of this number."""
    form = Number(request.GET or None)
    row = lock_receipts.numbered(form.cleaned_data["nummer"]) if form.is_valid() else None
    if form.is_bound and not form.errors and row is None:
        form.add_error("nummer", _("Eine Sperrbestätigung mit dieser Nummer haben wir nie ausgestellt."))
    context = {
        "form": form,
        "receipt": row,
        "is_genuine": row is not None and lock_receipts.is_genuine(row),
        "said": lock_receipt_pdf.content(row) if row else None,
    }
    return render(request, "office/lock_receipt_check.html", context, status=422 if form.errors else 200)


def _tunnel(one: EndedTunnel, lock: Lock) -> TunnelLine:
    after = _seconds((one.answered_at - lock.imposed_at).total_seconds()) if one.answered_at else ""
    return TunnelLine(one, _OUTCOMES[one.outcome], after)


def _seconds(seconds: float) -> str:
    return _("%(seconds)s Sekunden") % {"seconds": number_format(max(seconds, 0.0), decimal_pos=2)}
