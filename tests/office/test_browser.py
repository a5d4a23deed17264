"""The office's door in a real Chromium: security keys, apps, codes on paper, with script and without."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, CDPSession, Locator, Page, expect

from flexnet.accounts import staff
from flexnet.accounts.models import Approval, Role, SecurityKey
from flexnet.audit.models import Event
from flexnet.lib import totp
from tests import accessible, make

pytestmark = pytest.mark.browser

NEW = "Sommerregen-2026"
_SIZES = ((1280, 900), (390, 844), (320, 568))


@pytest.fixture
def clock() -> None:
    """A browser has its own clock; here it is the time that it is."""


@pytest.fixture
def entered(served: str) -> staff.Credentials:
    """Dora, who has never been here."""
    now = datetime.now(UTC)
    return staff.enter(user_name="dora", name="Dora Neu", roles=[Role.CLERK], by=make.BY, now=now)


@pytest.fixture
def clara(served: str) -> make.Colleague:
    return make.colleague(Role.CLERK, now=datetime.now(UTC))


@pytest.fixture
def stick(page: Page) -> CDPSession:
    """A security key in the browser's machine, which somebody touches at once."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "usb", "automaticPresenceSimulation": True}
    line.send("WebAuthn.addVirtualAuthenticator", {"options": kind})
    return line


def first_step(page: Page, user_name: str, password: str = make.PASSWORD) -> None:
    page.goto("/anmelden/")
    page.get_by_label("Benutzername").fill(user_name)
    page.get_by_label("Kennwort", exact=True).fill(password)
    page.get_by_label("Kennwort", exact=True).press("Enter")


def signs_in(page: Page, who: make.Colleague) -> None:
    first_step(page, str(who.staff))
    page.get_by_label("Code").fill(who.code_for_a_while())
    page.get_by_label("Code").press("Enter")
    expect(page.get_by_role("button", name="Abmelden")).to_be_visible()


def begins(page: Page, entered: staff.Credentials) -> None:
    """Up to the choice between key and app."""
    first_step(page, "dora", entered.initial_password)
    page.get_by_label("Einrichtungscode").fill(entered.enrolment_code)
    page.get_by_role("button", name="Weiter").click()
    expect(heading(page)).to_have_text("Was möchten Sie zum Anmelden benutzen?")


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def changes_password(page: Page, old: str) -> None:
    page.get_by_label("Bisheriges Kennwort", exact=True).fill(old)
    page.get_by_label("Neues Kennwort", exact=True).fill(NEW)
    page.get_by_label("Neues Kennwort noch einmal").fill(NEW)
    page.get_by_role("button", name="Neues Kennwort speichern").click()


def test_the_first_day_with_a_security_key(entered: staff.Credentials, page: Page, stick: CDPSession) -> None:
    begins(page, entered)
    page.get_by_role("link", name="Sicherheitsschlüssel").click()
    page.get_by_label("Wie soll dieser Schlüssel heißen?").fill("am Schlüsselbund")
    page.get_by_role("button", name="Schlüssel einrichten").click()
    expect(heading(page)).to_have_text("Notfallcodes")
    page.get_by_role("button", name="Notfallcodes anzeigen").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="Ich habe sie notiert").click()
    changes_password(page, entered.initial_password)
    expect(page.get_by_text("Ihr neues Kennwort gilt ab sofort.")).to_be_visible()
    page.get_by_role("button", name="Abmelden").click()
    first_step(page, "dora", NEW)
    page.get_by_role("button", name="Sicherheitsschlüssel berühren").click()
    expect(page.get_by_role("button", name="Abmelden")).to_be_visible()
    key = SecurityKey.objects.get()
    assert (key.name, key.sign_count > 0) == ("am Schlüsselbund", True)


def test_the_same_key_cannot_be_set_up_twice(
    entered: staff.Credentials, page: Page, stick: CDPSession
) -> None:
    begins(page, entered)
    page.get_by_role("link", name="Sicherheitsschlüssel").click()
    page.get_by_label("Wie soll dieser Schlüssel heißen?").fill("eins")
    page.get_by_role("button", name="Schlüssel einrichten").click()
    page.get_by_role("link", name="Später").click()
    changes_password(page, entered.initial_password)
    page.goto("/mein-konto/schluessel/")
    page.get_by_label("Wie soll dieser Schlüssel heißen?").fill("zwei")
    page.get_by_role("button", name="Schlüssel einrichten").click()
    expect(
        page.get_by_text("Dieser Schlüssel ist schon eingerichtet. Nehmen Sie einen anderen.")
    ).to_be_visible()
    assert SecurityKey.objects.count() == 1


