"""The pages in a real Chromium: by keyboard alone, on a small screen, with script and without."""

import itertools
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from flexnet import configuration
from flexnet.access import queries as access
from flexnet.access import resync_requests
from flexnet.accounts import rules
from flexnet.accounts.models import Role
from flexnet.billing.models import Delivery
from flexnet.lib import hotp
from flexnet.lib.quarters import Quarter
from tests import accessible, make
from tests.billing import files
from tests.correspondence import writing
from tests.portal.in_chromium import chromium, clock, context, is_wider_than_the_screen, page, sign_in

pytestmark = pytest.mark.browser
__all__ = ["chromium", "clock", "context", "page"]  # fixtures

NEW = "Sommerregen-2026"


@pytest.fixture
def member(live_server: LiveServer) -> make.Member:
    """Alice's practice as it is today, with her initial password."""
    return make.member(now=datetime.now(UTC))


@pytest.fixture
def settled(live_server: LiveServer) -> make.Member:
    return make.settled(now=datetime.now(UTC))


@pytest.fixture
def bill(tmp_path: Path) -> Path:
    """A file of last quarter on the practice's disk."""
    path = tmp_path / files.NAME
    path.write_bytes(files.plain(quarter=last_quarter(), cases=500))
    return path


def last_quarter() -> Quarter:
    return Quarter.of(datetime.now(UTC).date()) + -1


def test_the_first_sign_in_works_by_keyboard_alone(member: make.Member, page: Page) -> None:
    page.goto("/")
    typed = iter(("alice-praxis", member.practice_password))
    _walk_to(page, "id_user_name")
    page.keyboard.type(next(typed))
    _walk_to(page, "id_password")
    page.keyboard.type(next(typed))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Wählen Sie zuerst ein eigenes Kennwort")
    for field, text in (("id_old", member.practice_password), ("id_new", NEW), ("id_again", NEW)):
        _walk_to(page, field)
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Guten Tag")


def test_a_refusal_is_where_the_focus_is(settled: make.Member, page: Page) -> None:
    sign_in(page, "falsch")
    expect(page.locator(".summary")).to_be_focused()
    expect(page.get_by_label("Benutzername")).to_have_value("alice-praxis")


def test_the_rules_are_ticked_off_as_the_server_asks_for_them(member: make.Member, page: Page) -> None:
    sign_in(page, member.practice_password)
    names = ("alice-praxis", *access.names_inside(member.practice_access))
    for text in _passwords():
        page.locator("#id_new").fill(text)
        met = page.locator(".rules li.met").evaluate_all("found => found.map(one => one.dataset.rule)")
        demands = rules.demands(text, policy=configuration.current().password, names=names)
        assert set(met) == {demand.name for demand in demands if demand.is_met}, text


def test_new_terms_are_accepted_by_keyboard_and_nothing_is_wrong_with_their_pages(
    settled: make.Member, page: Page
) -> None:
    now = datetime.now(UTC)
    make.publish(2, now.date(), now=now)
    make.tick(settled.personal_access, make.publish(3, now.date() + timedelta(days=1), now=now), now=now)
    make.publish(4, now.date() + timedelta(days=2), now=now)
    sign_in(page, user_name="alice")
    for path in ("/", "/nutzungsbedingungen/widerspruch/", "/nutzungsbedingungen/"):
        page.goto(path)
        assert accessible.problems(page) == [], path
        assert not is_wider_than_the_screen(page), path
    _walk_to(page, "id_tick")
    page.keyboard.press("Enter")
    expect(page.locator(".summary")).to_be_focused()
    assert accessible.problems(page) == []
    _walk_to(page, "id_tick")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Sie haben die Nutzungsbedingungen angenommen.")).to_be_visible()


def test_what_was_typed_can_be_looked_at(member: make.Member, page: Page) -> None:
    page.goto("/")
    secret = page.get_by_label("Kennwort", exact=True)
    secret.fill("abc")
    page.get_by_role("button", name="Anzeigen").click()
    expect(secret).to_have_attribute("type", "text")
    page.get_by_role("button", name="Verbergen").click()
    expect(secret).to_have_attribute("type", "password")


def test_whoever_types_before_the_script_came_goes_on_typing(member: make.Member, page: Page) -> None:
    held: list[Route] = []  # its append takes none of the marks that Playwright makes
    page.route(re.compile(r"/password[^/]*\.js$"), lambda route: held.append(route))
    page.goto("/", wait_until="commit")
    page.get_by_label("Kennwort", exact=True).focus()
    page.keyboard.type("Sommer")
    expect(page.get_by_role("button", name="Anzeigen")).to_be_hidden()
    held.pop().continue_()
    expect(page.get_by_role("button", name="Anzeigen")).to_be_visible()
    page.keyboard.type("regen")
    expect(page.get_by_label("Kennwort", exact=True)).to_have_value("Sommerregen")


