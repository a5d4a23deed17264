"""Who is certified on a day, in no order that says anything; when services are limited."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from flexnet.publications import actions, queries, rules
from flexnet.publications.errors import (
    BadCertificate,
    BadMaintenance,
    NoSuchCertificate,
    NoSuchMaintenance,
)
from flexnet.publications.models import Certificate, Provider
from tests import configured, make

TODAY = make.NOW.date()
DAY = timedelta(days=1)


def certify(name: str = "Netz AG", **values: Any) -> Certificate:
    usual: Mapping[str, Any] = {
        "url": "https://netz.example/",
        "from_on": TODAY - 30 * DAY,
        "until_on": TODAY + 30 * DAY,
    }
    return actions.certify(name=name, by=make.BY, **{**usual, **values})


def names(on: date = TODAY) -> list[str]:
    return [row.name for row in queries.certified(on)]


@pytest.mark.django_db
def test_only_whoever_is_certified_on_the_day_is_shown_both_days_inclusive() -> None:
    row = certify()
    assert names(row.from_on) == names(row.until_on) == ["Netz AG"]
    assert names(row.from_on - DAY) == names(row.until_on + DAY) == []


@pytest.mark.django_db
def test_a_withdrawn_certificate_counts_no_more_from_its_day() -> None:
    row = certify()
    actions.withdraw_certificate(number=row.pk, on=TODAY, by=make.BY, reason="KBV")
    assert names(TODAY - DAY) == ["Netz AG"]
    assert names(TODAY) == []
    with pytest.raises(NoSuchCertificate):
        actions.withdraw_certificate(number=row.pk, on=TODAY, by=make.BY, reason="KBV")


@pytest.mark.django_db
def test_what_ran_out_is_not_withdrawn_later() -> None:
    row = certify()
    with pytest.raises(BadCertificate):
        actions.withdraw_certificate(number=row.pk, on=row.until_on + DAY, by=make.BY, reason="KBV")


@pytest.mark.django_db
def test_a_renewed_provider_is_shown_once_with_what_holds_longest() -> None:
    certify()
    renewed = certify(from_on=TODAY, until_on=TODAY + 300 * DAY, url="https://neu.example/")
    assert queries.certified(TODAY) == [renewed]


@pytest.mark.django_db
def test_they_stand_in_the_order_of_the_alphabet() -> None:
    for name in ("Zebra", "Ärztenetz", "b-Netz", "Astra"):
        certify(name)
    assert names() == ["Ärztenetz", "Astra", "b-Netz", "Zebra"]


@pytest.mark.django_db
def test_where_it_is_shuffled_each_day_draws_anew_and_keeps_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    configured.change(monkeypatch, profile={"provider_order": "shuffled"})
    for name in "ABCDEFG":
        certify(name)
    orders = {tuple(names(TODAY + day * DAY)) for day in range(20)}
    assert len(orders) > 15
    assert names() == names()
    assert sorted(names()) == list("ABCDEFG")


def test_everybody_is_on_top_as_often() -> None:
    rows = [Certificate(provider=Provider(name=name)) for name in "ABCD"]
    first = [rules.ordered(rows, order="shuffled", on=TODAY + day * DAY)[0].name for day in range(2000)]
    assert all(400 < first.count(name) < 600 for name in "ABCD")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "values",
    [
        {"name": " \u200b"},
        {"url": "javascript:alert(1)"},
        {"url": "https:///nirgends"},
        {"url": "netz.example"},
        {"url": "https://näher.example/"},
        {"until_on": TODAY - 31 * DAY},
    ],
)
def test_what_cannot_be_a_certificate_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(BadCertificate):
        certify(**values)
    assert not Certificate.objects.exists()


def at(hour: int, day: int = 20) -> datetime:
    return datetime(2026, 4, day, hour, tzinfo=UTC)


def announce(begins: datetime, ends: datetime, text: str = "Das Portal ist nicht erreichbar.") -> int:
    row = actions.announce_maintenance(begins_at=begins, ends_at=ends, text=text, by=make.BY, now=make.NOW)
    return row.pk


@pytest.mark.django_db
def test_maintenance_is_shown_until_it_is_over_or_cancelled() -> None:
    later, sooner = announce(at(18, 21), at(20, 21)), announce(at(18), at(20))
    assert [row.pk for row in queries.maintenance(make.NOW)] == [sooner, later]
    assert [row.pk for row in queries.maintenance(at(20))] == [later]
    actions.cancel_maintenance(number=later, by=make.BY, reason="verschoben", now=make.NOW)
    assert not queries.maintenance(at(20)).exists()
    with pytest.raises(NoSuchMaintenance):
        actions.cancel_maintenance(number=later, by=make.BY, reason="verschoben", now=make.NOW)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("begins", "ends", "text"),
    [
        (at(20), at(18), "x"),
        (at(18), at(18), "x"),
        (make.NOW - 2 * DAY, make.NOW - DAY, "x"),
        (at(18), at(18) + 15 * DAY, "x"),
        (at(18), at(20), " "),
    ],
)
def test_what_cannot_be_maintenance_is_refused(begins: datetime, ends: datetime, text: str) -> None:
    with pytest.raises(BadMaintenance):
        announce(begins, ends, text)
