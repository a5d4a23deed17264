"""What a check of a whole file found, as PDF/A-2b that screen readers can read, and as JSON."""

import importlib.resources
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

import typst
from django.utils import translation
from django.utils.formats import date_format

from flexnet import configuration, transactions
from flexnet.billing import reports
from flexnet.billing.reports import Report
from flexnet.lib.kvdt.rules import Level

_BERLIN = ZoneInfo("Europe/Berlin")
_LEVELS = {Level.WARNING: "Hinweis", Level.ERROR: "Fehler", Level.ABORT: "Fehler"}


def content(row: Report) -> dict[str, object]:
    """For programs: facts and causes, the sentences in the reader's language."""
    return {
        "checked_at": row.checked_at.isoformat(),
        "file_name": row.file_name,
        "level": int(row.level),
        "facts": row.facts,
        "findings": [
            {
                "rule": cause.rule,
                "level": int(cause.level),
                "field": cause.field,
                "value": cause.value,
                "count": cause.count,
                "first_lines": list(cause.lines),
                "what": cause.what,
                "why": cause.why,
                "cure": cause.cure,
                "source": cause.source,
            }
            for cause in reports.causes(row)
        ],
    }


@dataclass(frozen=True)
class Heading:
    """What stands above it, in German: what this is, and what it is not."""

    title: str
    strong: str
    text: str
    with_errors: str


PRECHECK: Final = Heading(
    "Vorabprüfung",
    "Das ist keine Einreichung.",
    "Die Datei wurde geprüft und nicht gespeichert.",
    "Mit diesen Fehlern kann die Abrechnung nicht angenommen werden.",
)

FULL_CHECK: Final = Heading(
    "Ergebnis der Prüfung",
    "Die Abrechnung ist eingereicht.",
    "Wir haben die Datei entschlüsselt und jede Zeile geprüft. Ob sie angenommen wird, steht im Portal.",
    "In der Datei sind Fehler. Fragen Sie uns, ob Sie eine Korrektur einreichen sollen.",
)


def pdf(row: Report, heading: Heading) -> bytes:
    """In German; takes some 10 ms: never inside a transaction."""
    assert not transactions.is_writing(), "a report is drawn outside of any transaction"  # noqa: S101 - a promise
    template = importlib.resources.files("flexnet.billing").joinpath("report.typ").read_bytes()
    with translation.override("de"):
        report = _told(row, heading) | asdict(heading)
    return typst.compile(
        template,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"report": json.dumps(report)},
        pdf_standards=["a-2b", "ua-1"],
        timestamp=row.checked_at.astimezone(UTC).replace(microsecond=0),
    )


def _verdict(row: Report, heading: Heading) -> str:
    if "container" in row.facts:
        return "Die Datei ist verschlüsselt: geprüft ist nur, was außen darauf steht."
    if row.level > Level.WARNING:
        return heading.with_errors
    return "Keine Fehler, aber Hinweise." if row.level else "Wir haben nichts gefunden."


def _modules(row: Report) -> str:
    found = [f"Version {one['version']}, Ergebnis {one['result']}" for one in row.facts["modules"]]
    return "; ".join(found) or "Kein Ergebnis in der Datei"


def _encrypted(row: Report) -> str:
    """What an encrypted file says of itself; empty for a plain one."""
    told = row.facts.get("container")
    if told is None:
        return ""
    kind = "mit einem Testschlüssel" if told["is_test"] else "für eine echte Abrechnung"
    at = date_format(datetime.fromisoformat(told["created_at"]), r"j. F Y, H:i \U\h\r")
    return f"KBV-Kryptomodul {told['version']}, {kind}, am {at}, Teil {told['part']} von {told['parts']}"


def _told(row: Report, heading: Heading) -> dict[str, object]:
    local = row.checked_at.astimezone(_BERLIN)
    profile = configuration.current().profile
    return {
        "kv": profile.name,
        "hotline": profile.hotline,
        "email": profile.email,
        "date": {"year": local.year, "month": local.month, "day": local.day},
        "checked": date_format(local, r"l, j. F Y, H:i \U\h\r"),
        "file_name": row.file_name or "–",
        "quarter": row.facts["quarter"] or "–",
        "sites": ", ".join(row.facts["sites"]) or "–",
        "cases": str(row.facts["cases"]),
        "lines": str(row.facts["lines"]),
        "encrypted": _encrypted(row),
        "modules": _modules(row),
        "verdict": _verdict(row, heading),
        "causes": [
            {
                "level": _LEVELS[cause.level],
                "what": cause.what,
                "where": f"{cause.where} (genannt sind die ersten Zeilen)" if cause.has_more else cause.where,
                "why": cause.why,
                "cure": cause.cure,
                "source": cause.source,
            }
            for cause in reports.causes(row)
        ],
    }
