"""Make it happen: a key is programmed at the key desk; its seed is known to us before the key knows it.

Begun: the seed is sealed. Written: the key has it. Proven: a touch typed what that seed types. Wherever it
breaks off in between, the key is in no stock, and whoever plugs it in again begins anew.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from flexnet import configuration, key_ring, transactions
from flexnet.audit import actions as audit
from flexnet.keys import actions, queries
from flexnet.keys.actions import Make
from flexnet.keys.errors import BadKey, KeyExists, NotBeingProgrammed
from flexnet.keys.models import Key, Place, Programming
from flexnet.lib import hotp, key_rows, typed_codes
from flexnet.lib.key_rows import Unfit

_SEED_BYTES = 20  # of HMAC-SHA-1, as a YubiKey holds it (DOMAIN.md, 7.2)
_ACCESS_CODE_BYTES = 6
_CODES = "keys_programming"
_UNKNOWN = Make()
_OPEN = {"proven_at": None, "given_up_at": None}


@dataclass(frozen=True)
class Wanted:
    """What is to be written into which slot."""

    seed: bytes = field(repr=False)
    access_code: bytes = field(repr=False)
    digits: int
    identifier: str
    counter: int
    slot: int


@dataclass(frozen=True)
class Begun:
    """A programming with what goes into the key; `known_codes` may protect the slot now, the newest first."""

    row: Programming
    wanted: Wanted
    known_codes: Sequence[bytes] = field(repr=False)


def begin(
    *,
    serial: str,
    slot: int = 1,
    digits: int = 6,
    identifier: str = "",
    counter: int = 0,
    make: Make = _UNKNOWN,
    by: str,
    now: datetime,
) -> Begun:
    """A random seed and access code, sealed; what was begun with this key before is given up.

    Of keys that we know only those are programmed that came back. Raises BadKey, KeyExists.
    """
    seed, code = secrets.token_bytes(_SEED_BYTES), secrets.token_bytes(_ACCESS_CODE_BYTES)
    wanted = Wanted(seed, code, digits, identifier, counter, slot)
    _check(serial, wanted, make)
    with transactions.writing():
        _require_new_or_returned(serial)
        known = _known_codes(serial)
        _give_up(serial, why="begun anew", by=by, now=now)
        row = Programming.objects.create(
            serial=serial,
            digits=digits,
            identifier=identifier,
            counter=counter,
            slot=slot,
            model=make.model,
            firmware=make.firmware,
            sealed_seed=actions.sealed_seed(serial, seed),
            sealed_access_code=key_ring.current().seal(code, table=_CODES, row=serial, kind="access_code"),
            begun_at=now,
            by=by,
        )
        audit.record("key.programming_begun", by=by, subject=f"key:{serial}", data={"slot": slot})
    return Begun(row, wanted, known)


def note_written(row: Programming, *, now: datetime) -> None:
    """The key took it. Raises NotBeingProgrammed."""
    with transactions.writing():
        if not Programming.objects.filter(pk=row.pk, **_OPEN).update(written_at=now):
            raise NotBeingProgrammed(f"The programming of {row} was given up meanwhile: begin anew.")


def proven(row: Programming, typed: str) -> int | None:
    """Which counter the touch has reached, if this very key typed it; None: it is not what it should type."""
    if row.sealed_seed is None:
        return None
    seed = actions.opened_seed(row.serial, bytes(row.sealed_seed))
    code = typed_codes.last(typed, digits=row.digits, identifier=row.identifier)
    window = configuration.current().hotp.window
    return hotp.find(seed, code, counter=row.counter, window=window, digits=row.digits)


def finish(row: Programming, *, now: datetime) -> bytes:
    """Inside a recorded act that takes the key in: it is proven; answers its seed.

    Of two who finish it one gets NotBeingProgrammed.
    """
    seed = b"" if row.sealed_seed is None else actions.opened_seed(row.serial, bytes(row.sealed_seed))
    done = Programming.objects.filter(pk=row.pk, written_at__isnull=False, **_OPEN)
    if not seed or not done.update(proven_at=now, sealed_seed=None):
        raise NotBeingProgrammed(f"The key {row} is not being programmed any more, or was not written yet.")
    return seed


def give_up(serial: str, *, why: str, by: str, now: datetime) -> None:
    """It did not prove itself: the seed is forgotten, and the key stays out of the stock."""
    with transactions.writing():
        _give_up(serial, why=why, by=by, now=now)


def under_way(serial: str) -> Programming | None:
    """The one that waits for its touch."""
    return Programming.objects.filter(serial=serial, **_OPEN).first()


def make_of(row: Programming) -> Make:
    """What the key said it is."""
    return Make(row.model, row.firmware, row.slot)


def _check(serial: str, wanted: Wanted, make: Make) -> None:
    actions.check(serial, wanted.seed, wanted.digits, wanted.identifier, wanted.counter)
    actions.check_make(replace(make, slot=wanted.slot))
    try:
        key_rows.counter_of(str(wanted.counter))
    except Unfit:
        raise BadKey("A YubiKey's first counter is a multiple of 16 below 1048576.") from None


def _require_new_or_returned(serial: str) -> None:
    key = Key.objects.filter(serial=serial).first()
    if key is None:
        return
    here, _last = queries.whereabouts_of(key)
    if here is not Place.RETURNED:
        raise KeyExists(
            f"The key {serial} is {here.label.lower()}: only a new one, or one that came back, is programmed."
        )


def _give_up(serial: str, *, why: str, by: str, now: datetime) -> None:
    rows = Programming.objects.filter(serial=serial, **_OPEN)
    if rows.update(given_up_at=now, given_up_why=why, sealed_seed=None):
        audit.record("key.programming_given_up", by=by, subject=f"key:{serial}", data={"reason": why})


def _known_codes(serial: str) -> list[bytes]:
    """Any of them may be in the key: who knows how far an earlier one came."""
    rows = Programming.objects.filter(serial=serial).order_by("-pk")
    return [
        key_ring.current().open(bytes(blob), table=_CODES, row=serial, kind="access_code").reveal()
        for blob in rows.values_list("sealed_access_code", flat=True)
    ]
