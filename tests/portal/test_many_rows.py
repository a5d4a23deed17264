"""However much a member has: each page asks the database as often of a hundred practices as of ten."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bench import belongings, member_pages, population
from bench.crowd import Crowd
from flexnet.access.models import Access
from tests import make

pytestmark = pytest.mark.django_db
MOST = 25  # the start page of an owner


def test_no_page_asks_more_of_much_than_of_little(monkeypatch: pytest.MonkeyPatch) -> None:
    make.terms()
    few, many = asked(10), asked(100)
    monkeypatch.setattr(belongings, "_MANY", 48)
    assert many == few == asked(10)
    assert max(many.values()) < MOST


def asked(size: int) -> dict[str, int]:
    """How many queries each page of the benchmark takes, of a practice, an owner and staff together."""
    crowd = Crowd(size, "ab" * 32, "Fruehling-2026", is_mixed=True)
    with transaction.atomic():
        population.fill(crowd, make.NOW - timedelta(days=1))
        belongings.spread(make.NOW)
        kinds = {one.kind: one for one in Access.objects.order_by("-pk")}
        people = member_pages.signed_in(list(kinds.values()), make.NOW)
        found = {
            name: max(queries(one, address(one)) for one in people) for name, address in member_pages.EVERY
        }
        transaction.set_rollback(True)
    return found


def queries(who: member_pages.Regular, url: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert who.client.get(url).status_code == 200, url
    return len(caught)
