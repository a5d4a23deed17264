"""Make it happen: what is used has arrived; a parcel whose key is gone before it was posted stays here."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from flexnet.access.models import KeyAssignment
from flexnet.keys import queries as keys
from flexnet.keys import whereabouts
from flexnet.keys.models import Place
from flexnet.post import dispatch, queries, settling
from flexnet.post.models import Item
from flexnet.post.rules import Kind
from flexnet.post.wanted import UNDER_WAY

# As access.actions, access.locking and access.key_returns say them.
_PROVES: Final = "password_changed"
_TAKES_A_KEY: Final = frozenset({"key_taken_back", "key_assigned", "key_disposed_of", "lock"})
_OF_NO_USE: Final = whereabouts.REPLACEABLE | {Place.IN_STOCK, Place.RETURNED, Place.DISPOSED_OF}


def facts_changed(*, facts: Mapping[int, Any], reason: str, by: str, now: datetime, **_: Any) -> None:
    """Receiver, inside a transaction."""
    if reason == _PROVES:
        _arrived(facts, now=now)
    elif reason in _TAKES_A_KEY:
        _without_a_key(facts, by=by, now=now)


def _arrived(accesses: Mapping[int, Any], *, now: datetime) -> None:
    """User name and password have arrived once they are used, and the key with them, if it was."""
    rows = Item.objects.filter(
        access__in=list(accesses),
        kind__in=[Kind.WELCOME, Kind.PASSWORD, Kind.KEY],
        arrived_at=None,
        returned_at=None,
        void_at=None,
        printed_at__isnull=False,
    )
    printed = queries.for_acts(rows)
    places = keys.places([row.key_id for row in printed if row.key_id])
    is_there = [row for row in printed if row.kind != Kind.KEY or _is_used(row, places)]
    dispatch.arrived(is_there, by="sign-in", now=now)


def _is_used(row: Item, places: Mapping[int, Place]) -> bool:
    return row.key_id is not None and places[row.key_id] is Place.IN_USE


def _without_a_key(accesses: Mapping[int, Any], *, by: str, now: datetime) -> None:
    """A parcel that was not posted yet, and whose key belongs to somebody else now or is gone, stays here."""
    rows = Item.objects.filter(UNDER_WAY, access__in=list(accesses), kind=Kind.KEY)
    for row in queries.for_acts(rows) if rows.exists() else ():
        if not _has_its_key(row):
            why = Item.Void.SPOILED if row.batch.begun_at else Item.Void.WITHDRAWN
            settling.make_void(row, why, by=by, reason="key_taken_back", now=now)


def _has_its_key(row: Item) -> bool:
    held = KeyAssignment.objects.filter(access=row.access, key=row.key, until_at=None)
    return held.exists() and row.key is not None and keys.whereabouts_of(row.key)[0] not in _OF_NO_USE
