"""Applying online: in steps, checked, sent once, and nothing kept before."""

import re
import uuid
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from flexnet.applications import queries
from flexnet.applications.kinds import Channel, Status
from flexnet.applications.models import Application
from tests import configured, make
from tests.public import visiting
from tests.public.visiting import DOCTOR, EVERYTHING, MEMBER, PRACTICE, WISHES


def heading(page: str) -> str:
    found = re.search(r"<h1>(.*?)(?: <span|</h1>)", page)
    assert found
    return found[1]


def test_from_the_first_page_to_the_number(browser: Client) -> None:
    answer = visiting.filled(browser)
    assert heading(answer.text) == "Stimmt alles?"
    assert "<dd>879999900</dd>" in answer.text
    assert "<dd>1. April 2026</dd>" in answer.text
    answer = visiting.press(browser, answer, "send")
    page = browser.get(answer["Location"])
    row = Application.objects.get()
    assert f'id="application-number">{row.number}<' in page.text
    assert "Es fehlt noch Ihre Unterschrift" in page.text
    assert "Postfach 1664" in page.text
    assert (row.channel, row.terms_version, row.name) == (Channel.PUBLIC, 1, "Dr. Clara Neu")
    assert queries.status(row) is Status.UNSIGNED


def test_nothing_is_written_and_no_cookie_is_set_before_it_is_sent(browser: Client) -> None:
    with CaptureQueriesContext(connection) as asked:
        visiting.filled(browser)
    assert [query["sql"] for query in asked if not query["sql"].startswith("SELECT")] == []
    assert not browser.cookies


def test_the_document_to_sign_holds_what_was_typed_and_the_number(browser: Client) -> None:
    url = visiting.sent(browser)["Location"]
    document = browser.get(f"{url}antrag.pdf")
    row = Application.objects.get()
    assert document["Content-Disposition"] == f'attachment; filename="Antrag_{row.number}.pdf"'
    [page] = PdfReader(BytesIO(document.content)).pages
    text = page.extract_text()
    for said in (row.number, "Praxis am Markt", "879999900", "Dr. Clara Neu", "Fassung 1", "Unterschrift"):
        assert said in text


def test_pressed_twice_or_reloaded_it_is_sent_once(browser: Client) -> None:
    answer = visiting.filled(browser)
    first, second = (visiting.press(browser, answer, "send") for _ in range(2))
    assert first.status_code == second.status_code == 302
    row = Application.objects.get()
    for sent in (first, second):
        assert row.number in browser.get(sent["Location"]).text


def test_sent_without_its_key_it_is_an_application_of_its_own(browser: Client) -> None:
    for key in ("", "x", str(uuid.UUID(int=7))):
        assert browser.post(MEMBER, {**EVERYTHING, "to": "send", "key": key}).status_code == 302
    assert Application.objects.count() == 3


@pytest.mark.parametrize(
    ("page", "typed", "said"),
    [
        ("praxis", {**PRACTICE, "bsnr": ""}, "Es fehlt die Betriebsstättennummer (BSNR)."),
        ("praxis", {**PRACTICE, "bsnr": "939999900"}, "gehört zur KV Thüringen"),
        ("praxis", {**PRACTICE, "postcode": "x"}, "Eine Postleitzahl hat fünf Ziffern."),
        ("person", {**DOCTOR, "lanr": "123456740"}, "Die Nummer hat einen Tippfehler"),
        ("person", {**DOCTOR, "lanr": "999999900"}, "ohne Arztnummer"),
        ("person", {**DOCTOR, "role": "chief"}, "Wählen Sie bitte eine gültige Auswahl."),
        ("zugang", {}, "Es fehlt, welchen Zugang Sie beantragen."),
        ("zugang", {**WISHES, "since_on": "gestern"}, "Schreiben Sie den Tag so: 1.4.2027."),
        ("zugang", {**WISHES, "role": "employed"}, "wem die Praxis gehört"),
    ],
)
def test_what_is_wrong_is_said_on_its_page_and_nothing_typed_is_lost(
    browser: Client, page: str, typed: dict[str, str], said: str
) -> None:
    before = {**PRACTICE, **DOCTOR, "at": page, "to": "next"}
    answer = browser.post(MEMBER, {**before, **typed})
    if said.startswith("Wählen"):
        said = "role"
    assert answer.status_code == 422
    assert said in answer.text
    assert 'role="alert"' in answer.text
    for value in {**before, **typed}.values():
        assert value in answer.text or value in ("next", "on", "chief")


