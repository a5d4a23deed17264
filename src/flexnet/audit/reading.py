"""Show me: the trail a page at a time, and how far it is sealed and vouched for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection
from django.db.models import Q, QuerySet

from flexnet.audit import queries
from flexnet.audit.models import Checkpoint, Event, Link, Waiting

PAGE: Final = 50


@dataclass(frozen=True)
class Wanted:
    """Which entries: what is empty does not count. `kind` may be a beginning, as `sign_in.`."""

    subject: str = ""
    kind: str = ""
    by: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def condition(self) -> Q:
        """All but the kind; `until` itself is not in it."""
        found = Q()
        if self.subject:
            found &= Q(subject=self.subject)
        if self.by:
            found &= Q(by=self.by)
        if self.since:
            found &= Q(at__gte=self.since)
        if self.until:
            found &= Q(at__lt=self.until)
        return found


@dataclass(frozen=True)
class Page:
    """Some entries, newest first, and below which number the next page begins."""

    entries: tuple[Event, ...]
    next_below: int | None


@dataclass(frozen=True)
class Standing:
    """How far entries are sealed, and up to which a signed head vouches for them."""

    sealed: int
    waiting: int
    checkpoint: Checkpoint | None


def page(wanted: Wanted, *, below: int | None = None) -> Page:
    """At most four queries, however deep in however long a trail; those of one thing in their own order."""
    rows = Event.objects.filter(wanted.condition())
    if below is not None:
        rows = rows.filter(_before(below, wanted))
    found = _newest(_parts(rows, wanted), _order(wanted))
    events = Event.objects.in_bulk(found[:PAGE])
    return Page(tuple(events[pk] for pk in found[:PAGE]), found[PAGE - 1] if len(found) > PAGE else None)


def _parts(rows: QuerySet[Event], wanted: Wanted) -> list[QuerySet[Event]]:
    """What is asked by one index; of kinds each has its own place in theirs."""
    if not wanted.kind:
        return [rows]
    kinds = _kinds(wanted.kind)
    return (
        [rows.filter(kind__in=kinds)]
        if wanted.subject and kinds
        else [rows.filter(kind=kind) for kind in kinds]
    )


def _order(wanted: Wanted) -> tuple[str, ...]:
    """That of an index: a day long ago is found by time; of one thing each entry stands by its number."""
    return ("pk",) if wanted.subject else ("at", "pk")


def _before(number: int, wanted: Wanted) -> Q:
    """What comes behind the entry of this number."""
    if wanted.subject:
        return Q(pk__lt=number)
    at = Event.objects.filter(pk__lte=number).order_by("-pk").values_list("at", flat=True).first()
    return Q(pk__lt=number) if at is None else Q(at__lte=at) & (Q(at__lt=at) | Q(pk__lt=number))


def _kinds(begin: str) -> list[str]:
    """Those there are that begin so: from one to the next, and not past all entries."""
    with connection.cursor() as cursor:
        cursor.execute(_EVERY_KIND)
        return [kind for (kind,) in cursor.fetchall() if kind.startswith(begin)]


def _newest(parts: Sequence[QuerySet[Event]], order: tuple[str, ...]) -> list[int]:
    """The numbers of a page and one more, each part asked by an index of its own."""
    if not parts:
        return []
    newest = [rows.order_by(*(f"-{name}" for name in order)).values_list(*order) for rows in parts]
    asked = [rows[: PAGE + 1].query.sql_with_params() for rows in newest]
    query = " UNION ALL ".join(f"SELECT * FROM ({sql}) part{n}" for n, (sql, _values) in enumerate(asked))  # noqa: S608 - made by the ORM
    with connection.cursor() as cursor:
        cursor.execute(query, [value for _sql, values in asked for value in values])
        return [row[-1] for row in sorted(cursor.fetchall(), reverse=True)[: PAGE + 1]]


def entry(number: int) -> tuple[Event, Link | None] | None:
    """An entry and its place in the chain, which it has as soon as it is sealed."""
    event = Event.objects.filter(pk=number).first()
    return (event, Link.objects.filter(event=event).first()) if event else None


def standing() -> Standing:
    """Three queries; nothing is verified."""
    sealed, _hash = queries.head()
    return Standing(sealed, Waiting.objects.count(), Checkpoint.objects.order_by("-seq").first())


_EVERY_KIND = """
WITH RECURSIVE known(kind) AS (
  SELECT MIN(kind) FROM audit_event UNION ALL
  SELECT (SELECT MIN(kind) FROM audit_event WHERE kind > known.kind) FROM known WHERE known.kind IS NOT NULL)
SELECT kind FROM known WHERE kind IS NOT NULL
"""
