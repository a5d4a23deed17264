"""Applying in the portal, from the first question to the signature, and what becomes of it."""

import html
import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client

from flexnet.applications import actions, queries
from flexnet.applications.models import Application
from flexnet.members import actions as members
from flexnet.members import addresses
from flexnet.members.models import Employment
from tests import configured, make
from tests.portal import visiting

LIST, NEW = "/antraege/", "/antraege/neu/"
CLARA = {"wish": "person:other", "name": "Dr. Clara <Neu>", "lanr": "246801101", "role": "employed"}
REACHED = {"phone": "0391 123456"}


@pytest.fixture
def owner(alice: make.Member) -> Client:
    addresses.register(
        addressee=alice.site,
        address=addresses.PostalAddress("Markt 1", "39104", "Magdeburg"),
        seen=None,
        from_on=make.NOW.date(),
        by=make.BY,
        now=make.NOW,
    )
    return visiting.signed_in(alice.personal_access)


def fields(page: str) -> dict[str, str]:
    """What the page carries along, unseen."""
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    kept = re.findall(r'<textarea name="(\w+)" hidden>\n(.*?)</textarea>', page, re.DOTALL)
    return {name: html.unescape(value) for name, value in (*hidden, *kept) if name != "csrfmiddlewaretoken"}


def sent(owner: Client, **typed: str) -> Application:
    said = {**CLARA, **REACHED, **typed}
    page = owner.post(NEW, {**said, "to": "check"}).text
    owner.post(NEW, {**fields(page), "tick": "on", "to": "sign"})
    return Application.objects.latest("pk")


def test_step_by_step_what_is_known_is_not_asked(owner: Client) -> None:
    first = owner.get(NEW).text
    assert "Schritt 1 von 3" in first
    second = owner.post(NEW, {"wish": "person:other", "to": "details"}).text
    assert "Markt 1" in second
    assert 'name="street"' not in second
    wrong = owner.post(NEW, {**CLARA, "lanr": "123456740", "to": "check", "wish": "person:other"})
    assert wrong.status_code == 422
    for said in ("Dr. Clara &lt;Neu&gt;", "123456740", "Telefonnummer oder E-Mail-Adresse für Rückfragen"):
        assert said in wrong.text
    third = owner.post(NEW, {**CLARA, **REACHED, "to": "check"})
    assert "Schritt 3 von 3" in third.text
    assert owner.post(NEW, {**fields(third.text), "to": "sign"}).status_code == 422
    for _ in range(2):
        done = owner.post(NEW, {**fields(third.text), "tick": "on", "to": "sign"}, follow=True).text
        assert "Bei uns eingegangen" in done
        assert "muss sie selbst annehmen" in done
    row = Application.objects.get()
    assert (row.name, row.street, row.lanr) == ("Dr. Clara <Neu>", "Markt 1", "246801101")
    assert (row.wants_personal_access, row.wants_practice_access) == (True, False)
    assert str(row) in owner.get(LIST).text
    assert owner.get(f"{LIST}{row}/erklaerung.pdf").content.startswith(b"%PDF")


def test_somebody_who_is_entered_is_chosen_and_not_typed(alice: make.Member, owner: Client) -> None:
    clara = members.enter_person(lanr="246801101", name="Dr. Clara", by=make.BY)
    members.enter_employment(
        practice=alice.site.practice,
        person=clara,
        kind=Employment.Kind.EMPLOYED,
        from_on=make.NOW.date(),
        by=make.BY,
        now=make.NOW,
    )
    assert "Persönlicher Zugang für Dr. Clara (LANR 246801101)" in owner.get(NEW).text
    row = sent(owner, wish="person:246801101", name="", lanr="", role="")
    assert (row.name, row.lanr, row.role) == ("Dr. Clara", "246801101", "employed")


