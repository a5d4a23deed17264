"""What went wrong, for programs and whoever reads their logs: problem details (RFC 9457)."""

import math
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final

from django.http import HttpResponse, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet import configuration
from flexnet.billing.findings import Code, Finding

TYPE: Final = "application/problem+json"

# By its code: status, what is the matter, what to do.
PROBLEMS: Final[Mapping[str, tuple[int, Promise, Promise]]] = {
    "anfrage": (
        400,
        gettext_lazy("Diese Anfrage ist nicht, wie die Schnittstelle sie kennt."),
        gettext_lazy("Vergleichen Sie sie mit der Beschreibung der Schnittstelle (openapi.json)."),
    ),
    "nicht-angemeldet": (
        401,
        gettext_lazy("Das Programm ist nicht angemeldet."),
        gettext_lazy(
            "Es sendet sein Geheimnis im Kopf „Authorization: Bearer …“. Ist das Geheimnis abgelaufen oder "
            "getrennt, verbinden Sie das Programm im Portal neu, unter „Programme der Praxis“."
        ),
    ),
    "nicht-erlaubt": (
        403,
        gettext_lazy("Das geht mit diesem Zugang nicht."),
        gettext_lazy("Melden Sie sich am Portal an. Dort steht, was zu tun ist."),
    ),
    "nicht-von-hier": (
        403,
        gettext_lazy("Von hier aus geht das nicht."),
        gettext_lazy(
            "Verbinden Sie den Computer zuerst mit KV-FlexNet oder KV-SafeNet, und zwar als die Praxis, "
            "zu der das Programm gehört."
        ),
    ),
    "mensch-noetig": (
        403,
        gettext_lazy("Diese Datei reicht ein Mensch ein."),
        gettext_lazy(
            "Sie ist übertragen und geprüft. Melden Sie sich am Portal an und reichen Sie sie dort ein."
        ),
    ),
    "gibt-es-nicht": (
        404,
        gettext_lazy("Das gibt es nicht, oder es gehört einem anderen Zugang."),
        gettext_lazy("Prüfen Sie die Adresse. Ist eine Übertragung abgelaufen, beginnen Sie sie neu."),
    ),
    "methode": (
        405,
        gettext_lazy("Das kennt diese Adresse nicht."),
        gettext_lazy("Was sie kennt, steht im Kopf „Allow“."),
    ),
    "woanders": (
        409,
        gettext_lazy(
            "Die Übertragung steht an einer anderen Stelle, oder eine andere Anfrage setzt sie fort."
        ),
        gettext_lazy("Fragen Sie mit HEAD nach, wie weit sie ist, und senden Sie von dort weiter."),
    ),
    "nicht-eingereicht": (
        409,
        gettext_lazy("Diese Datei ist noch nicht eingereicht."),
        gettext_lazy("Eine Eingangsbestätigung gibt es, sobald sie eingereicht ist."),
    ),
    "geht-nicht": (
        409,
        gettext_lazy("Das geht mit dieser Datei jetzt nicht."),
        gettext_lazy("Sehen Sie im Portal nach, wie es um sie steht."),
    ),
    "laenge-fehlt": (
        411,
        gettext_lazy("Es fehlt, wie groß die Datei ist."),
        gettext_lazy("Senden Sie den Kopf „Content-Length“."),
    ),
    "tus": (
        412,
        gettext_lazy("Diese Fassung des Protokolls tus kennen wir nicht."),
        gettext_lazy("Senden Sie den Kopf „Tus-Resumable: 1.0.0“."),
    ),
    "noch-nicht-gesiegelt": (
        409,
        gettext_lazy("Die Bestätigung trägt unser Siegel noch nicht. Eingereicht ist die Abrechnung."),
        gettext_lazy("Fragen Sie in einigen Sekunden noch einmal."),
    ),
    "zu-gross": (
        413,
        gettext_lazy("Das ist mehr, als angekündigt war oder als erlaubt ist."),
        gettext_lazy("Prüfen Sie, ob es die richtige Datei ist."),
    ),
    "art-des-inhalts": (
        415,
        gettext_lazy("Diese Art von Inhalt nehmen wir hier nicht an."),
        gettext_lazy("Welche erwartet wird, steht in der Beschreibung der Schnittstelle (openapi.json)."),
    ),
    "datei": (
        422,
        gettext_lazy("Diese Datei können wir nicht annehmen."),
        gettext_lazy("Was daran nicht stimmt und wie Sie es beheben, steht unter „befunde“."),
    ),
    "nummer-vergeben": (
        422,
        gettext_lazy("Diese Nummer hat das Programm schon einer anderen Datei gegeben."),
        gettext_lazy("Geben Sie jeder Datei einen eigenen „Idempotency-Key“."),
    ),
    "zu-oft": (
        429,
        gettext_lazy("Das waren zu viele Anfragen."),
        gettext_lazy("Warten Sie, so lange der Kopf „Retry-After“ sagt."),
    ),
    "pruefsumme": (
        460,
        gettext_lazy("Die Prüfsumme passt nicht zu dem, was angekommen ist."),
        gettext_lazy("Senden Sie diesen Abschnitt noch einmal."),
    ),
    "kein-platz": (
        507,
        gettext_lazy("Wir können die Datei gerade nicht speichern."),
        gettext_lazy("Es liegt nicht an Ihrer Datei. Versuchen Sie es in einer Stunde noch einmal."),
    ),
}


class Problem(Exception):
    """Ends a request; `why` says more than the general sentence."""

    def __init__(self, code: str, why: str = "", **more: object) -> None:
        super().__init__(code)
        self.code, self.why, self.more = code, why, more


def answer(
    code: str,
    why: str = "",
    more: Mapping[str, object] | None = None,
    *,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """In the language that was asked for."""
    status, title, cure = PROBLEMS[code]
    said = {
        "type": f"{configuration.current().portal.url}api/v1/openapi.json#{code}",
        "title": str(title),
        "status": status,
        "detail": f"{why} {cure}".strip(),
        "code": code,
        **(more or {}),
    }
    return JsonResponse(said, status=status, content_type=TYPE, headers=headers)


def of_findings(findings: Iterable[Finding]) -> Problem:
    """What is wrong with a file, each with its cure."""
    found = list(findings)
    codes = {one.code for one in found}
    if Code.STORE_FULL in codes:
        return Problem("kein-platz")
    return Problem("zu-gross" if Code.TOO_LARGE in codes else "datei", befunde=[said(one) for one in found])


def said(finding: Finding) -> dict[str, str]:
    return {"code": finding.code.value, "was": finding.what, "abhilfe": finding.cure}


def too_often(wait: timedelta) -> HttpResponse:
    seconds = max(1, math.ceil(wait.total_seconds()))
    return answer("zu-oft", headers={"Retry-After": str(seconds)})


def of_header(name: str) -> Problem:
    return Problem(
        "anfrage", _("Der Kopf oder der Wert „%(name)s“ fehlt oder stimmt nicht.") % {"name": name}
    )