def test_whatever_the_browser_answers_it_is_told_what_to_do(
    entered: staff.Credentials, page: Page, stick: CDPSession
) -> None:
    begins(page, entered)
    page.get_by_role("link", name="Sicherheitsschlüssel").click()
    page.locator("form[data-options]").evaluate("form => { form.dataset.options = '{}' }")
    page.get_by_role("button", name="Schlüssel einrichten").click()
    expect(page.get_by_text("Das hat nicht geklappt. Versuchen Sie es noch einmal.")).to_be_visible()


def test_the_first_day_with_an_app_works_without_script(
    entered: staff.Credentials, chromium: Browser, served: str
) -> None:
    context = chromium.new_context(base_url=served, locale="de-DE", java_script_enabled=False)
    page = context.new_page()
    begins(page, entered)
    page.get_by_role("link", name="Sicherheitsschlüssel").click()
    expect(page.get_by_text("Hier geht das nicht")).to_be_visible()
    page.get_by_role("link", name="Zurück").click()
    page.get_by_role("link", name="App auf dem Telefon").click()
    expect(page.locator(".qr svg")).to_be_visible()
    shown = page.locator("strong.figures").inner_text()
    page.get_by_label("Code aus der App").fill("000000")
    page.get_by_role("button", name="App einrichten").click()
    expect(page.locator("strong.figures")).to_have_text(shown)
    page.get_by_label("Code aus der App").fill(totp.code(totp.from_text(shown), datetime.now(UTC)))
    page.get_by_role("button", name="App einrichten").click()
    page.get_by_role("button", name="Notfallcodes anzeigen").click()
    code = page.locator(".codes li").first.inner_text()
    page.get_by_role("link", name="Ich habe sie notiert").click()
    changes_password(page, entered.initial_password)
    page.get_by_role("button", name="Abmelden").click()
    first_step(page, "dora", NEW)
    page.get_by_label("Code").fill(code.lower())
    page.get_by_role("button", name="Anmelden").click()
    expect(page.get_by_role("button", name="Abmelden")).to_be_visible()
    context.close()


def test_no_page_has_a_barrier_or_is_wider_than_its_screen(
    entered: staff.Credentials, page: Page, stick: CDPSession
) -> None:
    now = datetime.now(UTC)
    ada = make.colleague(Role.ADMINISTRATOR, Role.AUDITOR, name="ada", now=now)
    make.colleague(Role.ADMINISTRATOR, name="berta", now=now)
    look(page, "/anmelden/")
    first_step(page, "dora", entered.initial_password)
    look(page, "/anmelden/einrichten/")
    page.get_by_label("Einrichtungscode").fill(entered.enrolment_code)
    page.get_by_role("button", name="Weiter").click()
    for path in ("/anmelden/einrichten/", "/anmelden/einrichten/app/", "/anmelden/einrichten/schluessel/"):
        look(page, path)
    page.context.clear_cookies()
    first_step(page, "ada")
    look(page, "/anmelden/zweiter-schritt/")
    page.context.clear_cookies()
    signs_in(page, ada)
    page.goto("/mitarbeiter/name/dora/")
    page.get_by_label("Warum?").fill("Vertretung")
    page.get_by_label(re.compile("IT-Service")).check()
    page.get_by_role("button", name="Rollen beantragen").click()
    expect(page.get_by_text("Hier wartet ein Antrag auf Freigabe")).to_be_visible()
    numbers = {"wish": Approval.objects.get().pk, "entry": Event.objects.latest("pk").pk}
    for path in _PAGES:
        look(page, path.format(**numbers))
    page.goto("/mein-konto/notfallcodes/")
    page.get_by_role("button", name="Notfallcodes anzeigen").click()
    assert accessible.problems(page) == []


_PAGES = (
    "/",
    "/mein-konto/",
    "/mein-konto/kennwort/",
    "/mein-konto/notfallcodes/",
    "/mein-konto/app/",
    "/mein-konto/schluessel/",
    "/mitarbeiter/",
    "/mitarbeiter/neu/",
    "/mitarbeiter/name/dora/",
    "/mitarbeiter/name/dora/neu-ausstellen/",
    "/mitarbeiter/name/dora/beenden/",
    "/freigaben/",
    "/freigaben/{wish}/",
    "/protokoll/",
    "/protokoll/{entry}/",
    "/protokoll/stand/",
    "/protokoll/herunterladen/",
)


def look(page: Page, path: str) -> None:
    page.goto(path)
    assert page.url.endswith(path), page.url
    assert accessible.problems(page) == [], path
    for width, height in _SIZES:
        page.set_viewport_size({"width": width, "height": height})
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not page.evaluate(wide), (path, width)