def test_a_slow_line_is_seen_to_work(settled: make.Member, page: Page, bill: Path) -> None:
    sign_in(page)
    page.goto("/abrechnung/neu/")
    _slow_down(page, bytes_per_second=bill.stat().st_size)
    page.get_by_label("Abrechnungsdatei").set_input_files(bill)
    page.get_by_role("button", name="Hochladen und prüfen").click()
    expect(page.locator(".progress-words")).to_contain_text("noch weniger als eine Minute")
    expect(page.get_by_role("button", name="Hochladen und prüfen")).to_be_disabled()
    expect(page.get_by_role("heading", level=1)).to_have_text("Prüfen und einreichen")
    page.get_by_role("button", name="Abrechnung verbindlich einreichen").click()
    expect(page.locator("#receipt-number")).to_have_text(Delivery.objects.get().receipt.number)


def test_a_wrong_file_is_told_without_leaving_the_page(
    settled: make.Member, page: Page, tmp_path: Path, bill: Path
) -> None:
    sign_in(page)
    page.goto("/abrechnung/neu/")
    wrong = tmp_path / "Rechnung.pdf"
    wrong.write_bytes(b"%PDF-1.7")
    for chosen, heading in ((wrong, "Abrechnung einreichen"), (bill, "Prüfen und einreichen")):
        page.get_by_label("Abrechnungsdatei").set_input_files(chosen)
        page.get_by_role("button", name="Hochladen und prüfen").click()
        if chosen is wrong:
            expect(page.locator(".sending")).to_contain_text("Der Dateiname ist nicht")
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def test_no_page_is_wider_than_a_small_screen(settled: make.Member, page: Page, bill: Path) -> None:
    page.goto("/")
    assert not is_wider_than_the_screen(page)
    sign_in(page)
    page.goto("/abrechnung/neu/")
    page.get_by_label("Abrechnungsdatei").set_input_files(bill)
    page.get_by_role("button", name="Hochladen und prüfen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Prüfen und einreichen")
    assert not is_wider_than_the_screen(page)
    paths = (
        "/",
        "/abrechnung/",
        "/abrechnung/neu/",
        "/zugangsdaten/",
        "/zugangsdaten/neu/",
        "/sperrkennwort/neu/",
    )
    for path in (*paths, "/nutzungsbedingungen/"):
        page.goto(path)
        assert not is_wider_than_the_screen(page), path


def test_asking_for_new_credentials_has_no_barrier(settled: make.Member, page: Page) -> None:
    sign_in(page)
    page.goto("/zugangsdaten/")
    page.get_by_role("link", name="Neue Zugangsdaten per Brief").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Neue Zugangsdaten per Brief")
    assert accessible.problems(page) == []
    page.goto("/sperrkennwort/neu/")
    assert accessible.problems(page) == []
    page.get_by_role("button", name="Sperrkennwort bestellen").click()
    expect(page.get_by_text("Bestellt. Das neue Sperrkennwort kommt per Brief.")).to_be_visible()
    page.goto("/zugangsdaten/neu/")
    page.get_by_label("Meine bisherigen Zugangsdaten sofort sperren").check()
    page.get_by_role("button", name="Zugangsdaten anfordern").click()
    expect(page.get_by_text("Ihre bisherigen Zugangsdaten sind gesperrt.")).to_be_visible()


def test_what_a_member_does_for_the_practice_has_no_barrier(settled: make.Member, page: Page) -> None:
    sign_in(page, user_name="alice")

    def is_fine() -> None:
        assert accessible.problems(page) == [], page.url
        assert not is_wider_than_the_screen(page), page.url

    page.goto("/praxispersonal/neu/")
    page.get_by_role("button", name="Zugang eröffnen").click()
    expect(page.locator(".summary")).to_be_focused()
    is_fine()
    page.get_by_label("Vor- und Nachname").fill("Carola Beispiel-Mustermann")
    page.get_by_role("button", name="Zugang eröffnen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zugang von Carola Beispiel-Mustermann")
    is_fine()
    page.goto("/antraege/neu/")
    page.get_by_role("button", name="Weiter").click()
    is_fine()
    page.get_by_label("Vor- und Nachname").fill("Dr. Clara Neu")
    page.get_by_label("Lebenslange Arztnummer").fill("246801101")
    page.get_by_label("angestellt").check()
    for label, text in (("Straße", "Am Markt 1"), ("Postleitzahl", "39104"), ("Ort", "Magdeburg")):
        page.get_by_label(label).fill(text)
    page.get_by_label("Telefon").fill("0391 123456")
    page.get_by_role("button", name="Weiter").click()
    is_fine()
    page.get_by_label("Ich stelle diesen Antrag").check()
    page.get_by_role("button", name="Antrag verbindlich absenden").click()
    expect(page.get_by_text("Ihr Antrag ist bei uns eingegangen.")).to_be_visible()
    is_fine()
    key = f"/mein-zugang/yubikey/{settled.key}/sperren/"
    for path in (
        "/praxispersonal/",
        "/antraege/",
        "/mein-zugang/",
        "/anmeldungen/",
        "/datenkopie/",
        "/meine-daten/",
        "/meine-daten/889999900-address/aendern/",
        "/briefe/",
        key,
        key.replace("sperren", "gleichlauf"),
        key.replace("sperren", "ersatz"),
        "/kuendigung/",
        "/kuendigung/alice/",
    ):
        page.goto(path)
        is_fine()
    page.get_by_role("button", name="Verbindlich kündigen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zugang alice ist gekündigt")
    is_fine()


