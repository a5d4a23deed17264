"""Handing in: upload, check, submit, receipt."""

import contextlib
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from flexnet.access.rules import BERLIN, Refusal
from flexnet.billing import actions, queries, receipts, uploads
from flexnet.billing.adapters import Arrival
from flexnet.billing.errors import NoSuchDelivery
from flexnet.billing.findings import Finding
from flexnet.billing.models import Delivery, State
from flexnet.lib.quarters import Quarter
from flexnet.portal import words
from flexnet.portal.forms import Upload
from flexnet.portal.middleware import MemberRequest
from flexnet.web import words as web_words
from flexnet.web.status import Status

_OFFERED = 4
_PREVIOUS_UNTIL_DAY = 75


@dataclass(frozen=True)
class Entry:
    """A delivery as a line of a list."""

    title: str
    url: str
    status: Status
    facts: str


@dataclass(frozen=True)
class Problem:
    """What is wrong, what to do, and where to look."""

    what: str
    cure: str
    link: str = ""
    link_text: str = ""


@require_safe
def deliveries(request: HttpRequest) -> HttpResponse:
    """Everything of this access's sites, newest first."""
    rows = queries.deliveries_for(cast(MemberRequest, request).access, timezone.localdate())
    return render(request, "portal/deliveries.html", {"entries": [entry(row) for row in rows]})


@csrf_exempt
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """The form's token is checked below: the file must go into the store while it is read, not before."""
    with contextlib.closing(uploads.IntoStore(request)) as handler:
        request.upload_handlers = [handler]
        return _upload(request)


@csrf_protect
def _upload(request: HttpRequest) -> HttpResponse:
    offered = _quarters()
    bound = (request.POST, request.FILES) if request.method == "POST" else ()
    form = Upload(*bound, quarters=offered, initial={"quarter": str(_likely(offered))})
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        found = _receive(cast(MemberRequest, request), form)
        if isinstance(found, Delivery):
            return redirect("delivery", key=found.pk)
        problems = _problems(found)
    failed = bool(form.errors or problems)
    return render(
        request, "portal/upload.html", {"form": form, "problems": problems}, status=422 if failed else 200
    )


@require_safe
def delivery(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Before submitting: what was found, and the button; after it: the receipt."""
    row = _mine(request, key)
    context = {
        "delivery": row,
        "status": _status(row),
        "warnings": [Finding.restored(found) for found in row.warnings],
        "kind": receipts.KINDS[Delivery.Kind(row.kind)],
    }
    template = "receipt" if row.state is State.SUBMITTED else "delivery"
    return render(request, f"portal/{template}.html", context)


@require_POST
def submit(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Once and for all; pressed twice it leads to the same receipt."""
    row, member = _mine(request, key), cast(MemberRequest, request)
    by, now = f"portal:{member.access}", datetime.now(UTC)
    try:
        found = actions.submit(delivery=row, access=member.access, by=by, now=now)
    except NoSuchDelivery:
        raise Http404 from None
    if isinstance(found, Refusal):
        messages.error(request, words.refusal(found))
    return redirect("delivery", key=row.pk)


@require_POST
def discard(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Take a file back that was not submitted."""
    row = _mine(request, key)
    if not actions.discard(delivery=row, by=f"portal:{cast(MemberRequest, request).access}"):
        return redirect("delivery", key=row.pk)
    messages.success(request, _("%(file)s ist entfernt.") % {"file": row.file_name})
    return redirect("upload")


@require_safe
def receipt(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The receipt as PDF."""
    row = _mine(request, key)
    if row.state is not State.SUBMITTED:
        raise Http404
    name = f"Eingangsbestaetigung_{row.receipt.number}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(receipts.pdf(row.receipt), content_type="application/pdf", headers=headers)


def entry(row: Delivery) -> Entry:
    """The line of a delivery: its number once it has one."""
    submitted = row.state is State.SUBMITTED
    at = web_words.short_moment(row.submitted_at or row.uploaded_at)
    facts = f"{row.quarter} · BSNR {row.bsnr} · {web_words.size(row.size)} · {at}"
    title = row.receipt.number if submitted else row.file_name
    return Entry(title, reverse("delivery", args=[row.pk]), _status(row), facts)


def _mine(request: HttpRequest, key: uuid.UUID) -> Delivery:
    row = queries.delivery_for(cast(MemberRequest, request).access, key, timezone.localdate())
    if row is None:
        raise Http404
    return row


def _receive(member: MemberRequest, form: Upload) -> Delivery | actions.Rejected:
    arrival = form.cleaned_data["file"]
    assert isinstance(arrival, Arrival)  # noqa: S101 - our upload handler made it
    return actions.receive(
        access=member.access,
        arrival=arrival,
        quarter=form.cleaned_data["quarter"],
        kind=Delivery.Kind.ECHT,
        by=f"portal:{member.access}",
        now=datetime.now(UTC),
    )


def _problems(found: actions.Rejected) -> list[Problem]:
    if found.earlier is None:
        return [Problem(finding.what, finding.cure) for finding in found.findings]
    url = reverse("delivery", args=[found.earlier.delivery_id])
    return [
        Problem(finding.what, finding.cure, url, _("Eingangsbestätigung ansehen"))
        for finding in found.findings
    ]


def _status(row: Delivery) -> Status:
    if row.state is State.SUBMITTED:
        return Status(_("Eingereicht"), "check", "ok")
    return Status(_("Noch nicht eingereicht"), "warning", "warning")


def _quarters() -> list[Quarter]:
    current = Quarter.of(datetime.now(BERLIN).date())
    return [current - back for back in range(_OFFERED)]


def _likely(offered: list[Quarter]) -> Quarter:
    """Until the last two weeks of a quarter people hand in the one before."""
    days = (datetime.now(BERLIN).date() - offered[0].first_day).days
    return offered[1] if days < _PREVIOUS_UNTIL_DAY else offered[0]
