"""Draws a receipt as PDF/A-2b that screen readers can read, too; the same receipt gives the same bytes."""

import importlib.resources
import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import typst
from django.utils import translation
from django.utils.formats import date_format, number_format

from flexnet import configuration, transactions
from flexnet.billing.models import Delivery, Receipt

BERLIN = ZoneInfo("Europe/Berlin")
KINDS = {Delivery.Kind.ECHT: "Echtabrechnung", Delivery.Kind.TEST: "Testabrechnung"}


def pdf(receipt: Receipt) -> bytes:
    """Takes some 10 ms: never inside a transaction."""
    assert not transactions.is_writing(), "a receipt is drawn outside of any transaction"  # noqa: S101 - a promise
    template = importlib.resources.files("flexnet.billing").joinpath("receipt.typ").read_bytes()
    return typst.compile(
        template,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"receipt": json.dumps(_content(receipt))},
        pdf_standards=["a-2b", "ua-1"],
        timestamp=receipt.issued_at.astimezone(UTC).replace(microsecond=0),
    )


def _content(receipt: Receipt) -> dict[str, object]:
    delivery = receipt.delivery
    profile = configuration.current().profile
    local = receipt.issued_at.astimezone(BERLIN)
    with translation.override("de"):
        berlin = date_format(local, r"l, j. F Y, H:i:s \U\h\r")
        size = f"{number_format(delivery.size, force_grouping=True)} Bytes"
    return {
        "number": receipt.number,
        "kv": profile.name,
        "portal": profile.portal_name,
        "hotline": profile.hotline,
        "email": profile.email,
        "date": {"year": local.year, "month": local.month, "day": local.day},
        "received_berlin": f"{berlin} ({_zone(local)})",
        "received_utc": f"{receipt.issued_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC",
        "bsnr": delivery.bsnr,
        "quarter": f"{delivery.quarter.number}. Quartal {delivery.quarter.year}",
        "kind": KINDS[Delivery.Kind(delivery.kind)],
        "file_name": delivery.file_name,
        "size": size,
        "user_name": receipt.user_name,
        "sha256": [
            " ".join(delivery.sha256[i : i + 32][j : j + 8] for j in range(0, 32, 8)) for i in (0, 32)
        ],
    }


def _zone(local: datetime) -> str:
    return "Sommerzeit" if local.dst() else "Winterzeit"