def test_messages_have_no_barrier_and_keep_what_was_typed(settled: make.Member, page: Page) -> None:
    clara = make.colleague(Role.CLERK, now=datetime.now(UTC)).staff
    writing.from_kv(settled.site.practice, clara, writing.SCHEIN, now=datetime.now(UTC))
    sign_in(page)

    def is_fine() -> None:
        assert accessible.problems(page) == [], page.url
        assert not is_wider_than_the_screen(page), page.url

    is_fine()
    page.get_by_role("link", name="Lesen", exact=True).click()
    is_fine()
    page.get_by_role("link", name=writing.SUBJECT).click()
    is_fine()
    page.get_by_label("Ihre Nachricht").fill("Vielen Dank")
    wrong: FilePayload = {"name": "x.exe", "mimeType": "application/pdf", "buffer": b"MZ"}
    page.get_by_label("Anlagen").set_input_files(wrong)
    page.get_by_role("button", name="Nachricht senden").click()
    expect(page.locator(".summary")).to_be_focused()
    expect(page.get_by_label("Ihre Nachricht")).to_have_value("Vielen Dank")
    is_fine()
    page.get_by_role("button", name="Nachricht senden").click()
    expect(page.get_by_text("Noch nicht gelesen.")).to_be_visible()
    page.goto("/nachrichten/neu/")
    is_fine()


def test_three_touches_fill_the_field_and_the_page_waits_for_the_worker(
    settled: make.Member, page: Page
) -> None:
    """The key types Enter behind each code: in this field that sends nothing."""
    sign_in(page)
    page.goto(f"/mein-zugang/yubikey/{settled.key}/gleichlauf/")
    page.get_by_label("Drei Codes hintereinander").click()
    for press in (700, 701, 702):
        page.keyboard.type(hotp.code(settled.seed, press))
        page.keyboard.press("Enter")
    page.get_by_role("button", name="Codes prüfen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Codes werden geprüft")
    assert not accessible.problems(page)
    resync_requests.judge_waiting(datetime.now(UTC))
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihr YubiKey passt wieder")
    assert not accessible.problems(page)


def test_everything_works_without_script(
    settled: make.Member, chromium: Browser, live_server: LiveServer, bill: Path
) -> None:
    context = chromium.new_context(base_url=live_server.url, locale="de-DE", java_script_enabled=False)
    page = context.new_page()
    sign_in(page)
    page.goto("/abrechnung/neu/")
    page.get_by_label("Abrechnungsdatei").set_input_files(bill)
    page.get_by_role("button", name="Hochladen und prüfen").click()
    page.get_by_role("button", name="Abrechnung verbindlich einreichen").click()
    expect(page.locator("#receipt-number")).to_have_text(Delivery.objects.get().receipt.number)
    context.close()


def test_the_back_button_shows_nothing_after_signing_out(settled: make.Member, page: Page) -> None:
    sign_in(page)
    page.goto("/abrechnung/")
    page.get_by_role("button", name="Abmelden").click()
    expect(page.get_by_text("Sie sind abgemeldet.")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("button", name="Anmelden")).to_be_visible()
    assert "Ihre Abrechnungen" not in page.inner_text("body")


def _walk_to(page: Page, field: str) -> None:
    """Press Tab until the field has the focus."""
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == field:
            return
    pytest.fail(f"{field} is not reached by keyboard")


def _passwords() -> Iterator[str]:
    """Such as break each rule, and such as keep all."""
    yield from (NEW, " " + NEW, NEW + " ", "Frühling-2026", "Straße-2026-X", "😀" * 12, "A1-" + "ä" * 31)
    yield from ("ALICE-PRAXIS-9x", "x889999900-ABCd", "a" * 64, "a" * 65, "aA1 aA1 aA1 ", "tab\there-A1xx")
    for kinds in itertools.combinations(("abcd", "EFGH", "1234", "!?-+", "{~}`"), 3):
        yield "".join(kinds)


def _slow_down(page: Page, *, bytes_per_second: int) -> None:
    line = page.context.new_cdp_session(page)
    limits = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_per_second}
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", limits)
