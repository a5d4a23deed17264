"""Make it happen: keys are brought in, codes are spent, keys come back into step."""

import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from flexnet import configuration, key_ring, resealing, transactions
from flexnet.audit import actions as audit
from flexnet.keys import movements, queries, rules
from flexnet.keys.errors import BadKey, KeyExists, SeedTaken
from flexnet.keys.models import Device, Key, KeyFile, Place, Programming
from flexnet.keys.rules import Outcome, Verdict
from flexnet.lib.sealed import Purpose

_TABLE = "keys_key"
_SERIAL = re.compile(r"[A-Za-z0-9-]{1,20}")
# What a YubiKey types before the code (DOMAIN.md, 7.2): modhex, digits, or both.
_IDENTIFIER = re.compile(r"[cbdefghijklnrtuv0-9]{0,12}")
_FIRMWARE = re.compile(r"\d{1,3}(?:\.\d{1,3}){0,2}")


@dataclass(frozen=True)
class Make:
    """What a key is, beside what it types; empty where nobody knows."""

    model: str = ""
    firmware: str = ""
    slot: int | None = None


def add(
    *,
    serial: str,
    seed: bytes,
    digits: int = 6,
    identifier: str = "",
    counter: int = 0,
    make: Make = Make(),
    by: str,
    reason: str = "",
    now: datetime,
) -> Key:
    """Bring a key in, its seed sealed at once: it is in stock. Raises BadKey, KeyExists."""
    check(serial, seed, digits, identifier, counter)
    check_make(make)
    sealed = sealed_seed(serial, seed)
    taken = KeyExists(f"A key with the serial number {serial} is there already.")
    with transactions.writing():
        with transactions.refused_as(taken):
            key = Key.objects.create(
                serial=serial,
                digits=digits,
                identifier=identifier,
                counter=counter,
                sealed_seed=sealed,
                added_at=now,
            )
        Device.objects.create(key=key, model=make.model, firmware=make.firmware, slot=make.slot)
        movements.begin(key, by=by, reason=reason, now=now)
        audit.record("key.added", by=by, subject=f"key:{serial}", data={"digits": digits, "reason": reason})
    return key


def reseed(key: Key, seed: bytes, *, counter: int = 0, by: str, reason: str, now: datetime) -> None:
    """A key that came back gets another seed, and is in stock again.

    Raises BadKey, SeedTaken, WrongPlace, MovedMeanwhile.
    """
    check(key.serial, seed, key.digits, key.identifier, counter)
    if has_seed(key, seed):
        raise SeedTaken(f"The key {key} has this seed already. Program it with a new one first.")
    fresh = {"sealed_seed": sealed_seed(key.serial, seed), "counter": counter}
    with transactions.writing():
        _require_returned(key)
        Key.objects.filter(pk=key.pk).update(**fresh, missed_code=None, missed_source="", missed_at=None)
        movements.step(key, to=Place.IN_STOCK, by=by, reason=reason, now=now)
        audit.record("key.reseeded", by=by, subject=f"key:{key}", data={"reason": reason})


def types_now(key: Key, *, digits: int, identifier: str, make: Make) -> None:
    """Inside an act that gives it a new seed: what it was programmed to type, and into which slot."""
    Key.objects.filter(pk=key.pk).update(digits=digits, identifier=identifier)
    made = {"model": make.model, "firmware": make.firmware, "slot": make.slot}
    Device.objects.update_or_create(key=key, defaults=made)


def has_seed(key: Key, seed: bytes) -> bool:
    """Whether this is the one it has; compared in constant time."""
    return hmac.compare_digest(_opened(key, bytes(key.sealed_seed), "seed"), seed)


def _require_returned(key: Key) -> None:
    place, _last = queries.whereabouts_of(key)
    if place is not Place.RETURNED:
        raise SeedTaken(f"The key {key} is {place}: only one that came back gets a new seed.")


def judge(key: Key, code: str, *, source: str, now: datetime) -> Verdict:
    """What a code is worth to this key as it was read; changes nothing."""
    known = standing(key, missed=_missed_code(key, source, now))
    return rules.judge(known, code, configuration.current().hotp)


def standing(key: Key, *, missed: str | None = None) -> rules.Standing:
    """Where a key stands as it was read, its seed opened."""
    seed = _opened(key, bytes(key.sealed_seed), "seed")
    return rules.Standing(seed, key.digits, key.counter, missed)


def spend(key: Key, verdict: Verdict) -> Outcome:
    """Take a code in that was found good, once and for all.

    It writes once, and needs no transaction around it. The counter moves by one conditional UPDATE: of any
    number of copies one wins, the others were used already.
    """
    is_first = verdict.counter is not None and advance(key, verdict.counter)
    return verdict.outcome if is_first else Outcome.ALREADY_USED


