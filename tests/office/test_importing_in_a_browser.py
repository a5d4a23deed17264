"""Import, questions, travel passes, lock receipts and third parties in a real Chromium."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from flexnet.access import locking, travelling
from flexnet.access.models import Lock
from flexnet.accounts.models import Role
from flexnet.gateway import lock_receipts
from flexnet.members import importing, register_file, register_imports, register_work
from flexnet.members.import_models import RegisterImport
from tests import accessible, configured, make
from tests.members.register import BERND, OTHER, file, row
from tests.office.test_browser import signs_in

pytestmark = pytest.mark.browser

_SIZES = ((1280, 900), (390, 844), (320, 568))
WRONG = row(OTHER, lanr="123456701")


@pytest.fixture
def clock() -> None:
    """A browser has its own clock; here it is the time that it is."""


@pytest.fixture
def clara(served: str, page: Page) -> make.Colleague:
    clara = make.colleague(Role.CLERK, now=datetime.now(UTC))
    signs_in(page, clara)
    return clara


def has_no_barriers(page: Page, url: str) -> None:
    for width, height in _SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.goto(url)
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not page.evaluate(wide), (url, width)
    assert accessible.problems(page) == [], url


def looked_at(content: bytes, now: datetime) -> RegisterImport:
    one = register_imports.upload(
        content=content, file_name="arztregister.csv", is_complete=True, by="office:clara", now=now
    )
    register_work.work(now)
    return register_imports.named(one.pk)


def test_no_page_of_the_import_has_barriers(
    clara: make.Colleague, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured.change(monkeypatch, members={"endings_without_four_eyes": 0})
    now = datetime.now(UTC)
    first = file(row(), row(OTHER, BERND, name="Dr. Bernd Muster"))
    importing.run(register_file.read(first), by=make.BY, now=now)
    waits = looked_at(file(row(until="31.03.2026", phone="0391 99"), WRONG), now)
    url = f"/arztregister/{waits.pk}/"
    for address in ("/arztregister/", url, f"{url}einlesen/", "/eintragen/"):
        has_no_barriers(page, address)
    register_imports.order(waits, only_good=True, by="office:clara", now=now)
    has_no_barriers(page, url)
    register_work.work(now)
    for address in (url, f"{url}enden/", "/registerfragen/", "/registerfragen/ausgeschieden/"):
        has_no_barriers(page, address)


def test_from_the_upload_to_the_report(clara: make.Colleague, page: Page, tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_bytes(file(row(), WRONG))
    page.goto("/arztregister/")
    page.get_by_label("CSV-Datei des Arztregisters").set_input_files(path)
    page.get_by_label("Nur ein Teil: Wer darin fehlt, spielt keine Rolle").check()
    page.get_by_role("button", name="Hochladen und prüfen").click()
    expect(page.get_by_text("Wird geprüft", exact=True)).to_be_visible()
    works()
    expect(page.get_by_text("Geprüft, wartet auf Sie")).to_be_visible()
    page.get_by_role("link", name="Einlesen …").click()
    page.get_by_label("Nur die richtigen Zeilen").check()
    page.get_by_role("button", name="Weiter").click()
    page.get_by_role("button", name="Jetzt einlesen").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    works()
    expect(page.get_by_role("heading", name="Was geschehen ist")).to_be_visible()


def works() -> None:
    """As the worker does: beside the browser's thread."""
    thread = threading.Thread(target=register_work.work, args=(datetime.now(UTC),))
    thread.start()
    thread.join()


def test_no_page_of_accesses_and_third_parties_has_barriers(clara: make.Colleague, page: Page) -> None:
    now = datetime.now(UTC)
    alice, dora = make.settled(now=now), make.third_party(now=now)
    access, today = alice.practice_access, now.date()
    travelling.grant_pass(
        access=access,
        from_on=today,
        until_on=today + timedelta(days=3),
        by="office:clara",
        reason="Wien",
        now=now,
    )
    make.door(alice).open(now=now)
    lock = locking.lock_access(access=access, cause=Lock.Cause.LOSS, by="office:clara", reason="weg", now=now)
    receipt = lock_receipts.issue(lock=lock, by="office:clara", now=now)
    party = f"/dritter/{dora.third_party_id}/"
    for url in (
        "/zugang/alice-praxis/",
        "/zugang/alice-praxis/auslandsfreigabe/",
        f"/sperre/{lock.pk}/wirkung/",
        f"/sperrbestaetigung/?nummer={receipt}",
        party,
        f"{party}aendern/",
        f"{party}beenden/",
        "/dritte/",
        "/suche/?q=abrechn",
    ):
        has_no_barriers(page, url)
