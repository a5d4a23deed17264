"""Make it happen: keys are brought in, codes are spent, keys come back into step."""

from datetime import datetime, timedelta
from enum import StrEnum

from flexnet import configuration, key_ring, transactions
from flexnet.audit import actions as audit
from flexnet.keys.errors import BadSeed, KeyExists
from flexnet.keys.models import Key
from flexnet.lib import hotp

_SEAL = {"table": "keys_key"}


class Outcome(StrEnum):
    """What became of a code."""

    ACCEPTED = "accepted"
    HEALED = "healed"
    ALREADY_USED = "already_used"
    WRONG = "wrong"

    @property
    def is_spent(self) -> bool:
        return self in (Outcome.ACCEPTED, Outcome.HEALED)


def add(
    *,
    serial: str,
    seed: bytes,
    digits: int = 6,
    identifier: str = "",
    counter: int = 0,
    by: str,
    now: datetime,
) -> Key:
    """Bring a key in, its seed sealed at once; raises BadSeed, KeyExists."""
    if len(seed) < 16:
        raise BadSeed("A seed has at least 16 bytes (RFC 4226, section 4, R6).")
    if digits not in (6, 8):
        raise BadSeed("A key types 6 or 8 digits.")
    sealed_seed = key_ring.current().seal(seed, row=serial, kind="seed", **_SEAL)
    with transactions.writing():
        if Key.objects.filter(serial=serial).exists():
            raise KeyExists(f"A key with the serial number {serial} is there already.")
        key = Key.objects.create(
            serial=serial,
            digits=digits,
            identifier=identifier,
            counter=counter,
            sealed_seed=sealed_seed,
            added_at=now,
        )
        audit.record("key.added", by=by, subject=f"key:{serial}", data={"digits": digits})
    return key


def spend(key: Key, code: str, *, source: str, now: datetime) -> Outcome:
    """Inside a transaction: take a code in, once and for all (RFC 4226, 7.2 and 7.4).

    Accepted or healed, the counter moved by one conditional UPDATE: of any number of copies one wins.
    """
    limits, seed = configuration.current().hotp, _seed(key)
    found = hotp.find(seed, code, counter=key.counter, window=limits.window, digits=key.digits)
    if found is not None:
        return Outcome.ACCEPTED if _advance(key, found) else Outcome.ALREADY_USED
    back = min(limits.window, key.counter)
    if hotp.find(seed, code, counter=key.counter - back, window=back, digits=key.digits) is not None:
        return Outcome.ALREADY_USED
    first = _missed_code(key, source, now)
    if first is not None:
        found = hotp.resync(
            seed, first, code, counter=key.counter, window=limits.resync_window, digits=key.digits
        )
        if found is not None:
            return Outcome.HEALED if _advance(key, found + 1) else Outcome.ALREADY_USED
    _remember(key, code, source, now)
    return Outcome.WRONG


def reseal() -> int:
    """After the key ring got a new key: every seed under it; answers how many changed."""
    ring, changed = key_ring.current(), 0
    for key in Key.objects.only("serial", "sealed_seed").iterator():
        blob = bytes(key.sealed_seed)
        fresh = ring.reseal(blob, row=key.serial, kind="seed", **_SEAL)
        if fresh != blob:
            changed += Key.objects.filter(pk=key.pk).update(sealed_seed=fresh)
    return changed


def _advance(key: Key, accepted: int) -> bool:
    forgotten = {"missed_code": None, "missed_source": "", "missed_at": None}
    rows = Key.objects.filter(pk=key.pk, counter__lte=accepted)
    return rows.update(counter=accepted + 1, **forgotten) == 1


def _seed(key: Key) -> bytes:
    return key_ring.current().open(bytes(key.sealed_seed), row=key.serial, kind="seed", **_SEAL).reveal()


def _missed_code(key: Key, source: str, now: datetime) -> str | None:
    healing = timedelta(seconds=configuration.current().hotp.healing_seconds)
    if key.missed_code is None or key.missed_at is None or key.missed_source != source:
        return None
    if not timedelta() <= now - key.missed_at <= healing:
        return None
    blob = bytes(key.missed_code)
    return key_ring.current().open(blob, row=key.serial, kind="missed_code", **_SEAL).reveal().decode()


def _remember(key: Key, code: str, source: str, now: datetime) -> None:
    blob = key_ring.current().seal(code.encode(), row=key.serial, kind="missed_code", **_SEAL)
    Key.objects.filter(pk=key.pk).update(missed_code=blob, missed_source=source, missed_at=now)
