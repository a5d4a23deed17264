"""How many wrong tries an account and a source have left: looked at cheaply, charged on failure."""

import hashlib
import itertools
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.db import connection

from flexnet import configuration, transactions
from flexnet.accounts import rules
from flexnet.accounts.models import Bucket

_SUCCESS_NOTED_EVERY = timedelta(hours=1)

# rules.Bucket.level_at and some tries taken, in one statement: two failures cost two whoever writes first.
# A bucket that is not there yet is full: its level then is its size less what is taken.
_KINDS = ("source:", "form:", "forms:", "program:", "account:")
_OF_ITS_KIND = """CASE WHEN excluded.key LIKE 'source:%%' THEN %s WHEN excluded.key LIKE 'form:%%' THEN %s
    WHEN excluded.key LIKE 'forms:%%' THEN %s WHEN excluded.key LIKE 'program:%%' THEN %s ELSE %s END"""
_CHARGE = f"""
INSERT INTO accounts_bucket (key, level, counted_at) VALUES {{rows}}
ON CONFLICT (key) DO UPDATE SET
  level = {{least}}(
    accounts_bucket.level + ABS(excluded.counted_at - accounts_bucket.counted_at) / {_OF_ITS_KIND},
    {_OF_ITS_KIND}) - ({_OF_ITS_KIND} - excluded.level),
  counted_at = excluded.counted_at
"""  # noqa: S608 - of the text above alone


@dataclass(frozen=True)
class Tries:
    """The buckets that count for one try, and how they stood when it was looked at."""

    keys: tuple[str, ...]
    own_key: str
    own_is_noted: bool
    empty_for: timedelta

    @property
    def are_left(self) -> bool:
        return not self.empty_for


def look(*, account_id: int | None, place: str, now: datetime) -> Tries:
    """One query: the buckets that this try falls into, and whether one of them is empty.

    A place from which the account signed in rightly has a bucket of its own; all others share the account's.
    """
    own, strangers, everyone = (
        f"account:{account_id}:{place}",
        f"account:{account_id}",
        f"source:{place}",
    )
    rows = _rows(own, strangers, everyone)
    since = _since_success(rows.get(own), now)
    keys = (own,) if since is not None else (strangers, everyone) if account_id is not None else (everyone,)
    noted = since is not None and since < _SUCCESS_NOTED_EVERY and rows[own].level >= _limits(own)[0]
    return Tries(keys, own, noted, _empty_for(keys, rows, now))


def look_at_emergency(*, name: str, place: str, now: datetime) -> Tries:
    """As `look`, for whoever would lock an access by its word: no stranger uses up another place's tries.

    A name that nobody has is counted like any other, by its digest: it may be a password.
    """
    digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:32]
    keys = (f"emergency:{digest}:{place}", f"source:emergency:{place}")
    return Tries(keys, keys[0], False, _empty_for(keys, _rows(*keys), now))


def look_at_requests(*, place: str, now: datetime) -> Tries:
    """As `look`, for whoever asks for something and is not known: a place has one bucket for all it asks."""
    key = f"source:requests:{place}"
    return Tries((key,), key, False, _empty_for((key,), _rows(key), now))


def look_inside(*, account_id: int, now: datetime) -> Tries:
    """As `look`, for somebody who is signed in: a bucket that no stranger reaches."""
    key = f"account:{account_id}:inside"
    return Tries((key,), key, False, _empty_for((key,), _rows(key), now))


def look_at_form(form: str, *, place: str, now: datetime) -> Tries:
    """As `look`, for a form that anybody may send: how many of these the place, and everybody, may send.

    Each that is taken must be charged, or strangers fill the disk.
    """
    keys = (f"form:{form}:{place}", f"forms:{form}")
    return Tries(keys, "", False, _empty_for(keys, _rows(*keys), now))


def look_at_program(program_id: int, *, now: datetime) -> Tries:
    """As `look`, for a program that is known: it has a bucket for all that it asks. Charge each request."""
    key = f"program:{program_id}"
    return Tries((key,), key, False, _empty_for((key,), _rows(key), now))


