"""The start page says until when the billing is due, which sites have handed in, and who was here before."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from flexnet.members import actions as members
from tests import configured, make
from tests.billing import files
from tests.portal import visiting

MISSING = "Abrechnung für das 1. Quartal 2026: bis Mittwoch, 15. April 2026"


@pytest.fixture(autouse=True)
def rule(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {"opens_day": 30, "closes_day": 15, "early_days": 15, "late_surcharge": True}
    configured.change(monkeypatch, billing=values)


def test_what_is_missing_stands_on_top_and_then_that_it_is_there(browser: Client) -> None:
    page = browser.get("/").text
    assert MISSING in page
    assert "BSNR 889999900: fehlt noch" in page
    visiting.submitted(browser, files.plain())
    page = browser.get("/").text
    assert MISSING not in page
    assert "Die Abrechnung für das 1. Quartal 2026 ist eingereicht" in page
    assert "BSNR 889999900: eingereicht am 14.04.2026" in page


def test_of_two_sites_each_is_named(alice: make.Member, browser: Client) -> None:
    members.enter_site(practice=alice.site.practice, bsnr="851234500", by=make.BY)
    visiting.submitted(browser, files.plain())
    page = browser.get("/").text
    assert MISSING in page
    assert "BSNR 889999900: eingereicht am 14.04.2026" in page
    assert "BSNR 851234500: fehlt noch" in page


@pytest.mark.parametrize(("is_in", "shown"), [(False, True), (True, False)])
def test_when_it_is_late_only_what_is_missing_is_said(alice: make.Member, is_in: bool, shown: bool) -> None:
    if is_in:
        visiting.submitted(visiting.signed_in(alice.practice_access), files.plain())
    with time_machine.travel(datetime(2026, 4, 16, 8, tzinfo=UTC), tick=False):
        page = visiting.signed_in(alice.practice_access).get("/").text
    assert (
        "Die Frist für das 1. Quartal 2026 ist vorbei: Sie endete am Mittwoch, 15. April 2026" in page
    ) is shown
    assert ("ein Abschlag ist möglich" in page) is shown


def test_who_may_not_hand_in_is_not_reminded(alice: make.Member) -> None:
    visiting.uploaded(visiting.signed_in(alice.practice_access), files.plain())
    assert MISSING in visiting.signed_in(alice.practice_access).get("/").text
    page = visiting.signed_in(make.employee(alice.personal_access, "emma")).get("/").text
    assert MISSING not in page
    assert "Es fehlt nur noch das Einreichen" not in page


def test_where_no_day_is_known_none_is_named(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    configured.change(monkeypatch, billing={"opens_day": None, "closes_day": None})
    assert "1. Quartal 2026" not in browser.get("/").text


def test_the_sign_in_before_this_one_is_said(alice: make.Member) -> None:
    assert "Davor angemeldet" not in visiting.signed_in(alice.practice_access).get("/").text
    with time_machine.travel(datetime(2026, 4, 15, 6, 30, tzinfo=UTC), tick=False):
        page = visiting.signed_in(alice.practice_access).get("/").text
    assert "Davor angemeldet am 14.04.2026, 10:00 Uhr." in page
