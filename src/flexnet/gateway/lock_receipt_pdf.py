"""Draws a lock receipt as PDF/A-3b that screen readers can read; what was signed is attached to it."""

import base64
import importlib.resources
import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import typst
from django.utils import translation
from django.utils.formats import date_format, number_format

from flexnet import configuration, transactions
from flexnet.access.models import Lock, Report
from flexnet.gateway.effects import Outcome
from flexnet.gateway.models import LockReceipt

BERLIN = ZoneInfo("Europe/Berlin")
CAUSES = {
    Lock.Cause.LOSS: "Verlust",
    Lock.Cause.MISUSE: "Verdacht auf Missbrauch",
    Lock.Cause.VIOLATION: "Verstoß gegen die Nutzungsbedingungen",
    Lock.Cause.OBJECTION: "Widerspruch gegen geänderte Nutzungsbedingungen",
    Lock.Cause.OTHER: "anderer wichtiger Grund",
}
WAYS = {
    Report.Way.TELEPHONE: "telefonisch",
    Report.Way.EMAIL: "per E-Mail",
    Report.Way.FAX: "per Fax",
    Report.Way.LETTER: "mit einem Brief",
    Report.Way.IN_PERSON: "persönlich",
    Report.Way.PUBLIC: "auf der Internetseite, mit dem Sperrkennwort",
    Report.Way.PORTAL: "im Portal",
}
OUTCOMES = {
    Outcome.CONFIRMED: "getrennt",
    Outcome.GONE_BEFORE: "war schon getrennt",
    Outcome.NEVER_UP: "kam nicht mehr zustande",
    Outcome.REFUSED: "noch nicht bestätigt",
    Outcome.WAITING: "noch nicht bestätigt",
}


def pdf(receipt: LockReceipt) -> bytes:
    """The same receipt gives the same bytes. Takes some 10 ms: never inside a transaction."""
    assert not transactions.is_writing(), "a receipt is drawn outside of any transaction"  # noqa: S101 - a promise
    template = importlib.resources.files("flexnet.gateway").joinpath("lock_receipt.typ").read_bytes()
    return typst.compile(
        template,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"receipt": json.dumps(content(receipt))},
        pdf_standards=["a-3b", "ua-1"],
        timestamp=receipt.issued_at.astimezone(UTC).replace(microsecond=0),
    )


def content(receipt: LockReceipt) -> dict[str, Any]:
    """What stands on it, in German, from the signed text alone."""
    profile, said = configuration.current().profile, json.loads(receipt.statement.partition("\n")[2])
    issued, imposed = datetime.fromisoformat(said["issued_at"]), datetime.fromisoformat(said["imposed_at"])
    with translation.override("de"):
        return {
            "number": receipt.number,
            "kv": said["kv"],
            "portal": profile.portal_name,
            "hotline": profile.hotline,
            "email": profile.email,
            "date": {"year": issued.year, "month": issued.month, "day": issued.day},
            "locked": _locked(said),
            "cause": CAUSES[said["cause"]],
            "reported": _reported(said["reported"]),
            "imposed": _berlin(imposed),
            "imposed_utc": f"{imposed:%Y-%m-%d %H:%M:%S.%f}"[:-3] + " UTC",
            "lifted": _berlin(datetime.fromisoformat(said["lifted_at"])) if said["lifted_at"] else "",
            "issued": _berlin(issued),
            "tunnels": [_tunnel(one, imposed) for one in said["tunnels"]],
            "browsers": _browsers(said["browsers_ended"]),
            "took": _seconds(said["took_seconds"]),
            "open": _open(said),
            "note": _note(said),
            "is_complete": said["is_complete"],
            "text": receipt.statement,
            "signature": receipt.signature,
            "signature_bytes": list(base64.b64decode(receipt.signature)),
            "key": receipt.key,
        }


def _locked(said: dict[str, Any]) -> str:
    word = configuration.current().profile.words.password
    return {
        Lock.Scope.KEY: "YubiKey {}",
        Lock.Scope.PASSWORD: f"{word} des Zugangs {{}}",
        Lock.Scope.ACCESS: "Zugang {}",
        Lock.Scope.PRACTICE: "Alle Zugänge der Praxis und ihrer Mitarbeiterinnen und Mitarbeiter: {}",
    }[Lock.Scope(said["scope"])].format(said["locked"])


def _reported(told: dict[str, Any] | None) -> str:
    if told is None:
        return ""
    return f"{WAYS[told['way']]}, {_berlin(datetime.fromisoformat(told['received_at']))}"


def _tunnel(one: dict[str, Any], imposed: datetime) -> dict[str, str]:
    answered = datetime.fromisoformat(one["answered_at"]) if one["answered_at"] else None
    return {
        "user_name": one["user_name"],
        "gateway": one["gateway"],
        "since": date_format(datetime.fromisoformat(one["signed_in_at"]).astimezone(BERLIN), "j.n.Y, H:i:s"),
        "outcome": OUTCOMES[one["outcome"]],
        "after": _seconds((answered - imposed).total_seconds()) if answered else "–",
    }


def _open(said: dict[str, Any]) -> list[str]:
    """Sentences; none: nothing is open."""
    waiting = sum(Outcome(one["outcome"]).is_open for one in said["tunnels"])
    found = []
    if waiting:
        found.append(f"{_count(waiting, 'Trennung', 'Trennungen')} noch nicht bestätigt.")
    if said["tunnels_alive"]:
        found.append(f"{_count(said['tunnels_alive'], 'Verbindung', 'Verbindungen')} noch offen.")
    if said["browsers_alive"]:
        found.append(f"{_browsers(said['browsers_alive'])} noch offen.")
    return found


def _browsers(number: int) -> str:
    return f"{_count(number, 'Anmeldung', 'Anmeldungen')} in {configuration.current().profile.portal_name}"


def _note(said: dict[str, Any]) -> str:
    """What a lock on one component leaves."""
    if said["scope"] != Lock.Scope.KEY:
        return ""
    profile = configuration.current().profile
    return (
        f"Gesperrt ist nur der YubiKey. In {profile.portal_name} kann sich mit dem {profile.words.password} "
        "weiter anmelden, wer das geschlossene Netz auf einem anderen Weg erreicht."
    )


def _berlin(at: datetime) -> str:
    local = at.astimezone(BERLIN)
    zone = "Sommerzeit" if local.dst() else "Winterzeit"
    return f"{date_format(local, 'l, j. F Y, H:i:s')} Uhr ({zone})"


def _seconds(seconds: float | None) -> str:
    return "" if seconds is None else f"{number_format(max(seconds, 0.0), decimal_pos=2)} Sekunden"


def _count(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}" if number else f"keine {one}"
