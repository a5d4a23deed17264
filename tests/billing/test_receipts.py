"""The receipt: said with the act, sealed once, the same bytes for ever; one page that says everything."""

import json
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from flexnet import transactions
from flexnet.access.models import Access
from flexnet.access.rules import Refusal
from flexnet.billing import actions, confirmations, electronic_seal, papers
from flexnet.billing.models import Confirmation, Delivery, Receipt
from flexnet.billing.rules import NotNow
from flexnet.billing.standing import Barrier
from flexnet.billing.windows import Stage
from flexnet.lib import electronic_seals
from flexnet.lib.electronic_seals import Verdict
from flexnet.mail.models import Mail
from flexnet.members.models import Site
from tests import configured, make
from tests.at_once import at_once
from tests.billing import files


@pytest.fixture
def receipt(access: Access) -> Receipt:
    row = files.received(access, files.plain())
    found = actions.submit(delivery=row, access=access, by=make.BY, now=make.NOW)
    assert isinstance(found, Receipt)
    return found


@pytest.fixture
def said(receipt: Receipt) -> Confirmation:
    return Confirmation.objects.get(pk=receipt.number)


def sealed(row: Confirmation) -> Confirmation:
    electronic_seal.seal_waiting(make.NOW)
    row.refresh_from_db()
    return row


def text_of(document: bytes) -> str:
    [page] = PdfReader(BytesIO(document)).pages
    return page.extract_text()


def test_it_is_one_page_that_says_everything(receipt: Receipt, said: Confirmation) -> None:
    text = text_of(papers.pdf(said))
    row = receipt.delivery
    for part in (
        "Kassenärztliche Vereinigung Sachsen-Anhalt",
        receipt.number,
        "Dienstag, 14. April 2026, 10:00:00 Uhr (Sommerzeit)",
        "2026-04-14 08:00:00 UTC",
        files.ALICE,
        "1. Quartal 2026",
        "Echtabrechnung",
        files.NAME,
        "alice-praxis",
        "fehlte für das Quartal noch die Sammelerklärung",
    ):
        assert part in text.replace("\n", " ")
    assert row.sha256 in text.replace(" ", "").replace("\n", "")
    assert f"{row.size:,}".replace(",", ".") + " Bytes" in text


def test_it_is_made_for_the_archive_and_carries_its_statement(said: Confirmation) -> None:
    document = PdfReader(BytesIO(bytes(sealed(said).pdf or b"")))
    metadata = document.xmp_metadata
    assert metadata is not None
    assert (metadata.pdfaid_part, metadata.pdfaid_conformance) == ("3", "B")
    assert document.metadata is not None
    assert document.metadata.title == f"Eingangsbestätigung {said.number}"
    [attached] = document.attachments[f"Eingangsbestaetigung_{said.number}.json"]
    assert attached == said.statement.encode()


def test_the_statement_is_canonical_and_names_what_was_handed_in(
    receipt: Receipt, said: Confirmation
) -> None:
    whole = json.loads(said.statement)
    assert confirmations.canonical(whole) == said.statement
    row = receipt.delivery
    assert whole["files"] == [{"name": row.file_name, "size": row.size, "sha256": row.sha256}]
    assert (whole["bsnr"], whole["quarter"], whole["delivery"]) == (files.ALICE, "1/2026", "echt")
    assert whole["received_at"] == "2026-04-14T08:00:00.000000Z"
    assert whole["received_at_berlin"] == "2026-04-14T10:00:00+02:00"
    assert whole["submitted_with"] == "alice-praxis"
    assert whole["practice"] == {"missing_sites": [], "declaration": "missing", "is_complete": False}


def test_the_seal_is_genuine_on_both_and_an_altered_one_is_told(said: Confirmation) -> None:
    row, trusted = sealed(said), electronic_seal.trusted()
    pdf, signature = bytes(row.pdf or b""), bytes(row.signature or b"")
    assert electronic_seals.verify_pdf(pdf, trusted).verdict is Verdict.GENUINE
    content = row.statement.encode()
    found = electronic_seals.verify_detached(content, signature, trusted, at=row.stated_at)
    altered = electronic_seals.verify_detached(
        content.replace(b"echt", b"test"), signature, trusted, at=row.stated_at
    )
    assert altered.verdict is Verdict.ALTERED
    assert found.verdict is Verdict.GENUINE


def test_sealed_once_it_stays_the_same_bytes(said: Confirmation) -> None:
    first = bytes(sealed(said).pdf or b"")
    assert electronic_seal.seal_waiting(make.NOW) == 0
    assert bytes(sealed(said).pdf or b"") == first


def test_before_it_is_sealed_a_restart_loses_nothing(said: Confirmation) -> None:
    """The statement stands since the act; whoever comes next seals it."""
    assert said.sealed_at is None
    electronic_seal._loaded.cache_clear()
    assert sealed(said).sealed_at == make.NOW


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_seal_it_once() -> None:
    access = make.settled().practice_access
    row = files.received(access, files.plain())
    actions.submit(delivery=row, access=access, by=make.BY, now=make.NOW)
    counts = at_once(*[lambda: electronic_seal.seal_waiting(make.NOW)] * 2)
    assert sorted(map(str, counts)) == ["0", "1"]


