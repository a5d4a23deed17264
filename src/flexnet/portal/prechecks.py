"""Checking a billing file in advance: it is checked while it arrives, and never kept."""

import uuid
from datetime import UTC, datetime
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from flexnet import configuration
from flexnet.billing import prechecks, report_papers, reports
from flexnet.billing.models import Precheck
from flexnet.billing.precheck_upload import Checked, IntoCheck
from flexnet.lib.kvdt.rules import Id, Level
from flexnet.portal.billing import for_whom_it_is
from flexnet.portal.forms import PlainFile
from flexnet.portal.middleware import MemberRequest


@csrf_exempt
@require_http_methods(["GET", "POST"])
@for_whom_it_is
def page(request: HttpRequest) -> HttpResponse:
    """The form's token is checked below: the file must go into the check while it is read, not before."""
    request.upload_handlers = [IntoCheck(request)]
    return _page(request)


@csrf_protect
def _page(request: HttpRequest) -> HttpResponse:
    form = PlainFile(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        assert isinstance(file, Checked)  # noqa: S101 - our upload handler made it
        if file.result is not None:
            access = cast(MemberRequest, request).access
            now = datetime.now(UTC)
            row = prechecks.keep(
                access=access,
                name=file.name or "",
                result=file.result,
                container=file.container,
                by=f"portal:{access}",
                now=now,
            )
            return redirect("precheck", key=row.pk)
        limit = configuration.current().billing.max_upload_mib
        form.add_error("file", _("Die Datei ist größer als %(limit)s MB.") % {"limit": limit})
    return render(request, "portal/precheck_file.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@for_whom_it_is
def result(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What was found, grouped by cause."""
    row = _mine(request, key)
    found = [
        one for one in reports.causes(row) if not ("container" in row.facts and one.rule == Id.ENCRYPTED)
    ]
    hours = configuration.current().billing.check_result_hours
    context = {
        "row": row,
        "errors": [cause for cause in found if cause.level > Level.WARNING],
        "hints": [cause for cause in found if cause.level is Level.WARNING],
        "hours": hours,
        "encrypted_at": _encrypted_at(row),
    }
    return render(request, "portal/precheck.html", context)


@require_safe
@for_whom_it_is
def pdf(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The same to print and to pass on."""
    headers = {"Content-Disposition": 'attachment; filename="Vorabpruefung.pdf"'}
    content = report_papers.pdf(_mine(request, key), report_papers.PRECHECK)
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@require_safe
@for_whom_it_is
def as_json(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The same for programs."""
    headers = {"Content-Disposition": 'attachment; filename="Vorabpruefung.json"'}
    return JsonResponse(report_papers.content(_mine(request, key)), headers=headers)


def _encrypted_at(row: Precheck) -> datetime | None:
    """By the practice's own clock."""
    container = row.facts.get("container")
    return datetime.fromisoformat(container["created_at"]) if container else None


def _mine(request: HttpRequest, key: uuid.UUID) -> Precheck:
    row = prechecks.one_for(cast(MemberRequest, request).access, key, datetime.now(UTC))
    if row is None:
        raise Http404
    return row