def test_back_and_change_lead_where_they_say_and_keep_everything(browser: Client) -> None:
    answer = visiting.filled(browser)
    changing = visiting.press(browser, answer, "change-person")
    assert heading(changing.text) == "Ihre Person"
    assert 'value="Dr. Clara Neu"' in changing.text
    again = visiting.press(browser, changing, "next", **{**DOCTOR, "name": "Dr. Clara Alt"})
    assert heading(again.text) == "Stimmt alles?"
    assert "Dr. Clara Alt" in again.text
    back = visiting.press(browser, changing, "back", **{**DOCTOR, "lanr": "kaputt"})
    assert heading(back.text) == "Ihre Praxis"
    assert visiting.carried(back)["lanr"] == "kaputt"


def test_a_change_that_makes_another_page_wrong_leads_to_that_page(browser: Client) -> None:
    changing = visiting.press(browser, visiting.filled(browser), "change-person")
    answer = visiting.press(browser, changing, "next", **{**DOCTOR, "role": "employed"})
    assert heading(answer.text) == "Ihr Zugang"
    assert "wem die Praxis gehört" in answer.text


def test_whoever_sends_past_the_pages_is_led_to_the_first_that_is_wrong(browser: Client) -> None:
    answer = browser.post(MEMBER, {**EVERYTHING, "lanr": "123456740", "to": "send"})
    assert answer.status_code == 422
    assert heading(answer.text) == "Ihre Person"
    assert not Application.objects.exists()


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "Dr. \u202egnuZ", "Dr.\x00Null", "Dr. 😀", "x" * 9000]
)
def test_strange_text_does_no_harm(browser: Client, name: str) -> None:
    answer = browser.post(MEMBER, {**EVERYTHING, "name": name, "to": "send"})
    assert answer.status_code in (302, 422)
    assert "<script>alert" not in answer.text
    for row in Application.objects.all():
        assert row.name.isprintable()


def test_the_page_with_the_number_is_for_whoever_has_its_address_and_for_a_day(
    browser: Client, clock: time_machine.Traveller
) -> None:
    url = visiting.sent(browser)["Location"]
    number = Application.objects.get().number
    for other in (f"/antrag/eingegangen/{number}/", url[:-3] + "/", f"{url}x/"):
        assert browser.get(other).status_code == 404
    clock.shift(timedelta(hours=23))
    assert browser.get(url).status_code == browser.get(f"{url}antrag.pdf").status_code == 200
    clock.shift(timedelta(hours=2))
    assert browser.get(url).status_code == browser.get(f"{url}antrag.pdf").status_code == 404


def test_a_stranger_sends_so_many_and_then_waits_with_all_that_was_typed(
    browser: Client, clock: time_machine.Traveller
) -> None:
    for _ in range(5):
        assert visiting.sent(browser).status_code == 302
    answer = visiting.sent(browser)
    assert answer.status_code == 429
    assert "in 10 Minuten noch einmal" in answer.text
    assert "Dr. Clara Neu" in answer.text
    assert Application.objects.count() == 5
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert visiting.sent(elsewhere).status_code == 302
    clock.shift(timedelta(minutes=10))
    assert visiting.press(browser, answer, "send").status_code == 302


def test_whoever_is_throttled_still_reaches_what_was_sent_before(browser: Client) -> None:
    answer = visiting.filled(browser)
    visiting.press(browser, answer, "send")
    for _ in range(5):
        visiting.sent(browser)
    assert visiting.press(browser, answer, "send").status_code == 302


