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


def test_a_thousand_billing_files_take_no_more_questions_than_ten() -> None:
    alice = make.settled()
    [who] = member_pages.signed_in([alice.practice_access], make.NOW)
    seen = [address for name, address in member_pages.EVERY if name in ("start", "deliveries", "delivery")]
    belongings.hand_in([alice.site] * 5, range(2, 4), make.NOW)
    assert who.client.get("/").status_code == 200  # the first click is noted
    few = [queries(who, address(who)) for address in seen]
    belongings.hand_in([alice.site] * 500, range(2, 4), make.NOW)
    assert [queries(who, address(who)) for address in seen] == few
