"""Show me: what happened to some things, newest first, page by page, with before and after."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from flexnet.audit import person_keys
from flexnet.audit.models import Event
from flexnet.lib.sealed import KeyRing

PAGE: Final = 25


@dataclass(frozen=True)
class Entry:
    """One act; `personal` is None if nothing was, or the person was forgotten."""

    event: Event
    data: dict[str, Any]
    personal: dict[str, Any] | None


@dataclass(frozen=True)
class Page:
    """`older_than` asks for the next one; None: this is the end."""

    entries: tuple[Entry, ...]
    older_than: int | None


def of(subjects: Sequence[str], *, older_than: int | None = None) -> Page:
    """What happened to these, in three queries however many they are and however often it happened."""
    ids = _newest(list(dict.fromkeys(subjects)), older_than)
    rows = list(Event.objects.filter(pk__in=ids[:PAGE]).order_by("-pk"))
    rings = person_keys.rings_of({row.person for row in rows if row.personal is not None})
    entries = tuple(_entry(row, rings) for row in rows)
    return Page(entries, entries[-1].event.pk if len(ids) > PAGE else None)


def _newest(subjects: list[str], older_than: int | None) -> list[int]:
    """Each subject's newest by the index alone: one busy one must not make the others slow."""
    if not subjects:
        return []
    before = older_than if older_than is not None else 2**62
    query = f"SELECT id FROM ({' UNION ALL '.join([_OF_ONE] * len(subjects))}) u ORDER BY id DESC LIMIT %s"  # noqa: S608 - our own text
    values = [value for subject in subjects for value in (subject, before, PAGE + 1)]
    with connection.cursor() as cursor:
        cursor.execute(query, [*values, PAGE + 1])
        return [pk for (pk,) in cursor.fetchall()]


# A compound of ordered and limited parts is understood by both databases only as parts that are wrapped.
_OF_ONE = """
SELECT id FROM (SELECT id FROM audit_event WHERE subject = %s AND id < %s ORDER BY id DESC LIMIT %s) p
"""


def _entry(row: Event, rings: dict[str, KeyRing]) -> Entry:
    ring = rings.get(row.person) if row.personal is not None else None
    personal = None
    if ring is not None and row.personal is not None:
        opened = ring.open(bytes(row.personal), table="audit_event", row=row.person, kind="personal")
        personal = json.loads(opened.reveal())
    return Entry(row, json.loads(row.data), personal)
