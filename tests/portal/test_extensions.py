"""A window held open longer, as the practice sees it."""

from datetime import date

import pytest

from flexnet.billing import extensions
from flexnet.billing.extensions import Longer
from tests import configured, make
from tests.billing.files import QUARTER
from tests.portal import visiting

pytestmark = pytest.mark.django_db


def test_a_practice_sees_until_when_and_others_see_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    configured.change(monkeypatch, billing={"opens_day": 30, "closes_day": 15, "early_days": 15})
    alice, bob = make.settled(), make.settled("bob")
    wanted = Longer(QUARTER, alice.site.practice, date(2026, 4, 20), "Stromausfall")
    row = extensions.grant(wanted=wanted, by=make.BY, now=make.NOW)
    browser = visiting.signed_in(alice.practice_access)
    start = browser.get("/").text
    assert "Abrechnung für das 1. Quartal 2026: bis Montag, 20. April 2026" in start
    assert "Die KV hat die Frist bis dahin verlängert." in start
    assert "Ihre Frist für Q1/2026 ist verlängert bis 20. April 2026" in browser.get("/abrechnung/").text
    other = visiting.signed_in(bob.practice_access)
    assert "verlängert" not in other.get("/").text + other.get("/abrechnung/").text
    extensions.revoke(extension=row, by=make.BY, reason="vertippt", now=make.NOW)
    assert "verlängert" not in browser.get("/").text + browser.get("/abrechnung/").text
