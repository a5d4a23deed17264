"""Changing the password: forced at first, by rules that are stated beforehand, and what it ends."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from flexnet import configuration
from flexnet.access import queries as access
from flexnet.accounts import rules
from tests import make
from tests.portal import visiting

NEW = "Sommerregen-2026"


@pytest.fixture
def bob(db: None) -> make.Member:
    """His passwords are the initial ones."""
    return make.member("bob")


@pytest.fixture
def narrow(bob: make.Member) -> Client:
    """Bob's practice, signed in with its initial password."""
    return visiting.signed_in(bob.practice_access, bob.practice_password)


def changes(client: Client, old: str, new: str, again: str | None = None) -> tuple[int, str]:
    response = client.post("/zugangsdaten/", {"old": old, "new": new, "again": again or new})
    return response.status_code, response.text


def test_an_initial_password_must_be_changed_first(narrow: Client, bob: make.Member) -> None:
    page = narrow.get("/", follow=True)
    assert page.redirect_chain == [("/zugangsdaten/", 302)]
    assert "Wählen Sie zuerst ein eigenes Kennwort" in page.text
    assert 'class="nav"' not in page.text
    assert changes(narrow, bob.practice_password, NEW)[0] == 302
    assert "Guten Tag" in narrow.get("/").text


def test_a_password_that_is_too_old_must_be_changed(
    alice: make.Member, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(days=180))
    client = visiting.signed_in(alice.practice_access)
    assert client.get("/").status_code == 302
    assert changes(client, make.PASSWORD, NEW)[0] == 302
    assert client.get("/").status_code == 200


def test_two_weeks_before_it_is_said(alice: make.Member, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(days=165))
    assert "läuft ab" not in visiting.signed_in(alice.practice_access).get("/").text
    clock.shift(timedelta(days=2))
    page = visiting.signed_in(alice.practice_access).get("/").text
    assert "Ihr Kennwort läuft ab" in page
    assert "noch 13 Tage" in page


@pytest.mark.parametrize(
    ("rule", "new"),
    [
        ("length", "Kurz-1"),
        ("bytes", "A1-" + "a" * 62),
        ("classes", "nurkleinbuchstaben"),
        ("printable", "Frühling-2026"),
        ("edges", " Fruehling-2027"),
        ("edges", "Fruehling-2027 "),  # pasted with a blank behind it
        ("names", "bob-praxis-X1"),
        ("names", "Praxis-859999900"),
    ],
)
def test_a_rule_that_is_broken_is_named_in_the_words_in_which_it_was_stated(
    narrow: Client, bob: make.Member, rule: str, new: str
) -> None:
    stated = narrow.get("/zugangsdaten/").text
    status, page = changes(narrow, bob.practice_password, new)
    [demand] = [one for one in _demands(bob, new) if not one.is_met]
    assert demand.name == rule
    assert demand.text in stated
    assert status == 422
    assert f"Das neue Kennwort braucht: {demand.text}." in page
    assert new not in page


def test_every_rule_that_is_enforced_is_stated(narrow: Client, bob: make.Member) -> None:
    page = narrow.get("/zugangsdaten/").text
    for demand in _demands(bob, ""):
        assert f'data-rule="{demand.name}"' in page
        assert demand.text in page


def test_the_old_one_must_be_right(narrow: Client) -> None:
    status, page = changes(narrow, "falsch", NEW)
    assert status == 422
    assert "Das bisherige Kennwort stimmt nicht." in page


def test_a_browser_left_open_does_not_help_to_guess_the_password(narrow: Client, bob: make.Member) -> None:
    for _ in range(configuration.current().throttle.tries):
        changes(narrow, "falsch", NEW)
    assert "zu oft falsch" in changes(narrow, bob.practice_password, NEW)[1]


def test_the_two_new_ones_must_be_the_same(narrow: Client, bob: make.Member) -> None:
    status, page = changes(narrow, bob.practice_password, NEW, NEW + "x")
    assert status == 422
    assert "Die beiden Eingaben sind verschieden." in page
    assert '<a href="#id_again">' in page


def test_the_present_one_and_one_too_long_in_utf8_are_refused_with_every_reason(browser: Client) -> None:
    status, page = changes(browser, make.PASSWORD, make.PASSWORD)
    assert (status, "hatten Sie schon" in page) == (422, True)
    status, page = changes(browser, make.PASSWORD, "Aä1-" + "ä" * 40)  # 44 characters, 85 bytes
    assert (status, "höchstens 64 Zeichen" in page, "keine Umlaute" in page) == (422, True, True)
    assert changes(browser, make.PASSWORD, NEW)[0] == 302


def test_of_two_tabs_the_second_is_told_and_the_first_one_holds(alice: make.Member) -> None:
    """The form of the second was shown before the first one changed it; the session goes on in both."""
    tabs = visiting.signed_in(alice.practice_access)
    assert changes(tabs, make.PASSWORD, NEW)[0] == 302
    status, page = changes(tabs, make.PASSWORD, "Herbst-2027-x")
    assert (status, "stimmt nicht" in page) == (422, True)
    assert visiting.is_signed_in(visiting.signs_in("alice-praxis", NEW))


def test_an_earlier_password_does_not_come_back(browser: Client) -> None:
    assert changes(browser, make.PASSWORD, NEW)[0] == 302
    status, page = changes(browser, NEW, make.PASSWORD)
    assert status == 422
    assert "hatten Sie schon" in page


def test_other_browsers_are_signed_out_and_this_one_stays(alice: make.Member, browser: Client) -> None:
    other = visiting.signed_in(alice.practice_access)
    response = browser.post("/zugangsdaten/", {"old": make.PASSWORD, "new": NEW, "again": NEW}, follow=True)
    assert "Ihr neues Kennwort gilt ab sofort." in response.text
    assert visiting.is_signed_in(browser)
    assert not visiting.is_signed_in(other)
    assert not visiting.is_signed_in(visiting.signs_in("alice-praxis", make.PASSWORD))
    assert visiting.is_signed_in(visiting.signs_in("alice-praxis", NEW))


def test_the_browser_gets_a_new_session_with_the_new_password(browser: Client) -> None:
    before = browser.cookies[settings.SESSION_COOKIE_NAME].value
    changes(browser, make.PASSWORD, NEW)
    assert browser.cookies[settings.SESSION_COOKIE_NAME].value != before


def test_idle_and_absolute_limits_count_on_after_a_change(
    browser: Client, clock: time_machine.Traveller
) -> None:
    changes(browser, make.PASSWORD, NEW)
    clock.shift(timedelta(minutes=21))
    assert not visiting.is_signed_in(browser)


def _demands(who: make.Member, new: str) -> list[rules.Demand]:
    row = who.practice_access
    names = (str(row), *access.names_inside(row))
    return rules.demands(new, policy=configuration.current().password, names=names)


def test_rules_and_refusals_are_told_in_english_too(narrow: Client, bob: make.Member) -> None:
    english = {"Accept-Language": "en"}
    page = narrow.get("/zugangsdaten/", headers=english).text
    assert "at least 12 characters" in page
    words = {"old": bob.practice_password, "new": "nurkleinbuchstaben", "again": "nurkleinbuchstaben"}
    refused = narrow.post("/zugangsdaten/", words, headers=english).text
    assert "The new password needs: 3 of 4 kinds" in refused
    refused = narrow.post("/zugangsdaten/", words | {"old": "wrong"}, headers=english).text
    assert "Your password until now is not right." in refused
