"""Credentials anew in the office: noted, called back, waited for, printed; the former address is told."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from flexnet.access import credentials, requests
from flexnet.access.models import Access, CredentialRequest
from flexnet.accounts.models import Account, Role
from flexnet.members import addresses, editing
from flexnet.members.addresses import PostalAddress
from flexnet.members.editing import Contact
from tests import make
from tests.office import visiting
from tests.office.test_acts import checks, does
from tests.office.test_letters import FIRST_PASSWORD, opens, text_of

pytestmark = pytest.mark.django_db
Way = CredentialRequest.Way
HOME, ELSEWHERE = (
    PostalAddress("Am Markt 1", "39104", "Magdeburg"),
    PostalAddress("Hof 9", "39106", "Magdeburg"),
)
NUMBER = "0391 5551234"
LONG_AGO = make.NOW - timedelta(days=400)
CALLED = {"spoken_to": "Frau Muster", "note": ""}


@pytest.fixture
def alice(clock: time_machine.Traveller) -> make.Member:
    """With an address and a number that have long been known."""
    found = make.settled()
    clock.move_to(LONG_AGO)
    moves(found, HOME, None, LONG_AGO.date())
    calls_at(found, NUMBER)
    clock.move_to(make.NOW)
    return found


@pytest.fixture
def clerk(alice: make.Member) -> Client:
    return visiting.as_(Role.CLERK)


def moves(who: make.Member, to: PostalAddress, seen: PostalAddress | None, on: date) -> None:
    at = LONG_AGO if seen is None else make.NOW
    addresses.register(addressee=who.site, address=to, seen=seen, from_on=on, by=make.BY, now=at)


def calls_at(who: make.Member, phone: str) -> None:
    wanted = Contact(phone, "", "")
    editing.edit_contact(site=who.site, seen=Contact.of(who.site), wanted=wanted, by=make.BY)


def asked(access: Access, way: Way = Way.TELEPHONE) -> CredentialRequest:
    return credentials.request(access=access, way=way, by=make.BY, reason="Zettel weg", now=make.NOW)


def page(client: Client, row: CredentialRequest) -> str:
    return client.get(reverse("credential-request", args=[row.pk])).text


def prints(client: Client, row: CredentialRequest) -> Any:
    return client.post(reverse("credential-letter", args=[row.pk]))


def test_by_telephone_from_the_wish_to_the_letter(alice: make.Member, clerk: Client) -> None:
    wish = {"locks": "on", "reason": "Zettel weg"}
    text = does(clerk, "/zugang/alice-praxis/neue-zugangsdaten/", wish).text
    assert f"<strong>{NUMBER}</strong>" in text
    assert "gesperrt" in text
    assert not opens("alice-praxis", make.PASSWORD)
    assert "zurückrufen" in clerk.get("/?art=credentials").text
    row = CredentialRequest.objects.get()
    assert prints(clerk, row)["Location"] == reverse("credential-request", args=[row.pk])

    text = does(clerk, reverse("credential-call-back", args=[row.pk]), CALLED).text
    assert "Gesprochen mit: Frau Muster." in text
    assert "Brief drucken" in clerk.get("/?art=credentials").text
    sheet = text_of(prints(clerk, row).content)
    assert "Am Markt 1" in sheet
    assert "Die bisherigen gelten nicht mehr" in " ".join(sheet.split())
    (password,) = FIRST_PASSWORD.findall(sheet)
    assert opens("alice-praxis", password)
    assert "Frau Muster" in clerk.get("/zugang/alice-praxis/").text
    assert "zugangsdaten" not in re.sub(r"/neue-zugangsdaten", "", clerk.get("/?art=credentials").text)


def test_a_letter_is_made_once_and_again_where_letters_are(alice: make.Member, clerk: Client) -> None:
    row = asked(alice.practice_access, Way.PORTAL)
    (first,) = FIRST_PASSWORD.findall(text_of(prints(clerk, row).content))
    again = clerk.post(reverse("credential-letter", args=[row.pk]), follow=True)
    assert "Dieser Brief ist schon erzeugt." in again.text
    sheet = text_of(clerk.post(reverse("password-letter", args=["alice-praxis"])).content)
    assert "Die bisherigen gelten nicht mehr" in " ".join(sheet.split())
    (second,) = FIRST_PASSWORD.findall(sheet)
    assert opens("alice-praxis", second)
    assert not opens("alice-praxis", first)


def test_to_a_new_address_none_goes_for_a_while(
    alice: make.Member, clerk: Client, clock: time_machine.Traveller
) -> None:
    moves(alice, ELSEWHERE, HOME, make.NOW.date())
    rows = [asked(access, Way.PORTAL) for access in (alice.practice_access, alice.personal_access)]
    for row in rows:
        assert "Der Brief kann erst ab dem 28. April 2026 gedruckt werden" in page(clerk, row)
        assert prints(clerk, row).status_code == 302
    assert "Brief erst ab dem 28.04.2026" in clerk.get("/").text
    clock.shift(timedelta(days=14))
    clerk = visiting.signed_in(make.colleague(Role.CLERK, name="berta"), now=make.NOW + timedelta(days=14))
    assert "Hof 9" in text_of(prints(clerk, rows[0]).content)


def test_neither_does_a_first_password(alice: make.Member, clerk: Client) -> None:
    row = asked(alice.practice_access, Way.PORTAL)
    prints(clerk, row)
    moves(alice, ELSEWHERE, HOME, make.NOW.date())
    before = Account.objects.values().get(user_name="alice-praxis")
    url = reverse("password-letter", args=["alice-praxis"])
    assert clerk.post(url)["Location"] == reverse("access-letters", args=["alice-praxis"])
    assert (
        "Der Brief kann erst ab dem 28. April 2026 gedruckt werden"
        in clerk.get(clerk.post(url)["Location"]).text
    )
    assert Account.objects.values().get(user_name="alice-praxis") == before


def test_the_former_address_is_told(alice: make.Member, clerk: Client) -> None:
    assert "Frühere Anschrift benachrichtigen" not in clerk.get("/").text
    moves(alice, ELSEWHERE, HOME, make.NOW.date())
    (row,) = requests.desk_old_addresses(make.NOW)
    url = reverse("old-address", args=[row.pk])
    assert f'href="{url}"' in clerk.get("/").text
    assert "Hof 9" in clerk.get(url).text
    sheet = text_of(clerk.get(f"{url}brief.pdf").content)
    assert "Am Markt 1" in sheet
    assert "Hof 9" not in sheet
    for _ in range(2):
        assert "ist benachrichtigt" in clerk.post(f"{url}verschickt/", follow=True).text
    assert "Frühere Anschrift benachrichtigen" not in clerk.get("/").text
    assert clerk.get(reverse("old-address", args=[row.pk - 1])).status_code == 404


def test_a_number_that_was_changed_lately_proves_nothing(alice: make.Member, clerk: Client) -> None:
    row = asked(alice.practice_access)
    assert "Diese Nummer ist neu" not in page(clerk, row)
    calls_at(alice, "0391 9999999")
    assert "Diese Nummer ist neu" in page(clerk, row)
    calls_at(alice, "")
    text = page(clerk, row)
    assert "Es ist keine Telefonnummer eingetragen" in text
    assert "Rückruf eintragen" not in text


def test_nobody_at_the_practice_knows_of_it(alice: make.Member, clerk: Client) -> None:
    row = asked(alice.practice_access, Way.PUBLIC)
    url = reverse("credential-refuse", args=[row.pk])
    assert "Die jetzigen Zugangsdaten gelten weiter." in checks(clerk, url, {"reason": "unbekannt"}).text
    assert "Abgelehnt" in does(clerk, url, {"reason": "unbekannt"}).text
    assert "Das ist schon erledigt." in clerk.get(url, follow=True).text
    assert opens("alice-praxis", make.PASSWORD)
