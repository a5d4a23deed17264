"""How a session ends in a real Chromium, and what a hostile page elsewhere gets of us."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from flexnet.access.models import Access, Notice
from flexnet.accounts.models import WebSession
from flexnet.accounts.sessions import SessionStore
from lab import hostile
from tests import accessible, make
from tests.portal.in_chromium import chromium, clock, context, is_wider_than_the_screen, page, sign_in

pytestmark = pytest.mark.browser
__all__ = ["chromium", "clock", "context", "page"]  # fixtures

FORM = "/praxispersonal/neu/"
NAME = "Vor- und Nachname"


@pytest.fixture
def settled(live_server: LiveServer) -> make.Member:
    return make.settled(now=datetime.now(UTC))


def change_session(**values: float) -> None:
    """As if it had begun, or the last click had been, at these instants."""
    session = SessionStore(WebSession.objects.get().session_key)
    session.update(values)
    session.save()


def ago(**span: float) -> float:
    return (datetime.now(UTC) - timedelta(**span)).timestamp()


def write_a_form(page: Page) -> None:
    """A quarter of an hour ago, and then somebody came in."""
    page.clock.install()
    sign_in(page, user_name="alice")
    page.goto(FORM)
    page.get_by_label(NAME).fill("Carola Beispiel")


def test_a_warning_is_answered_and_nothing_is_lost(settled: make.Member, page: Page) -> None:
    write_a_form(page)
    seen = ago(minutes=18, seconds=30)
    change_session(seen_at=seen)
    page.clock.fast_forward("18:30")
    warning = page.get_by_role("dialog", name="Sind Sie noch da?")
    expect(warning.get_by_role("button")).to_be_focused()
    expect(page).to_have_title("Sind Sie noch da? – Zugang für Ihr Praxispersonal eröffnen – KVSAonline")
    assert accessible.problems(page) == []
    assert not is_wider_than_the_screen(page)
    with page.expect_response("**/angemeldet/"):
        page.keyboard.press("Enter")
    expect(warning).to_be_hidden()
    expect(page).to_have_title("Zugang für Ihr Praxispersonal eröffnen – KVSAonline")
    expect(page.get_by_label(NAME)).to_have_value("Carola Beispiel")
    assert SessionStore(WebSession.objects.get().session_key)["seen_at"] > seen


def test_who_clicked_in_another_tab_is_not_asked(settled: make.Member, page: Page) -> None:
    write_a_form(page)
    with page.expect_response("**/angemeldet/"):
        page.clock.fast_forward("18:30")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_once_it_is_over_the_page_is_hidden_and_what_was_typed_can_be_sent(
    settled: make.Member, page: Page
) -> None:
    write_a_form(page)
    change_session(seen_at=ago(minutes=21))
    page.clock.fast_forward("21:00")
    over = page.get_by_role("dialog", name="Ihre Anmeldung ist abgelaufen")
    expect(over).to_be_visible()
    expect(page.get_by_label(NAME)).to_be_hidden()
    assert accessible.problems(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_text("Ihre Anmeldung ist abgelaufen. Bitte melden")).to_be_visible()
    sign_in(page, user_name="alice")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihre Eingaben sind noch da")
    page.get_by_role("button", name="Jetzt absenden").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zugang von Carola Beispiel")


def test_before_ten_hours_are_over_it_is_said_once(settled: make.Member, page: Page) -> None:
    page.clock.install()
    sign_in(page, user_name="alice")
    change_session(signed_in_at=ago(hours=9, minutes=58, seconds=30))
    page.goto("/mein-zugang/")
    soon = page.get_by_role("dialog", name="Ihre Anmeldung endet gleich")
    expect(soon).to_be_visible()
    assert accessible.problems(page) == []
    page.keyboard.press("Enter")
    page.clock.run_for(10_000)
    expect(soon).to_be_hidden()
    change_session(signed_in_at=ago(hours=10, seconds=1))
    page.clock.fast_forward("01:30")
    expect(page.get_by_text("Ihre Anmeldung ist abgelaufen.")).to_be_visible()


def test_a_hostile_page_gets_nothing_of_whoever_is_signed_in(
    settled: make.Member, context: BrowserContext, live_server: LiveServer
) -> None:
    page, notice = context.new_page(), f"{live_server.url}/kuendigung/alice/"
    sign_in(page, user_name="alice")
    ends_on = str((datetime.now(UTC) + timedelta(days=14)).date())
    with hostile.standing(f"{live_server.url}/mein-zugang/", notice, {"ends_on": ends_on}) as address:
        hostile.gets_nothing(
            page, address, start=f"{live_server.url}/", heading="Guten Tag", secret="Mein Zugang"
        )
    assert not Notice.objects.exists()
    assert Access.objects.count() == 2
