"""Every test here asks the public site, on the day of make.NOW."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.test import Client, override_settings
from playwright.sync_api import Browser, sync_playwright
from pytest_django.live_server_helper import LiveServer

from flexnet import configuration
from flexnet.web import sites
from tests import configured, make


@pytest.fixture(autouse=True)
def site() -> Iterator[None]:
    known = sites.settings("public", configuration.current())
    changed = override_settings(**known | {"ALLOWED_HOSTS": ["testserver", "localhost"]})
    with changed, configured.narrow_ring("public"):
        yield


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """It is make.NOW and stays so; moved by `clock.shift`."""
    with time_machine.travel(make.NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of client software, in a folder of the test's own."""
    configured.change(monkeypatch, software={"store": tmp_path / "store"})


@pytest.fixture
def browser(db: None) -> Client:
    """Somebody whom nobody knows, after terms were published."""
    make.terms()
    return Client()


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
def served(transactional_db: None) -> Iterator[str]:
    """The public site on a port of its own, after terms were published."""
    make.terms()
    server = LiveServer("localhost")
    yield server.url
    server.stop()
