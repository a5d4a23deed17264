"""Draws what is confirmed as PDF/A-3b for screen readers too; it carries the statement it is drawn from."""

import hashlib
import importlib.resources
import json
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import typst
from django.utils import translation
from django.utils.formats import date_format, number_format

from flexnet import configuration, transactions
from flexnet.billing.models import Confirmation, Delivery
from flexnet.lib.quarters import Quarter

BERLIN: Final = ZoneInfo("Europe/Berlin")
KINDS: Final = {Delivery.Kind.ECHT: "Echtabrechnung", Delivery.Kind.TEST: "Testabrechnung"}
_STAGES: Final = {"early": "vor Beginn der Abgabefrist", "open": "in der Frist", "late": "nach der Frist"}
_TITLES: Final = {
    Confirmation.Kind.RECEIPT: "Eingangsbestätigung",
    Confirmation.Kind.DECLARATION: "Bestätigung der Sammelerklärung",
}
_FILES: Final = {
    Confirmation.Kind.RECEIPT: "Eingangsbestaetigung",
    Confirmation.Kind.DECLARATION: "Sammelerklaerung",
}


def pdf(row: Confirmation) -> bytes:
    """Without its seal. Takes some 10 ms: never inside a transaction."""
    assert not transactions.is_writing(), "a paper is drawn outside of any transaction"  # noqa: S101 - a promise
    template = importlib.resources.files("flexnet.billing").joinpath("paper.typ").read_bytes()
    return typst.compile(
        template,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"paper": json.dumps(content(row))},
        pdf_standards=["a-3b", "ua-1"],
        timestamp=row.stated_at.astimezone(UTC).replace(microsecond=0),
    )


def named(row: Confirmation) -> str:
    """In ASCII, so that its number stands readable in the seal, and for the name of a file."""
    return f"{_FILES[Confirmation.Kind(row.kind)]}_{row.number}"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def content(row: Confirmation) -> dict[str, Any]:
    """What stands on it, in German, from the statement."""
    said, profile = json.loads(row.statement), configuration.current().profile
    local = row.stated_at.astimezone(BERLIN)
    with translation.override("de"):
        rows = _receipt(said) if row.kind == Confirmation.Kind.RECEIPT else _declaration(said)
    return {
        "title": _TITLES[Confirmation.Kind(row.kind)],
        "is_receipt": row.kind == Confirmation.Kind.RECEIPT,
        "number": row.number,
        "kv": said["kv"],
        "portal": profile.portal_name,
        "hotline": profile.hotline,
        "email": profile.email,
        "date": {"year": local.year, "month": local.month, "day": local.day},
        "rows": rows,
        "text": said.get("text", "").strip().split("\n\n") if said.get("text") else [],
        "hint": _hint(said.get("practice")) if row.kind == Confirmation.Kind.RECEIPT else "",
        "statement": row.statement,
        "file": f"{named(row)}.json",
    }


def _receipt(said: dict[str, Any]) -> list[list[Any]]:
    [file] = said["files"]
    part = " (Teil)" if said["is_part"] else ""
    return [
        ["Empfängerin", said["kv"]],
        ["Eingegangen", _moments(said["received_at"])],
        ["Betriebsstätte (BSNR)", said["bsnr"]],
        ["Abrechnungsquartal", _quarter(said["quarter"])],
        ["Art", KINDS[Delivery.Kind(said["delivery"])] + part],
        ["Abgabefrist", _window(said["window"])],
        ["Dateiname", {"mono": [file["name"]]}],
        ["Größe", f"{number_format(file['size'], force_grouping=True)} Bytes"],
        ["Eingereicht mit dem Zugang", said["submitted_with"]],
        ["Prüfsumme der Datei (SHA-256)", {"mono": _grouped(file["sha256"])}],
    ]


def _declaration(said: dict[str, Any]) -> list[list[Any]]:
    signer = said["signer"]
    return [
        ["Empfängerin", said["kv"]],
        ["Abgegeben", _moments(said["given_at"])],
        ["Abgegeben von", f"{signer['name']} (LANR {signer['lanr']}), mit dem Zugang {said['given_with']}"],
        ["Praxis", said["practice"]],
        ["Betriebsstätten (BSNR)", ", ".join(said["bsnrs"])],
        ["Abrechnungsquartal", _quarter(said["quarter"])],
        ["Bis dahin eingereicht", ", ".join(said["receipts"]) or "noch nichts"],
        ["Prüfsumme des Textes (SHA-256)", {"mono": _grouped(said["text_sha256"])}],
    ]


def _moments(instant: str) -> dict[str, str]:
    at = datetime.fromisoformat(instant)
    local = at.astimezone(BERLIN)
    zone = "Sommerzeit" if local.dst() else "Winterzeit"
    berlin = date_format(local, r"l, j. F Y, H:i:s \U\h\r")
    return {"main": f"{berlin} ({zone})", "below": f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"}


def _window(window: dict[str, str] | None) -> str:
    if window is None:
        return ""
    closes = date_format(datetime.fromisoformat(window["closes_on"]), "j. F Y")
    return f"bis {closes}, 24:00 Uhr: {_STAGES.get(window['stage'], 'vor der Frist')} eingegangen"


def _hint(practice: dict[str, Any] | None) -> str:
    """What was still missing then, in one sentence."""
    if practice is None:
        return ""
    missing = []
    if practice["missing_sites"]:
        missing.append(f"Dateien für {', '.join(practice['missing_sites'])}")
    if practice["declaration"] == "missing":
        missing.append("die Sammelerklärung")
    if not missing:
        return "Damit lag zu diesem Zeitpunkt die Abrechnung der Praxis für das Quartal vollständig vor."
    many = len(missing) > 1 or len(practice["missing_sites"]) > 0
    return f"Zu diesem Zeitpunkt fehl{'ten' if many else 'te'} für das Quartal noch {' und '.join(missing)}."


def _quarter(said: str) -> str:
    quarter = Quarter.parse(said)
    return f"{quarter.number}. Quartal {quarter.year}"


def _grouped(digits: str) -> list[str]:
    return [" ".join(digits[i : i + 32][j : j + 8] for j in range(0, 32, 8)) for i in (0, 32)]
