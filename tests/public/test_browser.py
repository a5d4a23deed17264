"""The public site in a real Chromium: by keyboard alone, without script, on small screens, no barriers."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from flexnet.applications.models import Application
from flexnet.software.systems import System
from tests import accessible, make
from tests.public.visiting import DOCTOR, MEMBER, PRACTICE
from tests.software import giving_out

pytestmark = pytest.mark.browser

_SIZES = ((1280, 900), (390, 844), (320, 568))
_READ = (
    "/",
    "/voraussetzungen/",
    "/handbuch/",
    "/handbuch/anmelden/",
    "/handbuch/hilfe/",
    "/nutzungsbedingungen/",
    "/nutzungsbedingungen/1/",
    "/anbieter/",
    "/wartung/",
    "/notsperre/",
    "/notsperre/gesendet/",
    "/zugangsdaten/",
    "/zugangsdaten/angefordert/",
    "/software/",
    "/software/angefordert/",
    "/software/neu/",
    "/antrag/",
    "/antrag/dritte/",
    "/impressum/",
    "/datenschutz/",
    "/barrierefreiheit/",
    "/gibt/es/nicht/",
)


@pytest.fixture
def page(chromium: Browser, served: str) -> Iterator[Page]:
    """Its console must stay free of errors, but for answers that say what is wrong."""
    context = chromium.new_context(base_url=served, locale="de-DE")
    context.set_default_timeout(10_000)
    page, said = context.new_page(), list[str]()

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(one in message.text for one in ("422", "404")):
            said.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()
    assert said == []


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def look(page: Page) -> None:
    assert accessible.problems(page) == [], page.url
    for width, height in _SIZES:
        page.set_viewport_size({"width": width, "height": height})
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not page.evaluate(wide), (page.url, width)
        accessible.picture(page)


@pytest.mark.parametrize("path", _READ)
def test_what_everybody_reads_has_no_barrier_and_fits_every_screen(page: Page, path: str) -> None:
    page.goto(path)
    look(page)


def fill(page: Page, typed: dict[str, str]) -> None:
    for name, value in typed.items():
        if name == "role":
            page.check("#id_role_0")
        else:
            page.fill(f"#id_{name}", value)


def onward(page: Page, title: str) -> None:
    page.get_by_role("button", name="Weiter").click()
    expect(heading(page)).to_contain_text(title)


def test_applying_has_no_barrier_and_fits_every_screen(page: Page) -> None:
    page.goto(MEMBER)
    look(page)
    onward(page, "Ihre Praxis")
    expect(page.locator(".summary")).to_be_focused()
    look(page)
    fill(page, PRACTICE)
    onward(page, "Ihre Person")
    look(page)
    onward(page, "Ihre Person")
    look(page)
    fill(page, DOCTOR)
    onward(page, "Ihr Zugang")
    look(page)
    onward(page, "Ihr Zugang")
    look(page)
    page.get_by_label("Praxiszugang").check()
    onward(page, "Stimmt alles?")
    look(page)
    page.get_by_role("button", name="Antrag absenden").click()
    expect(page.locator("#application-number")).to_have_text(Application.objects.get().number)
    look(page)


def test_by_keyboard_alone_and_without_script(chromium: Browser, served: str) -> None:
    context = chromium.new_context(base_url=served, locale="de-DE", java_script_enabled=False)
    page = context.new_page()
    page.goto(MEMBER)
    for typed in (PRACTICE, DOCTOR):
        for name, value in typed.items():
            press_tab_to(page, "id_role_0" if name == "role" else f"id_{name}")
            page.keyboard.press("Space") if name == "role" else page.keyboard.type(value)
        page.keyboard.press("Enter")
    press_tab_to(page, "id_wants_practice_access")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("Stimmt alles?")
    page.get_by_role("button", name="Antrag absenden").press("Enter")
    expect(heading(page)).to_have_text("Ihr Antrag ist angekommen")
    context.close()


def test_on_a_phone_the_areas_lie_in_a_menu_that_opens_by_keyboard(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 568})
    page.goto("/wartung/")
    link = page.get_by_role("navigation", name="Bereiche").get_by_role("link", name="Voraussetzungen")
    expect(link).to_have_count(0)
    page.locator("summary", has_text="Menü").press("Enter")
    expect(link).to_be_visible()
    assert accessible.problems(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    link.press("Enter")
    expect(heading(page)).to_have_text("Voraussetzungen")


def press_tab_to(page: Page, field: str) -> None:
    """Press Tab until the field has the focus."""
    wanted = page.locator(f"#{field}:focus")
    for _ in range(30):
        page.keyboard.press("Tab")
        if wanted.count():
            return
    pytest.fail(f"{field} is not reached by keyboard")


def test_a_double_click_and_a_reload_send_once_and_back_loses_nothing(page: Page) -> None:
    page.goto(MEMBER)
    fill(page, PRACTICE)
    onward(page, "Ihre Person")
    fill(page, DOCTOR)
    onward(page, "Ihr Zugang")
    page.get_by_label("Praxiszugang").check()
    onward(page, "Stimmt alles?")
    page.get_by_role("button", name="Antrag absenden").dblclick()
    expect(heading(page)).to_have_text("Ihr Antrag ist angekommen")
    number = page.locator("#application-number").inner_text()
    page.reload()
    expect(page.locator("#application-number")).to_have_text(number)
    assert Application.objects.count() == 1


def test_the_owner_locks_by_name_and_word(page: Page) -> None:
    alice = make.settled()
    page.goto("/")
    page.get_by_role("link", name="Zugang sperren").click()
    page.get_by_label("Benutzername").fill("alice-praxis")
    page.get_by_label("Sperrkennwort").fill(alice.practice_word)
    page.get_by_role("button", name="Zugang jetzt sperren").click()
    expect(heading(page)).to_have_text("Ihre Eingabe ist angekommen")
    assert alice.practice_access.locks.count() == 1


def test_from_the_link_in_a_mail_to_the_second_button(page: Page, tmp_path: Path) -> None:
    for name, content in ((giving_out.LINUX, b"one"), (giving_out.OWN, b"two")):
        giving_out.release(tmp_path, name, content, "3.2")
    _link, token = giving_out.linked(giving_out.practice(), System.LINUX)
    page.goto(f"/software/link/{token}/")
    look(page)
    page.get_by_role("button", name="Download starten FlexNet-Client").click()
    expect(heading(page)).to_have_text("Ihr Download ist bereit")
    look(page)
    expect(page.get_by_role("link", name="Download", exact=True)).to_have_attribute(
        "href", re.compile(f"/[0-9a-f]{{48}}/{re.escape(giving_out.OWN)}$")
    )
    page.goto("/software/link/falsch/")
    look(page)
    page.get_by_role("link", name="Neuen Link anfordern").click()
    page.get_by_role("button", name="Link anfordern").click()
    expect(page.locator(".summary")).to_be_focused()
    look(page)
    page.get_by_label("Betriebsstättennummer").fill("889999900")
    page.get_by_label("Linux").check()
    page.get_by_role("button", name="Link anfordern").click()
    expect(heading(page)).to_have_text("Ihre Bitte ist angekommen")
