"""Show me: the trail a page at a time, and how far it is sealed and vouched for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q

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
        """`until` itself is not in it."""
        found = Q()
        if self.subject:
            found &= Q(subject=self.subject)
        if self.kind:
            found &= Q(kind__startswith=self.kind)
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
    """One query, however deep in the trail."""
    rows = Event.objects.filter(wanted.condition()).order_by("-pk")
    if below is not None:
        rows = rows.filter(pk__lt=below)
    found = tuple(rows[: PAGE + 1])
    return Page(found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None)


def entry(number: int) -> tuple[Event, Link | None] | None:
    """An entry and its place in the chain, which it has as soon as it is sealed."""
    event = Event.objects.filter(pk=number).first()
    return (event, Link.objects.filter(event=event).first()) if event else None


def standing() -> Standing:
    """Three queries; nothing is verified."""
    sealed, _hash = queries.head()
    return Standing(sealed, Waiting.objects.count(), Checkpoint.objects.order_by("-seq").first())
