"""Pages for what went wrong: what to do now, and a reference for the hotline; never a trace."""

import logging
import secrets
import sys

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext, gettext_lazy

from flexnet.web import context

logger = logging.getLogger(__name__)

TEXTS = {
    400: (
        gettext_lazy("Diese Anfrage haben wir nicht verstanden"),
        gettext_lazy("Gehen Sie zur Startseite und versuchen Sie es von dort noch einmal."),
    ),
    403: (
        gettext_lazy("Das geht von hier aus nicht"),
        gettext_lazy("Öffnen Sie die Startseite und gehen Sie von dort weiter."),
    ),
    404: (
        gettext_lazy("Diese Seite gibt es nicht"),
        gettext_lazy(
            "Vielleicht ist die Adresse unvollständig, oder die Seite ist nicht für Sie bestimmt. "
            "Von der Startseite aus finden Sie alles, was Sie hier tun können."
        ),
    ),
    405: (
        gettext_lazy("Das geht von hier aus nicht"),
        gettext_lazy("Öffnen Sie die Startseite und gehen Sie von dort weiter."),
    ),
    413: (
        gettext_lazy("Das war zu viel auf einmal"),
        gettext_lazy(
            "Prüfen Sie, ob Sie die richtige Datei gewählt haben, und versuchen Sie es noch einmal."
        ),
    ),
    500: (
        gettext_lazy("Hier ist uns ein Fehler unterlaufen"),
        gettext_lazy(
            "Es liegt nicht an Ihnen. Wofür Sie eine Eingangsbestätigung haben, das ist sicher bei uns. "
            "Versuchen Sie es in einigen Minuten noch einmal."
        ),
    ),
    503: (
        gettext_lazy("Das Portal ist gerade nicht erreichbar"),
        gettext_lazy(
            "Wofür Sie eine Eingangsbestätigung haben, das ist sicher bei uns. "
            "Versuchen Sie es in einigen Minuten noch einmal."
        ),
    ),
}


def reference() -> str:
    """Eight digits and letters that a person can read out over the telephone."""
    alphabet = "ACDEFHJKLMNPRTUVWXY34679"
    letters = "".join(secrets.choice(alphabet) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def page(status: int, *, mark: str | None = None, cure: str | None = None) -> HttpResponse:
    """Drawn without session, user or database, for these may be what failed."""
    title, usual_cure = TEXTS[status]
    mark = mark or reference()
    logger.log(logging.ERROR if status >= 500 else logging.INFO, "answered %d, reference %s", status, mark)
    shown = {
        **context.known(),
        "title": title,
        "cure": cure or usual_cure,
        "reference": mark,
    }
    return HttpResponse(render_to_string("web/error.html", shown), status=status)


def bad_request(_request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(413 if isinstance(exception, RequestDataTooBig) else 400)


def forbidden(_request: HttpRequest, exception: Exception) -> HttpResponse:
    del exception  # the page says the same for every reason
    return page(403)


def not_found(_request: HttpRequest, exception: Exception) -> HttpResponse:
    del exception  # the page says the same for what is missing and for what is not yours
    return page(404)


def server_error(_request: HttpRequest) -> HttpResponse:
    """Database away: 503, come again; anything else: 500. The trace goes to the log under the reference."""
    mark = reference()
    failure = sys.exc_info()[1]
    logger.error("unexpected failure, reference %s", mark, exc_info=failure)
    if not isinstance(failure, OperationalError | InterfaceError):
        return page(500, mark=mark)
    response = page(503, mark=mark)
    response.headers["Retry-After"] = "60"
    return response


def csrf_failure(_request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form older than its session, or cookies switched off; the cure is to load the page anew."""
    logger.info("a form's token was refused: %s", reason)
    return page(
        403,
        cure=gettext(
            "Das Formular war zu lange offen, oder Ihr Browser nimmt keine Cookies an. "
            "Öffnen Sie die Startseite und füllen Sie das Formular noch einmal aus."
        ),
    )