def look_at_programs(*, place: str, now: datetime) -> Tries:
    """As `look`, for a secret that nobody has: no sign-in at the same place is hindered by it."""
    key = f"source:programs:{place}"
    return Tries((key,), key, False, _empty_for((key,), _rows(key), now))


def charging(keys: Iterable[str], *, now: datetime) -> transactions.Statement:
    """Takes one try from a bucket each time it is named; to be written together with why.

    Buckets are taken in their order: of two who charge the same ones neither waits for the other in a circle.
    """
    taken = sorted(Counter(keys).items())
    rows: list[tuple[str | float, ...]] = [
        (key, float(_limits(key)[0] - tries), now.timestamp()) for key, tries in taken
    ]
    sizes = [float(_limits(kind)[0]) for kind in _KINDS]
    refills = [_limits(kind)[1].total_seconds() for kind in _KINDS]
    least = "MIN" if connection.vendor == "sqlite" else "LEAST"
    query = _CHARGE.format(rows=",".join(["(%s, %s, %s)"] * len(rows)), least=least)
    return transactions.Statement(query, [*itertools.chain(*rows), *refills, *sizes, *sizes])


def note_success(tries: Tries, *, now: datetime) -> None:
    """Inside a transaction: the place is known from now on, its own bucket full. Written once an hour."""
    if tries.own_is_noted:
        return
    full, at = float(_limits(tries.own_key)[0]), now.timestamp()
    Bucket.objects.bulk_create(
        [Bucket(key=tries.own_key, level=full, counted_at=at, succeeded_at=at)],
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["level", "counted_at", "succeeded_at"],
    )


def clear_full(now: datetime) -> int:
    """Buckets that are full again say nothing: take them away, so that strangers cannot fill the disk."""
    limits = configuration.current().throttle
    fill = 2 * max(size * refill.total_seconds() for size, refill in map(_limits, _KINDS))
    known = timedelta(days=limits.known_source_days).total_seconds()
    at = now.timestamp()
    with transactions.writing():
        strange = Bucket.objects.filter(succeeded_at=None, counted_at__lt=at - fill)
        return (strange.delete()[0]) + Bucket.objects.filter(succeeded_at__lt=at - known).delete()[0]


class _Row(NamedTuple):
    level: float
    counted_at: float
    succeeded_at: float | None


def _rows(*keys: str) -> dict[str, _Row]:
    marks = ",".join(["%s"] * len(keys))
    query = f"SELECT key, level, counted_at, succeeded_at FROM accounts_bucket WHERE key IN ({marks})"  # noqa: S608 - marks
    return {key: _Row(*rest) for key, *rest in transactions.ask_anew(query, keys)}


def _since_success(own: _Row | None, now: datetime) -> timedelta | None:
    """How long ago the account signed in from its place; None if that is forgotten, or was never."""
    if own is None or own.succeeded_at is None:
        return None
    since = now - _instant(own.succeeded_at)
    return since if since < timedelta(days=configuration.current().throttle.known_source_days) else None


def _empty_for(keys: Iterable[str], rows: dict[str, _Row], now: datetime) -> timedelta:
    waits = [_bucket(key, rows[key]).empty_for(now) for key in keys if key in rows]
    return max(waits, default=timedelta())


def _bucket(key: str, row: _Row) -> rules.Bucket:
    return rules.Bucket(*_limits(key), row.level, _instant(row.counted_at))


def _limits(key: str) -> tuple[int, timedelta]:
    limits = configuration.current().throttle
    if key.startswith("source:"):
        return limits.source_tries, timedelta(seconds=limits.source_refill_seconds)
    if key.startswith("form:"):
        return limits.form_tries, timedelta(seconds=limits.form_refill_seconds)
    if key.startswith("forms:"):
        return limits.all_forms_tries, timedelta(seconds=limits.all_forms_refill_seconds)
    if key.startswith("program:"):
        return limits.program_requests, timedelta(milliseconds=limits.program_refill_milliseconds)
    return limits.tries, timedelta(seconds=limits.refill_seconds)


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
