"""What was sent: how it stands, handing it in, the receipt, and what the KV replied."""

import json
from typing import Final

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from flexnet import configuration
from flexnet.access.rules import Refusal, day_of
from flexnet.billing import actions, queries, replies
from flexnet.billing.models import Delivery, ReplyKind
from flexnet.billing.rules import NotNow
from flexnet.billing.standing import Barrier, Extent
from flexnet.lib.quarters import BadQuarter, Quarter
from flexnet.portal import confirmed, doorway, words
from flexnet.portal.api import problems, told
from flexnet.portal.api.door import ProgramRequest
from flexnet.portal.api.problems import Problem
from flexnet.portal.api.sending import number_in
from flexnet.web import attached
from flexnet.web.billing_words import BARRIERS, NOT_NOW

_MOST: Final = 100
_EXTENTS: Final = {"ganz": Extent.WHOLE, "teil": Extent.PART, "korrektur": Extent.CORRECTION}


def listed(request: ProgramRequest) -> HttpResponse:
    """The newest first, of one quarter where that is said."""
    rows = queries.deliveries_for(request.access, day_of(request.now))
    if quarter := request.GET.get("quartal"):
        try:
            rows = rows.filter(quarter=Quarter.parse(quarter))
        except BadQuarter:
            raise problems.of_header("quartal") from None
    return JsonResponse({"lieferungen": [told.delivery(row) for row in rows[:_MOST]]})


def one(request: ProgramRequest, key: str) -> HttpResponse:
    """How it stands."""
    return JsonResponse(told.delivery(_mine(request, key)))


def hand_in(request: ProgramRequest, key: str) -> HttpResponse:
    """Once and for all; asked again it is the same receipt. A person does it where the KV says so."""
    row, extent = _mine(request, key), _extent(request)
    if row.submitted_at is None and configuration.current().programs.hands_in == "person":
        raise Problem("mensch-noetig", seite=told.delivery(row)["seite"])
    found = actions.submit(
        delivery=row,
        access=request.access,
        by=request.by,
        now=request.now,
        way=doorway.of(request).way,
        extent=extent,
    )
    if isinstance(found, Refusal):
        raise Problem("nicht-erlaubt", words.refusal(found))
    if isinstance(found, Barrier):
        raise Problem("geht-nicht", str(BARRIERS[found]), grund=found.value)
    if isinstance(found, NotNow):
        raise Problem("geht-nicht", str(NOT_NOW[found]), grund=found.value)
    return JsonResponse(told.delivery(_mine(request, key)))


def receipt(request: ProgramRequest, key: str, ending: str) -> HttpResponse:
    """Under its seal: as PDF, for programs, and the signature of that. The worker seals within seconds."""
    found = confirmed.file(_submitted(request, key).receipt.number, ending)
    if found is None:
        raise Problem("noch-nicht-gesiegelt")
    return found


def replied(request: ProgramRequest, key: str) -> HttpResponse:
    """What the KV says of it, the newest first."""
    rows = queries.replies_to(_mine(request, key))
    return JsonResponse({"rueckmeldungen": [told.reply(row) for row in rows]})


def reply(request: ProgramRequest, key: str, number: str) -> HttpResponse:
    """What is in it. A program that has it is nobody who has read it: that is noted in the portal alone."""
    row = queries.reply_to(_mine(request, key), number_in(number))
    if row is None:
        raise Problem("gibt-es-nicht")
    if row.kind == ReplyKind.CHECK:
        return JsonResponse(told.report(row, row.pk))
    return attached.response(replies.content(row), kind=replies.file_kind(row), name=row.file_name)


def _mine(request: ProgramRequest, key: str) -> Delivery:
    """What is somebody else's is not there. Raises Problem."""
    row = queries.delivery_for(request.access, number_in(key), day_of(request.now))
    if row is None:
        raise Problem("gibt-es-nicht")
    return row


def _submitted(request: ProgramRequest, key: str) -> Delivery:
    row = _mine(request, key)
    if row.submitted_at is None:
        raise Problem("nicht-eingereicht")
    return row


def _extent(request: ProgramRequest) -> Extent:
    """Without a body: the whole billing. Raises Problem."""
    if not request.body:
        return Extent.WHOLE
    if request.content_type != "application/json":
        raise Problem("art-des-inhalts")
    try:
        said = json.loads(request.body)
    except (ValueError, RecursionError):
        raise Problem("anfrage", _("Der Inhalt ist kein JSON.")) from None
    umfang = said.get("umfang", "ganz") if isinstance(said, dict) else None
    if not isinstance(umfang, str) or umfang not in _EXTENTS:
        raise problems.of_header("umfang")
    return _EXTENTS[umfang]
