"""Show me: what happened to some things, newest first, page by page, with before and after."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
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
class Wanted:
    """Which entries; what is empty does not count, and `until` itself is not in it."""

    kinds: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> tuple[str, list[Any]]:
        """What a query asks besides, and the values in it."""
        at = connection.ops.adapt_datetimefield_value
        parts: list[tuple[str, list[Any]]] = [
            (f" AND {column} IN ({', '.join(['%s'] * len(names))})", [*names])
            for column, names in (("kind", self.kinds), ('"by"', self.by))
            if names
        ]
        parts += [(" AND at >= %s", [at(self.since)])] if self.since else []
        parts += [(" AND at < %s", [at(self.until)])] if self.until else []
        return "".join(text for text, _values in parts), [one for _text, values in parts for one in values]


@dataclass(frozen=True)
class Page:
    """`older_than` asks for the next one; None: this is the end."""

    entries: tuple[Entry, ...]
    older_than: int | None


def of(subjects: Sequence[str], *, older_than: int | None = None, wanted: Wanted | None = None) -> Page:
    """What happened to these, in three queries however many they are and however often it happened."""
    ids = _newest(list(dict.fromkeys(subjects)), older_than, wanted or Wanted())
    rows = list(Event.objects.filter(pk__in=ids[:PAGE]).order_by("-pk"))
    rings = person_keys.rings_of({row.person for row in rows if row.personal is not None})
    entries = tuple(_entry(row, rings) for row in rows)
    return Page(entries, entries[-1].event.pk if len(ids) > PAGE else None)


def newest(subject: str, *, kind: str, most: int) -> list[tuple[datetime, dict[str, Any]]]:
    """When that last happened to it, with what is not personal; newest first."""
    rows = Event.objects.filter(subject=subject, kind=kind).order_by("-pk").values_list("at", "data")
    return [(at, json.loads(data)) for at, data in rows[:most]]


def last_change(subject: str, *, kind: str, field: str) -> Event | None:
    """The last entry of this kind by which that field changed; what is older than twenty is not looked at."""
    rows = Event.objects.filter(subject=subject, kind=kind).order_by("-pk")[:20]
    return next((row for row in rows if field in json.loads(row.data).get("fields", ())), None)


def _newest(subjects: list[str], older_than: int | None, wanted: Wanted) -> list[int]:
    """Each subject's newest by the index alone: one busy one must not make the others slow."""
    if not subjects:
        return []
    before = older_than if older_than is not None else 2**62
    conditions, asked = wanted.conditions()
    of_one = _OF_ONE.format(conditions=conditions)
    query = f"SELECT id FROM ({' UNION ALL '.join([of_one] * len(subjects))}) u ORDER BY id DESC LIMIT %s"  # noqa: S608 - our own text
    values = [value for subject in subjects for value in (subject, before, *asked, PAGE + 1)]
    with connection.cursor() as cursor:
        cursor.execute(query, [*values, PAGE + 1])
        return [pk for (pk,) in cursor.fetchall()]


# A compound of ordered and limited parts is understood by both databases only as parts that are wrapped.
_OF_ONE = """
SELECT id FROM (
    SELECT id FROM audit_event WHERE subject = %s AND id < %s{conditions} ORDER BY id DESC LIMIT %s
) p
"""


def _entry(row: Event, rings: dict[str, KeyRing]) -> Entry:
    ring = rings.get(row.person) if row.personal is not None else None
    personal = None
    if ring is not None and row.personal is not None:
        opened = ring.open(bytes(row.personal), table="audit_event", row=row.person, kind="personal")
        personal = json.loads(opened.reveal())
    return Entry(row, json.loads(row.data), personal)
