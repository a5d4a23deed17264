"""Asked at every request: may this access still, and is this still the way that it came by?"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import resolve, reverse

from flexnet import configuration
from flexnet.access import mandates
from flexnet.access import queries as access
from flexnet.access.models import Access
from flexnet.access.present import Present
from flexnet.access.rules import Channel, Reason, Refusal
from flexnet.accounts.sessions import SEEN_AT, SIGNED_IN_AT
from flexnet.portal import doorway, words
from flexnet.single import single
from flexnet.web import by_itself, kept_forms, last_here, legal, manual

NARROW = "is_narrow"
CONFIRMED_AT = "confirmed_at"
_REACHED_NARROWLY = ("sign-out", "sign-out-everywhere", "session", *legal.TITLES, *manual.PAGES)
# What is to be done first, and the pages for it; the first one is where everything else leads.
_PAGES_FOR = {Reason.PASSWORD_CHANGE_DUE: ("password",), Reason.TERMS_NOT_ACCEPTED: ("terms", "objection")}
_SEEN_NOTED_EVERY = 60.0
_WARNED_BEFORE = 120


@dataclass(frozen=True)
class Until:
    """When a session ends without a click, and when it ends in any case."""

    idle_at: datetime
    last_at: datetime
    now: datetime

    @classmethod
    def of(cls, request: HttpRequest, now: datetime) -> Self:
        """As the session stands; one that was never seen is over."""
        limits, session = configuration.current().portal, request.session
        seen, signed_in = (
            datetime.fromtimestamp(session.get(name, 0.0), now.tzinfo) for name in (SEEN_AT, SIGNED_IN_AT)
        )
        idle, whole = timedelta(minutes=limits.idle_minutes), timedelta(hours=limits.absolute_hours)
        return cls(seen + idle, signed_in + whole, now)

    @property
    def is_over(self) -> bool:
        """An instant that is the very last one is in time."""
        return min(self.idle_at, self.last_at) < self.now

    @property
    def idle_seconds(self) -> int:
        return math.ceil((self.idle_at - self.now).total_seconds())

    @property
    def last_seconds(self) -> int:
        return math.ceil((self.last_at - self.now).total_seconds())

    @property
    def idle_minutes(self) -> int:
        return configuration.current().portal.idle_minutes

    @property
    def warn_seconds(self) -> int:
        """How long before the end the page warns."""
        return min(_WARNED_BEFORE, self.idle_minutes * 30)

    @property
    def warn_minutes(self) -> int:
        return math.ceil(self.warn_seconds / 60)


class MemberRequest(HttpRequest):
    """A request of somebody who is signed in and may be."""

    access: Access
    present: Present
    until: Until
    narrow: Reason | None
    is_narrow: bool
    hands_in: bool


class Decision:
    """A lock, a notice or the end of the tunnel ends the session with the next click."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._answer(request)
        last_here.remember(request, response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], *_more: object
    ) -> HttpResponseBase | None:
        """The session is gone: what a form of ours brought is kept for whoever was signed in here."""
        account = last_here.whose_form(request, view, self.get_response)
        if account is None:
            return None
        _sign_out(request, account, words.session_ended())
        return redirect("sign-in")

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.get_response(request)
        now = datetime.now(UTC)
        ended = _why_ended(request, now)
        if ended and _is_question(request):
            return JsonResponse({"idle": 0, "last": 0})
        if ended and by_itself.asks(request):  # the page is then loaded anew, and its reader told
            return HttpResponse(status=401)
        if ended:
            _sign_out(request, request.user.pk, ended)
            return forgetting(redirect("start"))
        narrow: Reason | None = request.narrow  # type: ignore[attr-defined]  # set by _why_ended
        if narrow is None:
            return self.get_response(request)
        pages = _PAGES_FOR[narrow]
        is_reached = resolve(request.path_info).url_name in (*pages, *_REACHED_NARROWLY)
        return self.get_response(request) if is_reached else redirect(pages[0])


def forgetting(response: HttpResponse) -> HttpResponse:
    """What this browser still holds of our pages, it drops."""
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _sign_out(request: HttpRequest, account_id: int, said: str) -> None:
    """What was typed is sealed for whoever it was, until they are back."""
    kept = kept_forms.sealed(request, account_id, with_files=True)
    auth.logout(request)
    if kept:
        request.session[kept_forms.KEY] = kept
    messages.warning(request, said)


def _why_ended(request: HttpRequest, now: datetime) -> str | None:
    if _is_over(request, now):
        return words.session_over()
    came_by = doorway.of(request)
    if not came_by.is_bound(request.session):
        return words.way_ended()
    row = single(access.whole().filter(account=request.user.pk))
    if row is None:
        return words.session_over()
    present = Present(row, now)
    decision = access.decide_by(present.facts, channel=Channel.PORTAL, now=now, way=came_by.way)
    if isinstance(decision, Refusal):
        return words.refusal(decision)
    request.access = row  # type: ignore[attr-defined]  # what makes it a MemberRequest
    request.present = present  # type: ignore[attr-defined]  # as above
    request.narrow = decision.narrow  # type: ignore[attr-defined]  # as above
    request.is_narrow = decision.narrow is not None  # type: ignore[attr-defined]  # as above
    others = row.kind == Access.Kind.THIRD_PARTY  # who sees what is granted, and nothing else
    request.hands_in = not others or mandates.is_submitters(row)  # type: ignore[attr-defined]  # as above
    return None


def _is_over(request: HttpRequest, now: datetime) -> bool:
    """Twenty minutes without a click, or ten hours in all; asking how long is left is no click."""
    until = Until.of(request, now)
    if until.is_over:
        return True
    if now.timestamp() - request.session[SEEN_AT] > _SEEN_NOTED_EVERY and not (
        _is_question(request) or by_itself.asks(request)
    ):
        request.session[SEEN_AT] = now.timestamp()
        until = Until.of(request, now)
    request.until = until  # type: ignore[attr-defined]  # as above
    return False


def _is_question(request: HttpRequest) -> bool:
    """The page's script asks how long is left: nobody clicked, and nobody reads what is said."""
    return request.method in ("GET", "HEAD") and request.path_info == reverse("session")
