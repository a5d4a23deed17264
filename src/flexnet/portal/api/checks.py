"""Checking a plain file in advance: it is checked while it arrives, and nothing of it is kept."""

from typing import Final

from django.http import HttpResponse, JsonResponse, UnreadablePostError

from flexnet import configuration
from flexnet.billing import prechecks
from flexnet.lib.kvdt.check import Check
from flexnet.portal.api import told
from flexnet.portal.api.door import ProgramRequest
from flexnet.portal.api.problems import Problem

_PIECE: Final = 256 * 1024


def check(request: ProgramRequest) -> HttpResponse:
    """Never a submission, as often as one likes."""
    if request.content_type != "application/octet-stream":
        raise Problem("art-des-inhalts")
    name, checked, size = request.GET.get("dateiname", ""), Check(), 0
    limit = configuration.current().billing.max_upload_bytes
    try:
        while piece := request.read(_PIECE):
            size += len(piece)
            if size > limit:
                raise Problem("zu-gross")
            checked.feed(piece)
    except UnreadablePostError:
        raise Problem("anfrage") from None
    result = checked.finish(name)
    row = prechecks.keep(access=request.access, name=name, result=result, by=request.by, now=request.now)
    row.refresh_from_db()
    return JsonResponse(told.report(row, row.pk))
