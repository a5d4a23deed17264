"""Sending billing files in a real Chromium: lines that break, a page that is loaded anew, many files."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, Route, expect
from pytest_django.live_server_helper import LiveServer

from flexnet.billing import arriving
from flexnet.billing.models import Delivery, Upload
from flexnet.lib.quarters import Quarter
from tests import accessible, make
from tests.billing import files
from tests.portal.in_chromium import chromium, clock, context, is_wider_than_the_screen, page, sign_in

pytestmark = pytest.mark.browser
__all__ = ["chromium", "clock", "context", "page"]  # fixtures

SEND = "Hochladen und prüfen"


@pytest.fixture(autouse=True)
def settled(live_server: LiveServer) -> make.Member:
    return make.settled(now=datetime.now(UTC))


@pytest.fixture
def bill(tmp_path: Path) -> Path:
    """Longer than the first piece."""
    return written(tmp_path / files.NAME, cases=2000)


def written(path: Path, *, cases: int) -> Path:
    quarter = Quarter.of(datetime.now(UTC).date()) + -1
    path.write_bytes(files.plain(quarter=quarter, cases=cases))
    return path


def opened(page: Page) -> None:
    sign_in(page)
    page.goto("/abrechnung/neu/")


def send(page: Page, *chosen: Path) -> None:
    page.get_by_label("Abrechnungsdatei").set_input_files(chosen)
    page.get_by_role("button", name=SEND).click()


def patches(page: Page) -> list[int]:
    """Where each piece that is sent from now on begins."""
    seen: list[int] = []

    def look(request: Request) -> None:
        if request.method == "PATCH":
            seen.append(int(request.headers["upload-offset"]))

    page.on("request", look)
    return seen


def broken(page: Page, times: int) -> list[int]:
    """Behind the first piece the line breaks so many times."""
    left = [times]

    def handle(route: Route) -> None:
        is_later = route.request.method == "PATCH" and route.request.headers["upload-offset"] != "0"
        if is_later and left[0]:
            left[0] -= 1
            route.abort("failed")
        else:
            route.continue_()

    page.route("**/abrechnung/hochladen/**", handle)
    return left


def test_a_broken_line_goes_on_by_itself_where_it_was(page: Page, bill: Path) -> None:
    opened(page)
    seen, left = patches(page), broken(page, 2)
    send(page, bill)
    expect(page.get_by_role("heading", level=1)).to_have_text("Prüfen und einreichen")
    assert left == [0]
    assert seen.count(0) == 1
    assert Delivery.objects.get().size == bill.stat().st_size


def test_after_a_new_start_the_same_file_goes_on_where_it_was(page: Page, bill: Path) -> None:
    opened(page)
    broken(page, 1000)
    with page.expect_event("requestfailed", lambda request: request.headers.get("upload-offset", "0") != "0"):
        send(page, bill)
    expect(page.locator(".progress-words")).to_contain_text("Keine Verbindung.")
    assert accessible.problems(page) == []
    page.unroute_all()
    page.goto("/abrechnung/neu/")
    expect(page.get_by_role("heading", name="Begonnene Übertragungen")).to_be_visible()
    assert accessible.problems(page) == []
    assert not is_wider_than_the_screen(page)
    accessible.picture(page, "upload-begun")
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    seen = patches(page)
    send(page, bill)
    expect(page.get_by_role("heading", level=1)).to_have_text("Prüfen und einreichen")
    assert 0 not in seen
    assert Delivery.objects.get().size == bill.stat().st_size
    assert not Upload.objects.exists()


def test_an_announcement_whose_answer_got_lost_is_found_again(page: Page, bill: Path) -> None:
    opened(page)
    announced: list[int] = []

    def handle(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        announced.append(route.fetch().status)
        route.abort("failed")

    page.route("**/abrechnung/hochladen/", handle)
    send(page, bill)
    expect(page.get_by_role("heading", level=1)).to_have_text("Prüfen und einreichen")
    assert announced == [201]
    assert not Upload.objects.exists()


def test_of_two_that_were_begun_the_one_that_is_further_goes_on(
    page: Page, bill: Path, settled: make.Member
) -> None:
    opened(page)
    content, now = bill.read_bytes(), datetime.now(UTC)
    file = arriving.Announced(
        files.NAME, len(content), Quarter.of(now.date()) + -1, modified=bill.stat().st_mtime_ns // 1_000_000
    )
    whose = settled.practice_access
    further, _nearer = [
        arriving.begin(access=whose, announced=file, now=now - timedelta(hours=age)) for age in (2, 1)
    ]
    arriving.append(further, [content[:100_000]], access=whose, offset=0, now=now)
    seen = patches(page)
    send(page, bill)
    expect(page.get_by_role("heading", level=1)).to_have_text("Prüfen und einreichen")
    assert seen[0] == 100_000
    assert [row.received for row in Upload.objects.all()] == [0]


def test_while_the_line_is_gone_it_waits_and_says_so(page: Page, bill: Path) -> None:
    opened(page)
    page.get_by_label("Abrechnungsdatei").set_input_files(bill)
    page.context.set_offline(True)
    page.get_by_role("button", name=SEND).click()
    expect(page.locator(".progress-words")).to_contain_text("Keine Verbindung.")
    page.context.set_offline(False)
    expect(page.get_by_role("heading", level=1)).to_have_text("Prüfen und einreichen")


def test_of_several_files_each_says_what_became_of_it(page: Page, tmp_path: Path, bill: Path) -> None:
    wrong, other = (
        tmp_path / "Rechnung.pdf",
        written(tmp_path / files.NAME.replace("09.30", "09.31"), cases=9),
    )
    wrong.write_bytes(b"%PDF-1.7")
    opened(page)
    send(page, bill, wrong, other)
    lines = page.locator(".sending")
    expect(lines).to_have_count(3)
    expect(lines.nth(2)).to_contain_text("Geprüft und noch nicht eingereicht.")
    expect(lines.nth(0).get_by_role("link", name="Ansehen und einreichen")).to_be_visible()
    expect(lines.nth(1)).to_contain_text("Der Dateiname ist nicht der einer Abrechnungsdatei.")
    expect(page.locator("[data-sendings]")).to_be_focused()
    assert Delivery.objects.count() == 2
    assert accessible.problems(page) == []
    assert not is_wider_than_the_screen(page)
    accessible.picture(page, "upload-several")


def test_files_are_dropped_into_the_field(page: Page) -> None:
    opened(page)
    page.evaluate(
        """() => {
            const dropped = new DataTransfer();
            dropped.items.add(new File(["x"], "Rechnung.pdf"));
            const zone = document.querySelector("[data-drop]");
            const how = {dataTransfer: dropped, bubbles: true, cancelable: true};
            zone.dispatchEvent(new DragEvent("drop", how));
        }"""
    )
    page.get_by_role("button", name=SEND).click()
    expect(page.locator(".sending")).to_contain_text("Der Dateiname ist nicht der einer Abrechnungsdatei.")


def test_whoever_was_signed_out_meanwhile_is_told(page: Page, bill: Path) -> None:
    opened(page)
    page.context.clear_cookies()
    send(page, bill)
    expect(page.locator(".progress-words")).to_contain_text("Sie sind nicht mehr angemeldet.")
