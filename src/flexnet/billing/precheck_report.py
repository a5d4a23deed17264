"""What a check in advance found, as PDF/A-2b that screen readers can read, and as JSON."""

import importlib.resources
import json
from datetime import UTC
from zoneinfo import ZoneInfo

import typst
from django.utils import translation
from django.utils.formats import date_format

from flexnet import configuration, transactions
from flexnet.billing import prechecks
from flexnet.billing.models import Precheck
from flexnet.lib.kvdt.rules import Level

_BERLIN = ZoneInfo("Europe/Berlin")
_LEVELS = {Level.WARNING: "Hinweis", Level.ERROR: "Fehler", Level.ABORT: "Abbruch"}


def content(row: Precheck) -> dict[str, object]:
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
            for cause in prechecks.causes(row)
        ],
    }


def pdf(row: Precheck) -> bytes:
    """In German; takes some 10 ms: never inside a transaction."""
    assert not transactions.is_writing(), "a report is drawn outside of any transaction"  # noqa: S101 - a promise
    template = importlib.resources.files("flexnet.billing").joinpath("precheck.typ").read_bytes()
    with translation.override("de"):
        report = _told(row)
    return typst.compile(
        template,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"report": json.dumps(report)},
        pdf_standards=["a-2b", "ua-1"],
        timestamp=row.checked_at.astimezone(UTC).replace(microsecond=0),
    )


def _told(row: Precheck) -> dict[str, object]:
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
        "causes": [
            {
                "level": _LEVELS[cause.level],
                "what": cause.what,
                "where": cause.where,
                "why": cause.why,
                "cure": cause.cure,
                "source": cause.source,
            }
            for cause in prechecks.causes(row)
        ],
    }
