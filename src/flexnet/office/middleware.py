"""Asked at every request: do they still work here, and were they here a moment ago?"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.contrib import auth, messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import resolve

from flexnet import configuration
from flexnet.accounts import staff_queries
from flexnet.accounts.models import Staff
from flexnet.accounts.sessions import SEEN_AT, SIGNED_IN_AT
from flexnet.office import staff_words
from flexnet.web import by_itself, kept_forms, last_here, legal, manual

CONFIRMED_AT = "confirmed_at"
_REACHED_NARROWLY = ("password", "recovery-codes", "sign-out", *legal.TITLES, *manual.PAGES)
_SEEN_NOTED_EVERY = 60.0


class StaffRequest(HttpRequest):
    """A request of somebody who works here and is signed in."""

    staff: Staff
    is_narrow: bool


class StillHere:
    """Whoever left, or lost a role, meets it with the next click; so does whoever was away too long."""

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
        return _signed_out(request, account) if account else None

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.get_response(request)
        now = datetime.now(UTC)
        staff = None if _is_over(request, now) else staff_queries.at_work(request.user.pk, now=now)
        if staff is None:
            return _signed_out(request, request.user.pk)
        request.staff = staff  # type: ignore[attr-defined]  # what makes it a StaffRequest
        request.is_narrow = narrow = staff.account.password_is_initial  # type: ignore[attr-defined]  # as above
        if narrow and resolve(request.path_info).url_name not in _REACHED_NARROWLY:
            return redirect("password")
        return self.get_response(request)


def _signed_out(request: HttpRequest, account_id: int) -> HttpResponseBase:
    """To the sign-in, and from there back; what was typed is not lost."""
    kept = kept_forms.sealed(request, account_id, with_files=True)
    auth.logout(request)
    if kept:
        request.session[kept_forms.KEY] = kept
    messages.warning(request, staff_words.session_over())
    return redirect_to_login(request.get_full_path() if request.method == "GET" else "/", "sign-in")


def _is_over(request: HttpRequest, now: datetime) -> bool:
    """So many minutes without a click, or so many hours in all."""
    limits, session, at = configuration.current().office, request.session, now.timestamp()
    seen, signed_in = session.get(SEEN_AT, 0.0), session.get(SIGNED_IN_AT, 0.0)
    if at - seen > timedelta(minutes=limits.idle_minutes).total_seconds():
        return True
    if at - signed_in > timedelta(hours=limits.absolute_hours).total_seconds():
        return True
    if at - seen > _SEEN_NOTED_EVERY and not by_itself.asks(request):
        session[SEEN_AT] = at
    return False
