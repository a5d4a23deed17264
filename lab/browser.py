"""A real Chromium on a PC of the lab, opened as the desktop's browser and steered over a socket.

`lab.browser SOCKET PIN URL` shows a page: in the browser that listens there, or in a new one that stays.
"""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from playwright.sync_api import Browser, Error, Locator, Page, sync_playwright

from flexnet.manual import pictures
from lab import hostile
from lab.processes import eventually

CHROMIUM = "/usr/bin/chromium"
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_PATIENCE_MS = 8_000
_OUTLINE = "main :is(h1, h2, h3, legend, label, th, dt, button, .button, .notice-title)"
_ABOVE = "node => Math.floor(node.getBoundingClientRect().top + window.scrollY)"
_BELOW = "node => Math.ceil(node.getBoundingClientRect().bottom + window.scrollY)"
_MARGIN, _HIGHEST = 20, 860
_DESKTOP, _PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


class BrowserRefused(Exception):
    """What the browser was told to do did not work: no such button, no such page, no answer."""


class Steering:
    """The story's hand on the browser."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __getattr__(self, verb: str) -> Callable[..., Any]:
        return partial(self._ask, verb)

    def is_open(self) -> bool:
        """Whether a browser listens at all."""
        try:
            return bool(self._ask("here"))
        except (OSError, BrowserRefused):
            return False

    def _ask(self, verb: str, *words: str) -> Any:
        with socket.socket(socket.AF_UNIX) as line, line.makefile("rw") as file:
            line.settimeout(30)
            line.connect(str(self.path))
            file.write(json.dumps([verb, *words]) + "\n")
            file.flush()
            answer = json.loads(file.readline())
        if "refused" in answer:
            raise BrowserRefused(f"{verb} {words[:1]}: {answer['refused']}")
        return answer["said"]


class _Window:
    """One page of the browser; each public method is a verb of the steering."""

    def __init__(self, browser: Browser) -> None:
        self.context = browser.new_context(
            locale="de-DE",
            timezone_id="Europe/Berlin",
            viewport=_viewport(_DESKTOP),
            device_scale_factor=pictures.SCALE,
        )
        self.context.set_default_timeout(_PATIENCE_MS)
        self.page: Page = self.context.new_page()

    def here(self) -> dict[str, str]:
        return {"url": self.page.url, "title": self.page.title()}

    def goto(self, url: str) -> int | None:
        response = self.page.goto(url)
        return response.status if response else None

    def text(self) -> str:
        return self.page.inner_text("body")

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).fill(text)

    def tick(self, label: str) -> None:
        self.page.get_by_label(label).check()

    def attach(self, label: str, path: str) -> None:
        self.page.get_by_label(label, exact=True).set_input_files(path)

    def click(self, name: str) -> None:
        self._named(name).click()
        self.page.wait_for_load_state()

    def press(self, name: str) -> None:
        """The button of the form: the navigation may have a link of the same name."""
        self.page.get_by_role("main").get_by_role("button", name=name, exact=True).click()
        self.page.wait_for_load_state()

    def see(self, text: str) -> None:
        self.page.get_by_text(text).first.wait_for()

    def read(self, selector: str) -> str:
        return self.page.inner_text(selector).strip()

    def download(self, name: str, path: str) -> None:
        with self.page.expect_download() as coming:
            self._named(name).click()
        coming.value.save_as(path)

    def address(self, name: str) -> str | None:
        """Where a link leads."""
        found = self.page.get_by_role("main").get_by_role("link", name=name).first
        href = found.get_attribute("href")
        return urljoin(self.page.url, href) if href else None

    def cookies(self) -> list[dict[str, Any]]:
        return [dict(one) for one in self.context.cookies()]

    def screenshot(self, stem: str) -> None:
        for name, size in (("phone", _PHONE), ("desktop", _DESKTOP)):
            self.page.set_viewport_size(_viewport(size))
            self.page.screenshot(path=f"{stem}-{name}.png", full_page=True, scale="css")

    def outline(self) -> list[str]:
        """What headings, labels and buttons say, from top to bottom."""
        return self.page.locator(_OUTLINE).locator("visible=true").all_inner_texts()

    def shot(self, path: str, since: str, until: str, width: str) -> None:
        """Keep a part of the page: so wide, from where `since` begins to where `until` ends."""
        self.page.set_viewport_size(_viewport({"width": int(width), "height": _HIGHEST}))
        top = self.page.locator(since).first.evaluate(_ABOVE) - _MARGIN
        bottom = self.page.locator(until).first.evaluate(_BELOW) + _MARGIN
        clip = {"x": 0, "y": top, "width": int(width), "height": min(bottom - top, _HIGHEST)}
        self.page.screenshot(path=path, full_page=True, clip=_clip(clip))
        self.page.set_viewport_size(_viewport(_DESKTOP))

    def endures(self, address: str, start: str, heading: str, secret: str, *parts: str) -> None:
        """A hostile page gets nothing of ours; `parts` of ours, an image and a script, it cannot include."""
        included = dict(zip(("img", "script"), parts, strict=True))
        hostile.gets_nothing(self.page, address, start=start, heading=heading, secret=secret, parts=included)

    def _named(self, name: str) -> Locator:
        links = self.page.get_by_role("link", name=name)
        return self.page.get_by_role("button", name=name).or_(links).first


def _clip(box: dict[str, float]) -> Any:
    return dict(box)


def _viewport(size: dict[str, int]) -> Any:
    return dict(size)


def stay(path: Path, pin: str) -> None:
    """Be the browser, until ended; errors of a page are answers and no reason to close."""
    flags = [*_FLAGS, f"--ignore-certificate-errors-spki-list={pin}"]
    with sync_playwright() as playwright, socket.socket(socket.AF_UNIX) as door:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        window = _Window(browser)
        path.unlink(missing_ok=True)
        door.bind(str(path))
        door.listen()
        while browser.is_connected():
            _serve(door, window)


def _serve(door: socket.socket, window: _Window) -> None:
    line, _ = door.accept()
    with line, line.makefile("rw") as file:
        verb, *words = json.loads(file.readline())
        try:
            answer = {"said": getattr(window, verb)(*words)}
        except (Error, AssertionError) as error:
            answer = {"refused": str(error)}
        file.write(json.dumps(answer) + "\n")


def show(path: Path, pin: str, url: str) -> None:
    """Show a page as `xdg-open` would: hand it to the open browser, or open one, and return."""
    steering = Steering(path)
    if not steering.is_open():
        _open(path, pin)
        eventually(steering.is_open, within=20)
    steering.goto(url)


def _open(path: Path, pin: str) -> None:
    home = {"HOME": str(path.parent), "TMPDIR": str(path.parent)}  # so that nothing lies about elsewhere
    with path.with_suffix(".log").open("ab") as log:
        subprocess.Popen(
            [sys.executable, "-m", "lab.browser", str(path), pin],
            env=os.environ | home,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


if __name__ == "__main__":
    socket_path, spki_pin, *urls = sys.argv[1:]
    if urls:
        show(Path(socket_path), spki_pin, urls[0])
    else:
        stay(Path(socket_path), spki_pin)
