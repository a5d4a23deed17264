"""Who was signed in here last, in a cookie of its own: for them is kept what comes after the session."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware

from flexnet.web import kept_forms

_REMEMBERED: Final = timedelta(days=1)


def remember(request: HttpRequest, response: HttpResponseBase) -> None:
    """Named while somebody is signed in; forgotten when they sign out."""
    name = _cookie()
    if not request.user.is_authenticated:
        if request.resolver_match and request.resolver_match.url_name in ("sign-out", "sign-out-everywhere"):
            response.delete_cookie(name, samesite="Strict")
    elif remembered(request) != request.user.pk:
        response.set_signed_cookie(
            name,
            str(request.user.pk),
            salt=name,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Strict",
        )


def remembered(request: HttpRequest) -> int | None:
    """The account that was signed in here last, and did not sign out."""
    found = request.get_signed_cookie(_cookie(), default="", salt=_cookie(), max_age=_REMEMBERED)
    return int(found) if found else None


def whose_form(
    request: HttpRequest,
    view: Callable[..., HttpResponseBase],
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> int | None:
    """The session is gone, and a form of ours came all the same: for this account it may be kept."""
    if request.user.is_authenticated or not getattr(view, "login_required", True):
        return None
    account = remembered(request) if request.method == "POST" else None
    return account if account and _is_ours(request, get_response) else None


def _is_ours(request: HttpRequest, get_response: Callable[[HttpRequest], HttpResponseBase]) -> bool:
    """Pages that take files look at the token by themselves, when it is said how files are read."""
    kept_forms.read_names_only(request)
    # Of the view it asks only whether it wants no token, and what comes next here says nothing of that.
    return CsrfViewMiddleware(get_response).process_view(request, get_response, (), {}) is None


def _cookie() -> str:
    return f"{settings.SESSION_COOKIE_NAME}-who"