def test_all_strangers_together_do_not_fill_the_disk(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured.change(monkeypatch, throttle={"all_forms_tries": 3})
    sent = [visiting.sent(Client(REMOTE_ADDR=f"203.0.113.{host}")).status_code for host in range(5)]
    assert sent == [302, 302, 302, 429, 429]


def test_a_form_for_another_kind_asks_for_what_that_kind_needs(browser: Client) -> None:
    typed = {"organisation": "Labor", "street": "Ring 2", "postcode": "39104", "town": "Magdeburg"}
    typed |= {
        "name": "Dora Dritte",
        "phone": "1",
        "interest": "Statistik\nfür die KV",
        "since_on": "1.5.2026",
    }
    answer = browser.post("/antrag/dritte/", {**typed, "at": "zweck", "to": "next"})
    assert "Statistik<br>für die KV" in answer.text
    assert browser.post("/antrag/dritte/", {**typed, "to": "send"}).status_code == 302
    assert Application.objects.get().interest == "Statistik\nfür die KV"


@pytest.fixture
def kvs(monkeypatch: pytest.MonkeyPatch) -> None:
    offices = tuple(configured.office(*one) for one in (("chemnitz", "94"), ("leipzig", "96")))
    values = {"applications": ("portal_access",), "district_offices": offices, "site_prefixes": ("94", "98")}
    configured.change(monkeypatch, profile=values)


@pytest.mark.parametrize(
    ("bsnr", "title", "place"),
    [
        ("949999900", "Ihre Person", ">Schritt 2 von 3<"),
        ("989999900", "Ihre Bezirksgeschäftsstelle", ">Noch eine Frage zu Schritt 1 von 3<"),
    ],
)
def test_the_district_office_is_asked_for_only_where_the_number_does_not_name_it(
    browser: Client, kvs: None, bsnr: str, title: str, place: str
) -> None:
    typed = {**PRACTICE, "bsnr": bsnr, "at": "praxis", "to": "next"}
    answer = browser.post("/antrag/portal/", typed)
    assert heading(answer.text) == title
    assert place in answer.text


@pytest.mark.parametrize(("bsnr", "office"), [("949999900", "chemnitz"), ("989999900", "leipzig")])
def test_it_goes_to_the_district_office_that_was_named_or_chosen(
    browser: Client, kvs: None, bsnr: str, office: str
) -> None:
    chosen = {"district_office": "leipzig"} if bsnr.startswith("98") else {}
    answer = browser.post("/antrag/portal/", {**EVERYTHING, **chosen, "bsnr": bsnr, "to": "send"})
    assert Application.objects.get().district_office == office
    assert f"Bezirksgeschäftsstelle {office.title()}" in browser.get(answer["Location"]).text


def test_where_there_is_one_kind_its_form_opens_at_once(browser: Client, kvs: None) -> None:
    assert browser.get("/antrag/")["Location"] == "/antrag/portal/"
    assert browser.get(MEMBER).status_code == 404


@pytest.mark.parametrize("slug", ["mitglied", "dritte"])
def test_the_form_for_the_pen_is_one_sheet(browser: Client, slug: str) -> None:
    document = browser.get(f"/antrag/{slug}/formular.pdf")
    [page] = PdfReader(BytesIO(document.content)).pages
    assert "Teilnahmeerklärung KV-FlexNet" in page.extract_text()
    assert "Unterschrift" in page.extract_text()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://boese.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"}, 200),
        ({"Origin": "http://testserver"}, 200),
        ({}, 200),
    ],
)
def test_a_form_is_taken_only_from_our_own_pages(
    browser: Client, headers: dict[str, str], status: int
) -> None:
    answer = browser.post(MEMBER, {**PRACTICE, "at": "praxis", "to": "next"}, headers=headers)
    assert answer.status_code == status


def test_whoever_was_told_make_now_is_the_day_of_receipt(browser: Client) -> None:
    visiting.sent(browser)
    [step] = Application.objects.get().steps.all()
    assert (step.on, step.by) == (make.NOW.date(), "public")