def test_a_site_without_an_access_is_applied_for_and_its_address_asked(
    alice: make.Member, owner: Client
) -> None:
    members.enter_site(practice=alice.site.practice, bsnr="889999801", opened_on=make.NOW.date(), by=make.BY)
    wish = {"wish": "practice:889999801", "to": "details"}
    assert 'name="street"' in owner.post(NEW, wish).text
    assert "Es fehlen Straße und Hausnummer." in owner.post(NEW, {**wish, **REACHED, "to": "check"}).text
    place = {"street": "Ring 2", "postcode": "39104", "town": "Magdeburg"}
    row = sent(owner, wish="practice:889999801", name="", lanr="", role="", **place)
    assert (row.lanr, row.role, row.wants_practice_access) == ("123456601", "owner", True)
    assert (row.bsnr, row.street) == ("889999801", "Ring 2")
    assert "muss sie selbst annehmen" not in owner.get(f"{LIST}{row}/").text


def test_where_the_district_office_is_not_clear_it_is_asked(
    owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    offices = (configured.office("chemnitz", "94"), configured.office("dresden", "95"))
    configured.change(monkeypatch, profile={"applications": ("portal_access",), "district_offices": offices})
    page = owner.post(NEW, {"wish": "person:other", "to": "details"}).text
    assert "Bezirksgeschäftsstelle Chemnitz" in page
    assert 'name="since_on"' not in page
    row = sent(owner, district_office="dresden")
    assert (row.kind, row.district_office) == ("portal_access", "dresden")


def test_what_is_sent_back_says_why_and_is_completed(owner: Client) -> None:
    row = sent(owner)
    assert owner.get(f"{LIST}{row}/ergaenzen/")["Location"] == f"{LIST}{row}/"
    actions.send_back(application=row, reason="Wie heißt die <Straße>?", seen=1, by=make.BY, now=make.NOW)
    assert "Ihr Antrag braucht eine Ergänzung" in owner.get("/").text
    assert "Wie heißt die &lt;Straße&gt;?" in owner.get(f"{LIST}{row}/").text
    page = owner.get(f"{LIST}{row}/ergaenzen/").text
    assert 'value="Markt 1"' in page
    place = {"organisation": "Praxis", "street": "Markt 2", "postcode": "39104"}
    typed = {**CLARA, **REACHED, **place, "seen": "2"}
    wrong = owner.post(f"{LIST}{row}/ergaenzen/", {**typed, "town": "Magdeburg"})
    assert wrong.status_code == 422
    assert 'value="Markt 2"' in wrong.text
    done = owner.post(f"{LIST}{row}/ergaenzen/", {**typed, "town": "Magdeburg", "tick": "on"}, follow=True)
    assert "Ihr Antrag ist ergänzt" in done.text
    assert Application.objects.get().street == "Markt 2"


def test_it_is_withdrawn_after_being_asked(owner: Client) -> None:
    row = sent(owner)
    assert "endgültig zurückziehen" in owner.get(f"{LIST}{row}/zurueckziehen/").text
    done = owner.post(f"{LIST}{row}/zurueckziehen/", {"seen": "1"}, follow=True).text
    assert "Der Antrag ist zurückgezogen." in done
    assert queries.status(queries.application(str(row))).value == "withdrawn"
    assert owner.post(f"{LIST}{row}/zurueckziehen/", {"seen": "1"})["Location"] == f"{LIST}{row}/"


def test_others_find_nothing_of_it(alice: make.Member, owner: Client) -> None:
    row = sent(owner)
    bob = visiting.signed_in(make.settled("bob").personal_access)
    assert str(row) not in bob.get(LIST).text
    for number in (str(row), "A-2026-99999-0"):
        for what in ("", "erklaerung.pdf", "ergaenzen/", "zurueckziehen/"):
            assert bob.get(f"{LIST}{number}/{what}").status_code == 404


def test_what_was_typed_outlives_the_sign_in(
    alice: make.Member, owner: Client, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(minutes=21))
    typed = urlencode({**CLARA, **REACHED, "to": "check"})
    owner.post(NEW, typed, content_type="application/x-www-form-urlencoded")
    page = owner.post("/anmelden/", {"user_name": "alice", "password": make.PASSWORD}, follow=True).text
    assert "Ihre Eingaben sind noch da" in page
    assert f'action="{NEW}"' in page
    assert "Schritt 3 von 3" in owner.post(NEW, fields(page)).text
    assert owner.get("/weiter/")["Location"] == "/"
