"""The first time, by mouse: from the sign-in to where the billing is handed in; each click counts."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import accessible, make
from tests.portal.in_chromium import chromium, clock, context, page

pytestmark = pytest.mark.browser
__all__ = ["chromium", "clock", "context", "page"]  # fixtures

NEW = "Sommerregen-2026"
MOST = 6
SIZES = ((1280, 900), (390, 844))
CLICKED = "addEventListener('click', (event) => { if (event.detail) counted(); }, true)"


@pytest.fixture
def member(live_server: LiveServer) -> make.Member:
    """Alice's practice as the letters left it."""
    return make.member(now=datetime.now(UTC))


@pytest.fixture
def clicks(page: Page) -> list[None]:
    """One for each press of the mouse, wherever it goes."""
    found: list[None] = []
    page.expose_function("counted", lambda: found.append(None))
    page.add_init_script(CLICKED)
    return found


def type_into(page: Page, name: str, *texts: str) -> None:
    """A click into the first field; from there on by Tab, over what shows the field's text."""
    page.get_by_label(name, exact=True).click()
    for text in texts[:-1]:
        page.keyboard.type(text)
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "BUTTON":
            page.keyboard.press("Tab")
    page.keyboard.type(texts[-1])


@pytest.mark.parametrize("size", SIZES, ids=["wide", "small"])
def test_who_comes_the_first_time_finds_the_billing_in_six_clicks(
    member: make.Member, page: Page, clicks: list[None], size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto("/")

    def at(step: str, heading: str) -> None:
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        accessible.picture(page, f"first-time-{step}")

    steps: tuple[tuple[str, str, Callable[[], None]], ...] = (
        ("1-sign-in", "Willkommen", lambda: _sign_in(page, member)),
        ("2-password", "Wählen Sie zuerst ein eigenes Kennwort", lambda: _choose(page, member)),
        ("3-start", "Guten Tag", lambda: page.get_by_role("link", name="Abrechnung einreichen").click()),
    )
    for step, heading, go_on in steps:
        at(step, heading)
        go_on()
    at("4-billing", "Abrechnung einreichen")
    expect(page.get_by_role("radio").first).to_be_visible()
    assert 0 < len(clicks) <= MOST


def _sign_in(page: Page, member: make.Member) -> None:
    type_into(page, "Benutzername", "alice-praxis", member.practice_password)
    page.get_by_role("button", name="Anmelden").click()


def _choose(page: Page, member: make.Member) -> None:
    type_into(page, "Bisheriges Kennwort", member.practice_password, NEW, NEW)
    page.get_by_role("button", name="Neues Kennwort speichern").click()
