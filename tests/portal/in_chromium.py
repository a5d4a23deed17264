"""What tests in a real Chromium start from: the browser, a small screen, a page that is heard."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests import make

_CHROMIUM = "/usr/bin/chromium"
_SMALL = {"width": 320, "height": 568}
_PATIENCE = 10_000  # ms


@pytest.fixture
def clock() -> None:
    """A browser has its own clock; here it is the time that it is."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Django takes Playwright's loop for one of its own, and must be told that nothing waits here."""
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    context = chromium.new_context(base_url=live_server.url, locale="de-DE", viewport=dict(_SMALL))  # type: ignore[arg-type]  # a TypedDict
    context.set_default_timeout(_PATIENCE)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """Its console must stay free of errors, but for answers that say what is wrong, and cut lines."""
    page = context.new_page()
    said: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        cut = ("net::ERR_FAILED", "net::ERR_INTERNET_DISCONNECTED")
        is_meant = any(one in message.text for one in ("422", *cut))
        if message.type in ("error", "warning") and not is_meant:
            said.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    assert said == []


def sign_in(page: Page, password: str = make.PASSWORD, *, user_name: str = "alice-praxis") -> None:
    page.goto("/")
    page.get_by_label("Benutzername").fill(user_name)
    page.get_by_label("Kennwort", exact=True).fill(password)
    page.get_by_label("Kennwort", exact=True).press("Enter")
    page.wait_for_load_state()


def is_wider_than_the_screen(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
