"""How many wrong tries an account and a source have left: looked at cheaply, charged on failure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flexnet import configuration
from flexnet.accounts import rules
from flexnet.accounts.models import Bucket

_SUCCESS_NOTED_EVERY = timedelta(hours=1)


@dataclass(frozen=True)
class Tries:
    """The buckets that count for one try, as they stood when it was looked at."""

    keys: tuple[str, ...]
    own_key: str
    own: Bucket | None
    are_left: bool


def look(*, account_id: int | None, source: str, now: datetime) -> Tries:
    """One query: the buckets that this try falls into, and whether one of them is empty."""
    own_key, strangers, everyone = (
        f"account:{account_id}:{source}",
        f"account:{account_id}",
        f"source:{source}",
    )
    rows = Bucket.objects.in_bulk([own_key, strangers, everyone])
    own = rows.get(own_key)
    known_for = timedelta(days=configuration.current().throttle.known_source_days)
    if own and own.succeeded_at and now - own.succeeded_at < known_for:
        keys: tuple[str, ...] = (own_key,)
    else:
        keys = (everyone,) if account_id is None else (strangers, everyone)
    empty = any(key in rows and _bucket(key, rows[key]).is_empty(now) for key in keys)
    return Tries(keys, own_key, own, not empty)


def charge(keys: Iterable[str], *, now: datetime) -> None:
    """Take one try from each bucket; inside a transaction, so that two failures cost two."""
    for key in keys:
        row, made = Bucket.objects.select_for_update().get_or_create(
            key=key, defaults={"level": _limits(key)[0] - 1.0, "counted_at": now}
        )
        if not made:
            row.level = max(_bucket(key, row).level_at(now) - 1.0, 0.0)
            row.counted_at = max(now, row.counted_at)
            row.save(update_fields=["level", "counted_at"])


def note_success(tries: Tries, *, now: datetime) -> None:
    """The source is known from now on; its own bucket is full again. Written at most once an hour."""
    own, full = tries.own, float(_limits(tries.own_key)[0])
    if own and own.succeeded_at and own.level >= full and now - own.succeeded_at < _SUCCESS_NOTED_EVERY:
        return
    Bucket.objects.update_or_create(
        key=tries.own_key, defaults={"level": full, "counted_at": now, "succeeded_at": now}
    )


def _bucket(key: str, row: Bucket) -> rules.Bucket:
    size, refill = _limits(key)
    return rules.Bucket(size, refill, row.level, row.counted_at)


def _limits(key: str) -> tuple[int, timedelta]:
    limits = configuration.current().throttle
    if key.startswith("source:"):
        return limits.source_tries, timedelta(seconds=limits.source_refill_seconds)
    return limits.tries, timedelta(seconds=limits.refill_seconds)
