"""Entering: from nothing to a practice that can sign in, and everything that goes wrong on the way."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from flexnet.access import locking, queries
from flexnet.access.models import Declaration
from flexnet.access.rules import Channel, Granted, Reason
from flexnet.accounts.models import Role
from flexnet.audit.models import Event
from flexnet.lib import hotp
from flexnet.members.models import Activity, Ownership, Practice, Site
from flexnet.post.rules import Kind
from tests import configured, make
from tests.office import visiting
from tests.post.conftest import Desk, PrintShop

pytestmark = pytest.mark.django_db

PRACTICE = {
    "bsnr": "88 99999 00",
    "name": "Praxis Dr. Alice Ärmel",
    "kind": "single",
    "opened_on": "",
    "street": "Hauptstraße 1",
    "postcode": "39104",
    "town": "Magdeburg",
    "extra": "",
    "phone": "0391 123456",
    "fax": "",
    "email": "",
}
OWNER = {
    "lanr": "123456601",
    "name": "Dr. Alice Ärmel",
    "role": "owner",
    "since_on": "1.1.2020",
    "active_from": "01.01.2020",
    "active_until": "",
}
CODE = hotp.code(make.SEED, 0)
DECLARATION = {"version": "1", "signed_on": "14.4.2026"}


@pytest.fixture
def clerk(db: None) -> Client:
    return visiting.as_(Role.CLERK)


@pytest.fixture
def practice(clerk: Client) -> Practice:
    clerk.post("/eintragen/praxis/", PRACTICE)
    return Practice.objects.get()


@pytest.fixture
def place(practice: Practice) -> Site:
    return practice.sites.get()


def address(name: str, *args: object) -> str:
    return reverse(name, args=args)


def test_a_practice_is_entered_step_by_step_until_it_can_sign_in(clerk: Client, shop: PrintShop) -> None:
    make.terms()
    key = make.stock_key()
    answer = clerk.post("/eintragen/praxis/", PRACTICE, follow=True)
    practice = Practice.objects.get()
    assert "Als Nächstes fehlt: Inhaberin oder Inhaber." in answer.text
    answer = clerk.post(address("person-enter", practice.pk), OWNER, follow=True)
    person = Ownership.objects.get().person
    assert "Als Nächstes fehlt: Teilnahmeerklärung von Dr. Alice Ärmel." in answer.text
    answer = clerk.post(address("declaration-enter", practice.pk, person.pk), DECLARATION, follow=True)
    assert "Als Nächstes fehlt: Praxiszugang der Betriebsstätte 889999900." in answer.text
    opens = address("practice-access-enter", practice.pk, practice.sites.get().pk)
    assert 'value="p889999900"' in clerk.get(opens).text
    answer = clerk.post(opens, {"user_name": "p889999900", "from_on": ""}, follow=True)
    assert "Als Nächstes fehlt: Zugang „p889999900“: YubiKey." in answer.text
    answer = clerk.post(
        address("key-assign", "p889999900"), {"serial": key.serial, "code": CODE}, follow=True
    )
    assert "Als Nächstes fehlt: Zugang „p889999900“: Briefe." in answer.text
    assert "Zu drucken: Benutzername, YubiKey." in answer.text
    Desk().send(Kind.WELCOME, Kind.KEY)
    assert "Es ist alles da" in clerk.get(address("practice-setup", practice.pk)).text
    decision = queries.explain("p889999900", on=make.NOW, channel=Channel.VPN_SIGN_IN).decision
    assert decision == Granted(narrow=Reason.PASSWORD_CHANGE_DUE)


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("bsnr", "12345", "genau neun Ziffern"),
        ("bsnr", "007654321", "zu keiner Kassenärztlichen Vereinigung"),
        ("bsnr", "\x00", "Bitte füllen Sie dieses Feld aus."),
        ("name", "\u202e", "Bitte füllen Sie dieses Feld aus."),
        ("name", "x" * 201, "Höchstens 200 Zeichen"),
        ("name", "Praxis 😀", "Das Zeichen „😀“ können wir nicht drucken."),
        ("kind", "zoo", "Bitte wählen Sie."),
        ("postcode", "3910", "Eine Postleitzahl hat fünf Ziffern."),
        ("phone", "<b>", "Das ist keine Telefonnummer"),
        ("email", "praxis@", "Das ist keine E-Mail-Adresse"),
        ("opened_on", "31.2.2026", "Das ist kein Datum"),
        ("opened_on", "1.1.0202", "Bitte prüfen Sie die Jahreszahl."),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_nothing_typed_is_lost(
    clerk: Client, field: str, typed: str, said: str
) -> None:
    answer = clerk.post("/eintragen/praxis/", {**PRACTICE, "town": "Jerichow", field: typed})
    assert answer.status_code == 422
    assert answer.text.count(said) == 2  # in the summary and at the field
    assert f'href="#id_{field}' in answer.text
    assert 'value="Jerichow"' in answer.text
    assert not Practice.objects.exists()


def test_a_site_of_another_kv_is_sent_there(clerk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    configured.change(monkeypatch, profile={"site_prefixes": ("85", "86", "87", "88")})
    answer = clerk.post("/eintragen/praxis/", {**PRACTICE, "bsnr": "949999900"})
    assert "949999900 gehört zu einer anderen KV" in answer.text
    assert clerk.post("/eintragen/praxis/", PRACTICE).status_code == 302


def test_a_site_that_is_there_leads_to_its_practice(clerk: Client, practice: Practice) -> None:
    answer = clerk.post("/eintragen/praxis/", {**PRACTICE, "name": "Eine andere"})
    assert answer.status_code == 422
    assert "Diese Betriebsstätte ist schon eingetragen." in answer.text
    assert f'href="{address("practice-setup", practice.pk)}"' in answer.text
    assert Practice.objects.count() == 1


def test_a_double_click_leads_to_what_the_first_one_did(clerk: Client, practice: Practice) -> None:
    answer = clerk.post("/eintragen/praxis/", PRACTICE)
    assert answer["Location"] == address("practice-setup", practice.pk)
    enters = address("person-enter", practice.pk)
    assert clerk.post(enters, OWNER)["Location"] == clerk.post(enters, OWNER)["Location"]
    assert Practice.objects.count() == Ownership.objects.count() == 1


def test_a_further_site_has_an_address_of_its_own(clerk: Client, practice: Practice) -> None:
    typed = {**PRACTICE, "bsnr": "859999900", "street": "Nebenweg 2", "town": "Halle"}
    answer = clerk.post(address("site-enter", practice.pk), typed, follow=True)
    assert "Nebenbetriebsstätte · Nebenweg 2, 39104 Halle" in answer.text
    assert not practice.sites.get(bsnr="859999900").is_main


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"lanr": "123456740"}, "Die Nummer hat einen Tippfehler"),
        ({"lanr": "999999900"}, "999999900 steht für"),
        ({"lanr": "555555101"}, "Ersatznummern für Krankenhausärzte"),
        ({"role": "director"}, "Bitte wählen Sie."),
        ({"since_on": ""}, "In dieser Praxis seit – Bitte füllen Sie dieses Feld aus."),
        ({"active_from": "", "active_until": "1.1.2026"}, "Zu einem Ende gehört ein Beginn."),
        ({"active_until": "1.1.2019"}, "Der letzte Tag liegt vor dem ersten."),
    ],
)
def test_a_person_with_something_wrong_is_not_entered(
    clerk: Client, practice: Practice, typed: dict[str, str], said: str
) -> None:
    answer = clerk.post(address("person-enter", practice.pk), {**OWNER, **typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert not Ownership.objects.exists()


def test_a_known_number_with_another_name_is_asked_about(clerk: Client, practice: Practice) -> None:
    bob = make.member("bob")
    typed = {**OWNER, "lanr": bob.person.lanr, "active_from": ""}
    answer = clerk.post(address("person-enter", practice.pk), typed)
    assert "Unter dieser Nummer ist „Dr. bob“ eingetragen." in answer.text
    answer = clerk.post(address("person-enter", practice.pk), {**typed, "name": "Dr. bob"})
    assert answer.status_code == 302
    assert practice.ownerships.get().person == bob.person


def test_a_medical_director_works_in_an_mvz_alone(clerk: Client) -> None:
    clerk.post("/eintragen/praxis/", {**PRACTICE, "kind": "mvz"})
    enters = address("person-enter", Practice.objects.get().pk)
    assert clerk.post(enters, {**OWNER, "role": "director"}).status_code == 302
    other = {**OWNER, "role": "director", "lanr": "765432201", "name": "Dr. Bob"}
    assert "hat schon eine ärztliche Leitung" in clerk.post(enters, other).text


def test_an_end_that_locks_is_asked_back_before_it_is_entered(clerk: Client) -> None:
    alice = make.member()
    url = address("activity-enter", alice.site.practice_id, alice.person.pk)
    clerk.post(url, {"from_on": "1.1.2015", "until_on": ""})
    answer = clerk.post(url, {"until_on": "31.12.2024"})
    assert answer.status_code == 200
    assert "Noch ist nichts gespeichert." in answer.text
    for name in ("alice", "alice-praxis"):
        assert f'<p class="notice-title">{name}</p>' in answer.text
    assert answer.text.count("Er wird sofort gesperrt") == 2
    assert Activity.objects.get().until_on is None
    assert not Event.objects.filter(kind="activity.ended").exists()
    assert clerk.post(url, {"until_on": "31.12.2024", "confirmed": "yes"}).status_code == 302
    decision = queries.explain("alice", on=make.NOW, channel=Channel.PORTAL).decision
    assert getattr(decision, "reason", None) is Reason.ACTIVITY_OVER


def test_an_end_to_come_says_when_it_will_lock(clerk: Client) -> None:
    alice = make.member()
    url = address("activity-enter", alice.site.practice_id, alice.person.pk)
    clerk.post(url, {"from_on": "1.1.2015", "until_on": ""})
    answer = clerk.post(url, {"until_on": "10.5.2026"})
    assert "Er endet am Donnerstag, 1. Juli 2027, 00:00 Uhr." in answer.text


def test_a_declaration_signed_too_early_or_twice_is_refused(clerk: Client) -> None:
    alice = make.member(declared=False)
    url = address("declaration-enter", alice.site.practice_id, alice.person.pk)
    assert "Diese Fassung gibt es erst seit" in clerk.post(url, {**DECLARATION, "signed_on": "1.1.2001"}).text
    assert "Dieser Tag kommt erst noch." in clerk.post(url, {**DECLARATION, "signed_on": "15.4.2026"}).text
    assert clerk.post(url, DECLARATION).status_code == 302
    again = clerk.post(url, {**DECLARATION, "signed_on": "13.4.2026"})
    assert "Zu dieser Fassung liegt schon eine Erklärung vor." in again.text
    assert Declaration.objects.count() == 1


def test_a_site_has_one_practice_access(clerk: Client) -> None:
    alice = make.member()
    url = address("practice-access-enter", alice.site.practice_id, alice.site.pk)
    answer = clerk.post(url, {"user_name": "p889999900", "from_on": ""})
    assert "Es gibt schon den Zugang „alice-praxis“." in answer.text
    assert address("access-letters", "alice-praxis") in answer.text


@pytest.mark.parametrize(
    ("typed", "said"), [("bob", "Diesen Namen gibt es schon."), ("ä", "So geht es nicht")]
)
def test_a_user_name_that_cannot_be_is_refused(clerk: Client, place: Site, typed: str, said: str) -> None:
    make.member("bob")
    url = address("practice-access-enter", place.practice_id, place.pk)
    assert said in clerk.post(url, {"user_name": typed, "from_on": ""}).text
    assert not place.accesses.exists()


@pytest.mark.parametrize(
    ("serial", "said"),
    [
        ("4711", "ist nicht im Lager"),
        ("held", "gehört schon zum Zugang „bob-praxis“"),
        ("lost", "wird er erst neu programmiert"),
    ],
)
def test_a_key_that_cannot_be_assigned_is_told_why(clerk: Client, serial: str, said: str) -> None:
    alice, bob = make.member(), make.member("bob")
    lost = make.stock_key()
    locking.report_key_lost(serial=lost.serial, by=make.BY, reason="weg", now=make.NOW)
    serials = {"held": bob.key.serial, "lost": lost.serial}
    typed = {"serial": serials.get(serial, serial), "reason": "Heimarbeit", "code": CODE}
    assert said in clerk.post(address("key-assign", "alice"), typed).text
    free = make.stock_key().serial
    answer = clerk.post(address("key-assign", "alice-praxis"), {"serial": free, "code": CODE})
    assert f"Der Zugang hat schon den YubiKey {alice.key}." in answer.text
    assert clerk.post(address("key-assign", "alice"), {"serial": free}).status_code == 422
    assert clerk.post(address("key-assign", "alice"), {**typed, "serial": free}).status_code == 302


def test_a_key_is_assigned_only_when_it_is_touched_and_a_second_touch_does_no_harm(clerk: Client) -> None:
    alice, seed = make.member(), make.SEED * 2
    key, url = make.stock_key(seed), address("key-assign", "alice")
    typed = {"serial": key.serial, "reason": "Heimarbeit", "seal": "B-1", "code": ""}
    asked = clerk.post(url, typed)
    assert (asked.status_code, "drücken Sie jetzt einmal darauf" in asked.text) == (200, True)
    assert re.search(r'name="code"[^>]* autofocus', asked.text)
    wrong = clerk.post(url, typed | {"code": alice.field(0, "").decode()})
    assert (wrong.status_code, "Das hat nicht dieser YubiKey getippt" in wrong.text) == (422, True)
    first, second = hotp.code(seed, 0), hotp.code(seed, 1)
    assert first not in wrong.text
    for code in (first, first + second):
        assert clerk.post(url, typed | {"code": code}).status_code == 302
    key.refresh_from_db()
    assert (key.counter, key.assignments.get().access.user_name) == (1, "alice")
    assert "B-1" in clerk.get(address("key", key.serial)).text


def test_staff_of_a_practice_gets_an_access_that_hangs_on_the_members(clerk: Client) -> None:
    make.member()
    url = address("employee-access-enter", "alice-praxis")
    assert 'value="m889999900-1"' in clerk.get(url).text
    answer = clerk.post(url, {"holder": "Carol Kraus", "user_name": "m889999900-1"})
    assert answer["Location"] == address("access-letters", "m889999900-1")
    access = queries.access_named("m889999900-1")
    assert (access.kind, access.holder, str(access.origin)) == ("employee", "Carol Kraus", "alice-praxis")
    assert clerk.get(address("employee-access-enter", "m889999900-1")).status_code == 404


def test_a_third_party_is_entered_once_with_what_it_may(clerk: Client) -> None:
    make.terms()
    make.service("archiv", "permit in tcp from assigned to 10.20.0.30 443")
    typed = {
        **{name: PRACTICE[name] for name in ("street", "postcode", "town", "extra", "phone", "email")},
        "name": "Abrechnungsstelle",
        "signatory": "Dora Dreier",
        "contact": "Emil",
        "interest": "Sammelabrechnung\nfür die KV",
        "from_on": "1.1.2026",
        "until_on": "",
    }
    first, second = clerk.post("/eintragen/dritte/", typed), clerk.post("/eintragen/dritte/", typed)
    assert first["Location"] == second["Location"]
    party = int(first["Location"].split("/")[2])
    clerk.post(address("third-party-declaration-enter", party), DECLARATION)
    opens = address("third-party-access-enter", party)
    wanted = {
        "holder": "Dora Dreier",
        "signs": "yes",
        "user_name": "d00001",
        "from_on": "",
        "may": ["portal/", "archiv"],
    }
    assert clerk.post(opens, wanted).status_code == 302
    access = queries.access_named("d00001")
    assert access.is_signatory
    assert [grant.service.slug for grant in access.grants.all()] == ["archiv"]
    assert queries.explain("d00001", on=make.NOW, channel=Channel.PORTAL).decision == Granted(
        narrow=Reason.PASSWORD_CHANGE_DUE
    )


def test_what_was_typed_harms_nobody(clerk: Client) -> None:
    answer = clerk.post(
        "/eintragen/praxis/", {**PRACTICE, "name": "<script>x</script>\u202e \x00"}, follow=True
    )
    assert "<script>x" not in answer.text
    assert Practice.objects.get().name == "<script>x</script>"


def test_how_much_is_entered_changes_nothing_about_the_number_of_questions(
    clerk: Client, practice: Practice
) -> None:
    page = address("practice-setup", practice.pk)
    clerk.post(address("person-enter", practice.pk), OWNER)
    few = _questions(clerk, page)
    for lanr in ("765432201", "314159301", "246801101"):
        clerk.post(address("person-enter", practice.pk), {**OWNER, "lanr": lanr})
    assert _questions(clerk, page) == few < 25


def _questions(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)
