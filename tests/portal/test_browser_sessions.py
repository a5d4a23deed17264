"""How a session ends in a real Chromium, and what a hostile page elsewhere gets of us."""

import http.server
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from flexnet.access.models import Access, Notice
from flexnet.accounts.models import WebSession
from flexnet.accounts.sessions import SessionStore
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


HOSTILE = """<!doctype html><title>Boese</title>
<a id="deep" href="{portal}kuendigung/alice/">link</a>
<form id="post" method="post" action="{portal}kuendigung/alice/"><input name="ends_on" value="{day}"></form>
<form id="get" action="{portal}mein-zugang/"></form>
<iframe id="frame" src="{portal}mein-zugang/"></iframe>
<script>
  const opened = () => {{
    const other = window.open("{portal}mein-zugang/");
    setTimeout(() => {{ window.told = other.closed || other.length; }}, 500);
  }};
  const fetched = () => fetch("{portal}angemeldet/", {{credentials: "include", mode: "no-cors"}})
    .then((answer) => answer.type, () => "blocked");
</script>"""


@pytest.fixture
def hostile(live_server: LiveServer, settled: make.Member) -> Iterator[str]:
    """A site of somebody else's, at another port and another name of this machine."""
    day = (datetime.now(UTC) + timedelta(days=14)).date()
    content = HOSTILE.format(portal=f"{live_server.url}/", day=day).encode()

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_args: object) -> None:
            """Nobody reads it."""

    with http.server.ThreadingHTTPServer(("127.0.0.2", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.2:{server.server_port}/"
        server.shutdown()


def test_a_hostile_page_gets_nothing_of_whoever_is_signed_in(
    hostile: str, context: BrowserContext, live_server: LiveServer
) -> None:
    page = context.new_page()
    sign_in(page, user_name="alice")
    for way in ("deep", "get"):
        page.goto(hostile)
        page.locator(f"#{way}").evaluate("one => one.submit ? one.submit() : one.click()")
        page.wait_for_url(f"{live_server.url}/")
        expect(page.get_by_role("heading", level=1)).to_have_text("Guten Tag")

    page.goto(hostile)
    expect(page.locator("#frame")).to_be_visible()
    frame = page.frames[1]
    assert "Mein Zugang" not in frame.content()
    assert page.evaluate("fetched()") == "blocked"
    with context.expect_page() as opened:
        page.evaluate("opened()")
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Guten Tag")
    page.wait_for_function("window.told !== undefined")
    assert page.evaluate("window.told") is True  # COOP: to who opened it our window is gone
    assert opened.value.evaluate("window.opener") is None

    page.evaluate("document.getElementById('post').submit()")
    expect(page.get_by_role("heading", level=1)).to_have_text("Das geht von hier aus nicht")
    assert not Notice.objects.exists()
    assert Access.objects.count() == 2
