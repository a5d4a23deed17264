"""The keys of each person whose data stands in entries, one a month; destroying them forgets the person."""

import secrets
from collections.abc import Iterable

from django.db import connection
from django.db.models import Q

from flexnet import key_ring, resealing
from flexnet.audit import rules
from flexnet.audit.models import PersonKey
from flexnet.lib import sealed

_TABLE, _KIND = "audit_personkey", "person_key"
_ADD = """
INSERT INTO audit_personkey (person, month, sealed_key) VALUES (%s, %s, %s) ON CONFLICT (person) DO NOTHING
"""


def ring_for(person: str) -> sealed.KeyRing:
    """Inside a transaction: the ring of a person's month, made at its first entry; two at once get one."""
    found = ring_of(person)
    if found:
        return found
    fresh = secrets.token_bytes(32)
    key = key_ring.current().seal(fresh, table=_TABLE, row=person, kind=_KIND)
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [person, rules.month_in(person), key])
        is_made = cursor.rowcount == 1
    made = sealed.KeyRing({1: fresh}) if is_made else ring_of(person)
    assert made  # noqa: S101 - written above, or by somebody else a moment before
    return made


def ring_of(person: str) -> sealed.KeyRing | None:
    """None for a person who was forgotten, or never known. Raises SealBroken."""
    with connection.cursor() as cursor:  # every entry asks for it, and the ORM takes five times as long
        cursor.execute("SELECT sealed_key FROM audit_personkey WHERE person = %s", [person])
        row = cursor.fetchone()
    return _opened(person, bytes(row[0])) if row else None


def rings_of(people: Iterable[str]) -> dict[str, sealed.KeyRing]:
    """Those of several people in one query; who was forgotten is left out. Raises SealBroken."""
    rows = PersonKey.objects.filter(person__in=sorted(set(people)))
    return {row.person: _opened(row.person, bytes(row.sealed_key)) for row in rows}


def destroy(person: str) -> bool:
    """Whether there was a key. Copies in backups last as long as the backups."""
    months = Q(person__startswith=rules.every_month(person))
    return PersonKey.objects.filter(months).delete()[0] > 0


def destroy_months(last: str, whose: str = "") -> int:
    """The keys of all months up to `last`, of everyone or of one; answers how many there were."""
    old = PersonKey.objects.exclude(month="").filter(month__lte=last)
    return (old.filter(person__startswith=rules.every_month(whose)) if whose else old).delete()[0]


def reseal() -> int:
    """After the key ring got a new key: every person's key under it; answers how many changed."""

    def renewed(blob: bytes, person: str) -> bytes:
        return key_ring.current().reseal(bytes(blob), table=_TABLE, row=person, kind=_KIND)

    return resealing.renew(PersonKey, "sealed_key", row="person", renewed=renewed)


def _opened(person: str, sealed_key: bytes) -> sealed.KeyRing:
    opened = key_ring.current().open(sealed_key, table=_TABLE, row=person, kind=_KIND)
    return sealed.KeyRing({1: opened.reveal()})
