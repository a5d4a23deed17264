"""One's own data: what is entered, a change that is asked for, and what became of it."""

import uuid
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from flexnet.access import change_requests, changeable, changes_asked, requests
from flexnet.access.change_requests import Asked, NotTaken
from flexnet.access.changeable import Datum
from flexnet.access.errors import NotAsked, NotYet
from flexnet.access.models import ChangeRequest
from flexnet.audit.models import Event
from flexnet.members import editing
from flexnet.members.editing import Contact
from flexnet.members.errors import ChangedMeanwhile
from flexnet.members.models import Site, ThirdParty
from tests import make
from tests.portal import visiting
from tests.post.conftest import at_home

PAGE = "/meine-daten/"
ADDRESS = f"{PAGE}889999900-address/aendern/"
PHONE = f"{PAGE}889999900-phone/aendern/"
BEFORE = {"street": "Hauptstraße 1", "postcode": "39104", "town": "Magdeburg", "extra": ""}
NEW = {
    "street": "Neuer Weg 2 <b>",
    "postcode": "39106",
    "town": "Magdeburg",
    "extra": "",
    "from_on": "1.5.2026",
}
BY = "office:clara"
DAY = timedelta(days=1)


@pytest.fixture
def owner(alice: make.Member) -> Client:
    return visiting.signed_in(alice.personal_access)


def test_what_is_entered_stands_there_and_numbers_have_no_way_to_change_them(
    alice: make.Member, owner: Client, browser: Client
) -> None:
    at_home(alice)
    page = owner.get(PAGE).text
    for said in ("Dr. alice", "123456601", "Hauptstraße 1<br>39104 Magdeburg", "(nichts eingetragen)"):
        assert said in page
    assert page.count("/aendern/") == 6
    assert "Dr. alice" not in browser.get(PAGE).text.partition("<main")[2]
    assert browser.get(PAGE).text.count("/aendern/") == 5


def test_a_new_address_is_asked_for_accepted_and_entered_and_no_secret_goes_there_for_days(
    alice: make.Member, owner: Client
) -> None:
    at_home(alice)
    page = owner.post(ADDRESS, {**NEW, "note": "Umzug <b>"}, follow=True).text
    assert "Bei uns eingegangen" in page
    assert "<b>" not in page
    [row] = changes_asked.desk(make.NOW)
    assert (row.seen, row.wanted["street"], row.note) == (BEFORE, "Neuer Weg 2 <b>", "Umzug <b>")
    assert Event.objects.get(kind="change.asked").by == "portal:alice"
    assert requests.address_waits(alice.practice_access, make.NOW) is None
    change_requests.accept(request=row, by=BY, now=make.NOW)
    newest = alice.site.addresses.latest("pk")
    assert (newest.street, newest.from_on) == ("Neuer Weg 2 <b>", date(2026, 5, 1))
    waits = requests.address_waits(alice.practice_access, make.NOW + 18 * DAY)
    assert waits is not None
    assert waits.why == "new_address"
    kinds = Event.objects.filter(by=BY).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["address.registered", "change.accepted"]
    assert "Eingetragen" in owner.get(PAGE).text


def test_of_one_datum_one_request_is_open_and_after_it_is_withdrawn_another(
    alice: make.Member, owner: Client, browser: Client
) -> None:
    """Two tabs: the second is told, and nothing typed is lost."""
    owner.post(PHONE, {"value": "0391 1", "from_on": "14.4.2026"})
    second = browser.post(PHONE, {"value": "0391 2", "from_on": "14.4.2026", "note": "bleibt"})
    assert second.status_code == 422
    assert "schon ein Wunsch" in second.text
    assert "bleibt" in second.text
    [first] = changes_asked.desk(make.NOW)
    bob = visiting.signed_in(make.settled("bob").practice_access)
    assert bob.post(f"{PAGE}wunsch/{first.pk}/zurueckziehen/").status_code == 404
    browser.post(f"{PAGE}wunsch/{first.pk}/zurueckziehen/")
    assert "Zurückgezogen" in owner.get(PAGE).text
    assert browser.post(PHONE, {"value": "0391 2", "from_on": "14.4.2026"}).status_code == 302
    [second_row] = changes_asked.desk(make.NOW)
    with pytest.raises(NotAsked):
        change_requests.accept(request=first, by=BY, now=make.NOW)
    change_requests.accept(request=second_row, by=BY, now=make.NOW)
    assert Site.objects.get(pk=alice.site.pk).phone == "0391 2"
    owner.post(f"{PAGE}wunsch/{second_row.pk}/zurueckziehen/")
    second_row.refresh_from_db()
    assert second_row.withdrawn_at is None


