"""What a practice has handed in: its archive, what the KV did with it, taking it back."""

import pytest
from django.test import Client

from flexnet.billing import course
from flexnet.billing.models import Delivery
from flexnet.billing.standing import State
from tests import make
from tests.billing import files
from tests.portal import visiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Client:
    return visiting.signed_in(make.settled().practice_access)


def url(row: Delivery) -> str:
    return f"/abrechnung/{row.pk}/"


def test_the_archive_lies_by_quarter_with_states(browser: Client) -> None:
    row = visiting.submitted(browser, files.plain())
    course.accept(delivery=row, by=make.BY, now=make.NOW)
    page = browser.get("/abrechnung/").text
    assert "<h2>1. Quartal 2026</h2>" in page
    assert "Angenommen" in page


def test_taking_back_asks_first_and_is_said(browser: Client) -> None:
    row = visiting.submitted(browser, files.plain())
    assert "Abrechnung zurückziehen" in browser.get(url(row)).text
    assert "lässt sich nicht rückgängig machen" in browser.get(f"{url(row)}zurueckziehen/").text
    page = browser.post(f"{url(row)}zurueckziehen/", follow=True).text
    assert f"{row.receipt.number} ist zurückgezogen." in page
    assert Delivery.objects.get().state is State.WITHDRAWN
    assert "Zurückgezogen" in browser.get("/abrechnung/").text


def test_what_is_in_work_stays_and_the_page_says_what_to_do(browser: Client) -> None:
    row = visiting.submitted(browser, files.plain())
    course.begin(delivery=row, by=make.BY, now=make.NOW)
    assert "zurueckziehen" not in browser.get(url(row)).text
    page = browser.post(f"{url(row)}zurueckziehen/", follow=True).text
    assert "bitten Sie die KV um die Freigabe" in page
    assert Delivery.objects.get().state is State.IN_WORK


def test_a_reason_is_read_by_the_practice(browser: Client) -> None:
    row = visiting.submitted(browser, files.plain())
    course.reject(delivery=row, by=make.BY, why="Das <b>falsche</b> Quartal", now=make.NOW)
    page = browser.get(url(row)).text
    assert "Ihre Abrechnung ist abgelehnt" in page
    assert "Das &lt;b&gt;falsche&lt;/b&gt; Quartal" in page


def test_a_second_file_is_a_part_unless_a_correction_is_released(browser: Client) -> None:
    first = visiting.submitted(browser, files.plain())
    visiting.uploads(browser, files.plain(seed=1))
    second = Delivery.objects.get(submitted_at=None)
    page = browser.get(url(second)).text
    assert 'value="part" checked' in page
    assert 'value="correction"' not in page
    assert "schon eine Abrechnung eingereicht" in browser.post(f"{url(second)}einreichen/", follow=True).text
    course.release(delivery=first, by=make.BY, why="Scheine fehlten", now=make.NOW)
    assert "Eine Korrektur ist freigegeben" in browser.get(url(first)).text
    assert 'value="correction" checked' in browser.get(url(second)).text
    browser.post(f"{url(second)}einreichen/", {"extent": "correction"})
    page = browser.get(url(first)).text
    assert "Diese Abrechnung ist ersetzt" in page
    assert Delivery.objects.get(pk=second.pk).receipt.number in page


def test_a_forged_extent_is_the_whole(browser: Client) -> None:
    row = visiting.uploaded(browser, files.plain())
    browser.post(f"{url(row)}einreichen/", {"extent": "everything"})
    assert Delivery.objects.get().state is State.SUBMITTED
