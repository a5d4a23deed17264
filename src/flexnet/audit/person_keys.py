"""The key of each person whose data stands in entries; destroying it forgets them."""

import secrets

from django.db import connection

from flexnet import key_ring, resealing
from flexnet.audit.models import PersonKey
from flexnet.lib import sealed

_TABLE, _KIND = "audit_personkey", "person_key"


def ring_for(person: str) -> sealed.KeyRing:
    """Inside a transaction: the person's ring, made at the first entry; two at once get the same one."""
    found = ring_of(person)
    if found:
        return found
    key = key_ring.current().seal(secrets.token_bytes(32), table=_TABLE, row=person, kind=_KIND)
    PersonKey.objects.bulk_create([PersonKey(person=person, sealed_key=key)], ignore_conflicts=True)
    made = ring_of(person)
    assert made  # noqa: S101 - written above, or by somebody else a moment before
    return made


def ring_of(person: str) -> sealed.KeyRing | None:
    """None for a person who was forgotten, or never known. Raises SealBroken."""
    with connection.cursor() as cursor:  # every entry asks for it, and the ORM takes five times as long
        cursor.execute("SELECT sealed_key FROM audit_personkey WHERE person = %s", [person])
        row = cursor.fetchone()
    return _opened(person, bytes(row[0])) if row else None


def destroy(person: str) -> bool:
    """Whether there was a key. Copies in backups last as long as the backups."""
    return PersonKey.objects.filter(person=person).delete()[0] > 0


def reseal() -> int:
    """After the key ring got a new key: every person's key under it; answers how many changed."""

    def renewed(blob: bytes, person: str) -> bytes:
        return key_ring.current().reseal(bytes(blob), table=_TABLE, row=person, kind=_KIND)

    return resealing.renew(PersonKey, "sealed_key", row="person", renewed=renewed)


def _opened(person: str, sealed_key: bytes) -> sealed.KeyRing:
    opened = key_ring.current().open(sealed_key, table=_TABLE, row=person, kind=_KIND)
    return sealed.KeyRing({1: opened.reveal()})
