"""What the KV confirmed under its seal: to be kept, and to be held against what somebody shows."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from flexnet.billing import numbers, papers
from flexnet.billing.models import Confirmation
from flexnet.portal.forms import LONGEST_PAPER, Paper
from flexnet.web.in_memory import InMemory

_USUAL: Final = timedelta(seconds=20)  # the worker looks twice a second
_TYPES: Final = {"pdf": "application/pdf", "json": "application/json", "p7s": "application/pkcs7-signature"}
_NAMED = re.compile(rb"(?:E-)?[0-9]{4}-[1-4]-[0-9]{6,9}-[0-9]")


class Outcome(StrEnum):
    """What a look at a file gave."""

    GENUINE = "genuine"
    ALTERED = "altered"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Compared:
    """Whether a file is, byte for byte, what we issued under the number that stands in it."""

    outcome: Outcome
    number: str = ""


def shown(number: str, now: datetime) -> dict[str, object]:
    """What a page needs: the files once they are sealed, until then whether that takes long."""
    row = Confirmation.objects.filter(pk=number).defer("pdf", "signature").first()
    is_sealed = row is not None and row.sealed_at is not None
    is_late = row is not None and now - row.stated_at > _USUAL
    return {"is_sealed": is_sealed, "is_late": is_late, "endings": tuple(_TYPES)}


def file(number: str, ending: str) -> HttpResponse | None:
    """One of the three files, the same bytes whenever it is asked for; None before it is sealed."""
    row = Confirmation.objects.filter(pk=number).exclude(sealed_at=None).first()
    if row is None or ending not in _TYPES:
        return None
    content = {"pdf": row.pdf, "json": row.statement.encode(), "p7s": row.signature}[ending]
    name = f"{papers.named(row)}.{_ENDINGS.get(ending, ending)}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(bytes(content or b""), content_type=_TYPES[ending], headers=headers)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Is a file what we gave? Nothing of it is kept; the form's token is checked below."""
    request.upload_handlers = [InMemory(request, LONGEST_PAPER)]
    return _check(request)


@csrf_protect
def _check(request: HttpRequest) -> HttpResponse:
    form = Paper(request.POST, request.FILES) if request.method == "POST" else Paper()
    found = compared(form.cleaned_data["file"]) if form.is_bound and form.is_valid() else None
    return render(
        request, "portal/confirmed.html", {"form": form, "found": found}, status=422 if form.errors else 200
    )


def compared(upload: UploadedFile) -> Compared:  # type: ignore[type-arg]  # the stubs alone make it generic
    """The number stands in plain text in both kinds of file."""
    content = upload.read()
    named = {one.decode() for one in _NAMED.findall(content.replace(_HYPHEN, b"-"))}
    known = {number for number in named if numbers.is_number(number)}
    rows = Confirmation.objects.filter(pk__in=sorted(known)[:_MOST]).exclude(sealed_at=None)
    held = list(rows)
    for row in held:
        if content in (bytes(row.pdf or b""), row.statement.encode()):
            return Compared(Outcome.GENUINE, row.number)
    return Compared(Outcome.ALTERED, held[0].number) if held else Compared(Outcome.UNKNOWN)


_ENDINGS: Final = {"p7s": "json.p7s"}
_MOST: Final = 20
_HYPHEN: Final = rb"\055"  # as strings in a PDF have it
