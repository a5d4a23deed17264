"""Make it happen: the worker looks at uploaded registers and writes what was ordered, whatever breaks off.

Whatever it does leads to the same when it is done again: a file is compared with what is entered, so nothing
is applied twice, and the lines of the report are kept in the transactions that do what they say.
"""

import json
import time
import zlib
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Final

from django.db.models import Q

from flexnet import configuration, transactions
from flexnet.audit import actions as audit
from flexnet.members import import_lines, importing, register_file
from flexnet.members.findings import BadFile
from flexnet.members.import_models import RegisterContent, RegisterImport
from flexnet.members.import_steps import Outcome
from flexnet.members.importing import Report
from flexnet.members.register_file import Register

_TELL_EVERY: Final = 0.5  # seconds
_FOUND_AGAIN: Final = (import_lines.Kind.WRONG, import_lines.Kind.ENDING)
Stopping = Callable[[], bool]


class BrokenOff(Exception):
    """The process ends; the work goes on where it starts again."""


def work(now: datetime, *, is_stopping: Stopping = lambda: False) -> bool:
    """Do the next thing that waits, the oldest first; answers whether there was one."""
    row = _next()
    if row is None:
        return False
    try:
        if row.released_at:
            _end(row, now)
        elif row.ordered_at:
            _write(row, now, is_stopping)
        else:
            _look(row, now, is_stopping)
    except BrokenOff:
        return False
    return True


def _next() -> RegisterImport | None:
    to_look = Q(looked_at=None, unreadable="")
    to_write = Q(ordered_at__isnull=False, finished_at=None)
    to_end = Q(released_at__isnull=False, ended_at=None)
    rows = RegisterImport.objects.filter(to_look | to_write | to_end, discarded_at=None)
    return rows.order_by("pk").first()


def _look(row: RegisterImport, now: datetime, is_stopping: Stopping) -> None:
    """The dry run: nothing is written but its report."""
    try:
        register = _read(row)
    except BadFile as bad:
        _give_up(row, bad)
        return
    with transactions.writing():
        import_lines.clear(row, is_done=False)
    report = importing.run(
        register,
        by=row.uploaded_by,
        now=now,
        dry=True,
        is_complete=row.is_complete,
        progress=_progress(row, is_stopping),
        keep=partial(import_lines.keep, row, is_done=False),
    )
    row.encoding, row.unread_columns = register.encoding, ", ".join(register.unread_columns)
    _finish(row, report, "looked_at", now)


def _write(row: RegisterImport, now: datetime, is_stopping: Stopping) -> None:
    """Once the first row was written, rows that became wrong meanwhile are left out: the others are there."""
    with transactions.writing():
        import_lines.clear(row, is_done=True, kinds=_FOUND_AGAIN)
    report = importing.run(
        _read(row),
        by=row.ordered_by,
        now=now,
        only_good=row.only_good or row.begun_at is not None,
        is_complete=row.is_complete,
        progress=_progress(row, is_stopping),
        begin=partial(_begin, row, now),
        keep=partial(import_lines.keep, row, is_done=True),
    )
    if report.is_written:
        _finish(row, report, "finished_at", now)
    else:
        _send_back(row, now)


def _end(row: RegisterImport, now: datetime) -> None:
    """A batch at a time: its endings wait no more, and stand in the report as what happened."""

    def kept(found: Outcome) -> None:
        import_lines.keep(row, found, is_done=True)

    importing.end_many(list(import_lines.endings(row)), by=row.released_by, now=now, keep=kept)
    with transactions.writing():
        import_lines.clear(row, is_done=True, kinds=(import_lines.Kind.ENDING,))
        RegisterImport.objects.filter(pk=row.pk).update(ended_at=now)


def _begin(row: RegisterImport, now: datetime) -> None:
    with transactions.writing():
        RegisterImport.objects.filter(pk=row.pk, begun_at=None).update(begun_at=now)


def _finish(row: RegisterImport, report: Report, instant: str, now: datetime) -> None:
    """Numbers for the page, and when; a file that was written is not needed any more."""
    setattr(row, instant, now)
    row.rows, row.wrong, row.changed = report.rows, len(report.refused_rows), _changed(row, report)
    row.endings = len(report.endings) if report.needs_four_eyes or not report.is_written else 0
    row.asked, row.settled, row.done = report.asked, report.settled, row.total
    names = ("encoding", "unread_columns", "rows", "wrong", "changed", "endings", "asked", "settled", "done")
    with transactions.writing():
        row.save(update_fields=[instant, *names])
        if report.is_written:
            RegisterContent.objects.filter(of=row).delete()
            import_lines.clear(row, is_done=False)
            data = {"rows": row.rows, "changed": row.changed, "wrong": row.wrong, "endings": row.endings}
            audit.record("register.imported", by=row.ordered_by, subject=f"import:{row.pk}", data=data)


def _changed(row: RegisterImport, report: Report) -> int:
    """Rows that change something; of what is written also those of before a break."""
    return import_lines.changed_rows(row) if report.is_written else len(report.changed_rows)


def _send_back(row: RegisterImport, now: datetime) -> None:
    """What was right when it was looked at is not any more: nothing is written, and it is looked at anew."""
    with transactions.writing():
        back = {"looked_at": None, "ordered_at": None, "ordered_by": "", "sent_back_at": now, "done": 0}
        RegisterImport.objects.filter(pk=row.pk).update(**back)


def _give_up(row: RegisterImport, bad: BadFile) -> None:
    with transactions.writing():
        said = json.dumps({"why": bad.why, "values": bad.values})
        RegisterImport.objects.filter(pk=row.pk).update(unreadable=said)
        RegisterContent.objects.filter(of=row).delete()


def _read(row: RegisterImport) -> Register:
    """Raises BadFile."""
    content = zlib.decompress(RegisterContent.objects.get(of=row).packed)
    return register_file.read(content, prefixes=configuration.current().profile.site_prefixes)


def _progress(row: RegisterImport, is_stopping: Stopping) -> importing.Progress:
    told_at = 0.0

    def progress(done: int, total: int) -> None:
        nonlocal told_at
        if is_stopping():
            raise BrokenOff
        if time.monotonic() - told_at >= _TELL_EVERY:
            told_at, row.done, row.total = time.monotonic(), done, total
            with transactions.writing():
                row.save(update_fields=["done", "total"])

    return progress
