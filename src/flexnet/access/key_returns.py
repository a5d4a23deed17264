"""Make it happen: keys that must come back are declared lost, get a new seed, or are disposed of."""

from datetime import datetime

from django.db.models import QuerySet

from flexnet import transactions
from flexnet.access import charges, locking
from flexnet.access.actions import end_assignment, facts_changed
from flexnet.access.errors import KeyLocked
from flexnet.access.models import Charge, Lock
from flexnet.audit import actions as audit
from flexnet.keys import actions as seeds
from flexnet.keys import movements
from flexnet.keys import queries as keys
from flexnet.keys.errors import WrongPlace
from flexnet.keys.models import Key, Place


def declare_lost(*, serial: str, by: str, reason: str, now: datetime) -> Charge:
    """A key that did not come back, though it was asked for, is lost: locked, and charged (§ 6(3)).

    Raises NoSuchKey, WrongPlace, NotToCharge.
    """
    key = keys.key(serial)
    with transactions.writing():
        transactions.take_turn_at_facts()
        here, _last = keys.whereabouts_of(key)
        if here is not Place.TO_BE_RETURNED:
            raise WrongPlace(f"The key {key} is {here}: ask for it first, then it may be declared lost.")
        lock = locking.lock_key(serial=serial, cause=Lock.Cause.LOSS, by=by, reason=reason, now=now)
        return charges.charge(lock, by=by, reason=reason, now=now)


def reseed(*, serial: str, seed: bytes, counter: int = 0, by: str, reason: str, now: datetime) -> Key:
    """A key that came back was programmed anew: what was locked because it was lost is no more in it.

    Raises NoSuchKey, KeyLocked, BadKey, SeedTaken, WrongPlace, MovedMeanwhile.
    """
    key = keys.key(serial)
    with transactions.writing():
        transactions.take_turn_at_facts()
        seeds.reseed(key, seed, counter=counter, by=by, reason=reason, now=now)
        standing = Lock.objects.filter(key=key, lifted_at=None)
        if standing.exclude(cause=Lock.Cause.LOSS).exists():
            raise KeyLocked(f"The key {key} is locked, and not because it was lost. Lift that lock first.")
        _end(standing, by=by, reason=reason, now=now)
    return keys.key(serial)


def dispose_of(*, serial: str, by: str, reason: str, now: datetime) -> None:
    """It is gone for good, and opens nothing. Raises NoSuchKey, WrongPlace, MovedMeanwhile."""
    key = keys.key(serial)
    with transactions.writing():
        transactions.take_turn_at_facts()
        movements.step(key, to=Place.DISPOSED_OF, by=by, reason=reason, now=now)
        audit.record("key.disposed_of", by=by, subject=f"key:{key}", data={"reason": reason})
        facts_changed(end_assignment(key, now=now), by=by, reason="key_disposed_of", now=now)


def _end(standing: QuerySet[Lock], *, by: str, reason: str, now: datetime) -> None:
    for lock in list(standing):
        standing.filter(pk=lock.pk).update(lifted_at=now, lifted_by=by, lift_reason=reason)
        data = {"lock": lock.pk, "reason": reason}
        audit.record("lock.lifted", by=by, subject=locking.locked_thing(lock), data=data)
