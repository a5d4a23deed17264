"""Make it happen: what the KV confirms is said with the act, in one canonical form; later it is sealed."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef

from flexnet import configuration, transactions
from flexnet.billing import completeness, extensions
from flexnet.billing.completeness import Completeness
from flexnet.billing.models import CollectiveDeclaration, Confirmation, Delivery, Receipt
from flexnet.members.models import Practice

BERLIN: Final = ZoneInfo("Europe/Berlin")
_MOST: Final = 500


def state_receipt(row: Delivery, receipt: Receipt, *, hints: bool = True) -> Confirmation:
    """Inside the transaction that hands it in; `hints`: what was missing then."""
    at = receipt.issued_at
    said = {
        "delivery": row.kind,
        "bsnr": row.bsnr,
        "files": [{"name": row.file_name, "size": row.size, "sha256": row.sha256}],
        "is_part": row.is_partial,
        "received_at": _instant(at),
        "received_at_berlin": at.astimezone(BERLIN).isoformat(timespec="seconds"),
        "submitted_with": receipt.user_name,
        "window": _window(row, at),
        "notes_of_check": sorted(str(one.get("code", "")) for one in row.warnings),
        "practice": _hint(row, at) if hints else None,
    }
    return _state(Confirmation.Kind.RECEIPT, receipt.number, row.quarter, said, at)


def state_older(_now: datetime) -> int:
    """Receipts from before there was a seal get theirs, without hints; answers how many."""
    stated = Confirmation.objects.filter(pk=OuterRef("number"))
    older = Receipt.objects.filter(~Exists(stated)).select_related("delivery").order_by("issued_at")[:_MOST]
    for receipt in older:
        with transactions.writing():
            if not Confirmation.objects.filter(pk=receipt.number).exists():
                state_receipt(receipt.delivery, receipt, hints=False)
    return len(older)


def state_declaration(row: CollectiveDeclaration, receipts: list[str]) -> Confirmation:
    """Inside the transaction that gives it; `receipts` are the numbers of what was handed in by then."""
    said = {
        "practice": row.practice.name,
        "bsnrs": list(row.bsnrs),
        "signer": {"name": row.person.name, "lanr": row.person.lanr},
        "given_with": row.user_name,
        "given_at": _instant(row.given_at),
        "given_at_berlin": row.given_at.astimezone(BERLIN).isoformat(timespec="seconds"),
        "text": row.text,
        "text_sha256": row.sha256,
        "receipts": receipts,
    }
    return _state(Confirmation.Kind.DECLARATION, row.number, row.quarter, said, row.given_at)


def canonical(said: Mapping[str, object]) -> str:
    """JSON as RFC 8785 has it: members sorted, no blanks, UTF-8; numbers are whole."""
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _state(
    kind: Confirmation.Kind, number: str, quarter: object, said: Mapping[str, object], at: datetime
) -> Confirmation:
    profile = configuration.current().profile
    head = {
        "type": f"flexnet {kind} 1",
        "number": number,
        "kv": profile.name,
        "quarter": str(quarter).removeprefix("Q"),
    }
    statement = canonical({**head, **said})
    return Confirmation.objects.create(number=number, kind=kind, statement=statement, stated_at=at)


def _window(row: Delivery, at: datetime) -> Mapping[str, object] | None:
    window = extensions.window(row.quarter, [row.bsnr])
    if window is None:
        return None
    return {"closes_on": window.closes.isoformat(), "stage": window.stage(at.astimezone(BERLIN).date())}


def _hint(row: Delivery, at: datetime) -> Mapping[str, object] | None:
    """What of the practice's billing was still missing when this file had come."""
    practice = Practice.objects.filter(sites__bsnr=row.bsnr).first()
    return _said(completeness.of(practice, row.quarter, at.astimezone(BERLIN).date())) if practice else None


def _said(found: Completeness) -> Mapping[str, object]:
    return {
        "missing_sites": found.missing_sites,
        "declaration": "not_needed" if found.needs == "none" else "given" if found.is_declared else "missing",
        "is_complete": found.is_complete,
    }


def _instant(at: datetime) -> str:
    return at.astimezone(ZoneInfo("UTC")).isoformat(timespec="microseconds").replace("+00:00", "Z")
