"""The page on which a practice connects its software: the secret stands there once, and ends at once."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from flexnet.access.models import Program
from tests import configured, make
from tests.portal import visiting

AT = "/mein-zugang/programme/"
CONFIRM = {"confirm-password": make.PASSWORD}


@pytest.fixture(autouse=True)
def _allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    configured.change(monkeypatch, programs={"allowed": True})


def connects(browser: Client, **typed: str) -> str:
    return browser.post(f"{AT}verbinden/", {"name": "PVS am Empfang", **typed}).text


def secret_in(page: str) -> str:
    return page.partition("fxp_")[2].partition("<")[0]


def test_the_password_is_asked_for_first(browser: Client, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(minutes=6))
    assert "confirm-password" in connects(browser)
    assert not Program.objects.exists()


def test_the_secret_stands_there_once(browser: Client) -> None:
    once = "0f6f7a52-0000-4000-8000-000000000001"
    assert len(secret_in(connects(browser, once=once, **CONFIRM))) == 43
    assert not secret_in(browser.get(AT).text)
    answer = browser.post(f"{AT}verbinden/", {"name": "PVS", "once": once}, follow=True)
    assert not secret_in(answer.text)
    assert "Das Programm ist verbunden" in answer.text
    assert Program.objects.count() == 1


def test_what_is_connected_is_listed_and_ended(browser: Client, alice: make.Member) -> None:
    row = make.program(alice.practice_access).program
    assert "noch nie benutzt" in browser.get(AT).text
    page = browser.post(f"{AT}{row.pk}/trennen/", follow=True).text
    assert "kann nichts mehr einreichen" in page
    assert Program.objects.get().ended_at == make.NOW


def test_whoever_answers_for_the_practice_ends_its_programs(alice: make.Member) -> None:
    row = make.program(alice.practice_access).program
    owner = visiting.signed_in(alice.personal_access)
    assert row.name in owner.get(AT).text
    owner.post(f"{AT}{row.pk}/trennen/")
    assert Program.objects.get().ended_at


def test_another_practice_ends_nothing(alice: make.Member) -> None:
    row = make.program(alice.practice_access).program
    bob = visiting.signed_in(make.settled("bob").practice_access)
    assert bob.post(f"{AT}{row.pk}/trennen/").status_code == 404
    assert Program.objects.get().ended_at is None


def test_where_the_kv_did_not_agree_there_is_no_such_page(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured.change(monkeypatch, programs={"allowed": False})
    assert browser.get(AT).status_code == 404
    assert connects(browser, **CONFIRM)
    assert not Program.objects.exists()
    assert "Programme der Praxis" not in browser.get("/mein-zugang/").text
