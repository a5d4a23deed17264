"""One's own data: what is entered, and a wish to change it, which the office gets as a message to answer."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from flexnet.accounts.models import Role
from flexnet.correspondence import queries
from flexnet.correspondence.models import Thread
from tests import make
from tests.correspondence import writing
from tests.portal import visiting
from tests.post.conftest import at_home

PAGE = "/meine-daten/"
ADDRESS = f"{PAGE}889999900-address/aendern/"


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


def test_a_wish_is_on_the_desk_with_old_and_new_and_its_answer_is_read(
    alice: make.Member, owner: Client
) -> None:
    at_home(alice)
    typed = {"new": "Neuer Weg 2 <b>\n39104 Magdeburg", "note": "Ab Mai", "once": str(alice.site.pk)}
    page = owner.post(ADDRESS, typed, follow=True, headers={"Accept-Language": "en"})
    [line] = queries.waiting(10)
    assert line.subject == "Änderungswunsch: Anschrift, Betriebsstätte 889999900"
    [message] = queries.messages_of(line.thread)
    [text] = queries.opened([message]).values()
    assert text == (
        "Bisher:\nHauptstraße 1\n39104 Magdeburg\n\nNeu:\nNeuer Weg 2 <b>\n39104 Magdeburg\n\nAb Mai"
    )
    assert page.redirect_chain == [(f"/nachrichten/{line.thread.pk}/", 302)]
    assert "Neuer Weg 2 &lt;b&gt;" in page.text
    writing.answered(line.thread, make.colleague(Role.CLERK).staff, "Ist eingetragen.")
    assert "Ist eingetragen." in owner.get(f"/nachrichten/{line.thread.pk}/").text


def test_what_is_no_change_is_told_and_pressing_twice_asks_once(alice: make.Member, owner: Client) -> None:
    at_home(alice)
    for new, said in (
        ("", "Bitte schreiben Sie, wie es heißen soll."),
        ("Hauptstraße 1\r\n39104  Magdeburg", "So ist es schon eingetragen."),
        ("x" * 301, "Höchstens 300 Zeichen."),
    ):
        answer = owner.post(ADDRESS, {"new": new, "note": "bleibt"})
        assert answer.status_code == 422
        assert said in answer.text
        assert "bleibt" in answer.text
    number = "8d0f4b5e-1111-4222-8333-444455556666"
    for _ in range(2):
        owner.post(ADDRESS, {"new": "Neuer Weg 2", "once": number})
    assert Thread.objects.count() == 1


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
        assert client.post(f"{PAGE}{name}/aendern/", {"new": "x"}).status_code == 404
    assert staff.get(PAGE).status_code == 404
    clock.shift(timedelta(minutes=6))
    assert "Bitte bestätigen Sie" in owner.post(ADDRESS, {"new": "x"}).text
    assert not Thread.objects.exists()
