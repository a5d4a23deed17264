"""How a session ends: by time, by a lock, with its tunnel, and by a click."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client

from flexnet import configuration
from flexnet.access import locking
from flexnet.access.models import Access, Lock
from flexnet.accounts.models import Role, WebSession
from flexnet.audit.models import Event
from flexnet.gateway.models import Session
from tests import make
from tests.billing import files
from tests.portal import visiting
from tests.publications import participants

TUNNEL = make.TUNNEL_ADDRESS


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
    assert browser.post("/abmelden/")["Clear-Site-Data"] == '"cache"'
    assert "Sie sind abgemeldet." in browser.get("/").text
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
    participants.come_from()
    assert not visiting.is_signed_in(moved(browser, participants.ADDRESS))


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


def test_whoever_says_they_are_here_stays_and_asking_alone_is_no_click(
    browser: Client, clock: time_machine.Traveller
) -> None:
    assert browser.get("/angemeldet/").json() == {"idle": 20 * 60, "last": 10 * 3600}
    clock.shift(timedelta(minutes=19))
    assert browser.get("/angemeldet/").json()["idle"] == 60
    assert browser.post("/angemeldet/").json()["idle"] == 20 * 60
    clock.shift(timedelta(minutes=19))
    assert visiting.is_signed_in(browser)


def test_every_page_says_when_it_ends_and_how_the_script_is_to_warn(
    browser: Client, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(hours=2))
    session = browser.session
    session["seen_at"] = (make.NOW + timedelta(hours=2, minutes=-10)).timestamp()
    session.save()
    page = browser.get("/").text
    assert "Nach 20 Minuten ohne Klick werden Sie abgemeldet, in jedem Fall um 20:00 Uhr." in page
    assert 'data-idle="1200" data-last="28800" data-warn="120"' in page
    assert "data-session" not in Client().get("/").text


def test_a_lock_of_any_kind_ends_it(alice: make.Member) -> None:
    staff = visiting.signed_in(make.employee(alice.practice_access))
    browser = visiting.signed_in(alice.practice_access)
    locking.lock_password(
        access=alice.practice_access, cause=Lock.Cause.LOSS, by=make.BY, reason="test", now=make.NOW
    )
    assert not visiting.is_signed_in(browser)
    assert visiting.is_signed_in(staff)
    lock(alice, "access")
    assert not visiting.is_signed_in(staff)


def test_signing_out_everywhere_ends_every_browser_of_this_access_and_no_other(alice: make.Member) -> None:
    here, there = visiting.signed_in(alice.practice_access), visiting.signed_in(alice.practice_access)
    owner = visiting.signed_in(alice.personal_access)
    answer = here.post("/abmelden/ueberall/")
    assert answer["Clear-Site-Data"] == '"cache"'
    assert "Sie sind in allen Browsern abgemeldet." in here.get("/").text
    assert not visiting.is_signed_in(here)
    assert not visiting.is_signed_in(there)
    assert visiting.is_signed_in(owner)
    event = Event.objects.get(kind="browsers.ended")
    assert (event.by, event.subject, event.data) == (
        "portal:alice-praxis",
        "access:alice-praxis",
        '{"count":2}',
    )


EMPLOYEE = ("/praxispersonal/neu/", {"holder": "Emil <i>\u202eX", "hands_in": "on"})


@pytest.mark.parametrize("how", ["ran out", "deleted", "elsewhere"])
def test_what_was_typed_outlives_the_session(
    alice: make.Member, clock: time_machine.Traveller, how: str
) -> None:
    """Whether it ran out, was ended by a lock or by somebody else: no difference for who typed."""
    client = visiting.signed_in(alice.personal_access)
    client.get(EMPLOYEE[0])
    if how == "ran out":
        clock.shift(timedelta(minutes=21))
    elif how == "deleted":
        WebSession.objects.all().delete()
    else:
        visiting.signed_in(alice.personal_access).post("/abmelden/ueberall/")
    assert client.post(*EMPLOYEE).status_code == 302
    page = client.post("/anmelden/", {"user_name": "alice", "password": make.PASSWORD}, follow=True)
    assert page.redirect_chain == [("/weiter/", 302)]
    assert "Ihre Eingaben sind noch da" in page.text
    assert "Emil &lt;i&gt;" in page.text
    assert Access.objects.filter(kind="employee").count() == 0


def test_of_a_file_its_name_is_kept_and_it_is_asked_for_once_more(
    alice: make.Member, browser: Client, store: Path
) -> None:
    browser.get("/abrechnung/neu/")
    WebSession.objects.all().delete()
    answer = browser.post("/abrechnung/neu/", visiting.form(files.plain()))
    assert answer.status_code == 302
    page = browser.post(
        "/anmelden/", {"user_name": "alice-praxis", "password": make.PASSWORD}, follow=True
    ).text
    assert f"Datei „{files.NAME}“ noch einmal wählen" in page
    assert f'<textarea name="quarter" hidden>\n{files.QUARTER}</textarea>' in page
    assert not [path for path in store.rglob("*") if path.is_file()]


def test_what_one_typed_nobody_else_gets(alice: make.Member) -> None:
    client = visiting.signed_in(alice.personal_access)
    client.get(EMPLOYEE[0])
    WebSession.objects.all().delete()
    client.post(*EMPLOYEE)
    page = client.post("/anmelden/", {"user_name": "alice-praxis", "password": make.PASSWORD}, follow=True)
    assert "Emil" not in page.text


def test_passwords_are_never_kept_and_whoever_signed_out_is_forgotten(
    alice: make.Member, browser: Client
) -> None:
    browser.get("/")
    WebSession.objects.all().delete()
    browser.post("/zugangsdaten/", {"old": make.PASSWORD, "new": "x", "again": "x"})
    assert "kept_form" not in browser.session
    again = visiting.signed_in(alice.personal_access)
    again.get("/")
    again.post("/abmelden/")
    again.post(*EMPLOYEE)
    assert "kept_form" not in again.session


def test_a_form_from_before_the_last_sign_in_is_shown_once_more(alice: make.Member) -> None:
    """Two tabs: in one of them somebody signed in again, and the other's token is of no use any more."""
    client = Client(enforce_csrf_checks=True, headers={"Origin": "http://testserver"})
    client.force_login(alice.personal_access.account)
    session = client.session
    session["signed_in_at"] = session["seen_at"] = make.NOW.timestamp()
    session.save()
    page = client.post(*EMPLOYEE)
    assert page.status_code == 403
    assert "Emil &lt;i&gt;" in page.text
    client.defaults["HTTP_ORIGIN"] = "http://boese.example"
    assert "Emil" not in client.post(*EMPLOYEE).text


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


def test_a_page_that_looks_again_by_itself_is_no_click_and_leaves_the_word_to_the_reader(
    browser: Client, clock: time_machine.Traveller
) -> None:
    by_itself = {"Asks-By-Itself": "1"}
    for _ in range(2):
        clock.shift(timedelta(minutes=10))
        assert browser.get("/", headers=by_itself).status_code == 200
    clock.shift(timedelta(seconds=1))
    assert browser.get("/", headers=by_itself).status_code == 401
    assert "Ihre Anmeldung ist abgelaufen." in browser.get("/", follow=True).text


def test_whoever_sends_something_has_clicked_whatever_is_said_with_it(
    browser: Client, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(minutes=19))
    browser.post("/abmelden/ueberall/x/", headers={"Asks-By-Itself": "1"})
    clock.shift(timedelta(minutes=19))
    assert visiting.is_signed_in(browser)
