"""Every test here asks the office, by a clock that stands still."""

import os
from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest
import time_machine
from django.test import override_settings
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from flexnet import configuration
from flexnet.web import sites
from tests import configured, make
from tests.post.conftest import PrintShop, use_queues


@pytest.fixture(autouse=True)
def site() -> Iterator[None]:
    known = sites.settings("office", configuration.current())
    with override_settings(**known | {"ALLOWED_HOSTS": ["testserver"]}):
        yield


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """It is make.NOW and stays so; moved by `clock.shift`."""
    with time_machine.travel(make.NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Django takes Playwright's loop for one of its own, and must be told that nothing waits here."""
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        yield browser
        browser.close()


@pytest.fixture
def served(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The office on a port of its own, which its configuration knows as its address."""
    server = LiveServer("localhost")
    configured.change(monkeypatch, office={"url": f"{server.url}/"})
    with override_settings(ALLOWED_HOSTS=["localhost"]):
        yield server.url
    server.stop()


@pytest.fixture
def page(chromium: Browser, served: str) -> Iterator[Page]:
    """Its console must stay free of errors, but for answers that say what is wrong with a form."""
    context = chromium.new_context(base_url=served, locale="de-DE", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(10_000)
    page, said = context.new_page(), list[str]()

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "422" not in message.text:
            said.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()
    assert said == []


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PrintShop:
    """Queues, and who prints what lies in them."""
    opened = PrintShop(tmp_path, pyrage.x25519.Identity.generate())
    use_queues(tmp_path, str(opened.identity.to_public()), monkeypatch)
    return opened
