"""Desk, search, practice and access in a real Chromium: no barriers, by keyboard, with script and without."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from flexnet.access import locking
from flexnet.access.models import Lock, Report
from flexnet.accounts.models import Role
from tests import accessible, make
from tests.office.test_browser import signs_in

pytestmark = pytest.mark.browser

_SIZES = ((1280, 900), (390, 844), (320, 568))


@pytest.fixture
def clock() -> None:
    """A browser has its own clock; here it is the time that it is."""


@pytest.fixture
def clerk(served: str, page: Page) -> make.Member:
    """Alice, looked after by Clara in the browser; somebody reported a misuse."""
    now = datetime.now(UTC)
    alice, clara = make.settled(now=now), make.colleague(Role.CLERK, now=now)
    make.door(alice).open(now=now)
    lock = locking.of(alice.personal_access, cause=Lock.Cause.MISUSE, now=now)
    locking.report(lock, reported_by="Muster", way=Report.Way.TELEPHONE, by=make.BY, reason="Anruf")
    signs_in(page, clara)
    return alice


def test_no_page_has_barriers_or_is_wider_than_the_screen(clerk: make.Member, page: Page) -> None:
    urls = ("/", f"/praxis/{clerk.site.practice_id}/", "/zugang/alice-praxis/", "/zugang/alice/")
    acts = ("/zugang/alice/auskunft/", "/zugang/alice/sperren/", "/suche/?q=ali", "/handbuch/sperren/")
    for url in (*urls, *acts):
        for width, height in _SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.goto(url)
            wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            assert not page.evaluate(wide), (url, width)
        assert accessible.problems(page) == [], url


def test_results_come_while_typing_and_the_key_leads_to_the_field(clerk: make.Member, page: Page) -> None:
    page.goto("/suche/")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("praxis a")
    expect(page.get_by_role("link", name="Praxis alice")).to_be_visible()
    page.keyboard.press("Control+A")
    page.keyboard.type("889999900")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Praxis alice")


def test_without_script_the_form_is_sent(clerk: make.Member, page: Page, chromium: Browser) -> None:
    kept = page.context.storage_state()
    plain = chromium.new_context(
        base_url=page.url, locale="de-DE", java_script_enabled=False, storage_state=kept
    )
    other = plain.new_page()
    other.goto("/")
    other.get_by_role("searchbox").fill("praxis a")
    other.get_by_role("searchbox").press("Enter")
    expect(other.get_by_role("link", name="Praxis alice")).to_be_visible()
    plain.close()


def test_the_button_pressed_twice_locks_once(clerk: make.Member, page: Page) -> None:
    page.goto("/zugang/alice-praxis/sperren/")
    for label in ("dieser Zugang, mit den Zugängen des Personals darunter", "Verlust", "Telefon"):
        page.get_by_label(label).check()
    page.locator("#id_reason").fill("weil")
    page.get_by_role("button", name="Weiter").click()
    assert accessible.problems(page) == []
    page.get_by_role("button", name="Jetzt sperren").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("alice-praxis")
    assert Lock.objects.filter(access=clerk.practice_access).count() == 1
    with pytest.raises(Error, match="ERR_CACHE_MISS"):  # the browser asks before it sends a form again
        page.go_back()
    assert Lock.objects.filter(access=clerk.practice_access).count() == 1
