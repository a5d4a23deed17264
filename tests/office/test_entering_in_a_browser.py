"""A practice entered in a real Chromium, click by click, as a clerk does it."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from flexnet.access import actions, first_password, locking, queries
from flexnet.accounts.models import Role
from flexnet.lib import hotp
from tests import accessible, make
from tests.applications import forms

pytestmark = pytest.mark.browser

_SIZES = ((1280, 900), (390, 844), (320, 568))
SHOTS = os.environ.get("SHOTS")


@pytest.fixture
def clock() -> None:
    """A browser has its own clock; here it is the time that it is."""


@pytest.fixture
def clerk(served: str, page: Page) -> Page:
    now = datetime.now(UTC)
    make.terms()
    who = make.colleague(Role.CLERK, now=now)
    page.goto("/anmelden/")
    page.get_by_label("Benutzername").fill(str(who.staff))
    page.get_by_label("Kennwort", exact=True).fill(who.password)
    page.get_by_role("button", name="Weiter").click()
    page.get_by_label("Code").fill(who.code_for_a_while())
    page.get_by_label("Code").press("Enter")
    expect(page.get_by_role("button", name="Abmelden")).to_be_visible()
    return page


def look(page: Page, name: str) -> None:
    """No barrier, and nothing wider than the screen."""
    assert accessible.problems(page) == [], name
    for width, height in _SIZES:
        page.set_viewport_size({"width": width, "height": height})
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not page.evaluate(wide), (name, width)
        if SHOTS and width != 320:
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})


def enters_practice(page: Page) -> None:
    page.get_by_role("link", name="Eintragen", exact=True).click()
    look(page, "start")
    page.get_by_role("link", name="Praxis Mit Betriebsstätte").click()
    look(page, "practice-form")
    page.get_by_role("button", name="Praxis eintragen").click()
    look(page, "practice-wrong")
    page.get_by_label("Betriebsstättennummer (BSNR)").fill("889999900")
    page.get_by_label("Name der Praxis").fill("Praxis Dr. Alice Ärmel")
    page.get_by_label("Einzelpraxis").check()
    page.get_by_label("Straße und Hausnummer").fill("Hauptstraße 1")
    page.get_by_label("Postleitzahl").fill("39104")
    page.get_by_label("Ort", exact=True).fill("Magdeburg")
    page.get_by_role("button", name="Praxis eintragen").click()
    expect(page.get_by_text("Als Nächstes fehlt: Inhaberin oder Inhaber.")).to_be_visible()
    look(page, "setup-empty")


def enters_owner(page: Page) -> None:
    page.get_by_role("link", name="Person eintragen").click()
    page.get_by_label("Lebenslange Arztnummer (LANR)").fill("123456601")
    page.get_by_label("Titel, Vor- und Nachname").fill("Dr. Alice Ärmel")
    page.get_by_label("Inhaberin oder Inhaber, auch gemeinsam mit anderen").check()
    page.get_by_label("In dieser Praxis seit").fill("1.1.2020")
    page.get_by_label("Vertragsärztlich tätig seit").fill("1.1.2020")
    look(page, "person-form")
    page.get_by_role("button", name="Person eintragen").click()


def enters_declaration(page: Page, scan: Path) -> None:
    page.get_by_role("link", name="Erklärung eintragen").click()
    page.get_by_label("Fassung 1").check()
    page.get_by_label("Datum der Unterschrift").fill(f"{datetime.now(UTC):%d.%m.%Y}")
    page.get_by_label("Eingescannte Erklärung").set_input_files(scan)
    look(page, "declaration-form")
    page.get_by_role("button", name="Erklärung eintragen").click()


def test_from_nothing_to_a_practice_that_can_sign_in(clerk: Page, tmp_path: Path) -> None:
    page, key = clerk, make.stock_key()
    scan = tmp_path / "erklaerung.pdf"
    scan.write_bytes(b"%PDF-1.7\n%%EOF\n")
    enters_practice(page)
    enters_owner(page)
    enters_declaration(page, scan)
    page.get_by_role("link", name="Zugang eröffnen (Praxiszugang").click()
    look(page, "access-form")
    page.get_by_role("button", name="Zugang eröffnen").click()
    page.get_by_role("link", name="Zu den Briefen (Zugang „p889999900“").click()
    look(page, "letters")
    page.get_by_role("link", name="YubiKey zuordnen").click()
    page.get_by_label("Seriennummer des YubiKeys").fill(key.serial)
    look(page, "key-form")
    page.keyboard.press("Enter")  # as a scanner does
    expect(page.get_by_text("drücken Sie jetzt einmal darauf")).to_be_visible()
    expect(page.get_by_label("Einmalcode")).to_be_focused()
    look(page, "key-touch")
    page.keyboard.type(hotp.code(make.SEED, 0))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Der YubiKey ist geprüft und zugeordnet.")).to_be_visible()
    signs_in_first("p889999900")
    page.reload()
    expect(page.get_by_text("Es ist alles da, was die Praxis zum Anmelden braucht.")).to_be_visible()
    look(page, "setup-done")
    page.get_by_role("link", name="Ende eintragen").click()
    page.get_by_label("Letzter Tag der vertragsärztlichen Tätigkeit").fill("31.12.2024")
    page.get_by_role("button", name="Ende eintragen").click()
    look(page, "ask-back")
    page.get_by_role("button", name="Trotzdem eintragen").click()
    expect(page.get_by_text("Die Tätigkeit ist eingetragen.")).to_be_visible()


def signs_in_first(user_name: str) -> None:
    """With a letter that came, and chooses a password."""
    access, now = queries.access_named(user_name), datetime.now(UTC)
    issued = first_password.issue(access=access, by=make.BY, now=now)
    refused = actions.change_password(
        account=issued.account, old=issued.initial_password, new=make.PASSWORD, by=make.BY, now=now
    )
    assert refused is None


def test_the_pages_of_an_application_have_no_barrier(clerk: Page) -> None:
    row = forms.received(signed_on=None)
    for path in ("", "ergaenzen/", "zurueckgeben/", "ablehnen/", "zurueckziehen/"):
        clerk.goto(f"/antrag/{row}/{path}")
        look(clerk, f"application-{path.strip('/')}")
    for path in ("/eintragen/antrag/", "/eintragen/antrag/member/", "/eintragen/dritte/"):
        clerk.goto(path)
        look(clerk, f"enter-{path.strip('/').replace('/', '-')}")


def test_the_lists_have_no_barrier(clerk: Page) -> None:
    alice = make.settled(now=datetime.now(UTC))
    locking.report_key_lost(serial=alice.key.serial, by=make.BY, reason="weg", now=datetime.now(UTC))
    forms.received()
    for name in ("praxen", "zugaenge", "schluessel", "sperren", "kuendigungen", "antraege"):
        clerk.goto(f"/{name}/")
        look(clerk, name)
