"""A campaign for new terms: as it begins, when everybody is missing, and when hardly anybody is any more."""

import time
from datetime import UTC, datetime, timedelta
from typing import Final

from flexnet.access import queries
from flexnet.access.models import Declaration, Terms
from flexnet.access.rules import day_of
from flexnet.members.models import Person

_LATE: Final = 100
_AT_ONCE: Final = 5_000


def begin() -> Terms:
    """The second version, announced today; the row alone: deriving all intervals anew is no page's affair."""
    today = day_of(datetime.now(UTC))
    return Terms.objects.create(
        version=2,
        title="Nutzungsbedingungen",
        text="Zweite Fassung für Messungen\n",
        sha256="0" * 64,
        published_on=today,
        effective_on=today + timedelta(days=7),
    )


def end(terms: Terms) -> None:
    """Everybody has promised by now, but for a few."""
    now = datetime.now(UTC)
    people = list(Person.objects.order_by("pk").values_list("pk", flat=True))[:-_LATE]
    for first in range(0, len(people), _AT_ONCE):
        Declaration.objects.bulk_create(
            Declaration(person_id=pk, terms=terms, signed_on=day_of(now), entered_at=now)
            for pk in people[first : first + _AT_ONCE]
        )


def listed() -> tuple[float, int]:
    """How many seconds it takes to say of everybody whose acceptance is missing, and how many they are."""
    begun = time.perf_counter()
    found = queries.desk_acceptances_missing(datetime.now(UTC))
    return round(time.perf_counter() - begun, 1), len(found)
