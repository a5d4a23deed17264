"""How a session ends: by time, by a lock, with its tunnel, and by a click."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from flexnet import configuration
from flexnet.access import locking
from flexnet.access.models import Lock
from flexnet.accounts.models import Role, WebSession
from flexnet.gateway.models import Session
from tests import make
from tests.portal import visiting

TUNNEL, ELSEWHERE = make.TUNNEL_ADDRESS, "10.66.0.99"


@pytest.fixture
def door(alice: make.Member) -> make.Door:
    """A gateway, through which Alice's practice is connected."""
    make.portal_service()
    return make.door(alice)


def test_twenty_minutes_without_a_click_end_it(browser: Client, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(minutes=20))
    assert visiting.is_signed_in(browser)
    clock.shift(timedelta(minutes=20, seconds=1))
    page = browser.get("/", follow=True)
    assert "Ihre Anmeldung ist abgelaufen." in page.text
    assert not visiting.is_signed_in(browser)


def test_ten_hours_end_it_however_busy_one_is(browser: Client, clock: time_machine.Traveller) -> None:
    for _ in range(10 * 60 // 15):
        assert visiting.is_signed_in(browser)
        clock.shift(timedelta(minutes=15))
    assert visiting.is_signed_in(browser)
    clock.shift(timedelta(seconds=1))
    assert not visiting.is_signed_in(browser)


def test_a_click_is_noted_once_a_minute_only(browser: Client, clock: time_machine.Traveller) -> None:
    browser.get("/")
    before = WebSession.objects.get().session_data
    clock.shift(timedelta(seconds=59))
    browser.get("/")
    assert WebSession.objects.get().session_data == before
    clock.shift(timedelta(seconds=2))
    browser.get("/")
    assert WebSession.objects.get().session_data != before


@pytest.mark.parametrize("what", ["access", "practice"])
def test_a_lock_ends_it_with_the_next_click(alice: make.Member, browser: Client, what: str) -> None:
    lock(alice, what)
    assert not visiting.is_signed_in(browser)
    assert not WebSession.objects.exists()


def test_a_lock_of_the_practice_ends_the_owners_session_and_nobody_elses(alice: make.Member) -> None:
    owner = visiting.signed_in(alice.personal_access)
    bob = visiting.signed_in(make.settled("bob").practice_access)
    lock(alice, "practice")
    assert not visiting.is_signed_in(owner)
    assert visiting.is_signed_in(bob)


def test_a_lock_that_is_set_while_a_form_is_open_refuses_the_form(
    alice: make.Member, browser: Client
) -> None:
    lock(alice, "access")
    response = browser.post("/zugangsdaten/", {"old": make.PASSWORD, "new": "x", "again": "x"})
    assert response.status_code == 302
    assert "/anmelden/" in response["Location"]


def test_the_decision_is_asked_at_every_click_even_if_the_row_stayed(
    alice: make.Member, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flexnet.accounts.actions.end_web_sessions", lambda which: 0)
    lock(alice, "access")
    page = browser.get("/abrechnung/", follow=True)
    assert page.redirect_chain == [("/", 302)]
    assert "Ihr Zugang ist gesperrt." in page.text


def test_signing_out_ends_it_and_says_so(browser: Client) -> None:
    page = browser.post("/abmelden/", follow=True)
    assert "Sie sind abgemeldet." in page.text
    assert not visiting.is_signed_in(browser)


def test_a_cookie_kept_from_before_is_worth_nothing(browser: Client) -> None:
    kept = {name: cookie.value for name, cookie in browser.cookies.items()}
    browser.post("/abmelden/")
    for name, value in kept.items():
        browser.cookies[name] = value
    assert not visiting.is_signed_in(browser)


def test_the_back_button_finds_nothing_kept(browser: Client) -> None:
    for url in ("/", "/zugangsdaten/", "/abrechnung/", "/abrechnung/neu/"):
        assert browser.get(url)["Cache-Control"] == "no-store"


def test_a_session_is_bound_to_the_tunnel_it_came_through(alice: make.Member, door: make.Door) -> None:
    door.open()
    browser = visiting.signed_in(alice.practice_access, source=TUNNEL)
    assert WebSession.objects.get().via == str(Session.objects.get().pk)
    assert not visiting.is_signed_in(moved(browser, ELSEWHERE))


def test_when_the_tunnel_ends_the_session_ends(alice: make.Member, door: make.Door) -> None:
    door.open()
    browser = visiting.signed_in(alice.practice_access, source=TUNNEL)
    other_way = visiting.signed_in(alice.practice_access)
    locking.report_key_lost(serial=alice.key.serial, by=make.BY, reason="test", now=make.NOW)
    assert not visiting.is_signed_in(browser)
    assert visiting.is_signed_in(other_way)


def test_a_session_of_staff_is_worth_nothing_here(db: None) -> None:
    client = Client()
    client.force_login(make.colleague(Role.CLERK).staff.account)
    assert not visiting.is_signed_in(client)


def test_the_limits_are_the_configured_ones() -> None:
    limits = configuration.current().portal
    assert (limits.idle_minutes, limits.absolute_hours) == (20, 10)


def moved(client: Client, source: str) -> Client:
    """The same browser with the same cookies, from another address."""
    other = Client(REMOTE_ADDR=source)
    other.cookies = client.cookies
    return other


def lock(who: make.Member, what: str) -> None:
    cause = Lock.Cause.MISUSE
    if what == "practice":
        locking.lock_practice(
            practice=who.site.practice, cause=cause, by=make.BY, reason="test", now=make.NOW
        )
    else:
        locking.lock_access(access=who.practice_access, cause=cause, by=make.BY, reason="test", now=make.NOW)
