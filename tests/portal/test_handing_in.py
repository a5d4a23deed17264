"""The pages for handing in: upload, check, submit, receipt."""

import re
import uuid
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pypdf import PdfReader

from flexnet.billing import electronic_seal, numbers
from flexnet.billing.models import Delivery, Receipt
from tests import configured, make
from tests.billing import files
from tests.portal import visiting


def test_from_the_file_to_the_receipt(browser: Client) -> None:
    page = visiting.uploads(browser, files.plain())
    [(url, _)] = page.redirect_chain
    assert "Noch nicht eingereicht" in page.text
    assert "Abrechnung verbindlich einreichen" in page.text
    page = browser.post(f"{url}einreichen/", follow=True)
    number = numbers.number(files.QUARTER, 1)
    assert f'id="receipt-number">{number}<' in page.text
    assert "Dienstag, 14. April 2026, 10:00 Uhr" in page.text
    assert number in browser.get("/abrechnung/").text
    assert number in browser.get("/").text


def test_the_receipt_is_a_document_to_keep(browser: Client) -> None:
    row = visiting.submitted(browser, files.plain())
    response = browser.get(f"/abrechnung/{row.pk}/eingangsbestaetigung.pdf")
    assert response["Content-Type"] == "application/pdf"
    name = f"Eingangsbestaetigung_{row.receipt.number}.pdf"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response["Cache-Control"] == "no-store"
    [page] = PdfReader(BytesIO(response.content)).pages
    assert row.receipt.number in page.extract_text()


def test_there_is_no_receipt_before_it_is_submitted(browser: Client) -> None:
    row = visiting.uploaded(browser, files.plain())
    assert browser.get(f"/abrechnung/{row.pk}/eingangsbestaetigung.pdf").status_code == 404


def test_pressed_twice_it_leads_to_the_same_receipt(browser: Client) -> None:
    row = visiting.submitted(browser, files.plain())
    page = browser.post(f"/abrechnung/{row.pk}/einreichen/", follow=True)
    assert row.receipt.number in page.text
    assert Receipt.objects.count() == 1


def test_a_file_submitted_before_is_said_to_be_there_with_a_way_to_its_receipt(browser: Client) -> None:
    row = visiting.submitted(browser, files.plain())
    page = visiting.uploads(browser, files.plain())
    assert page.status_code == 422
    assert "Diese Datei ist schon eingereicht." in page.text
    assert f'href="/abrechnung/{row.pk}/"' in page.text


def test_a_file_uploaded_before_and_not_submitted_is_shown_again(browser: Client) -> None:
    row = visiting.uploaded(browser, files.plain())
    page = visiting.uploads(browser, files.plain())
    assert page.redirect_chain == [(f"/abrechnung/{row.pk}/", 302)]


def test_what_is_not_submitted_is_the_first_thing_on_the_start_page(browser: Client) -> None:
    assert "Es steht nichts an." in browser.get("/").text
    row = visiting.uploaded(browser, files.plain())
    page = browser.get("/").text
    assert "Ihre Abrechnung ist noch nicht eingereicht" in page
    assert f'href="/abrechnung/{row.pk}/"' in page


def test_much_that_waits_and_what_was_submitted_last_do_not_hide_each_other(browser: Client) -> None:
    row = visiting.submitted(browser, files.plain())
    for number in range(20):
        waits = Delivery.objects.get(pk=row.pk)
        waits.pk, waits.path = uuid.uuid4(), f"waits-{number}"
        waits.submitted_at, waits.sha256 = None, f"{number:064x}"
        waits.save(force_insert=True)
    page = browser.get("/").text
    assert str(row.receipt.number) in page
    assert page.count("Ihre Abrechnung ist noch nicht eingereicht") == 10


def test_a_file_taken_back_is_gone(browser: Client) -> None:
    row = visiting.uploaded(browser, files.plain())
    page = browser.post(f"/abrechnung/{row.pk}/entfernen/", follow=True)
    assert f"{files.NAME} ist entfernt." in page.text
    assert not Delivery.objects.exists()


def test_a_submitted_file_is_not_taken_back(browser: Client) -> None:
    row = visiting.submitted(browser, files.plain())
    page = browser.post(f"/abrechnung/{row.pk}/entfernen/", follow=True)
    assert row.receipt.number in page.text


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", files.NAME, "Die Datei ist leer."),
        (b"x" * 1_100_000, files.NAME, "Die Datei ist größer als 1 MB."),
        (b"%PDF-1.7", "Rechnung.pdf", "Der Dateiname ist nicht der einer Abrechnungsdatei."),
        (b"%PDF-1.7", files.NAME, "Diese Datei ist keine Abrechnungsdatei."),
        (files.plain()[:-20], files.NAME, "Die Datei ist unvollständig: Ihr Ende fehlt."),
        (files.plain(files.BOB), files.NAME, "Die Datei gehört zur Betriebsstätte 859999900."),
    ],
)
def test_what_is_wrong_is_said_on_top_and_nothing_stays(
    browser: Client, store: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, name: str, said: str
) -> None:
    configured.change(monkeypatch, billing={"max_upload_mib": 1})
    page = visiting.uploads(browser, content, name=name)
    assert page.status_code == 422
    assert "Diese Datei können wir nicht annehmen" in page.text
    assert f"<strong>{said}" in page.text
    assert "Traceback" not in page.text
    assert [path for path in store.rglob("*") if path.is_file()] == []


