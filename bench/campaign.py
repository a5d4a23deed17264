"""A campaign for new terms: as it begins, when everybody is missing, and when hardly anybody is any more."""

import time
from datetime import UTC, datetime, timedelta
from typing import Final

from flexnet.access import queries, rewriting, terms
from flexnet.access.models import Declaration, Terms
from flexnet.access.rules import day_of
from flexnet.members.models import Person

_LATE: Final = 100
_AT_ONCE: Final = 5_000


def begin() -> float:
    """The second version is announced today, and all intervals derived anew; how many seconds that takes."""
    now = datetime.now(UTC)
    begun, effective_on = time.perf_counter(), day_of(now) + timedelta(days=7)
    terms.publish(
        version=2, text="Zweite Fassung für Messungen", effective_on=effective_on, by="bench", now=now
    )
    return round(time.perf_counter() - begun, 1)


def end() -> None:
    """Everybody has promised by now, but for a few."""
    now, newest = datetime.now(UTC), Terms.objects.get(version=2)
    people = list(Person.objects.order_by("pk").values_list("pk", flat=True))[:-_LATE]
    for first in range(0, len(people), _AT_ONCE):
        Declaration.objects.bulk_create(
            Declaration(person_id=pk, terms=newest, signed_on=day_of(now), entered_at=now)
            for pk in people[first : first + _AT_ONCE]
        )
    rewriting.rewrite_intervals()


def listed() -> tuple[float, int]:
    """How many seconds it takes to say of everybody whose acceptance is missing, and how many they are."""
    begun = time.perf_counter()
    found = queries.desk_acceptances_missing(datetime.now(UTC))
    return round(time.perf_counter() - begun, 1), len(found)
