"""However many rows there are: each page asks the database as often of a hundred as of ten."""

import random
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench import belongings, pages, population
from bench.crowd import Crowd
from flexnet import transactions
from flexnet.access.models import Access, Lock, Notice, Report
from flexnet.accounts.models import Role
from flexnet.applications.models import Application, Step
from flexnet.audit import actions as audit
from flexnet.members.models import Practice
from tests import make
from tests.office import visiting

pytestmark = pytest.mark.django_db
MOST = 52  # of a practice with letters to be printed; no other page comes near


class First(random.Random):
    """Chooses what comes first, of ten and of a hundred the same."""

    def choice(self, seq: Any) -> Any:
        return seq[0]

    def randrange(self, start: int, stop: int | None = None, step: int = 1) -> int:
        return 0 if stop is None else start


def test_no_page_asks_more_of_a_hundred_than_of_ten() -> None:
    make.terms()
    clerk = visiting.as_(Role.CLERK)
    few, many = asked(clerk, 10), asked(clerk, 100)
    assert many == few
    assert max(many.values()) < MOST


def test_the_billing_files_take_no_more_questions_of_a_thousand_than_of_ten() -> None:
    site, department = make.settled().site, visiting.as_(Role.BILLING)
    addresses = [reverse("deliveries"), f"{reverse('deliveries')}?q={site}", reverse("evening")]
    belongings.hand_in([site] * 5, range(2, 4), make.NOW)
    few = [queries(department, url) for url in addresses]
    belongings.hand_in([site] * 500, range(2, 4), make.NOW)
    assert [queries(department, url) for url in addresses] == few


def asked(client: Client, size: int) -> dict[str, int]:
    """How many queries each page of the benchmark takes with so many rows of everything."""
    crowd = Crowd(size, "ab" * 32, "Fruehling-2026", is_mixed=True)
    with transaction.atomic():
        busy = [fill(crowd)]
        found = {name: queries(client, address(First())) for name, address in pages.every(crowd, busy)}
        transaction.set_rollback(True)
    return found


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200, url
    return len(caught)


def fill(crowd: Crowd) -> int:
    """Rows written at once, as no action does: a hundred of each would take seconds. Answers a practice."""
    population.fill(crowd, make.NOW - timedelta(days=1))
    rows = list(Access.objects.all())
    report = Report.objects.create(way=Report.Way.TELEPHONE, received_at=make.NOW)
    today = make.NOW.date()
    Lock.objects.bulk_create(
        Lock(scope="access", cause="loss", access=row, report=report, imposed_at=make.NOW) for row in rows
    )
    Notice.objects.bulk_create(
        Notice(access=row, kind="member", received_on=today, ends_on=today + timedelta(days=9))
        for row in rows
    )
    applications = Application.objects.bulk_create(
        Application(number=f"A-{row.pk}", kind="member", channel="paper", signed_on=today) for row in rows
    )
    Step.objects.bulk_create(
        Step(application=row, kind="received", on=today, at=make.NOW, by=make.BY) for row in applications
    )
    practice = Practice.objects.earliest("pk").pk
    with transactions.writing():
        audit.record_all([audit.Act("note.written", f"practice:{practice}", {}) for _row in rows], by=make.BY)
    return practice
