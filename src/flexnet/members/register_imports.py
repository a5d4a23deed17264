"""Make it happen: a clerk uploads the member register, orders what becomes of it, or drops it.

The worker does the work (`register_work`).
"""

import hashlib
import json
import zlib
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from django.db.models import Q, QuerySet

from flexnet import configuration, transactions
from flexnet.audit import actions as audit
from flexnet.lib import plain_text
from flexnet.members import import_lines, register_file
from flexnet.members.errors import NotEntered
from flexnet.members.import_models import RegisterContent, RegisterImport, RegisterLine

_LONGEST: Final = 200
_ENDINGS_WAIT: Final = {"finished_at__isnull": False, "endings__gt": 0, "released_at": None, "ended_at": None}


class State(StrEnum):
    """Where an import stands; derived from its instants."""

    READING = "reading"
    UNREADABLE = "unreadable"
    LOOKED_AT = "looked_at"
    WRITING = "writing"
    WRITTEN = "written"
    ENDINGS_WAIT = "endings_wait"
    ENDING = "ending"
    DISCARDED = "discarded"


class NotNow(Exception):
    """The import stands elsewhere by now; somebody was quicker."""


def upload(*, content: bytes, file_name: str, is_complete: bool, by: str, now: datetime) -> RegisterImport:
    """Keep a file until it was looked at; nothing of it is written. Raises BadFile."""
    register_file.check(content)
    packed = zlib.compress(content)
    with transactions.writing():
        row = RegisterImport.objects.create(
            file_name=plain_text.line(file_name)[:_LONGEST],
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            is_complete=is_complete,
            uploaded_at=now,
            uploaded_by=by,
        )
        RegisterContent.objects.create(of=row, packed=packed)
        _record(row, "register.uploaded", {"sha256": row.sha256, "size": row.size}, by=by)
    return row


def order(row: RegisterImport, *, only_good: bool, by: str, now: datetime) -> None:
    """All of it is to be written, or all rows that are right. Raises NotNow."""
    fits = {"looked_at__isnull": False, "ordered_at": None, "discarded_at": None}
    changes = {"ordered_at": now, "ordered_by": by, "only_good": only_good, "sent_back_at": None, "done": 0}
    with transactions.writing():
        _turn(row, fits, changes)
        _record(row, "register.ordered", {"only_good": only_good}, by=by)


def discard(row: RegisterImport, *, by: str, now: datetime) -> None:
    """Nothing comes of it; file and report are gone at once. Raises NotNow."""
    with transactions.writing():
        fits = {"looked_at__isnull": False, "ordered_at": None, "discarded_at": None}
        _turn(row, fits, {"discarded_at": now, "discarded_by": by})
        _forget([row.pk])
        _record(row, "register.discarded", {}, by=by)


def release_endings(row: RegisterImport, *, by: str, approved_by: str, now: datetime) -> None:
    """Inside the transaction of the second person's decision: what ends is written next. Raises NotNow."""
    with transactions.writing():
        _turn(row, _ENDINGS_WAIT, {"released_at": now, "released_by": by})
        data = {"count": row.endings, "approved_by": approved_by}
        _record(row, "register.endings_released", data, by=by)


def drop_endings(row: RegisterImport, *, by: str, reason: str, now: datetime) -> None:
    """What would end goes on; the next file may say so again. Raises NotNow."""
    with transactions.writing():
        _turn(row, _ENDINGS_WAIT, {"ended_at": now})
        import_lines.clear(row, is_done=True, kinds=(import_lines.Kind.ENDING,))
        _record(row, "register.endings_dropped", {"count": row.endings, "reason": reason}, by=by)


def clear_old(now: datetime) -> int:
    """Forget files and reports whose time is over; that there was an import stays. Answers how many."""
    limit = now - timedelta(days=configuration.current().members.import_days)
    over = Q(ordered_at=None) | Q(finished_at__isnull=False, endings=0) | Q(ended_at__isnull=False)
    rows = RegisterImport.objects.filter(over, uploaded_at__lt=limit)
    holds = Q(lines__isnull=False) | Q(content__isnull=False)
    ids = list(rows.filter(holds).values_list("pk", flat=True).distinct())
    if ids:
        with transactions.writing():
            RegisterImport.objects.filter(pk__in=ids, ordered_at=None, discarded_at=None).update(
                discarded_at=now, discarded_by="worker"
            )
            _forget(ids)
            audit.record("register.forgotten", by="worker", subject="register", data={"count": len(ids)})
    return len(ids)


def state(row: RegisterImport) -> State:
    if row.discarded_at:
        return State.DISCARDED
    if row.unreadable:
        return State.UNREADABLE
    if row.finished_at:
        return _after_writing(row)
    if row.ordered_at:
        return State.WRITING
    return State.LOOKED_AT if row.looked_at else State.READING


def _after_writing(row: RegisterImport) -> State:
    if not row.endings or row.ended_at:
        return State.WRITTEN
    return State.ENDING if row.released_at else State.ENDINGS_WAIT


def newest() -> QuerySet[RegisterImport]:
    """The last one first."""
    return RegisterImport.objects.order_by("-pk")


def named(number: int) -> RegisterImport:
    """Raises NotEntered."""
    row = RegisterImport.objects.filter(pk=number).first()
    if row is None:
        raise NotEntered(f"There is no import {number}.")
    return row


def desk_imports() -> QuerySet[RegisterImport]:
    """Those that wait for a clerk, oldest first: looked at and not ordered, or with endings that wait."""
    to_order = Q(looked_at__isnull=False, ordered_at=None)
    rows = RegisterImport.objects.filter(to_order | Q(**_ENDINGS_WAIT), discarded_at=None)
    return rows.order_by("pk")


def fingerprint(row: RegisterImport) -> str:
    """Of the endings that wait, so that a second person grants what the first one saw."""
    text = json.dumps(list(import_lines.endings(row)), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _turn(row: RegisterImport, fits: dict[str, Any], changes: dict[str, Any]) -> None:
    if not RegisterImport.objects.filter(pk=row.pk, **fits).update(**changes):
        raise NotNow(f"Import {row.pk} stands elsewhere by now.")


def _forget(ids: list[int]) -> None:
    RegisterContent.objects.filter(of__in=ids).delete()
    RegisterLine.objects.filter(of__in=ids).delete()


def _record(row: RegisterImport, kind: str, data: dict[str, object], *, by: str) -> None:
    audit.record(kind, by=by, subject=f"import:{row.pk}", data=data)
