"""Every page of the portal in a real Chromium: wide and small, dark, in English, printed, without script."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests import accessible, make
from tests.portal import every_page
from tests.portal import test_access_table as table
from tests.portal.every_page import Look
from tests.portal.in_chromium import chromium, is_wider_than_the_screen
from tests.portal.test_access_table import key, things

if TYPE_CHECKING:
    from tests.portal.every_page import Given

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
__all__ = ["chromium", "key", "things"]  # fixtures

WIDE, TELEPHONE, SMALL, SHEET = (1280, 900), (390, 844), (320, 568), (794, 1123)
# By people, and so in one language.
WRITTEN = re.compile(r"Frage zum Honorar|Ersatz für den YubiKey \d+|Die Scheine der Vertretung fehlten\.")
GERMAN = re.compile(r"\b(der|das|und|Sie|Ihre?|nicht|für|mit|von|zum|Kennwort|Benutzername|\w+abrechnung)\b")
DEAD = """() => [...document.querySelectorAll("button")]
    .filter((one) => !one.form && one.checkVisibility()).map((one) => one.textContent)"""
PRINTED = """() => [...document.querySelectorAll(".nav, .button, .skip, .band form")]
    .filter((one) => one.checkVisibility()).map((one) => one.outerHTML)"""


@dataclass
class Shown:
    """The browser's only server: it gives the page that is to be looked at, and what belongs to it."""

    answer: Given | None = None
    said: list[str] = field(default_factory=list)

    def __call__(self, route: Route) -> None:
        asked = urlsplit(route.request.url)
        if asked.netloc != "localhost":
            self.said.append(f"asks {asked.netloc}")
            route.abort()
        elif asked.path.startswith("/static/"):
            route.fulfill(path=str(finders.find(asked.path.removeprefix("/static/"))))
        elif self.answer is not None and route.request.is_navigation_request():
            route.fulfill(body=self.answer.content, headers=dict(self.answer.headers), status=200)

    def listen(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.route("**/*", self)
        page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        return page


@dataclass
class Looking:
    """A page in German, light and wide and small; in dark and English; printed; and where script is off."""

    shown: Shown
    page: Page
    without_script: Page
    wrong: list[tuple[str, ...]] = field(default_factory=list)

    def at(self, look: Look, answer: Given, english: Given, *, is_odd: bool) -> None:
        """axe looks at both sizes of what was opened, of the others at one."""
        name, is_whole = look.name, look.typed is None
        self._open(self.page, name, answer)
        for size in (WIDE, SMALL):
            self._sized(name, size)
            if is_whole or is_odd == (size is WIDE):
                self._note(name, f"{size[0]}", accessible.problems(self.page))
        self._picture(name)
        self._printed(name, is_whole=is_whole)
        self._dark(name, english)
        self._open(self.without_script, name, answer)
        self._note(name, "without script", self.without_script.evaluate(DEAD))

    def _open(self, page: Page, name: str, answer: Given) -> None:
        self.shown.answer = answer
        page.goto(f"http://localhost/{name}")

    def _sized(self, name: str, size: tuple[int, int]) -> None:
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        self._note(name, str(size[0]), ["too wide"] if is_wider_than_the_screen(self.page) else [])

    def _printed(self, name: str, *, is_whole: bool) -> None:
        self.page.emulate_media(media="print")
        self._sized(name, SHEET)
        if is_whole:
            self._note(name, "printed", accessible.problems(self.page, only="color-contrast"))
        self._note(name, "printed", self.page.evaluate(PRINTED))
        self._picture(f"{name}-print", SHEET)
        self.page.emulate_media(media="screen")

    def _dark(self, name: str, english: Given) -> None:
        """In English, which may be longer; of what axe asks the colours differ."""
        self.page.emulate_media(color_scheme="dark")
        self._open(self.page, name, english)
        self._sized(name, SMALL)
        self._note(name, "dark", accessible.problems(self.page, only="color-contrast"))
        self._picture(f"{name}-dark")
        self._note(name, "English", german(self.page))
        self.page.emulate_media(color_scheme="light")

    def _picture(self, name: str, *sizes: tuple[int, int]) -> None:
        """Where pictures are wanted at all; on a telephone as most are, and not as the smallest."""
        for width, height in (sizes or (WIDE, TELEPHONE)) if os.environ.get("SHOTS") else ():
            self.page.set_viewport_size({"width": width, "height": height})
            accessible.picture(self.page, name)

    def _note(self, name: str, how: str, found: list[str]) -> None:
        self.wrong += [(name, how, one) for one in found]
        self.wrong += [(name, how, one) for one in self.shown.said]
        self.shown.said.clear()


def german(page: Page) -> list[str]:
    """Lines of a page in English with words that only German has; what is marked as German may be."""
    if page.locator("html").get_attribute("lang") != "en":
        return ["not in English"]
    page.evaluate("document.querySelectorAll('[lang=de], textarea').forEach((one) => one.remove())")
    lines = page.inner_text("body").splitlines()
    return [line for line in lines if GERMAN.search(line) and not WRITTEN.fullmatch(line)]


@pytest.fixture
def looking(chromium: Browser) -> Iterator[Looking]:
    shown = Shown()
    context = chromium.new_context(locale="de-DE")
    plain = chromium.new_context(
        locale="de-DE", java_script_enabled=False, viewport={"width": 320, "height": 568}
    )
    yield Looking(shown, shown.listen(context), shown.listen(plain))
    context.close()
    plain.close()


@pytest.mark.parametrize("half", [0, 1])
def test_every_page_is_right_however_it_is_looked_at(
    half: int, looking: Looking, alice: make.Member, things: table.Things
) -> None:
    scene = every_page.set_up(alice, things)
    for number, look in enumerate(every_page.LOOKS[half::2]):
        in_german, in_english = (every_page.answer(scene, look, language) for language in ("de", "en"))
        looking.at(look, in_german, in_english, is_odd=number % 2 == 1)
    assert not looking.wrong, "\n".join(map(str, looking.wrong))


def test_every_address_stands_there() -> None:
    known = {look.url for look in every_page.LOOKS} | every_page.NO_PAGES
    assert known == {pattern.name for pattern in table.PAGES}
