"""Make it happen: a file of keys comes through the office, is looked at, and brought in by the worker.

What was read of it waits sealed; neither file nor seed touches a disk in clear. Taken, dropped or forgotten,
its seeds are gone here.
"""

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Q, QuerySet

from flexnet import key_ring, transactions
from flexnet.audit import actions as audit
from flexnet.keys import importing
from flexnet.keys.errors import NotNow
from flexnet.keys.importing import Format, Line, Report, What
from flexnet.keys.models import KeyFile
from flexnet.lib import pskc
from flexnet.lib.key_rows import KeyRow, Row, Why, WrongRow

_TABLE = "keys_keyfile"
_WAITS = timedelta(days=1)


class State(StrEnum):
    """Where a file stands; follows from its instants."""

    LOOKED_AT = "looked_at"
    TAKING = "taking"
    TAKEN = "taken"
    DROPPED = "dropped"


def upload(
    *,
    content: bytes,
    file_name: str,
    form: Format,
    digits: int,
    secrets: pskc.Secrets,
    reason: str,
    by: str,
    now: datetime,
) -> KeyFile:
    """What it holds is sealed and waits; no key is brought in. Raises BadKeyFile."""
    rows = importing.read(content, form, digits=digits, secrets=secrets)
    digest = hashlib.sha256(content).hexdigest()
    sealed = key_ring.current().seal(_packed(rows), table=_TABLE, row=digest, kind="rows")
    with transactions.writing():
        row = KeyFile.objects.create(
            file_name=file_name[:200],
            sha256=digest,
            reason=reason,
            sealed_rows=sealed,
            uploaded_at=now,
            uploaded_by=by,
        )
        audit.record("keyfile.uploaded", by=by, subject=f"keyfile:{row.pk}", data={"sha256": digest})
    return row


def state(row: KeyFile) -> State:
    if row.taken_at:
        return State.TAKEN
    if row.dropped_at:
        return State.DROPPED
    return State.TAKING if row.ordered_at else State.LOOKED_AT


def report(row: KeyFile) -> Report:
    """As it stands now, or as it was taken."""
    if row.sealed_rows is not None and not row.taken_at:
        return importing.look(_rows(row))
    lines = (Line(number, serial, What(what), why) for number, serial, what, why in json.loads(row.lines))
    return Report(tuple(lines), is_written=row.taken_at is not None)


def order(row: KeyFile, *, only_good: bool, by: str, now: datetime) -> None:
    """The worker takes it from here on. Raises NotNow."""
    with transactions.writing():
        _open_one(row).update(ordered_at=now, ordered_by=by, only_good=only_good)
        audit.record("keyfile.ordered", by=by, subject=f"keyfile:{row.pk}", data={"only_good": only_good})


def drop(row: KeyFile, *, by: str, now: datetime) -> None:
    """Nothing of it is brought in; what was read of it is forgotten. Raises NotNow."""
    with transactions.writing():
        _open_one(row).update(dropped_at=now, sealed_rows=None)
        audit.record("keyfile.dropped", by=by, subject=f"keyfile:{row.pk}", data={})


def take_waiting(now: datetime) -> int:
    """The worker's part: whatever broke off is done again, and leads to the same; answers how many."""
    waiting = list(KeyFile.objects.filter(ordered_at__isnull=False, taken_at=None).order_by("pk"))
    for row in waiting:
        _take(row, now)
    return len(waiting)


def clear_old(now: datetime) -> int:
    """Seeds do not wait for ever for somebody to decide."""
    with transactions.writing():
        old = Q(uploaded_at__lt=now - _WAITS, ordered_at=None, dropped_at=None)
        return KeyFile.objects.filter(old).update(dropped_at=now, sealed_rows=None)


def _take(row: KeyFile, now: datetime) -> None:
    found = importing.run(
        _rows(row),
        sha256=row.sha256,
        only_good=row.only_good,
        by=row.ordered_by,
        reason=row.reason,
        now=now,
    )
    lines = [(line.row, line.serial, line.what, str(line.why)) for line in found.lines]
    with transactions.writing():
        KeyFile.objects.filter(pk=row.pk, taken_at=None).update(
            taken_at=now, sealed_rows=None, lines=json.dumps(lines), is_written=found.is_written
        )


def _open_one(row: KeyFile) -> QuerySet[KeyFile]:
    rows = KeyFile.objects.filter(pk=row.pk, ordered_at=None, dropped_at=None)
    if not rows.exists():
        raise NotNow("Somebody has decided about this file already.")
    return rows


def _rows(row: KeyFile) -> list[Row]:
    assert row.sealed_rows is not None  # noqa: S101 - its callers looked
    sealed = bytes(row.sealed_rows)
    return _unpacked(key_ring.current().open(sealed, table=_TABLE, row=row.sha256, kind="rows").reveal())


def _packed(rows: Sequence[Row]) -> bytes:
    """For the seal alone."""
    return json.dumps(
        [
            {**dataclasses.asdict(row), "seed": row.seed.hex()}
            if isinstance(row, KeyRow)
            else dataclasses.asdict(row)
            for row in rows
        ]
    ).encode()


def _unpacked(blob: bytes) -> list[Row]:
    return [
        WrongRow(one["row"], one["serial"], Why(one["why"]))
        if "why" in one
        else KeyRow(**{**one, "seed": bytes.fromhex(one["seed"])})
        for one in json.loads(blob)
    ]