def remembering(key: Key, code: str, *, source: str, now: datetime) -> transactions.Statement:
    """To be written for a wrong code: with the next one it may show how far the key has run ahead. Sealed."""
    blob = key_ring.current().seal(code.encode(), table=_TABLE, row=key.serial, kind="missed_code")
    at = connection.ops.adapt_datetimefield_value(now)
    return transactions.Statement(_REMEMBER, [blob, source, at, key.pk])


def reseal() -> int:
    """After the key ring got a new key: seeds, missed and access codes under it; answers how many changed."""
    return sum(
        (
            _reseal(Key, "sealed_seed", Purpose(_TABLE, "seed")),
            _reseal(Key, "missed_code", Purpose(_TABLE, "missed_code")),
            _reseal(Programming, "sealed_seed", Purpose(_TABLE, "seed")),
            resealing.renew(KeyFile, "sealed_rows", row="sha256", renewed=_renewed_rows),
            _reseal(Programming, "sealed_access_code", Purpose("keys_programming", "access_code")),
        )
    )


def _reseal(model: type[Key] | type[Programming], column: str, purpose: Purpose) -> int:
    def renewed(blob: bytes, serial: str) -> bytes:
        return key_ring.current().reseal(bytes(blob), table=purpose.table, row=serial, kind=purpose.kind)

    return resealing.renew(model, column, row="serial", renewed=renewed)


def _renewed_rows(blob: bytes, sha256: str) -> bytes:
    return key_ring.current().reseal(bytes(blob), table="keys_keyfile", row=sha256, kind="rows")


def sealed_seed(serial: str, seed: bytes) -> bytes:
    """Bound to this key, wherever the seal lies."""
    return key_ring.current().seal(seed, table=_TABLE, row=serial, kind="seed")


def opened_seed(serial: str, blob: bytes) -> bytes:
    """Only to look whether a code is its own; never shown. Raises sealed.SealBroken."""
    return key_ring.current().open(blob, table=_TABLE, row=serial, kind="seed").reveal()


def check(serial: str, seed: bytes, digits: int, identifier: str, counter: int) -> None:
    """Raises BadKey, which says what of it cannot be; never the seed."""
    if not _SERIAL.fullmatch(serial):
        raise BadKey("A serial number has up to 20 letters, digits and hyphens.")
    if not 16 <= len(seed) <= 64:
        raise BadKey("A seed has 16 to 64 bytes (RFC 4226, section 4, R6).")
    if digits not in (6, 8):
        raise BadKey("A key types 6 or 8 digits.")
    if not _IDENTIFIER.fullmatch(identifier):
        raise BadKey("An identifier has up to 12 characters, modhex or digits, as the key types them.")
    if not 0 <= counter < 2**62:
        raise BadKey("A counter is a whole number from 0 on.")


def check_make(make: Make) -> None:
    """Raises BadKey."""
    if len(make.model) > 40 or not make.model.isprintable():
        raise BadKey("A model has up to 40 printable characters.")
    if make.firmware and not _FIRMWARE.fullmatch(make.firmware):
        raise BadKey("A firmware is written like 5.7.1.")
    if make.slot not in (None, 1, 2):
        raise BadKey("A key has the slots 1 and 2.")


# Every try asks for one of these two, and the ORM takes five times as long to build it.
_ADVANCE = """
UPDATE keys_key SET counter = %s, missed_code = NULL, missed_source = '', missed_at = NULL
 WHERE id = %s AND counter <= %s
"""
_REMEMBER = "UPDATE keys_key SET missed_code = %s, missed_source = %s, missed_at = %s WHERE id = %s"


def advance(key: Key, spent: int) -> bool:
    """Whether this code was the first to spend its counter; what was missed before is forgotten."""
    with connection.cursor() as cursor:
        cursor.execute(_ADVANCE, [spent + 1, key.pk, spent])
        return int(cursor.rowcount) == 1


def _opened(key: Key, blob: bytes, kind: str) -> bytes:
    return key_ring.current().open(blob, table=_TABLE, row=key.serial, kind=kind).reveal()


def _missed_code(key: Key, source: str, now: datetime) -> str | None:
    if key.missed_code is None or key.missed_at is None or key.missed_source != source:
        return None
    if abs(now - key.missed_at) > timedelta(seconds=configuration.current().hotp.healing_seconds):
        return None
    return _opened(key, bytes(key.missed_code), "missed_code").decode()