def test_a_name_with_html_in_it_is_shown_as_text(browser: Client) -> None:
    row = visiting.uploaded(browser, files.plain())
    Delivery.objects.filter(pk=row.pk).update(file_name="<script>alert(1)</script>")
    for url in ("/", "/abrechnung/", f"/abrechnung/{row.pk}/"):
        page = browser.get(url).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_what_is_missing_in_the_form_is_said_and_the_choice_is_kept(browser: Client) -> None:
    page = browser.post("/abrechnung/neu/", {"quarter": "Q4/2025"})
    assert page.status_code == 422
    assert "Bitte wählen Sie eine Datei." in page.text
    assert 'value="Q4/2025"' in chosen_in(page.text)


@pytest.mark.parametrize("quarter", ["Q3/2026", "Q1/2020", "gestern", ""])
def test_only_the_offered_quarters_are_taken(browser: Client, quarter: str) -> None:
    page = browser.post("/abrechnung/neu/", visiting.form(files.plain(), quarter=quarter))
    assert page.status_code == 422
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(("days", "likely"), [(0, "Q1/2026"), (60, "Q1/2026"), (70, "Q2/2026")])
def test_the_likely_quarter_is_chosen(
    alice: make.Member, clock: time_machine.Traveller, days: int, likely: str
) -> None:
    """It is the 14th of April; until two weeks before July people hand in the first quarter."""
    clock.shift(timedelta(days=days))
    page = visiting.signed_in(alice.practice_access).get("/abrechnung/neu/").text
    assert f'value="{likely}"' in chosen_in(page)


def test_a_damaged_store_gets_an_error_page_in_words(alice: make.Member, store: Path) -> None:
    browser = visiting.signed_in(alice.practice_access)
    browser.raise_request_exception = False
    row = visiting.uploaded(browser, files.plain())
    (store / row.path).unlink()
    page = browser.post(f"/abrechnung/{row.pk}/einreichen/")
    assert page.status_code == 500
    assert "Hier ist uns ein Fehler unterlaufen" in page.text
    assert "StoreDamaged" not in page.text
    assert not Receipt.objects.exists()


def test_where_the_next_quarter_rule_holds_its_reason_is_said(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured.change(monkeypatch, profile={"activation": "next_quarter"})
    for path in ("/", "/abrechnung/neu/"):
        assert "Online abrechnen können Sie ab dem 1. Juli 2026" in browser.get(path).text
    row = visiting.uploaded(browser, files.plain())
    page = browser.post(f"/abrechnung/{row.pk}/einreichen/", follow=True)
    assert "Sie können noch nicht online einreichen." in page.text
    assert not Receipt.objects.exists()


def test_an_upload_without_its_token_leaves_nothing(browser: Client, store: Path) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = browser.cookies
    assert client.post("/abrechnung/neu/", visiting.form(files.plain())).status_code == 403
    assert [path for path in store.rglob("*") if path.is_file()] == []


def chosen_in(page: str) -> str:
    """The one choice that is ticked."""
    [chosen] = [part for part in page.split("<input") if " checked" in part.partition(">")[0]]
    return chosen


def test_the_receipt_waits_for_its_seal_and_says_so(browser: Client) -> None:
    row = visiting.uploaded(browser, files.plain())
    page = browser.post(f"/abrechnung/{row.pk}/einreichen/", follow=True).text
    assert "bekommt gerade ihr elektronisches Siegel" in page
    assert "eingangsbestaetigung.pdf" not in page
    assert browser.get(f"/abrechnung/{row.pk}/eingangsbestaetigung.pdf").status_code == 302
    electronic_seal.seal_waiting(make.NOW)
    first, again = (browser.get(f"/abrechnung/{row.pk}/eingangsbestaetigung.pdf") for _ in range(2))
    assert first.content == again.content


def test_what_is_still_missing_is_said_in_one_sentence(alice: make.Member, browser: Client) -> None:
    row = visiting.submitted(browser, files.plain())
    url = f"/abrechnung/{row.pk}/"
    assert "Es fehlt noch die Sammelerklärung von Dr. alice." in browser.get(url).text
    assert "Sammelerklärung abgeben" in visiting.signed_in(alice.personal_access).get(url).text
    visiting.declared(alice)
    assert "Die Sammelerklärung liegt vor" in browser.get(url).text


def test_an_owner_gives_the_declaration_with_the_password(alice: make.Member, browser: Client) -> None:
    owner, url = (
        visiting.signed_in(alice.personal_access),
        f"/abrechnung/sammelerklaerung/{files.ALICE}/2026q1/",
    )
    [seen] = re.findall(r'name="seen" value="(\w+)"', owner.get(url).text)
    session = owner.session
    session["confirmed_at"] = 0.0
    session.save()
    typed = {"seen": seen, "tick": "on"}
    assert "Die Sammelerklärung fehlt noch" in browser.get(url).text
    page = owner.post(url, typed | {"confirm-password": make.PASSWORD}, follow=True)
    assert "Ihre Sammelerklärung ist eingegangen." in page.text
    assert "E-2026-1-000001" in page.text


def test_a_file_is_held_against_what_we_issued(browser: Client) -> None:
    row = visiting.submitted(browser, files.plain())
    ours = browser.get(f"/abrechnung/{row.pk}/eingangsbestaetigung.pdf").content
    said = browser.get(f"/abrechnung/{row.pk}/eingangsbestaetigung.json").content

    def checked(content: bytes) -> str:
        return browser.post("/bestaetigung/pruefen/", {"file": SimpleUploadedFile("b.pdf", content)}).text

    assert "Diese Bestätigung ist echt" in checked(ours)
    assert "Diese Bestätigung ist echt" in checked(said)
    assert "Diese Datei ist verändert" in checked(ours + b" ")
    assert "Diese Datei ist verändert" in checked(said.replace(b"echt", b"test"))
    assert row.receipt.number in checked(ours + b" ")
    assert "Diese Datei kennen wir nicht" in checked(b"%PDF-1.7 2026-1-000009-9")
