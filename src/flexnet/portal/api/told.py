"""What programs are told of deliveries, uploads and checks, in the words of the 1-Click model."""

import uuid
from collections.abc import Mapping
from typing import Final

from django.urls import reverse

from flexnet import configuration
from flexnet.billing import report_papers
from flexnet.billing.findings import Finding
from flexnet.billing.models import Delivery, Receipt, Reply, ReplyKind
from flexnet.billing.reports import Report
from flexnet.billing.standing import State
from flexnet.portal.api import problems
from flexnet.quarter_field import written
from flexnet.web.billing_words import reply_title

STATES: Final[Mapping[State, str]] = {
    State.UPLOADED: "uebertragen",
    State.CHECKED: "geprueft",
    State.SUBMITTED: "eingereicht",
    State.IN_WORK: "in_bearbeitung",
    State.ACCEPTED: "angenommen",
    State.REJECTED: "abgelehnt",
    State.WITHDRAWN: "zurueckgezogen",
    State.REPLACED: "ersetzt",
}

_REPLIES: Final[Mapping[str, str]] = {
    ReplyKind.CHECK: "pruefung",
    ReplyKind.TEXT: "text",
    ReplyKind.PDF: "pdf",
}
_LEVELS: Final = ("ok", "warnung", "fehler", "abbruch")
_BY: Final = {"person": "mensch", "program": "programm"}


def delivery(row: Delivery) -> dict[str, object]:
    """A file that has come, and how it stands with it."""
    is_submitted = row.submitted_at is not None
    return {
        "id": str(row.pk),
        "stand": STATES[row.state],
        "art": row.kind,
        "bsnr": row.bsnr,
        "quartal": written(row.quarter),
        "vollstaendig": not row.is_partial,
        "dateiname": row.file_name,
        "groesse": row.size,
        "sha256": row.sha256,
        "uebertragen_am": row.uploaded_at.isoformat(),
        "eingereicht_am": row.submitted_at.isoformat() if row.submitted_at else None,
        "hinweise": [problems.said(Finding.restored(one)) for one in row.warnings],
        "ablehnung": row.rejected_why,
        "korrektur_freigegeben": row.facts.counts and row.facts.released,
        "ersetzt_durch": str(row.replaced_by_id) if row.replaced_by_id else None,
        "eingangsbestaetigung": receipt(row.receipt) if is_submitted else None,
        "einreichen_durch": _BY[configuration.current().programs.hands_in],
        "seite": f"{configuration.current().portal.url}{reverse('delivery', args=[row.pk])[1:]}",
    }


def receipt(row: Receipt) -> dict[str, object]:
    """That it was handed in."""
    return {"nummer": row.number, "ausgestellt_am": row.issued_at.isoformat()}


def reply(row: Reply) -> dict[str, object]:
    """Something that the KV says of a delivery; a check has no bytes of its own."""
    is_check = row.kind == ReplyKind.CHECK
    return {
        "id": str(row.pk),
        "art": _REPLIES[row.kind],
        "titel": reply_title(row),
        "urteil": _LEVELS[row.level] if is_check else None,
        "eingestellt_am": row.put_at.isoformat(),
        "dateiname": row.file_name,
        "groesse": None if is_check else row.size,
        "sha256": None if is_check else row.sha256,
        "gelesen_am": row.read_at.isoformat() if row.read_at else None,
    }


def report(row: Report, key: uuid.UUID) -> dict[str, object]:
    """What a check of a whole file found."""
    return {**report_papers.content(row), "id": str(key), "urteil": _LEVELS[row.level]}
