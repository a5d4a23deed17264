"""Credentials anew in the office: noted, called back, waited for, printed; the former address is told."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pyrage
import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from flexnet.access import credentials, requests
from flexnet.access.models import Access, CredentialRequest
from flexnet.accounts.models import Role
from flexnet.members import addresses, editing
from flexnet.members.addresses import PostalAddress
from flexnet.members.editing import Contact
from flexnet.post.rules import Kind
from tests import make
from tests.office import visiting
from tests.office.test_acts import checks, does
from tests.post.conftest import Desk, PrintShop, stack, use_queues
from tests.post.test_batches import opens as opens_at
from tests.post.test_batches import password_on

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


def opens(user_name: str, password: str) -> bool:
    return opens_at(user_name, password, Desk())


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PrintShop:
    """With paper on its stack."""
    opened = PrintShop(tmp_path, pyrage.x25519.Identity.generate())
    use_queues(tmp_path, str(opened.identity.to_public()), monkeypatch)
    stack()
    return opened


def is_offered(client: Client) -> bool:
    """Whether a letter with a password can be printed."""
    return 'value="password-' in client.get(reverse("post")).text


def test_by_telephone_from_the_wish_to_the_letter(alice: make.Member, clerk: Client, shop: PrintShop) -> None:
    wish = {"locks": "on", "reason": "Zettel weg"}
    text = does(clerk, "/zugang/alice-praxis/neue-zugangsdaten/", wish).text
    assert f"<strong>{NUMBER}</strong>" in text
    assert "gesperrt" in text
    assert not opens("alice-praxis", make.PASSWORD)
    assert "zurückrufen" in clerk.get("/?art=credentials").text
    row = CredentialRequest.objects.get()
    assert not is_offered(clerk)

    text = does(clerk, reverse("credential-call-back", args=[row.pk]), CALLED).text
    assert "Gesprochen mit: Frau Muster." in text
    assert "Brief drucken" in clerk.get("/?art=credentials").text
    assert is_offered(clerk)
    Desk().send_passwords()
    (sheet,) = shop.sheets()
    assert "Am Markt 1" in sheet
    assert "Die bisherigen gelten nicht mehr" in " ".join(sheet.split())
    assert opens("alice-praxis", password_on(sheet))
    assert "Frau Muster" in clerk.get("/zugang/alice-praxis/").text
    assert "zugangsdaten" not in re.sub(r"/neue-zugangsdaten", "", clerk.get("/?art=credentials").text)


def test_a_revocation_word_alone_goes_the_same_way(
    alice: make.Member, clerk: Client, shop: PrintShop
) -> None:
    equipment = reverse("practice", args=[alice.site.practice_id])
    text = does(clerk, "/zugang/alice-praxis/neues-sperrkennwort/", {"reason": "Zettel weg"}).text
    row = CredentialRequest.objects.get()
    assert "Neues Sperrkennwort für „alice-praxis“" in text
    assert "ob ein neues Sperrkennwort gewünscht ist" in text
    assert "Neues Sperrkennwort verlangt: zurückrufen" in clerk.get("/?art=credentials").text
    assert "Sperrkennwort: Erst zurückrufen." in clerk.get(equipment).text
    text = does(clerk, reverse("credential-call-back", args=[row.pk]), CALLED).text
    assert "Das bisherige gilt ab dann nicht mehr. Alles andere bleibt." in text
    assert "Neues Sperrkennwort: Brief drucken" in clerk.get("/?art=credentials").text
    assert "Ein neues ist nötig" in clerk.get(equipment).text
    assert f'value="word-{alice.practice_access.pk}"' in clerk.get(reverse("post")).text
    Desk().run(Desk().chosen(Kind.WORD, queue="secure"))
    assert "Ein neues ist nötig" not in clerk.get(equipment).text
    assert "Der Brief ist gedruckt" in page(clerk, row)
    assert opens("alice-praxis", make.PASSWORD)


def test_to_a_new_address_none_goes_for_a_while(
    alice: make.Member, clerk: Client, shop: PrintShop, clock: time_machine.Traveller
) -> None:
    moves(alice, ELSEWHERE, HOME, make.NOW.date())
    rows = [asked(access, Way.PORTAL) for access in (alice.practice_access, alice.personal_access)]
    for row in rows:
        assert "Der Brief kann erst ab dem 28. April 2026 gedruckt werden" in page(clerk, row)
    assert not is_offered(clerk)
    assert "Brief erst ab dem 28.04.2026" in clerk.get("/").text
    clock.shift(timedelta(days=14))
    clerk = visiting.signed_in(make.colleague(Role.CLERK, name="berta"), now=make.NOW + timedelta(days=14))
    assert is_offered(clerk)
    assert "Hof 9" in clerk.get(reverse("post")).text


def test_the_former_address_is_told(alice: make.Member, clerk: Client, shop: PrintShop) -> None:
    assert "Frühere Anschrift benachrichtigen" not in clerk.get("/").text
    moves(alice, ELSEWHERE, HOME, make.NOW.date())
    (row,) = requests.desk_old_addresses(make.NOW)
    url = reverse("old-address", args=[row.pk])
    assert f'href="{url}"' in clerk.get("/").text
    assert "Hof 9" in clerk.get(url).text
    Desk().send(Kind.NEW_ADDRESS)
    (sheet,) = shop.sheets()
    assert "Am Markt 1" in sheet
    assert "Hof 9" not in sheet
    assert "ist benachrichtigt" in clerk.get(url).text
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
