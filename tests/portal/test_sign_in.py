"""Signing in at the portal: what is told to whom, and what a session is made of."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from flexnet import configuration
from flexnet.access import endings, locking, sign_in
from flexnet.access.models import Lock, Notice
from flexnet.access.throttled import Throttled
from flexnet.accounts.models import WebSession
from flexnet.portal import words
from tests import configured, make
from tests.portal import visiting


@pytest.fixture(autouse=True)
def _nobody_is_throttled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another test's wrong tries are forgotten."""
    monkeypatch.setattr(sign_in, "throttled", Throttled())


def answer(user_name: str, password: str) -> tuple[int, str]:
    response = Client().post("/anmelden/", {"user_name": user_name, "password": password})
    return response.status_code, response.text.replace(user_name, "…")


def without_token(page: str) -> str:
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", page)


def test_with_the_right_words_one_is_in(alice: make.Member) -> None:
    client = visiting.signed_in(alice.practice_access)
    page = client.get("/").text
    assert "Guten Tag" in page
    assert "Praxiszugang, BSNR 889999900" in page


def test_the_user_name_may_have_capitals_and_blanks_around_it(alice: make.Member) -> None:
    assert visiting.is_signed_in(visiting.signs_in("  Alice-Praxis ", make.PASSWORD))


def test_a_wrong_password_an_unknown_name_and_too_many_tries_answer_alike(alice: make.Member) -> None:
    wrong = answer("alice-praxis", "falsch")
    unknown = answer("niemand", "falsch")
    for _ in range(configuration.current().throttle.tries):
        answer("alice-praxis", "falsch")
    throttled = answer("alice-praxis", make.PASSWORD)
    assert wrong[0] == unknown[0] == throttled[0] == 422
    assert without_token(wrong[1]) == without_token(unknown[1]) == without_token(throttled[1])
    assert words.neutral() in wrong[1]


@pytest.mark.parametrize("user_name", ["alice-praxis", "niemand"])
def test_what_was_typed_as_password_does_not_come_back(alice: make.Member, user_name: str) -> None:
    assert "Geheim-4711" not in answer(user_name, "Geheim-4711")[1]


def test_whoever_knows_the_password_is_told_of_a_lock_and_nobody_else(alice: make.Member) -> None:
    locking.lock_access(
        access=alice.practice_access, cause=Lock.Cause.MISUSE, by=make.BY, reason="test", now=make.NOW
    )
    status, page = answer("alice-praxis", make.PASSWORD)
    assert status == 422
    assert "Ihr Zugang ist gesperrt. Rufen Sie uns bitte an." in page
    assert "gesperrt" not in answer("alice-praxis", "falsch")[1]


def test_without_a_declaration_one_is_told_to_send_it(db: None) -> None:
    who = make.member(declared=False)
    assert (
        "Senden Sie uns die unterschriebene Teilnahmeerklärung"
        in answer("alice-praxis", who.practice_password)[1]
    )
    make.declare(who.person)
    assert visiting.is_signed_in(visiting.signs_in("alice-praxis", who.practice_password))


def test_first_credentials_expire_and_one_is_told(db: None, clock: time_machine.Traveller) -> None:
    who = make.member()
    clock.shift(timedelta(days=28))
    assert "Ihre ersten Zugangsdaten sind abgelaufen." in answer("alice-praxis", who.practice_password)[1]


def test_after_notice_one_is_told_that_it_is_over(alice: make.Member, clock: time_machine.Traveller) -> None:
    endings.give_notice(
        access=alice.practice_access,
        kind=Notice.Kind.EXTRAORDINARY,
        received_on=date(2026, 4, 14),
        by=make.BY,
        reason="test",
        now=make.NOW,
    )
    clock.shift(timedelta(days=1))
    assert "Ihr Zugang ist beendet." in answer("alice-praxis", make.PASSWORD)[1]


@pytest.mark.parametrize(("user_name", "password"), [("", "x"), ("x", ""), ("a" * 65, "x"), ("x", "a" * 201)])
def test_what_cannot_be_right_is_said_at_the_field(db: None, user_name: str, password: str) -> None:
    response = Client().post("/anmelden/", {"user_name": user_name, "password": password})
    assert response.status_code == 422
    assert 'class="wrong"' in response.text


@pytest.mark.parametrize("odd", ["\x00", "ä\ud800", "' OR 1=1 --", "𝔞" * 60])
def test_odd_characters_are_as_wrong_as_any_other(alice: make.Member, odd: str) -> None:
    typed = odd.encode("utf-8", "surrogatepass")
    for body in (b"user_name=%s&password=x" % typed, b"user_name=alice-praxis&password=%s" % typed):
        response = Client().post("/anmelden/", body, content_type="application/x-www-form-urlencoded")
        assert response.status_code == 422


def test_the_session_has_a_new_name_after_signing_in(alice: make.Member) -> None:
    client = Client()
    client.cookies["flexnet"] = "a" * 32  # what an attacker planted
    client.post("/anmelden/", {"user_name": "alice-praxis", "password": make.PASSWORD})
    [row] = WebSession.objects.all()
    assert row.session_key != "a" * 32
    assert row.account_id == alice.practice_access.account_id
    assert row.source == "127.0.0.1"


def test_signing_in_again_in_the_same_browser_changes_the_name_again(alice: make.Member) -> None:
    client = visiting.signed_in(alice.practice_access)
    before = client.cookies[session_cookie()].value
    client.post("/abmelden/")
    client.post("/anmelden/", {"user_name": "alice-praxis", "password": make.PASSWORD})
    assert client.cookies[session_cookie()].value != before


def test_the_cookies_are_kept_from_scripts_strangers_and_plain_http(alice: make.Member) -> None:
    client = visiting.signed_in(alice.practice_access)
    client.get("/zugangsdaten/")
    assert client.cookies
    for name, cookie in client.cookies.items():
        assert name.startswith("__Host-")
        assert (cookie["httponly"], cookie["secure"], cookie["samesite"]) == (True, True, "Strict")
        assert (cookie["path"], cookie["domain"]) == ("/", "")


def test_a_form_without_its_token_is_refused(alice: make.Member) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/anmelden/", {"user_name": "alice-praxis", "password": make.PASSWORD})
    assert response.status_code == 403
    assert "Das Formular war zu lange offen" in response.text
    assert not WebSession.objects.exists()


@pytest.mark.parametrize("url", ["/abmelden/", "/zugangsdaten/", "/abrechnung/neu/"])
def test_no_button_works_without_its_token(alice: make.Member, url: str) -> None:
    signed_in = visiting.signed_in(alice.practice_access)
    client = Client(enforce_csrf_checks=True)
    client.cookies = signed_in.cookies
    assert client.post(url).status_code == 403
    assert visiting.is_signed_in(signed_in)


def test_the_pages_use_the_words_of_the_kv(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    said = configuration.Words(password="Passwort", user_name="Nutzername")
    configured.change(monkeypatch, profile={"words": said})
    page = Client().get("/").text + answer("niemand", "x")[1]
    page += (
        browser.get("/").text + browser.post("/zugangsdaten/", {"old": "x", "new": "ab", "again": "ab"}).text
    )
    page += browser.post("/zugangsdaten/", {"old": make.PASSWORD, "new": "ab", "again": "ab"}).text
    assert "Nutzername" in page
    assert "Passwort" in page
    assert "Kennwort" not in page
    assert "Benutzername" not in page


def session_cookie() -> str:
    return str(settings.SESSION_COOKIE_NAME)