@pytest.mark.parametrize("name", ['#read("/etc/passwd")', "*_$x$ <b> \\ @"])
def test_a_name_is_text_and_never_typesetting(said: Confirmation, name: str) -> None:
    whole = json.loads(said.statement)
    whole["files"][0]["name"] = whole["submitted_with"] = name
    said.statement = confirmations.canonical(whole)
    assert name.replace(" ", "") in text_of(papers.pdf(said)).replace(" ", "").replace("\n", "")


def test_it_is_never_drawn_while_others_wait_for_the_database(said: Confirmation) -> None:
    with transactions.writing(), pytest.raises(AssertionError, match="outside of any transaction"):
        papers.pdf(said)


def test_a_mail_without_content_says_that_it_has_come(
    access: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured.change(monkeypatch, mail={"server": "127.0.0.1:25", "security": "none"})
    Site.objects.filter(bsnr=files.ALICE).update(email="praxis@example.de")
    row = files.received(access, files.plain())
    receipt = actions.submit(delivery=row, access=access, by=make.BY, now=make.NOW)
    actions.submit(delivery=row, access=access, by=make.BY, now=make.NOW)
    [mail] = Mail.objects.filter(kind="billing_received")
    assert mail.subject == "Ihre Abrechnung ist eingegangen"
    for secret in (str(receipt), files.ALICE, files.NAME, "alice", "2026"):
        assert secret not in mail.text


LAST_SECOND = datetime.fromisoformat("2026-04-15T23:59:59+02:00")


def test_a_receipt_from_before_there_were_seals_is_sealed_too(receipt: Receipt, said: Confirmation) -> None:
    said.delete()
    assert [confirmations.state_older(make.NOW) for _turn in range(2)] == [1, 0]
    row = sealed(Confirmation.objects.get(pk=receipt.number))
    assert receipt.delivery.sha256 in row.statement
    assert json.loads(row.statement)["practice"] is None
    assert receipt.number in text_of(bytes(row.pdf or b""))


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> None:
    configured.change(monkeypatch, billing={"opens_day": 30, "closes_day": 15, "early_days": 15})


@pytest.mark.usefixtures("window")
@pytest.mark.parametrize(("after", "stage"), [(timedelta(), "open"), (timedelta(seconds=1), "late")])
def test_the_last_day_counts_until_its_end_in_germany(access: Access, after: timedelta, stage: str) -> None:
    row = files.received(access, files.plain())
    receipt = actions.submit(delivery=row, access=access, by=make.BY, now=LAST_SECOND + after)
    said = json.loads(Confirmation.objects.get(pk=str(receipt)).statement)
    assert said["window"] == {"closes_on": "2026-04-15", "stage": stage}


def submit(
    access: Access, row: Delivery, *, now: datetime = make.NOW, seen: Stage | None = None
) -> Receipt | Refusal | Barrier | NotNow:
    return actions.submit(delivery=row, access=access, by=make.BY, now=now, seen=seen)


@pytest.mark.usefixtures("window")
def test_who_read_in_time_and_is_late_by_a_second_is_told_first(access: Access) -> None:
    row, late = files.received(access, files.plain()), LAST_SECOND + timedelta(seconds=1)
    assert submit(access, row, now=late, seen=Stage.OPEN) is NotNow.OTHER_STAGE
    assert isinstance(submit(access, row, now=late, seen=Stage.LATE), Receipt)


@pytest.mark.usefixtures("window")
def test_before_the_early_days_nothing_is_taken(access: Access) -> None:
    quarter = files.QUARTER + 1
    row = files.received(access, files.plain(quarter=quarter), quarter=quarter)
    assert submit(access, row) is NotNow.TOO_EARLY
    assert not Receipt.objects.exists()


def test_a_clock_set_back_is_refused_and_then_it_goes_on(access: Access) -> None:
    row = files.received(access, files.plain())
    assert submit(access, row, now=make.NOW - timedelta(hours=1)) is NotNow.CLOCK_SET_BACK
    assert not Receipt.objects.exists()
    receipt = submit(access, row, now=make.NOW - timedelta(seconds=5))
    assert isinstance(receipt, Receipt)
    assert receipt.issued_at == Delivery.objects.get().uploaded_at


def test_the_next_quarter_rule_goes_by_the_day_of_submission(
    access: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The access was opened in April: until the end of June, in Germany, nothing; then at once."""
    configured.change(monkeypatch, profile={"activation": "next_quarter"})
    row = files.received(access, files.plain())
    last = datetime.fromisoformat("2026-06-30T23:59:59+02:00")
    assert isinstance(submit(access, row, now=last), Refusal)
    assert isinstance(submit(access, row, now=last + timedelta(seconds=1)), Receipt)
