"""How billing files come in, as a picture: no barriers, none too wide, by day and by night."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from flexnet.accounts.models import Role
from flexnet.billing.models import Delivery
from tests import accessible, configured, make
from tests.billing import files
from tests.office import visiting
from tests.office.test_every_page_in_a_browser import SHOTS, SIZES, WIDE, Shown

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def came_in(account: int) -> None:
    """Four quarters that are over and one that runs: most come on the last evening."""
    chance, rows = random.Random(1), list[Delivery]()  # noqa: S311 - a picture, no secret
    for back in range(5):
        closes = make.NOW + timedelta(days=1, hours=14) - timedelta(days=91) * back
        for number in range(60 + 5 * back):
            at = closes - timedelta(hours=min(chance.expovariate(1 / 60), 600))
            if at > make.NOW:
                continue
            key = f"{back:02d}{number:04d}"
            rows.append(
                Delivery(
                    account_id=account, bsnr=f"88{key}900"[:9], quarter=files.QUARTER + -back, kind="echt",
                    file_name=files.NAME, size=1, sha256=key.rjust(64, "0"), path=key, summary={},
                    warnings=[], uploaded_at=at, submitted_at=at,
                )
            )  # fmt: skip
    Delivery.objects.bulk_create(rows)


def test_the_chart_has_no_barriers(chromium: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    configured.change(monkeypatch, billing={"opens_day": 30, "closes_day": 15, "early_days": 15})
    alice, shown, wrong = make.settled(), Shown(), list[Any]()
    number = files.submitted(alice.site).number
    came_in(alice.practice_access.account_id)
    client = visiting.as_(Role.BILLING)
    looks = {
        "evening": reverse("evening"),
        "evening-night": reverse("evening") + "?ansicht=abend",
        "deliveries": reverse("deliveries"),
        "delivery": reverse("delivery", args=[number]),
    }
    for name, url in looks.items():
        context = chromium.new_context(
            locale="de-DE", color_scheme="dark" if name == "evening-night" else "light"
        )
        page = context.new_page()
        page.route("**/*", shown)
        shown.answer = client.get(url)
        page.goto(f"http://testserver/{name}")
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            wrong += [(name, width, found) for found in accessible.problems(page)]
            wrong += [(name, width, "wider than the screen")] if page.evaluate(WIDE) else []
            if SHOTS:
                page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
        context.close()
    assert not wrong, "\n".join(map(str, wrong))


def test_it_renews_itself_and_leaves_what_is_open_alone(chromium: Browser) -> None:
    alice, shown = make.settled(), Shown()
    client = visiting.as_(Role.BILLING)
    shown.answer = client.get(reverse("evening"))
    context = chromium.new_context(locale="de-DE")
    page = context.new_page()
    page.route("**/*", shown)
    page.clock.install()
    page.goto("http://testserver/evening")
    page.get_by_text("Die Zahlen als Tabelle").click()
    assert page.get_by_text("0 von 1 Betriebsstätten").is_visible()
    files.submitted(alice.site)
    shown.answer = client.get(reverse("evening"))
    page.clock.run_for(31_000)
    page.get_by_text("1 von 1 Betriebsstätten").wait_for()
    assert page.locator("details[open]").count() == 1
    context.close()
