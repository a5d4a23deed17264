"""The office's door: both steps, what is told, how a sign-in ends, and confirming in between."""

from __future__ import annotations

import html
import re
from datetime import datetime, timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client

from flexnet.accounts import staff
from flexnet.accounts.models import Role, WebSession
from tests import make
from tests.office import visiting

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def clara(db: None) -> make.Colleague:
    return make.colleague(Role.CLERK)


@pytest.fixture
def browser(clara: make.Colleague) -> Client:
    return visiting.signed_in(clara)


def shown(answer: visiting.Answer) -> str:
    """The page without what is different each time."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.text)
    return re.sub(r'value="[^"]*"', "", text)


def test_the_password_alone_opens_nothing(clara: make.Colleague) -> None:
    client = visiting.first_step("clara")
    for url in ("/", "/mein-konto/", "/mitarbeiter/", "/freigaben/"):
        assert client.get(url)["Location"].startswith("/anmelden/?next=")


def test_both_steps_open_the_desk(clara: make.Colleague) -> None:
    client = visiting.first_step("clara")
    answer = client.post("/anmelden/zweiter-schritt/", {"confirm-code": clara.code()})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/").status_code == 200


def test_who_came_for_a_page_gets_there(clara: make.Colleague) -> None:
    client = Client()
    assert client.get("/mein-konto/")["Location"] == "/anmelden/?next=/mein-konto/"
    typed = {"user_name": "clara", "password": make.PASSWORD}
    client.post("/anmelden/?next=/mein-konto/", typed)
    answer = client.post("/anmelden/zweiter-schritt/", {"confirm-code": clara.code()})
    assert answer["Location"] == "/mein-konto/"


@pytest.mark.parametrize(
    "goal", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "\\\\evil"]
)
def test_but_not_to_another_site(clara: make.Colleague, goal: str) -> None:
    client = Client()
    client.post(f"/anmelden/?next={goal}", {"user_name": "clara", "password": make.PASSWORD})
    answer = client.post("/anmelden/zweiter-schritt/", {"confirm-code": clara.code()})
    assert answer["Location"] == "/"


def test_the_first_refusal_is_one_and_the_same(clara: make.Colleague) -> None:
    make.settled()
    pages = {
        shown(Client().post("/anmelden/", {"user_name": name, "password": word}))
        for name, word in (
            ("clara", "wrong"),
            ("nobody", make.PASSWORD),
            ("alice", make.PASSWORD),
            ("alice-praxis", make.PASSWORD),
        )
    }
    assert len(pages) == 1
    assert "Die Anmeldung hat nicht geklappt." in pages.pop()


def test_the_name_that_was_typed_is_kept_and_the_password_is_not(clara: make.Colleague) -> None:
    answer = Client().post("/anmelden/", {"user_name": 'cl"><b>', "password": "Sentinel-1"})
    assert answer.status_code == 422
    assert 'value="cl&quot;&gt;&lt;b&gt;"' in answer.text
    assert "Sentinel-1" not in answer.text


def test_a_wrong_code_is_told_and_asked_again(clara: make.Colleague) -> None:
    client = visiting.first_step("clara")
    answer = client.post("/anmelden/zweiter-schritt/", {"confirm-code": "000000"})
    assert answer.status_code == 422
    assert "Das hat nicht gepasst." in answer.text
    answer = client.post("/anmelden/zweiter-schritt/", {"confirm-code": ""})
    assert "Bitte füllen Sie dieses Feld aus." in answer.text


def test_the_second_step_without_the_first_leads_to_the_first(
    clara: make.Colleague, clock: time_machine.Traveller
) -> None:
    for url in ("/anmelden/zweiter-schritt/", "/anmelden/einrichten/", "/anmelden/einrichten/app/"):
        assert Client().get(url)["Location"] == "/anmelden/"
    client = visiting.first_step("clara")
    clock.shift(11 * MINUTE)
    answer = client.post("/anmelden/zweiter-schritt/", {"confirm-code": "000000"}, follow=True)
    assert "Das hat zu lange gedauert." in answer.text


def test_the_session_has_a_new_name_after_each_step(clara: make.Colleague) -> None:
    client, names = Client(), set()
    client.get("/anmelden/")
    for url, typed in (
        ("/anmelden/", {"user_name": "clara", "password": make.PASSWORD}),
        ("/anmelden/zweiter-schritt/", {"confirm-code": clara.code()}),
    ):
        client.post(url, typed)
        names.add(WebSession.objects.get().session_key)
    assert len(names) == 2


class TestEnding:
    """By time, by leaving, by other roles, and by a click."""

    def test_fifteen_minutes_without_a_click(self, browser: Client, clock: time_machine.Traveller) -> None:
        clock.shift(15 * MINUTE)
        assert visiting.is_signed_in(browser)
        clock.shift(15 * MINUTE + timedelta(seconds=1))
        answer = browser.get("/", follow=True)
        assert "Ihre Anmeldung ist abgelaufen." in answer.text
        assert not visiting.is_signed_in(browser)

    def test_a_page_that_keeps_itself_up_to_date_is_no_click(
        self, browser: Client, clock: time_machine.Traveller
    ) -> None:
        for _ in range(2):
            clock.shift(8 * MINUTE)
            answer = browser.get("/", headers={"Asks-By-Itself": "1"})
        assert answer["Location"].startswith("/anmelden/")

    def test_eight_hours_however_busy_one_is(self, browser: Client, clock: time_machine.Traveller) -> None:
        for _ in range(8 * 60 // 10):
            assert visiting.is_signed_in(browser)
            clock.shift(10 * MINUTE)
        clock.shift(timedelta(seconds=1))
        assert not visiting.is_signed_in(browser)

    def test_leaving(self, clara: make.Colleague, browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("flexnet.accounts.actions.end_web_sessions", lambda which: 0)
        staff.end(staff=clara.staff, by=make.BY, reason="", now=make.NOW)
        assert not visiting.is_signed_in(browser)

    def test_a_click(self, browser: Client) -> None:
        answer = browser.post("/abmelden/", follow=True)
        assert "Sie sind abgemeldet." in answer.text
        assert not WebSession.objects.exclude(account=None).exists()


class TestTypedTooLate:
    """A form that was open for too long: nothing of it is lost, and nobody else sees it."""

    REASON = 'Zeile 1\nZeile "2" <b> \u202e'
    URL = "/mitarbeiter/name/clara/rollen/"

    @pytest.fixture
    def ada(self, db: None) -> make.Colleague:
        return make.colleague(Role.ADMINISTRATOR, name="ada")

    @pytest.fixture
    def late(self, clara: make.Colleague, ada: make.Colleague, clock: time_machine.Traveller) -> Client:
        """Ada sends the form after twenty minutes."""
        client = visiting.signed_in(ada)
        clock.shift(20 * MINUTE)
        typed = urlencode([("roles", "clerk"), ("roles", "it"), ("reason", self.REASON)])
        answer = client.post(self.URL, typed, content_type="application/x-www-form-urlencoded")
        assert answer["Location"] == "/anmelden/?next=/"
        return client

    def signs_in(self, client: Client, who: make.Colleague, at: datetime) -> visiting.Answer:
        client.post("/anmelden/", {"user_name": str(who.staff), "password": make.PASSWORD})
        typed = {"confirm-code": who.code(at)}
        return client.post("/anmelden/zweiter-schritt/", typed, follow=True)

    def test_it_is_there_after_signing_in_again(self, ada: make.Colleague, late: Client) -> None:
        page = self.signs_in(late, ada, make.NOW + 20 * MINUTE)
        assert "Ihre Eingaben sind noch da" in page.text
        assert f'action="{self.URL}"' in page.text
        fields = re.findall(r'<textarea name="(\w+)" hidden>\n(.*?)</textarea>', page.text, re.DOTALL)
        sent = [(name, html.unescape(value)) for name, value in fields]
        assert sent == [("roles", "clerk"), ("roles", "it"), ("reason", self.REASON)]
        assert "Ihre Eingaben" not in late.get("/weiter/", follow=True).text

    def test_it_is_sealed_and_for_nobody_else(self, clara: make.Colleague, late: Client) -> None:
        assert "Zeile" not in WebSession.objects.get().get_decoded()["kept_form"]
        page = self.signs_in(late, clara, make.NOW + 20 * MINUTE)
        assert "Ihre Eingaben" not in page.text
        assert "Zeile" not in page.text

    def test_after_an_hour_it_is_gone(
        self, ada: make.Colleague, late: Client, clock: time_machine.Traveller
    ) -> None:
        clock.shift(61 * MINUTE)
        assert "Ihre Eingaben" not in self.signs_in(late, ada, make.NOW + 81 * MINUTE).text

    def test_of_passwords_nothing_is_kept(self, ada: make.Colleague, clock: time_machine.Traveller) -> None:
        client = visiting.signed_in(ada)
        clock.shift(20 * MINUTE)
        typed = urlencode({"old": make.PASSWORD, "new": "x", "again": "x"})
        client.post("/mein-konto/kennwort/", typed, content_type="application/x-www-form-urlencoded")
        assert "kept_form" not in client.session

    def test_who_only_looked_gets_back_to_the_page(
        self, ada: make.Colleague, clock: time_machine.Traveller
    ) -> None:
        client = visiting.signed_in(ada)
        clock.shift(20 * MINUTE)
        assert client.get("/mitarbeiter/?x=1")["Location"] == "/anmelden/?next=/mitarbeiter/%3Fx%3D1"


class TestConfirming:
    """Sensitive pages want a factor that is no older than five minutes."""

    @pytest.fixture
    def stale(self, browser: Client, clock: time_machine.Traveller) -> Client:
        clock.shift(5 * MINUTE + timedelta(seconds=1))
        return browser

    def code(self, who: make.Colleague) -> str:
        return who.code(make.NOW + 5 * MINUTE)

    def test_five_minutes_are_fresh(self, browser: Client, clock: time_machine.Traveller) -> None:
        clock.shift(5 * MINUTE)
        assert "Notfallcodes anzeigen" in browser.get("/mein-konto/notfallcodes/").text

    def test_a_page_opens_after_it(self, clara: make.Colleague, stale: Client) -> None:
        answer = stale.get("/mein-konto/notfallcodes/")
        assert "Bitte bestätigen Sie, dass Sie es sind" in answer.text
        typed = {"next": "/mein-konto/notfallcodes/", "confirm-code": self.code(clara)}
        answer = stale.post("/bestaetigen/", typed, follow=True)
        assert answer.redirect_chain == [("/mein-konto/notfallcodes/", 302)]
        assert "Notfallcodes anzeigen" in answer.text

    def test_a_wrong_code_opens_nothing(self, stale: Client) -> None:
        typed = {"next": "/mein-konto/notfallcodes/", "confirm-code": "000000"}
        answer = stale.post("/bestaetigen/", typed)
        assert answer.status_code == 422
        assert 'value="/mein-konto/notfallcodes/"' in answer.text
        assert "Bitte bestätigen" in stale.get("/mein-konto/notfallcodes/").text

    def test_it_leads_to_no_other_site(self, clara: make.Colleague, stale: Client) -> None:
        answer = stale.post("/bestaetigen/", {"next": "//evil.example/", "confirm-code": self.code(clara)})
        assert answer["Location"] == "/"

    def test_what_was_typed_goes_on_after_it(self, clock: time_machine.Traveller) -> None:
        ada, clara = make.colleague(Role.ADMINISTRATOR, name="ada"), make.colleague(Role.CLERK)
        client = visiting.signed_in(ada)
        clock.shift(6 * MINUTE)
        reason = 'Zeile 1\n<b>"Zeile" 2 & \u202e'
        typed = {"roles": ["clerk", "it"], "reason": reason}
        answer = client.post("/mitarbeiter/name/clara/rollen/", typed)
        assert "Bitte bestätigen Sie, dass Sie es sind" in answer.text
        assert answer.text.count('<textarea name="roles" hidden>') == 2
        later = make.NOW + 6 * MINUTE
        answer = client.post("/mitarbeiter/name/clara/rollen/", typed | {"confirm-code": "000000"})
        assert answer.status_code == 422
        answer = client.post("/mitarbeiter/name/clara/rollen/", typed | {"confirm-code": ada.code(later)})
        assert answer["Location"] == "/mitarbeiter/name/clara/"
        (wish,) = ada.staff.asked.all()
        assert wish.reason == reason
        assert '"after":["clerk","it"]' in wish.payload
        assert wish.subject == staff.subject(clara.staff)


def test_members_sessions_are_worth_nothing_here(clara: make.Colleague) -> None:
    alice = make.settled()
    client = Client()
    client.force_login(alice.practice_access.account)
    answer = client.get("/mein-konto/", follow=True)
    assert "Ihre Anmeldung ist abgelaufen." in answer.text


def test_the_pages_are_kept_by_no_browser(browser: Client) -> None:
    for url in ("/mein-konto/", "/mein-konto/app/", "/mein-konto/notfallcodes/"):
        assert browser.get(url)["Cache-Control"] == "no-store"
