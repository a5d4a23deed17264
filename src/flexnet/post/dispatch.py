"""Make it happen: what was printed is posted, arrives, comes back, or is spoiled before it leaves."""

from collections.abc import Sequence
from datetime import datetime

from flexnet import transactions
from flexnet.access import actions as accesses
from flexnet.access import credentials, locking, terms
from flexnet.access.models import KeyAssignment
from flexnet.audit import actions as audit
from flexnet.keys import movements
from flexnet.keys import queries as keys
from flexnet.keys.models import Key, Place
from flexnet.post import noting, queries, settling
from flexnet.post import numbers as numbering
from flexnet.post.errors import NoSuchItem
from flexnet.post.models import Item
from flexnet.post.rules import State

Kind = Item.Kind


def post(*, numbers: Sequence[str], by: str, now: datetime) -> int:
    """These letters were posted; answers how many were not known to be. All of them or none.

    Raises NoSuchItem where one of them was never printed, is void, or does not exist.
    """
    with transactions.writing():
        rows = _held(numbers)
        wrong = [str(row) for row in rows if row.printed_at is None or row.void_at]
        if wrong:
            raise NoSuchItem(f"Not printed, or void: {', '.join(wrong)}.")
        fresh = {row.pk: row for row in rows if row.posted_at is None}
        _post(list(fresh.values()), by=by, now=now)
    return len(fresh)


def come_back(*, number: str, why: Item.Return, by: str, now: datetime) -> Item:
    """It came back: what it carries opens nothing, and nothing goes there until the address is cleared.

    A key that was in it was out of the house: it goes out again with a new seed only, to whomever.
    Raises NoSuchItem unless it was posted and neither arrived nor came back before.
    """
    with transactions.writing():
        row = _gone(_held([number])[0], why, by=by, now=now)
        data = queries.named(row) | {"reason": why.value}
        audit.record("letter.came_back", by=by, subject=queries.subject_of(row), data=data)
        settling.shut(row, by=by, reason=f"{row}: {why.value}", now=now)
        if row.key and row.kind == Kind.KEY:
            _take_back(row, row.key, by=by, reason=f"{row}: {why.value}", now=now)
    return row


def lose(*, number: str, by: str, reason: str, now: datetime) -> Item:
    """It never arrived, as whoever waits for it says: what it carries opens nothing, and it is due again.

    The address is not in doubt. A key in it is lost and locked at once, and another one has to be assigned.
    Raises NoSuchItem unless it was posted and neither arrived nor came back before.
    """
    with transactions.writing():
        row = _gone(_held([number])[0], Item.Return.LOST, by=by, now=now)
        row.cleared_at, row.cleared_by = now, by
        row.save(update_fields=["cleared_at", "cleared_by"])
        data = queries.named(row) | {"reason": reason}
        audit.record("letter.lost", by=by, subject=queries.subject_of(row), data=data)
        settling.shut(row, by=by, reason=f"{row}: {reason}", now=now)
        if row.key and row.kind == Kind.KEY:
            locking.report_key_lost(serial=row.key.serial, by=by, reason=f"{row}: {reason}", now=now)
    return row


def clear(*, number: str, by: str, reason: str, now: datetime) -> None:
    """The address is right all the same: letters go there again. Raises NoSuchItem."""
    with transactions.writing():
        row = _held([number])[0]
        if row.returned_at is None or row.cleared_at:
            raise NoSuchItem(f"{row} did not come back, or its address is cleared.")
        row.cleared_at, row.cleared_by = now, by
        row.save(update_fields=["cleared_at", "cleared_by"])
        data = queries.named(row) | {"reason": reason}
        audit.record("letter.address_cleared", by=by, subject=queries.subject_of(row), data=data)


def arrive(*, number: str, by: str, now: datetime) -> None:
    """Somebody signed for it, or said so. Raises NoSuchItem unless it is on its way."""
    with transactions.writing():
        row = _held([number])[0]
        _check_is_on_its_way(row)
        arrived([row], by=by, now=now)


def spoil(*, number: str, by: str, reason: str, now: datetime) -> None:
    """It came out well, and is no good any more before it was posted. Raises NoSuchItem."""
    with transactions.writing():
        row = _held([number])[0]
        if row.printed_at is None or row.posted_at or row.void_at:
            raise NoSuchItem(f"{row} does not wait for the post.")
        settling.make_void(row, Item.Void.SPOILED, by=by, reason=reason, now=now)


def arrived(rows: Sequence[Item], *, by: str, now: datetime) -> None:
    """Inside a transaction: what arrived was posted, whether somebody confirmed it or not."""
    _post([row for row in rows if row.posted_at is None], by=by, now=now)
    noting.note(rows, "letter.arrived", by=by, arrived_at=now, arrived_by=by)
    movements.travel(noting.parcels(rows), to=Place.IN_USE, by=by, now=now)


def _gone(row: Item, why: Item.Return, *, by: str, now: datetime) -> Item:
    _check_is_on_its_way(row)
    row.returned_at, row.returned_by, row.returned_why = now, by, why
    row.save(update_fields=["returned_at", "returned_by", "returned_why"])
    return row


def _post(rows: Sequence[Item], *, by: str, now: datetime) -> None:
    noting.note(rows, "letter.posted", by=by, posted_at=now, posted_by=by)
    movements.travel(noting.parcels(rows), to=Place.POSTED, by=by, now=now)
    for row in rows:
        _tell(row, by=by, now=now)


def _tell(row: Item, *, by: str, now: datetime) -> None:
    """What it does that somebody is written to about a key, an address, terms."""
    signer = row.person or row.third_party
    if row.key and row.kind != Kind.KEY:
        _asked_back(row, row.key, by=by, now=now)
    elif row.address:
        credentials.tell_old_address(address=row.address, by=by, now=now)
    elif row.terms and row.due_on and signer:
        terms.note_reminder(signer=signer, terms=row.terms, due_on=row.due_on, by=by, now=now)


def _asked_back(row: Item, key: Key, *, by: str, now: datetime) -> None:
    """With the first letter the key is to be returned; each one after it is a reminder."""
    here, _last = keys.whereabouts_of(key)
    before = Item.objects.filter(key=key, access=row.access, kind=Kind.RETURN).exclude(posted_at=None)
    if here in (Place.POSTED, Place.IN_USE, Place.DEFECTIVE):
        movements.step(key, to=Place.TO_BE_RETURNED, by=by, reason=str(row), now=now)
    elif here is Place.TO_BE_RETURNED and before.exclude(pk=row.pk).exists():
        movements.remind(serial=key.serial, by=by, now=now)


def _take_back(row: Item, key: Key, *, by: str, reason: str, now: datetime) -> None:
    if KeyAssignment.objects.filter(access=row.access, key=key, until_at=None).exists():
        accesses.take_key_back(serial=key.serial, by=by, reason=reason, now=now)


def _check_is_on_its_way(row: Item) -> None:
    if queries.state_of(row) is not State.POSTED:
        raise NoSuchItem(f"{row} is not on its way.")


def _held(texts: Sequence[str]) -> list[Item]:
    """Inside a transaction: nobody else changes them."""
    transactions.hold(Item, list(filter(None, map(numbering.running, texts))))
    return queries.items_for_acts(texts)
