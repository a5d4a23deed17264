"""Asked at every request: may this access still, and is this still the tunnel it came through?"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import resolve

from flexnet import configuration
from flexnet.access import queries as access
from flexnet.access.models import Access
from flexnet.access.rules import Channel, Reason, Refusal
from flexnet.accounts.sessions import VIA
from flexnet.gateway import queries as gateway
from flexnet.portal import words
from flexnet.web import kept_forms, legal, manual

SIGNED_IN_AT = "signed_in_at"
SEEN_AT = "seen_at"
NARROW = "is_narrow"
_REACHED_NARROWLY = ("sign-out", *legal.TITLES, *manual.PAGES)
# What is to be done first, and the pages for it; the first one is where everything else leads.
_PAGES_FOR = {Reason.PASSWORD_CHANGE_DUE: ("password",), Reason.TERMS_NOT_ACCEPTED: ("terms", "objection")}
_SEEN_NOTED_EVERY = 60.0


class MemberRequest(HttpRequest):
    """A request of somebody who is signed in and may be."""

    access: Access
    narrow: Reason | None
    is_narrow: bool


class Decision:
    """A lock, a notice or the end of the tunnel ends the session with the next click."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.get_response(request)
        now = datetime.now(UTC)
        ended = _why_ended(request, now)
        if ended:
            _sign_out(request)
            messages.warning(request, ended)
            return redirect("start")
        narrow: Reason | None = request.narrow  # type: ignore[attr-defined]  # set by _why_ended
        if narrow is None:
            return self.get_response(request)
        pages = _PAGES_FOR[narrow]
        is_reached = resolve(request.path_info).url_name in (*pages, *_REACHED_NARROWLY)
        return self.get_response(request) if is_reached else redirect(pages[0])


def _sign_out(request: HttpRequest) -> None:
    """What was typed is sealed for whoever it was, until they are back."""
    kept = kept_forms.sealed(request, request.user.pk or 0)
    auth.logout(request)
    if kept:
        request.session[kept_forms.KEY] = kept


def _why_ended(request: HttpRequest, now: datetime) -> str | None:
    if _is_over(request, now):
        return words.session_over()
    via = request.session.get(VIA)
    if via and not gateway.is_tunnel_open(via, request.META["REMOTE_ADDR"], now):
        return words.tunnel_ended()
    row = access.whole().filter(account=request.user.pk).first()
    if row is None:
        return words.session_over()
    decision = access.decide_access(row.pk, channel=Channel.PORTAL, now=now)
    if isinstance(decision, Refusal):
        return words.refusal(decision)
    request.access = row  # type: ignore[attr-defined]  # what makes it a MemberRequest
    request.narrow = decision.narrow  # type: ignore[attr-defined]  # as above
    request.is_narrow = decision.narrow is not None  # type: ignore[attr-defined]  # as above
    return None


def _is_over(request: HttpRequest, now: datetime) -> bool:
    """Twenty minutes without a click, or ten hours in all."""
    limits, session, at = configuration.current().portal, request.session, now.timestamp()
    seen, signed_in = session.get(SEEN_AT, 0.0), session.get(SIGNED_IN_AT, 0.0)
    if at - seen > timedelta(minutes=limits.idle_minutes).total_seconds():
        return True
    if at - signed_in > timedelta(hours=limits.absolute_hours).total_seconds():
        return True
    if at - seen > _SEEN_NOTED_EVERY:
        session[SEEN_AT] = at
    return False
