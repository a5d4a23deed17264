"""Versions of the terms: what may be published, what holds when, and that nothing changes afterwards."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from flexnet import configuration
from flexnet.access import queries, terms
from flexnet.access.errors import BadTerms, NoSuchTerms, TermsExist
from flexnet.access.models import Terms
from flexnet.lib.canonical_text import BadText
from tests import make

pytestmark = pytest.mark.django_db
TODAY = make.NOW.date()
DAY = timedelta(days=1)


def publish(
    version: int,
    effective_on: date,
    *,
    published_on: date | None = None,
    text: str = "§ 1\r\n",
    title: str = "",
) -> Terms:
    return terms.publish(
        version=version,
        title=title,
        text=text,
        effective_on=effective_on,
        published_on=published_on,
        by=make.BY,
        now=make.NOW,
    )


def test_a_version_keeps_its_canonical_text_its_hash_and_its_days() -> None:
    row = publish(2, TODAY + 42 * DAY, title=" Regeln ")
    assert (row.title, row.text, row.published_on) == ("Regeln", "§ 1\n", TODAY)
    # printf '§ 1\n' | sha256sum
    assert row.sha256 == "b2f69af72e8bb949bed09c025b4fb52dbdb54bb35e7de5ea00ae8a286066b422"
    assert Terms.objects.get() == row


def test_without_a_title_it_is_called_as_the_kv_calls_it() -> None:
    assert publish(1, TODAY).title == configuration.current().profile.terms_title


def test_what_holds_already_was_announced_with_its_first_day() -> None:
    assert publish(1, date(2016, 4, 28)).published_on == date(2016, 4, 28)


def test_the_version_in_force_is_the_newest_that_holds() -> None:
    publish(1, date(2016, 4, 28))
    publish(2, TODAY + DAY)
    assert queries.terms_in_force(date(2016, 4, 27)) is None
    assert str(queries.terms_in_force(date(2016, 4, 28))) == "1"
    assert str(queries.terms_in_force(TODAY)) == "1"
    assert str(queries.terms_in_force(TODAY + DAY)) == "2"
    assert [row.version for row in queries.all_terms()] == [2, 1]


def test_a_published_version_is_not_published_again() -> None:
    publish(1, TODAY)
    with pytest.raises(TermsExist):
        publish(1, TODAY + DAY, text="§ 2")
    assert Terms.objects.get().text == "§ 1\n"


@pytest.mark.parametrize(("published_on", "effective_on"), [(TODAY + DAY, TODAY + DAY), (TODAY, TODAY - DAY)])
def test_nothing_is_announced_ahead_of_time_or_too_late(published_on: date, effective_on: date) -> None:
    with pytest.raises(BadTerms, match="published today or earlier"):
        publish(1, effective_on, published_on=published_on)
    assert publish(1, effective_on, published_on=min(TODAY, effective_on))


@pytest.mark.parametrize(("version", "day"), [(4, TODAY), (4, TODAY - DAY), (2, TODAY), (2, TODAY + DAY)])
def test_versions_hold_in_their_order(version: int, day: date) -> None:
    publish(3, TODAY)
    with pytest.raises(BadTerms, match="later"):
        publish(version, day)
    assert publish(version, TODAY + (version - 3) * DAY)


@pytest.mark.parametrize("statement", ["UPDATE access_terms SET text = ''", "DELETE FROM access_terms"])
def test_the_database_itself_refuses_to_change_what_was_published(statement: str) -> None:
    publish(1, TODAY)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Terms.objects.get().text == "§ 1\n"


def test_a_text_with_something_hidden_is_refused() -> None:
    with pytest.raises(BadText):
        publish(1, TODAY, text="nicht \u202everboten")
    assert not Terms.objects.exists()


def test_a_version_that_is_not_there_is_said_with_what_to_do() -> None:
    with pytest.raises(NoSuchTerms, match="flexnet terms add"):
        queries.terms(1)
