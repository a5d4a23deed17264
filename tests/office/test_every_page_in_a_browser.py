"""Every page of the office in a real Chromium, also with errors shown: no barriers, none too wide."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Browser, Route

from flexnet.accounts.models import Role
from tests import accessible
from tests.office import test_access_table as table
from tests.office import test_forms as forms
from tests.office import visiting

if TYPE_CHECKING:
    from tests.office.visiting import Answer

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

SIZES = ((1280, 900), (390, 844))
SHOTS = os.environ.get("SHOTS")  # a folder for pictures of all pages
WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def pages(client: Client, scene: Mapping[str, dict[str, object]]) -> Iterator[tuple[str, Answer]]:
    """Each by name: as it is opened, with nothing typed, with what it asks back, with what others did."""
    for row in table.TABLE:
        if "get" in row.methods.split():
            yield row.url, client.get(table.address_of(row, scene))
    for form in forms.FORMS:
        url = forms.url_of(form, scene)
        with forms.undone():
            yield f"{form.url}-wrong", client.post(url, {})
        fields = forms.hidden(client.get(url).text) | dict(form.typed)
        with forms.undone():
            yield f"{form.url}-asks", client.post(url, fields)
            yield f"{form.url}-told", client.post(url, fields | dict(form.others))


def is_page(answer: Answer) -> bool:
    return answer.status_code in (200, 422) and answer["Content-Type"].startswith("text/html")


def text_of(answer: Answer) -> str:
    """Without the numbers that each page has for itself."""
    return re.sub(r'value="[\w-]{36,}"', "", answer.text)


class Shown:
    """The browser's only server: it gives the page that is to be looked at, and what belongs to it."""

    def __init__(self) -> None:
        self.answer: Answer | None = None

    def __call__(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path.startswith("/static/"):
            route.fulfill(path=str(finders.find(path.removeprefix("/static/"))))
        elif self.answer is not None:
            route.fulfill(body=self.answer.text, headers=dict(self.answer.headers), status=200)


@pytest.mark.parametrize("half", [0, 1])
def test_no_page_has_barriers_or_is_wider_than_the_screen(
    half: int, chromium: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is looked at in both sizes; axe takes a page as it is opened in both, others in one of them."""
    scene, client, shown = forms.set_up(monkeypatch), visiting.as_(*Role), Shown()
    context = chromium.new_context(locale="de-DE")
    page, wrong, seen, texts = context.new_page(), list[Any](), set[str](), set[str]()
    page.route("**/*", shown)
    for name, answer in pages(client, scene):
        if not is_page(answer) or (written := text_of(answer)) in texts:
            continue
        texts.add(written)
        seen.add(name)
        if len(seen) % 2 != half:
            continue
        shown.answer = answer
        page.goto(f"http://testserver/{name}")
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            if name in forms.URLS or len(seen) // 2 % 2 == SIZES.index((width, height)):
                wrong += [(name, width, found) for found in accessible.problems(page)]
            wrong += [(name, width, "wider than the screen")] if page.evaluate(WIDE) else []
            if SHOTS:
                page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
    context.close()
    assert not wrong, "\n".join(map(str, wrong))
    assert seen >= {"desk", "access", "access-lock-wrong", "access-lock-asks", "practice-edit-told"}
