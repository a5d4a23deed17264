"""Make it happen: at the key desk a key proves itself by a touch, and is bound to whom it is for."""

from dataclasses import dataclass
from datetime import datetime

from flexnet import transactions
from flexnet.access import actions, key_returns
from flexnet.access.errors import TooManyTries
from flexnet.access.models import Access
from flexnet.accounts import throttle
from flexnet.audit import actions as audit
from flexnet.keys import actions as seeds
from flexnet.keys import movements, programming, proving
from flexnet.keys import queries as keys
from flexnet.keys.errors import WrongPlace
from flexnet.keys.models import Key, Place, Programming


@dataclass(frozen=True)
class For:
    """For whom a key is; `reason` where it is one more, `seal` if it was closed into a numbered bag."""

    access: Access
    reason: str = ""
    seal: str = ""


def take_in(row: Programming, typed: str, *, to: For | None = None, by: str, now: datetime) -> Key | None:
    """A key that was programmed and typed this: it is in stock, and belongs to whom it is for.

    None: it did not type what it should, and nothing has changed. Raises NotBeingProgrammed, and what
    `actions.assign_key` raises: then nothing is kept, and it may be tried again.
    """
    reached = programming.proven(row, typed)
    if reached is None:
        return None
    with transactions.writing():
        transactions.take_turn_at_facts()
        seed = programming.finish(row, now=now)
        key = _stocked(row, seed, reached + 1, by=by, now=now)
        audit.record("key.programmed", by=by, subject=f"key:{key}", data={"slot": row.slot})
        if to:
            _bind(key, to, by=by, now=now)
    return key


def bind_ready(
    *, serial: str, typed: str, to: For, account_id: int | None = None, by: str, now: datetime
) -> Key | None:
    """A key from the stock that typed this belongs to whom it is for; the code is spent.

    None: another key typed it, or this one ran too far ahead. `account_id` is who tries, where that is
    counted. Raises NoSuchKey, WrongPlace, TooManyTries, and what `actions.assign_key` raises.
    """
    key = keys.key(serial)
    here, _last = keys.whereabouts_of(key)
    if here is not Place.IN_STOCK:
        raise WrongPlace(f"The key {key} is {here.label.lower()}, not in stock.")
    tries = _tries(account_id, now)
    reached = proving.counter(key, typed)
    if reached is None:
        _count(tries, f"key:{key}", by=by, now=now)
        return None
    with transactions.writing():
        transactions.take_turn_at_facts()
        seeds.advance(key, reached)
        _bind(key, to, by=by, now=now)
    return key


def find_owners(*, typed: str, then: str = "", account_id: int, by: str, now: datetime) -> list[Key]:
    """Which keys outside the stock may have typed this, and `then` right after it; nothing is spent.

    Raises TooManyTries: each look counts.
    """
    _count(_tries(account_id, now), "keys:all", by=by, now=now, kind="key.owner_looked_up")
    return proving.owners(typed, then)


def _tries(account_id: int | None, now: datetime) -> throttle.Tries | None:
    tries = None if account_id is None else throttle.look_inside(account_id=account_id, now=now)
    if tries and not tries.are_left:
        raise TooManyTries("Too many codes were tried. Wait a minute.")
    return tries


def _count(
    tries: throttle.Tries | None, subject: str, *, by: str, now: datetime, kind: str = "key.not_proven"
) -> None:
    with transactions.writing():
        if tries:
            transactions.write_together([throttle.charging(tries.keys, now=now)])
        audit.record(kind, by=by, subject=subject, data={})


def _stocked(row: Programming, seed: bytes, counter: int, *, by: str, now: datetime) -> Key:
    """New, or one that came back and has a new seed."""
    known = Key.objects.filter(serial=row.serial).first()
    if known is None:
        return seeds.add(
            serial=row.serial,
            seed=seed,
            digits=row.digits,
            identifier=row.identifier,
            counter=counter,
            make=programming.make_of(row),
            by=by,
            now=now,
        )
    seeds.types_now(known, digits=row.digits, identifier=row.identifier, make=programming.make_of(row))
    return key_returns.reseed(serial=row.serial, seed=seed, counter=counter, by=by, reason="", now=now)


def _bind(key: Key, to: For, *, by: str, now: datetime) -> None:
    actions.assign_key(key=key, access=to.access, by=by, reason=to.reason, now=now)
    if to.seal:
        movements.step(key, to=Place.PACKED, by=by, reason=to.reason, now=now, seal=to.seal)
        audit.record("key.packed", by=by, subject=f"key:{key}", data={"seal": to.seal})
