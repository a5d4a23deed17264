"""Billing files in pieces, by tus 1.0: whoever was interrupted goes on where they were (decision 26).

The page's own script speaks it, with the session and the form's token; nobody else has an address here.
"""

import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial, wraps
from typing import cast

from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    JsonResponse,
    UnreadablePostError,
)
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from flexnet import configuration
from flexnet.billing import arriving
from flexnet.billing.errors import BytesRefused, NoSuchUpload, NotTaken, StoreFull, WrongOffset
from flexnet.billing.findings import Code, Finding
from flexnet.billing.models import Delivery, Upload
from flexnet.lib import tus
from flexnet.lib.quarters import Quarter
from flexnet.lib.sealed_file import TakenOver
from flexnet.portal import billing, doorway, way
from flexnet.portal.middleware import MemberRequest

_REFUSED = (tus.BadHeader, NoSuchUpload, WrongOffset, TakenOver, StoreFull, NotTaken, BytesRefused)
View = Callable[..., HttpResponse]
_PIECE = 256 * 1024
_ASK = {
    "Tus-Version": tus.VERSION,
    "Tus-Extension": ",".join(tus.EXTENSIONS),
    "Tus-Checksum-Algorithm": ",".join(tus.ALGORITHMS),
}


def spoken(*methods: str) -> Callable[[View], View]:
    """For whom handing in is, by a way that leads to it, in this version of the protocol."""
    return partial(_guarded, methods)


def _guarded(methods: Sequence[str], view: View) -> View:
    @wraps(view)
    @billing.for_whom_it_is
    def guarded(request: HttpRequest, /, *args: object, **kwargs: object) -> HttpResponse:
        if request.method == "POST" and (method := request.headers.get("X-HTTP-Method-Override")):
            request.method = method.upper()
        if request.method not in methods:
            return HttpResponseNotAllowed(methods)
        if way.submission(doorway.of(request)).refusal:
            return _answer(403)
        if request.method in ("OPTIONS", "GET"):
            return view(request, *args, **kwargs)
        if request.headers.get("Tus-Resumable") != tus.VERSION:
            return _answer(412, **_ASK)
        try:
            return view(request, *args, **kwargs)
        except _REFUSED as error:
            return _refusal(error)

    return guarded


def _refusal(error: Exception) -> HttpResponse:
    match error:
        case NotTaken():
            status = 413 if error.finding.code is Code.TOO_LARGE else 422
            return _found(status, error.finding)
        case StoreFull():
            return _found(507, Finding(Code.STORE_FULL))
        case BytesRefused():
            return _answer(tus.CHECKSUM_DIFFERS if error.is_checksum else 413)
        case tus.BadHeader():
            return _answer(400, str(error))
        case NoSuchUpload():
            return _answer(404)
    return _answer(409)  # it stands elsewhere, or somebody else goes on with it


@spoken("GET", "POST", "OPTIONS")
def uploads(request: HttpRequest) -> HttpResponse:
    """What was begun and not ended; or a file to come is announced."""
    member = cast(MemberRequest, request)
    if request.method == "OPTIONS":
        return _answer(204, **_ASK, Tus_Max_Size=configuration.current().billing.max_upload_bytes)
    if request.method == "GET":
        return JsonResponse({"uploads": [_told(row) for row in arriving.open_for(member.access, _now())]})
    row = arriving.begin(access=member.access, announced=_announced(request), now=_now())
    return _answer(201, Location=reverse("upload-file", args=[row.pk]), **_stands(row))


@spoken("HEAD", "PATCH", "DELETE", "OPTIONS")
def upload(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Where it stands; the next bytes; or never mind."""
    if request.method == "OPTIONS":
        return _answer(204, **_ASK)
    row = _mine(request, key)
    if request.method == "HEAD":
        return _answer(200, **_stands(row), Upload_Length=row.size)
    if request.method == "DELETE":
        arriving.drop(row)
        return _answer(204)
    if request.content_type != tus.CONTENT_TYPE:
        return _answer(415)
    row = arriving.append(
        row,
        _pieces(request),
        access=cast(MemberRequest, request).access,
        offset=tus.number(request.headers, "Upload-Offset"),
        now=_now(),
        checksum=_checksum(request),
    )
    return _answer(204, **_stands(row))


@require_POST
@billing.for_whom_it_is
def check(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """A file that is whole becomes a delivery, as from the form; or the answer says what is wrong with it."""
    if way.submission(doorway.of(request)).refusal:
        return _answer(403)
    access = cast(MemberRequest, request).access
    try:
        row = _mine(request, key)
        found = arriving.finish(row, access=access, by=f"portal:{access}", now=_now())
    except NoSuchUpload:
        return _answer(404)
    except WrongOffset:
        return _answer(409)
    if isinstance(found, Delivery):
        return JsonResponse({"url": reverse("delivery", args=[found.pk])})
    problems = [vars(one) for one in billing.problems_of(found)]
    return JsonResponse({"problems": problems}, status=422)


@require_POST
@billing.for_whom_it_is
def remove(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The page's button beside what was begun."""
    try:
        row = _mine(request, key)
    except NoSuchUpload:
        raise Http404 from None
    arriving.drop(row)
    messages.success(request, _("%(file)s ist entfernt.") % {"file": row.file_name})
    return redirect("upload")


def _mine(request: HttpRequest, key: uuid.UUID) -> Upload:
    """Of this access, and of no other. Raises NoSuchUpload."""
    return arriving.one_of(cast(MemberRequest, request).access, key, _now())


def _announced(request: HttpRequest) -> arriving.Announced:
    told = tus.metadata(request.headers.get("Upload-Metadata", ""))
    offered = {str(one): one for one in billing.quarters()}
    if told.get("quarter") not in offered:
        raise tus.BadHeader("Upload-Metadata: quarter")
    modified = told.get("modified", "")
    return arriving.Announced(
        name=told.get("filename", ""),
        size=tus.number(request.headers, "Upload-Length"),
        quarter=offered[told["quarter"]],
        modified=int(modified) if modified.isascii() and modified.isdigit() and len(modified) < 16 else None,
    )


def _checksum(request: HttpRequest) -> arriving.Checksum | None:
    told = request.headers.get("Upload-Checksum")
    return arriving.Checksum(*tus.checksum(told)) if told else None


def _pieces(request: HttpRequest) -> Iterator[bytes]:
    """Whoever breaks off ends the bytes; what came until then counts."""
    try:
        while piece := request.read(_PIECE):
            yield piece
    except UnreadablePostError:
        return


def _told(row: Upload) -> dict[str, object]:
    return {
        "url": reverse("upload-file", args=[row.pk]),
        "name": row.file_name,
        "size": row.size,
        "received": row.received,
        "modified": row.modified,
        "quarter": str(Quarter.parse(str(row.quarter))),
    }


def _stands(row: Upload) -> dict[str, object]:
    return {"Upload_Offset": row.received, "Upload_Expires": http_date(row.expires_at.timestamp())}


def _found(status: int, finding: Finding) -> HttpResponse:
    problem = {"what": finding.what, "cure": finding.cure}
    response = JsonResponse({"problems": [problem]}, status=status)
    response.headers["Tus-Resumable"] = tus.VERSION
    return response


def _answer(status: int, said: str = "", /, **headers: object) -> HttpResponse:
    """Underscores stand for the hyphens of headers."""
    told = {name.replace("_", "-"): str(value) for name, value in headers.items()}
    return HttpResponse(
        said, status=status, content_type="text/plain", headers={"Tus-Resumable": tus.VERSION, **told}
    )


def _now() -> datetime:
    return datetime.now(UTC)
