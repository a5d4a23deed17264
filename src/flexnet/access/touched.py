"""Show me: the accesses that stand on whoever and whatever changed; asked by every act, so in plain SQL."""

from collections.abc import Collection, Iterator
from typing import Final

from django.db import connection

from flexnet.members.signals import Touched

# The ways go as one question to the database, where each takes an index of its own.
_OF_PEOPLE: Final = (
    "SELECT id FROM access_access WHERE person_id IN ({ids})",
    """SELECT a.id FROM members_ownership o JOIN members_site s ON s.practice_id = o.practice_id
         JOIN access_access a ON a.site_id = s.id WHERE o.person_id IN ({ids})""",
    """SELECT a.id FROM members_direction d JOIN members_site s ON s.practice_id = d.practice_id
         JOIN access_access a ON a.site_id = s.id WHERE d.person_id IN ({ids})""",
    """SELECT a.id FROM access_mandate m JOIN access_access a ON a.third_party_id = m.third_party_id
        WHERE m.person_id IN ({ids})""",
)
_OF_PRACTICES: Final = (
    """SELECT a.id FROM members_site s JOIN access_access a ON a.site_id = s.id
        WHERE s.practice_id IN ({ids})""",
)
_OF_THIRD_PARTIES: Final = ("SELECT id FROM access_access WHERE third_party_id IN ({ids})",)
_DERIVED: Final = "SELECT id FROM access_access WHERE origin_id IN ({ids})"


def standing_on(touched: Touched) -> Iterator[int]:
    """The accesses of these people, practices and third parties; asked when the answer is needed."""
    ways = (
        (_OF_PEOPLE, touched.people),
        (_OF_PRACTICES, touched.practices),
        (_OF_THIRD_PARTIES, touched.third_parties),
    )
    for questions, ids in ways:
        yield from _asked(questions, ids)


def with_derived(ids: set[int]) -> list[int]:
    """These accesses and those that members derived from them, in order."""
    return sorted(ids | set(_asked((_DERIVED,), ids)))


def _asked(questions: Collection[str], ids: Collection[int]) -> list[int]:
    if not ids:
        return []
    marks = ",".join(["%s"] * len(ids))
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(questions).replace("{ids}", marks), [*ids] * len(questions))
        return [number for (number,) in cursor.fetchall()]
