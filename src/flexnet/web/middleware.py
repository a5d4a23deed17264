"""What holds for every answer: the headers that fence it in, and the rule against deep links."""

from collections.abc import Callable

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.shortcuts import render

from flexnet.web import errors

Answer = Callable[[HttpRequest], HttpResponseBase]

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    )
)
PERMISSIONS = ("camera", "microphone", "geolocation", "payment", "usb", "display-capture", "clipboard-read")
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in PERMISSIONS),
}
OWN = ("same-origin", "none")


class SecurityHeaders:
    """Fence in every answer, unless a page fenced itself in; what nobody said may be kept is kept nowhere."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        if request.is_secure():
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response


class NoBlankPages:
    """Django answers a wrong method with nothing at all; a person gets a page."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed):
            return response
        page = errors.page(405)
        page.headers["Allow"] = response.headers["Allow"]
        return page


class NoDeepLinks:
    """Whoever comes from another site lands on the start page (terms, § 9(3)).

    Other services of the closed network share our registrable domain, so "same-site" is a stranger too.
    Browsers too old to say where a request comes from pass; cookies and form tokens hold against them.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.headers.get("Sec-Fetch-Site", "none") in OWN:
            return self.get_response(request)
        return self._stranger(request)

    @staticmethod
    def _stranger(request: HttpRequest) -> HttpResponse:
        opens_a_page = (
            request.method in ("GET", "HEAD")
            and request.headers.get("Sec-Fetch-Mode") == "navigate"
            and request.headers.get("Sec-Fetch-Dest") == "document"
        )
        if not opens_a_page:
            return errors.page(403)
        if request.path != "/":
            return HttpResponseRedirect("/")
        # The browser withheld our cookies; the page opens the start page once more, now as our own.
        return render(request, "web/landing.html")


class OwnFormsOnly:
    """On the site that everybody may link to, a form is taken only from its own pages.

    Nobody is signed in there, so there is nothing to steal with another's browser, and no cookie to bind a
    token to; this keeps other sites from sending forms through the browsers of their visitors.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method in ("GET", "HEAD") or self._is_own(request):
            return self.get_response(request)
        return errors.page(403)

    @staticmethod
    def _is_own(request: HttpRequest) -> bool:
        if site := request.headers.get("Sec-Fetch-Site"):
            return site in OWN
        origin = request.headers.get("Origin")
        return origin in (None, f"{request.scheme}://{request.get_host()}")
