"""Replies of the KV in the portal: found with their delivery, read, saved, noted once, and nobody else's."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from flexnet.billing import full_checks, replies
from flexnet.billing.models import Delivery, Reply
from tests import make
from tests.billing import containers, files
from tests.documents.dropping import pdf
from tests.portal import visiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Client:
    return visiting.signed_in(make.settled().practice_access)


@pytest.fixture
def row(browser: Client) -> Delivery:
    return visiting.submitted(browser, files.plain())


def put(row: Delivery, content: bytes, name: str = "antwort.txt") -> str:
    """Its address."""
    reply = replies.put(new=replies.looked_at(row, name, content), by=make.BY, now=make.NOW)
    return reverse("reply", args=[row.pk, reply.pk])


def test_a_text_is_read_and_that_is_noted_once(browser: Client, row: Delivery) -> None:
    url = put(row, b"Bitte <b>sofort</b> anrufen.")
    assert "auf Ihre Abrechnung geantwortet" in browser.get("/").text
    browser.head(url)
    assert Reply.objects.get().read_at is None
    assert "Bitte &lt;b&gt;sofort&lt;/b&gt; anrufen." in browser.get(url).text
    first = Reply.objects.get().read_at
    browser.get(url)
    assert Reply.objects.get().read_at == first
    assert "auf Ihre Abrechnung geantwortet" not in browser.get("/").text
    assert "Zuerst gelesen am" in browser.get(reverse("delivery", args=[row.pk])).text


def test_a_pdf_is_read_once_it_is_saved(browser: Client, row: Delivery) -> None:
    url = put(row, pdf(), "Protokoll.pdf")
    browser.get(url)
    assert Reply.objects.get().read_at is None
    answer = browser.get(f"{url}datei/")
    assert answer.content == pdf()
    assert answer["Content-Disposition"] == 'attachment; filename="Protokoll.pdf"'
    assert answer["Cache-Control"] == "no-store"
    assert Reply.objects.get().read_at is not None


def test_what_the_full_check_found_is_a_page_and_a_pdf(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    containers.decrypt_by(monkeypatch)
    broken = files.plain().replace(b"01091064", b"01091069")
    answer = visiting.uploads(browser, containers.sealed(broken), name=containers.NAME)
    assert answer.status_code == 200
    row = Delivery.objects.get()
    browser.post(reverse("submit", args=[row.pk]))
    assert full_checks.work(make.NOW) == 1
    url = reverse("reply", args=[row.pk, Reply.objects.get().pk])
    assert "Ergebnis der Prüfung: mit Fehlern" in browser.get(reverse("delivery", args=[row.pk])).text
    page = browser.get(url).text
    assert "In der Datei sind Fehler" in page
    assert "Feld 9106" in page
    assert browser.get(f"{url}datei/").content.startswith(b"%PDF-")


def test_a_withdrawn_a_foreign_and_an_unknown_one_are_the_same(browser: Client, row: Delivery) -> None:
    url = put(row, b"Falsche Praxis")
    bob = visiting.signed_in(make.settled("bob").practice_access)
    assert bob.get(url).status_code == 404
    replies.withdraw(reply=Reply.objects.get(), by=make.BY, reason="vertippt", now=make.NOW)
    assert browser.get(url).status_code == 404
    assert browser.get(f"{url}datei/").status_code == 404
    assert browser.get(reverse("reply", args=[row.pk, uuid.uuid4()])).status_code == 404
