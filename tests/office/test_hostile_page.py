"""What a hostile page elsewhere gets of the office, in a browser in which a clerk is signed in."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from flexnet.access.models import Lock
from flexnet.accounts.models import Role
from lab import hostile
from tests import make

pytestmark = pytest.mark.browser

LOCK = {"scope": "access", "cause": "violation", "way": "own", "reason": "Einzelfall", "confirmed": "yes"}


@pytest.fixture
def clock() -> None:
    """A browser has its own clock; here it is the time that it is."""


def test_a_hostile_page_gets_nothing_of_a_clerk_who_is_signed_in(served: str, page: Page) -> None:
    now = datetime.now(UTC)
    make.settled(now=now)
    clara = make.colleague(Role.CLERK, now=now)
    page.goto("/anmelden/")
    page.get_by_label("Benutzername").fill(str(clara.staff))
    page.get_by_label("Kennwort", exact=True).fill(make.PASSWORD)
    page.get_by_label("Kennwort", exact=True).press("Enter")
    page.get_by_label("Code").fill(clara.code_for_a_while())
    page.get_by_label("Code").press("Enter")
    expect(page.get_by_role("button", name="Abmelden")).to_be_visible()
    heading, names = page.get_by_role("heading", level=1).inner_text(), ["alice-praxis"]
    deep, form = (served + reverse(name, args=names) for name in ("access", "access-lock"))
    stranger = page.context.new_page()  # its console says what is kept from it
    with hostile.standing(deep, form, LOCK) as address:
        hostile.gets_nothing(stranger, address, start=f"{served}/", heading=heading, secret="alice-praxis")
    assert not Lock.objects.exists()
