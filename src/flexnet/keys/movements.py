"""Make it happen: keys go from place to place, only as they may; every movement says who and why."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from flexnet import transactions
from flexnet.audit import actions as audit
from flexnet.keys import queries, whereabouts
from flexnet.keys.errors import MovedMeanwhile, SealUsed, WrongPlace
from flexnet.keys.models import Key, Movement, Place, Reminder

_SEAL = re.compile(r"[A-Za-z0-9-]{1,20}")
# Places that follow from an act of its own, which does more than move the key.
_BY_OTHER_ACTS = frozenset({Place.IN_STOCK, Place.ASSIGNED, Place.LOST, Place.RETURNED, Place.DISPOSED_OF})
_BY_POST = (Place.ASSIGNED, Place.PACKED, Place.POSTED, Place.IN_USE)


def move(*, serial: str, to: Place, by: str, reason: str, now: datetime) -> Movement:
    """It is packed, posted, in use, defective, or to be returned.

    Raises NoSuchKey, WrongPlace, MovedMeanwhile.
    """
    if to in _BY_OTHER_ACTS:
        raise WrongPlace(f"A key does not come to be {to} by moving it alone: there is an act of its own.")
    key = queries.key(serial)
    with transactions.writing():
        row = step(key, to=to, by=by, reason=reason, now=now)
        audit.record("key.moved", by=by, subject=f"key:{key}", data={"to": to, "reason": reason})
    return row


def remind(*, serial: str, by: str, now: datetime) -> Reminder:
    """Whoever has a key that is to come back is asked once more. Raises NoSuchKey, WrongPlace."""
    key = queries.key(serial)
    with transactions.writing():
        here, last = queries.whereabouts_of(key)
        if here is not Place.TO_BE_RETURNED:
            raise WrongPlace(f"The key {key} is {here}: nobody was asked to return it.")
        row = Reminder.objects.create(movement=last, sent_at=now, by=by)
        audit.record("key.return_reminded", by=by, subject=f"key:{key}", data={})
    return row


def begin(key: Key, *, by: str, reason: str, now: datetime) -> Movement:
    """Inside a recorded act: a new key is in stock."""
    return Movement.objects.create(
        key=key, place=Place.IN_STOCK, at=now, counter=key.counter, by=by, reason=reason
    )


def step(key: Key, *, to: Place, by: str, reason: str, now: datetime, seal: str = "") -> Movement:
    """Inside a recorded act: from where it is to another place; packed, into a bag whose seal has a number.

    Raises WrongPlace, MovedMeanwhile, SealUsed.
    """
    here, last = queries.whereabouts_of(key)
    if not whereabouts.may_go(here, to):
        raise WrongPlace(f"The key {key} is {here}: from there it does not come to be {to}.")
    return _write(key, last, to, by=by, reason=reason, now=now, seal=seal)


def travel(keys: Mapping[Key, str], *, to: Place, by: str, now: datetime) -> None:
    """Inside a recorded act: they went as far by post, each for its reason; one that is not on its way stays.

    Few statements, however many they are. Raises MovedMeanwhile.
    """
    last = queries.standing([key.pk for key in keys])
    left, came = defaultdict[datetime, list[Movement]](list), list[Movement]()
    for key, reason in keys.items():
        row = last[key.pk]
        here, at = queries.place_of(row), max(now, row.at)
        ahead = _BY_POST[_BY_POST.index(here) + 1 : _BY_POST.index(to) + 1] if here in _BY_POST else ()
        for place in ahead:
            through = None if place == to else at
            came.append(_at_place(row, place, at=at, until_at=through, by=by, reason=reason))
        if ahead:
            left[at].append(row)
    for at, rows in left.items():
        _leave(rows, at)
    if came:
        with transactions.refused_as(_moved_meanwhile([row.key for row in came])):
            transactions.insert_all(came)


def unpack(key: Key, *, by: str, reason: str, now: datetime) -> None:
    """Inside a recorded act: what was packed will not be posted like this; a sealed bag stays as it is."""
    here, last = queries.whereabouts_of(key)
    if here is Place.PACKED and not last.seal:
        step(key, to=Place.ASSIGNED, by=by, reason=reason, now=now)


def lose(key: Key, *, by: str, reason: str, now: datetime) -> None:
    """Inside a recorded act: it is lost; one that is lost already, or disposed of, stays where it is."""
    if whereabouts.may_go(queries.whereabouts_of(key)[0], Place.LOST):
        step(key, to=Place.LOST, by=by, reason=reason, now=now)


def find(key: Key, *, by: str, reason: str, now: datetime) -> None:
    """Inside a recorded act: a lost key was never lost, and is where it was before."""
    here, last = queries.whereabouts_of(key)
    if here is Place.LOST:
        before = Movement.objects.filter(key=key, pk__lt=last.pk).select_related("key").latest("pk")
        was = whereabouts.present(Place(before.place), counter_then=before.counter, counter_now=last.counter)
        _write(key, last, was, by=by, reason=reason, now=now)


def _write(
    key: Key, last: Movement, to: Place, *, by: str, reason: str, now: datetime, seal: str = ""
) -> Movement:
    if seal and not _SEAL.fullmatch(seal):
        raise SealUsed("The number of a seal has up to 20 letters, digits and hyphens.")
    at = max(now, last.at)
    _leave([last], at)
    row = _at_place(last, to, at=at, by=by, reason=reason, seal=seal)
    used = SealUsed(f"The seal {seal} closes another bag: look at its number again.")
    transactions.insert_new(row, otherwise=used if seal else _moved_meanwhile([key]))
    return row


def _at_place(
    last: Movement,
    place: Place,
    *,
    at: datetime,
    by: str,
    reason: str,
    seal: str = "",
    until_at: datetime | None = None,
) -> Movement:
    """From the last one on; codes that were typed since that was read count as typed there."""
    return Movement(
        key=last.key,
        place=place,
        at=at,
        until_at=until_at,
        counter=last.key.counter,
        by=by,
        reason=reason,
        seal=seal,
    )


def _leave(rows: Sequence[Movement], at: datetime) -> None:
    """One conditional UPDATE decides which of two who move a key was first. Raises MovedMeanwhile."""
    still_there = Movement.objects.filter(pk__in=[row.pk for row in rows], until_at=None)
    if still_there.update(until_at=at) != len(rows):
        raise _moved_meanwhile([row.key for row in rows])


def _moved_meanwhile(keys: Sequence[Key]) -> MovedMeanwhile:
    named = f"The key {keys[0]}" if len(keys) == 1 else "One of the keys"
    return MovedMeanwhile(f"{named} was moved by somebody else just now. Look again.")
