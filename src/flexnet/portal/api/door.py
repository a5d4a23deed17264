"""Who comes in: a program with a secret, by a way of members, with an access that may hand in."""

import ipaddress
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, cast

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from flexnet.access import programs, queries
from flexnet.access.models import Access, Program
from flexnet.access.rules import Channel, Reason, Refusal, day_of
from flexnet.billing.errors import (
    BytesRefused,
    NoSuchDelivery,
    NoSuchUpload,
    NotTaken,
    NumberTaken,
    StoreFull,
    WrongOffset,
)
from flexnet.billing.findings import Code, Finding
from flexnet.lib import tus
from flexnet.lib.sealed_file import TakenOver
from flexnet.portal import doorway, words
from flexnet.portal.api import problems
from flexnet.portal.api.problems import Problem

log = logging.getLogger(__name__)

View = Callable[..., HttpResponse]
_REFUSED: Final = (
    *(Problem, BytesRefused, NoSuchDelivery, NoSuchUpload, NotTaken, NumberTaken, StoreFull, WrongOffset),
    *(TakenOver, RequestDataTooBig, UnreadablePostError, tus.BadHeader),
)
_ASKS: Final = {"WWW-Authenticate": 'Bearer realm="FlexNet"'}


class ProgramRequest(HttpRequest):
    """A request of a program that may come in."""

    program: Program
    access: Access
    by: str
    now: datetime


def of(**views: View) -> View:
    """An address with what it knows, by method; for others it is not there where the KV did not agree."""

    @csrf_exempt  # no cookie counts here: a browser that is led here brings no secret
    @login_not_required
    def guarded(request: HttpRequest, /, **kwargs: object) -> HttpResponse:
        if not programs.are_allowed():
            raise Http404
        known = {**views, "HEAD": views["GET"]} if "GET" in views else views
        if request.method not in known:
            return problems.answer("methode", headers={"Allow": ", ".join(sorted(known))})
        try:
            return _let_in(request) or known[request.method](request, **kwargs)
        except _REFUSED as error:
            return _refusal(error)

    return guarded


def _let_in(request: HttpRequest) -> HttpResponse | None:
    """None: it may. The secret is looked at first, so that nobody else learns why not."""
    now, place = datetime.now(UTC), request.META["REMOTE_ADDR"]
    scheme, _blank, secret = request.headers.get("Authorization", "").partition(" ")
    found = programs.known_by(secret.strip(), place=place, now=now) if scheme.lower() == "bearer" else None
    if isinstance(found, programs.Busy):
        return problems.too_often(found.wait)
    if found is None:
        return problems.answer("nicht-angemeldet", headers=_ASKS)
    if _is_outside(request, place, found.access, now):
        log.warning("the program %s of %s came by a way that is not its own", found.pk, found.access)
        programs.note_foreign_way(found, place=place, now=now)
        return problems.answer("nicht-von-hier")
    programs.note_used(found, now=now)
    if refusal := _why_not(found.access, request, now):
        return problems.answer("nicht-erlaubt", words.refusal(refusal))
    ours = cast(ProgramRequest, request)
    ours.program, ours.access, ours.now = found, found.access, now
    ours.by = f"program:{found.access}"
    return None


def _is_outside(request: HttpRequest, place: str, access: Access, now: datetime) -> bool:
    """A secret is worth nothing but by a way of members, and by a tunnel only if that is of the same house.

    Of a provider's range no more is known than that a member is behind it. On the portal's own machine the
    secret can be tried.
    """
    came_by = doorway.of(request)
    if came_by.tunnel:
        return not programs.is_of_the_same_house(came_by.tunnel.access_id, access, day_of(now))
    return came_by.way is None and not ipaddress.ip_address(place).is_loopback


def _why_not(access: Access, request: HttpRequest, now: datetime) -> Refusal | None:
    """Whoever may not hand in yet may send and check."""
    way = doorway.of(request).way
    decision = queries.decide_access(access.pk, channel=Channel.SUBMISSION, now=now, way=way)
    if isinstance(decision, Refusal):
        return None if decision.reason is Reason.SUBMISSION_NOT_YET_OPEN else decision
    return Refusal(decision.narrow) if decision.narrow else None


def _refusal(error: Exception) -> HttpResponse:
    match error:
        case NotTaken():
            error = problems.of_findings([error.finding])
        case StoreFull():
            error = problems.of_findings([Finding(Code.STORE_FULL)])
        case BytesRefused():
            error = Problem("pruefsumme" if error.is_checksum else "zu-gross")
        case tus.BadHeader():
            error = problems.of_header(str(error))
        case NoSuchUpload() | NoSuchDelivery():
            error = Problem("gibt-es-nicht")
        case NumberTaken():
            error = Problem("nummer-vergeben")
        case RequestDataTooBig():
            error = Problem("zu-gross")
        case UnreadablePostError():
            error = Problem("anfrage")
    if not isinstance(error, Problem):  # it stands elsewhere, or somebody else goes on with it
        error = Problem("woanders")
    return problems.answer(error.code, error.why, error.more)