def test_what_changed_meanwhile_is_not_overwritten_and_what_is_to_hold_later_waits(
    alice: make.Member,
) -> None:
    row = make.change_asked(alice, from_on=make.NOW.date() + DAY)
    assert not changes_asked.desk(make.NOW).exists()
    assert changes_asked.desk(make.NOW + DAY).exists()
    with pytest.raises(NotYet):
        change_requests.accept(request=row, by=BY, now=make.NOW)
    site = Site.objects.get(pk=alice.site.pk)
    editing.edit_contact(site=site, seen=Contact(), wanted=Contact("0391 5"), by=BY)
    row = ChangeRequest.objects.get()
    with pytest.raises(ChangedMeanwhile):
        change_requests.accept(request=row, by=BY, now=make.NOW + DAY)
    assert ChangeRequest.objects.get().is_open
    assert Site.objects.get(pk=site.pk).phone == "0391 5"


def test_declined_its_reason_is_read(alice: make.Member, owner: Client) -> None:
    row = make.change_asked(alice)
    change_requests.decline(request=row, by=BY, reason="Bitte <b>mit</b> Beleg", now=make.NOW)
    page = owner.get(PAGE).text
    assert "Abgelehnt" in page
    assert "Bitte &lt;b&gt;mit" in page


def test_every_datum_is_changed_by_the_act_there_is_for_it(alice: make.Member) -> None:
    dora = make.third_party()
    party = dora.third_party
    assert party is not None
    wanted = {"email": "a@example.org", "party_email": "b@example.org"}
    for datum in set(Datum) - {Datum.ADDRESS}:
        subject = changes_subject(datum, alice, party)
        seen, new = changeable.stored(datum, subject), {"value": wanted.get(datum, "0391 77")}
        asked = Asked(datum, subject, seen, new, make.NOW.date())
        row = change_requests.ask(access=dora, asked=asked, number=uuid.uuid4(), now=make.NOW)
        assert isinstance(row, ChangeRequest)
        change_requests.accept(request=ChangeRequest.objects.get(pk=row.pk), by=BY, now=make.NOW)
        fresh = type(subject)._default_manager.get(pk=subject.pk)
        assert changeable.stored(datum, fresh) == new, datum
        again = Asked(datum, fresh, new, new, make.NOW.date())
        done = change_requests.ask(access=dora, asked=again, number=uuid.uuid4(), now=make.NOW)
        assert done is NotTaken.SAME


def changes_subject(datum: Datum, alice: make.Member, party: ThirdParty) -> changeable.Subject:
    if datum is Datum.NAME:
        return type(alice.person).objects.get(pk=alice.person.pk)
    of_site = (Datum.PRACTICE, Datum.PHONE, Datum.FAX, Datum.EMAIL)
    return Site.objects.get(pk=alice.site.pk) if datum in of_site else ThirdParty.objects.get(pk=party.pk)


@pytest.mark.parametrize(
    ("url", "typed", "why"),
    [
        (ADDRESS, {**NEW, "street": ""}, "Bitte schreiben Sie, wie es heißen soll."),
        (ADDRESS, {**NEW, "postcode": "3910"}, "Eine Postleitzahl hat fünf Ziffern."),
        (ADDRESS, {**NEW, "from_on": "13.4.2026"}, "Frühestens geht es ab heute"),
        (ADDRESS, {**BEFORE, "from_on": "1.5.2026"}, "So ist es schon eingetragen."),
        (PHONE, {"value": "ruf an", "from_on": "1.5.2026"}, "Das ist keine Telefonnummer"),
        (PHONE, {"value": "x" * 201, "from_on": "1.5.2026"}, "Höchstens 200 Zeichen"),
        (PHONE, {"value": "1", "from_on": "1.5.2026", "seen-value": "2"}, "hat sich inzwischen geändert"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    alice: make.Member, owner: Client, url: str, typed: dict[str, str], why: str
) -> None:
    at_home(alice)
    answer = owner.post(url, {**typed, "note": "bleibt"})
    assert answer.status_code == 422
    assert why in answer.text
    assert "bleibt" in answer.text
    assert not ChangeRequest.objects.exists()


def test_pressing_twice_asks_once(owner: Client) -> None:
    typed = {"value": "0391 1", "from_on": "14.4.2026", "once": "8d0f4b5e-1111-4222-8333-444455556666"}
    for _ in range(2):
        assert owner.post(PHONE, typed).status_code == 302
    assert ChangeRequest.objects.count() == 1


def test_what_is_of_others_or_nobodys_to_change_is_not_there(
    alice: make.Member, owner: Client, clock: time_machine.Traveller
) -> None:
    bob = visiting.signed_in(make.settled("bob").personal_access)
    staff = visiting.signed_in(make.employee(alice.practice_access))
    for client, name in (
        (bob, "889999900-phone"),
        (staff, "889999900-phone"),
        (owner, "859999900-phone"),
        (owner, "lanr"),
        (owner, "person-lanr"),
    ):
        assert client.get(f"{PAGE}{name}/aendern/").status_code == 404
        assert client.post(f"{PAGE}{name}/aendern/", {"value": "x"}).status_code == 404
    assert staff.get(PAGE).status_code == 404
    clock.shift(timedelta(minutes=6))
    assert "Bitte bestätigen Sie" in owner.post(ADDRESS, {"new": "x"}).text
    assert not ChangeRequest.objects.exists()
