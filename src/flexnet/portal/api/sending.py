"""Files on their way: announced and sent in pieces by tus 1.0 (decision 26), or in one go."""

import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.urls import reverse
from django.utils.http import http_date

from flexnet.billing import actions, arriving, sendings
from flexnet.billing.models import Delivery, Sending
from flexnet.lib import tus
from flexnet.lib.quarters import BadQuarter, Quarter
from flexnet.portal.api import problems, told
from flexnet.portal.api.door import ProgramRequest
from flexnet.portal.api.problems import Problem

_PIECE: Final = 256 * 1024
_NUMBER: Final = re.compile(r'"?([\x20-\x21\x23-\x5b\x5d-\x7e]{1,128})"?')  # a string of RFC 8941, or bare
_WHOLE: Final = "application/octet-stream"


def announce(request: ProgramRequest) -> HttpResponse:
    """Room for a file; said again under its number it is the same room."""
    _spoken(request)
    metadata = tus.metadata(request.headers.get("Upload-Metadata", ""))
    size = tus.number(request.headers, "Upload-Length")
    announced = _announced(metadata.get("filename", ""), metadata.get("quarter", ""), size)
    row = sendings.begin(access=request.access, number=_number(request), announced=announced, now=request.now)
    headers = {"Location": reverse("api-sending", args=[row.upload]), **_stands(request, row, size)}
    return HttpResponse(status=201, headers=headers)


def stands(request: ProgramRequest, key: str) -> HttpResponse:
    """How far it is; of what has become a delivery, its end."""
    row = mine(request, key)
    if row.delivery:
        size = row.delivery.size
    else:
        upload = sendings.upload_of(row, request.access, request.now)
        if upload is None:
            raise Problem("gibt-es-nicht")
        size = upload.size
    return HttpResponse(status=200, headers={**_stands(request, row, size), "Upload-Length": str(size)})


def go_on(request: ProgramRequest, key: str) -> HttpResponse:
    """The next bytes; of the last ones said twice the second time changes nothing."""
    _spoken(request)
    if request.content_type != tus.CONTENT_TYPE:
        raise Problem("art-des-inhalts")
    offset = tus.number(request.headers, "Upload-Offset")
    row = mine(request, key)
    upload = sendings.upload_of(row, request.access, request.now)
    if upload is None:
        raise Problem("woanders" if row.delivery else "gibt-es-nicht")
    said = request.headers.get("Upload-Checksum")
    checksum = arriving.Checksum(*tus.checksum(said)) if said else None
    upload = arriving.append(
        upload, _pieces(request), access=request.access, offset=offset, now=request.now, checksum=checksum
    )
    return HttpResponse(status=204, headers=_stands(request, row, upload.size))


def give_up(request: ProgramRequest, key: str) -> HttpResponse:
    """Never mind; what has become a delivery stays."""
    upload = sendings.upload_of(mine(request, key), request.access, request.now)
    if upload is None:
        raise Problem("gibt-es-nicht")
    arriving.drop(upload)
    return HttpResponse(status=204)


def check(request: ProgramRequest, key: str) -> HttpResponse:
    """Whole, it is checked and becomes a delivery, however often this is asked."""
    row = mine(request, key)
    return _became(sendings.finish(row, access=request.access, by=request.by, now=request.now))


def whole(request: ProgramRequest) -> HttpResponse:
    """A file in one go: `dateiname` and `quartal` in the address, its bytes as the body."""
    number = _number(request)
    if request.content_type != _WHOLE:
        raise Problem("art-des-inhalts")
    length = request.headers.get("Content-Length", "")
    if not length:
        raise Problem("laenge-fehlt")
    size = tus.number(request.headers, "Content-Length")
    found = sendings.send_whole(
        access=request.access,
        number=number,
        announced=_announced(request.GET.get("dateiname", ""), request.GET.get("quartal", ""), size),
        pieces=_pieces(request),
        by=request.by,
        now=request.now,
    )
    return _became(found)


def mine(request: ProgramRequest, key: str) -> Sending:
    """Of this access; what is no number, unknown or somebody else's is not there. Raises Problem."""
    return sendings.one_of(request.access, number_in(key))


def number_in(key: str) -> uuid.UUID:
    """What stands in an address. Raises Problem."""
    try:
        return uuid.UUID(key)
    except ValueError:
        raise Problem("gibt-es-nicht") from None


def _became(found: Delivery | actions.Rejected) -> HttpResponse:
    if isinstance(found, actions.Rejected):
        raise problems.of_findings(found.findings)
    location = reverse("api-delivery", args=[found.pk])
    return JsonResponse(told.delivery(found), status=201, headers={"Location": location})


def _announced(name: str, quarter: str, size: int) -> arriving.Announced:
    try:
        return arriving.Announced(name=name, size=size, quarter=Quarter.parse(quarter))
    except BadQuarter:
        raise problems.of_header("quartal") from None


def _number(request: HttpRequest) -> str:
    """Chosen by the program, one for each file (draft-ietf-httpapi-idempotency-key-header)."""
    found = _NUMBER.fullmatch(request.headers.get("Idempotency-Key", "").strip())
    if found is None:
        raise problems.of_header("Idempotency-Key")
    return found[1]


def _spoken(request: HttpRequest) -> None:
    if request.headers.get("Tus-Resumable") != tus.VERSION:
        raise Problem("tus")


def _pieces(request: HttpRequest) -> Iterator[bytes]:
    """Whoever breaks off ends the bytes; what came until then counts."""
    try:
        while piece := request.read(_PIECE):
            yield piece
    except UnreadablePostError:
        return


def _stands(request: ProgramRequest, row: Sending, size: int) -> Mapping[str, str]:
    upload = sendings.upload_of(row, request.access, request.now)
    known = {"Tus-Resumable": tus.VERSION, "Cache-Control": "no-store"}
    if upload is None:
        return {**known, "Upload-Offset": str(size)}
    expires = http_date(upload.expires_at.timestamp())
    return {**known, "Upload-Offset": str(upload.received), "Upload-Expires": expires}
