"""The receipt as a document: one page of PDF/A-2b that says what came, when, and from whom."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from flexnet import transactions
from flexnet.access.models import Access
from flexnet.billing import actions, receipts
from flexnet.billing.models import Receipt
from tests import make
from tests.billing import files


@pytest.fixture
def receipt(access: Access) -> Receipt:
    row = files.received(access, files.plain())
    found = actions.submit(delivery=row, access=access, by=make.BY, now=make.NOW)
    assert isinstance(found, Receipt)
    return found


def text_of(document: bytes) -> str:
    [page] = PdfReader(BytesIO(document)).pages
    return page.extract_text()


def test_it_is_one_page_that_says_everything(receipt: Receipt) -> None:
    text = text_of(receipts.pdf(receipt))
    row = receipt.delivery
    for said in (
        "Kassenärztliche Vereinigung Sachsen-Anhalt",
        receipt.number,
        "Dienstag, 14. April 2026, 10:00:00 Uhr (Sommerzeit)",
        "2026-04-14 08:00:00 UTC",
        files.ALICE,
        "1. Quartal 2026",
        "Echtabrechnung",
        files.NAME,
        "alice-praxis",
    ):
        assert said in text
    assert row.sha256 in text.replace(" ", "").replace("\n", "")
    assert f"{row.size:,}".replace(",", ".") + " Bytes" in text


def test_it_is_made_for_the_archive(receipt: Receipt) -> None:
    document = PdfReader(BytesIO(receipts.pdf(receipt)))
    metadata = document.xmp_metadata
    assert metadata is not None
    assert (metadata.pdfaid_part, metadata.pdfaid_conformance) == ("2", "B")
    assert document.metadata is not None
    assert document.metadata.title == f"Eingangsbestätigung {receipt.number}"


def test_the_same_receipt_gives_the_same_bytes(receipt: Receipt) -> None:
    assert receipts.pdf(receipt) == receipts.pdf(Receipt.objects.get())


@pytest.mark.parametrize("name", ['#read("/etc/passwd")', "*_$x$ <b> \\ @"])
def test_a_name_is_text_and_never_typesetting(receipt: Receipt, name: str) -> None:
    receipt.delivery.file_name = name
    receipt.user_name = name
    assert name.replace(" ", "") in text_of(receipts.pdf(receipt)).replace(" ", "")


def test_it_is_never_drawn_while_others_wait_for_the_database(receipt: Receipt) -> None:
    with transactions.writing(), pytest.raises(AssertionError, match="outside of any transaction"):
        receipts.pdf(receipt)
