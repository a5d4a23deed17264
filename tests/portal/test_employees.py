"""The pages on which a member looks after the accesses of the practice's staff."""

import re

import pytest
from django.test import Client

from flexnet.access import locking
from flexnet.access.models import Access, Lock
from tests import make
from tests.portal import visiting

LIST, NEW = "/praxispersonal/", "/praxispersonal/neu/"


@pytest.fixture
def owner(alice: make.Member) -> Client:
    return visiting.signed_in(alice.personal_access)


def number(client: Client) -> str:
    found = re.search('name="once" value="([^"]+)"', client.get(NEW).text)
    assert found
    return found[1]


def test_an_owner_opens_one_and_reads_what_it_means(owner: Client) -> None:
    assert 'href="/praxispersonal/"' in owner.get("/").text
    for page in (owner.get(LIST).text, owner.get(NEW).text):
        assert "gilt wie Ihr eigenes Handeln (§\N{NO-BREAK SPACE}1 Abs.\N{NO-BREAK SPACE}2)" in page
    answer = owner.post(NEW, {"holder": "Carol <b>", "hands_in": "on", "once": number(owner)}, follow=True)
    for said in (
        "Der Zugang für Carol &lt;b&gt; ist eröffnet. Das erste Kennwort kommt per Brief.",
        "m123456601-1",
        "Brief folgt",
        "Uns fehlt die Anschrift Ihrer Praxis.",
    ):
        assert said in answer.text
    assert "Carol &lt;b&gt;" in owner.get(LIST).text


def test_pressed_twice_it_opens_one(owner: Client) -> None:
    sent = {"holder": "Carol", "once": number(owner)}
    owner.post(NEW, sent)
    assert "Es ist nur einmal geschehen." in owner.post(NEW, sent, follow=True).text
    assert Access.objects.filter(holder="Carol").count() == 1


def test_what_is_wrong_stays_typed(owner: Client) -> None:
    for typed, said in (
        ("", "Bitte geben Sie den Namen an."),
        (" \u202e ", "Bitte geben Sie den Namen an."),
        ("Carol \U0001f600", "können wir nicht drucken"),
        ("x" * 201, "Höchstens 200 Zeichen."),
    ):
        answer = owner.post(NEW, {"holder": typed, "hands_in": "on"})
        assert answer.status_code == 422
        assert said in answer.text
        assert "checked" in answer.text
        assert typed.strip("\u202e ") in answer.text


def test_the_same_name_is_asked_about_before_a_second_one(owner: Client) -> None:
    owner.post(NEW, {"holder": "Carol", "once": number(owner)})
    assert 'name="is_another"' not in owner.get(NEW).text
    answer = owner.post(NEW, {"holder": "carol", "once": number(owner)})
    assert answer.status_code == 422
    assert "Diesen Namen hat schon jemand" in answer.text
    assert 'name="is_another"' in answer.text
    owner.post(NEW, {"holder": "carol", "is_another": "on", "once": number(owner)})
    assert Access.objects.filter(holder__iexact="carol").count() == 2


def test_withdrawing_ends_what_is_signed_in_and_is_asked_first(alice: make.Member, owner: Client) -> None:
    carol = visiting.signed_in(make.employee(alice.practice_access))
    page = owner.get(f"{LIST}carol/beenden/").text
    assert "Das lässt sich nicht zurücknehmen" in page
    assert visiting.is_signed_in(carol)
    answer = owner.post(f"{LIST}carol/beenden/", follow=True)
    assert "Der Zugang von Carol ist beendet." in answer.text
    assert "Zugang beenden" not in answer.text
    assert not visiting.is_signed_in(carol)
    assert owner.get(f"{LIST}carol/beenden/")["Location"] == f"{LIST}carol/"


def test_handing_in_is_allowed_and_taken_back_by_a_button(alice: make.Member, owner: Client) -> None:
    make.employee(alice.practice_access)
    answer = owner.post(f"{LIST}carol/einreichen/", follow=True)
    assert "Carol kann jetzt Abrechnungen einreichen." in answer.text
    assert "Einreichen nicht mehr erlauben" in answer.text
    answer = owner.post(f"{LIST}carol/nicht-einreichen/", follow=True)
    assert "Carol kann keine Abrechnungen mehr" in answer.text


def test_a_second_owner_sees_whom_the_first_one_answers_for_and_how_to_have_it_locked(
    alice: make.Member, owner: Client
) -> None:
    make.employee(alice.personal_access)
    paul = visiting.signed_in(make.partner(alice.site.practice))
    assert "verantwortlich: Dr. alice" in paul.get(LIST).text
    page = paul.get(f"{LIST}carol/").text
    for said in ("Darüber entscheidet Dr. alice", "Wir sperren ihn sofort."):
        assert said in page
    assert "<button" not in page.partition("<main")[2].partition("</main>")[0]
    assert "Darüber entscheidet" not in owner.get(f"{LIST}carol/").text


def test_another_owner_finds_nothing_of_it(alice: make.Member) -> None:
    make.employee(alice.practice_access)
    bob = visiting.signed_in(make.settled("bob").personal_access)
    assert "Carol" not in bob.get(LIST).text
    for name in ("carol", "niemand"):
        assert bob.get(f"{LIST}{name}/").status_code == 404
        for what in ("einreichen", "nicht-einreichen", "beenden"):
            assert bob.post(f"{LIST}{name}/{what}/").status_code == 404


def test_what_does_not_open_is_told_in_a_word(alice: make.Member, owner: Client) -> None:
    carol = make.employee(alice.practice_access)
    assert "Nutzbar" in owner.get(LIST).text
    locking.lock_access(access=carol, cause=Lock.Cause.OTHER, by=make.BY, reason="test", now=make.NOW)
    assert "Nicht nutzbar" in owner.get(LIST).text
