"""What programs are told of deliveries, uploads and checks, in the words of the 1-Click model."""

from collections.abc import Mapping
from typing import Final

from django.urls import reverse

from flexnet import configuration
from flexnet.billing.findings import Finding
from flexnet.billing.models import Delivery, Receipt
from flexnet.billing.standing import State
from flexnet.portal.api import problems
from flexnet.quarter_field import written

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
