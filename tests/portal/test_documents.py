"""Documents in the portal: found by quarter and kind, saved, noted, and nobody else's."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from flexnet.documents.models import Document
from tests import make
from tests.documents.dropping import LAST, put
from tests.portal import visiting


def test_they_are_found_by_quarter_and_kind(alice: make.Member, browser: Client) -> None:
    for quarter in (LAST, LAST + -1):
        put(alice.site, quarter=quarter)
    put(alice.site, "protokoll")
    titles = ("Honorarbescheid Q1/2026", "Honorarbescheid Q4/2025", "Protokoll Q1/2026")
    for query, shown in (
        ({}, titles),
        ({"quartal": "Q1/2026"}, (titles[0], titles[2])),
        ({"quartal": "Q1/2026", "art": "protokoll"}, (titles[2],)),
        ({"art": "<b>"}, ()),
        ({"quartal": "\x00kein"}, titles),
    ):
        page = browser.get("/dokumente/", query).text
        assert tuple(title for title in titles if f">{title}<" in page) == shown, query
    assert "3 Dokumente abgelegt" in browser.get("/").text


def test_a_download_is_saved_and_the_first_is_noted(alice: make.Member, browser: Client) -> None:
    row = put(alice.site)
    url = reverse("document", args=[row.pk])
    browser.head(url)
    assert Document.objects.get().fetched_at is None
    answer = browser.get(url)
    assert answer.content.startswith(b"%PDF-")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="889999900_honorarbescheid.pdf"'
    assert answer["Content-Security-Policy"].startswith("sandbox;")
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "no-store")
    visiting.signed_in(alice.personal_access).get(url)
    page = browser.get("/dokumente/").text
    assert "Zuerst heruntergeladen am 14.04.2026, 10:00 Uhr: Praxiszugang, BSNR 889999900." in page
    assert "Neue Dokumente" not in browser.get("/").text


def test_staff_are_told_who_can_allow_it_and_then_see_them(alice: make.Member) -> None:
    put(alice.site)
    carol = visiting.signed_in(make.employee(alice.personal_access))
    assert "Diese Dokumente sehen Sie nicht" in carol.get("/dokumente/").text
    owner = visiting.signed_in(alice.personal_access)
    page = owner.post(reverse("employee-show-documents", args=["carol"]), follow=True).text
    assert "Carol kann jetzt die Dokumente der Praxis ansehen." in page
    assert "Honorarbescheid Q1/2026" in carol.get("/dokumente/").text
    owner.post(reverse("employee-hide-documents", args=["carol"]))
    assert "Honorarbescheid Q1/2026" not in carol.get("/dokumente/").text


@pytest.mark.parametrize("who", ["another practice", "a third party", "staff"])
def test_what_is_foreign_and_what_is_missing_answer_alike(who: str, alice: make.Member) -> None:
    row = put(alice.site)
    if who == "staff":
        client = visiting.signed_in(make.employee(alice.practice_access))
    elif who == "another practice":
        client = visiting.signed_in(make.settled("bob").practice_access)
    else:
        client = visiting.signed_in(visiting.in_the_portal(make.third_party()))
        assert client.get("/dokumente/").status_code == 404
        assert "/dokumente/" not in client.get("/").text
    found = [client.get(reverse("document", args=[key])) for key in (row.pk, uuid.uuid4())]
    assert [one.status_code for one in found] == [404, 404]
    assert len(found[0].content) == len(found[1].content)
    assert Document.objects.get().fetched_at is None
