"""Make it happen: files of a folder become replies to deliveries, named by the receipt's number.

A file leaves the folder only when it is in the store and its row holds, or with its reason into quarantine.
Whatever breaks off is done again and leads to the same: what is there already is known by its SHA-256.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from flexnet import configuration, transactions
from flexnet.audit import actions as audit
from flexnet.billing import registers, replies, reply_rules
from flexnet.billing.errors import AlreadyReplied, BadReply
from flexnet.billing.models import RefusedReply
from flexnet.billing.reply_rules import CURES, Why
from flexnet.configuration import Replies
from flexnet.lib import dropped_files
from flexnet.lib.dropped_files import FolderInUse, Odd, Waits

_LONGEST_SHOWN: Final = 300

log = logging.getLogger("flexnet.billing")


def watch(now: datetime, *, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """What the worker does with the configured folder; answers how many replies it took."""
    settings = configuration.current().billing.replies
    if settings.folder is None:
        return 0
    try:
        return take(settings, settings.folder, by="worker", now=now, is_stopping=is_stopping)
    except FolderInUse:
        return 0


def take(settings: Replies, folder: Path, *, by: str, now: datetime, is_stopping: Callable[[], bool]) -> int:
    """Every file that lies there and is no longer written to. Raises FolderInUse, NoFolder, StoreFull."""
    taken = 0
    with dropped_files.alone_in(folder):
        for name in dropped_files.names_in(folder):
            if is_stopping():
                break
            found = _take(folder / name, settings, by=by, now=now)
            if isinstance(found, Why):
                _put_aside(folder / name, found, by=by, now=now)
            taken += found is True
    return taken


def _take(path: Path, settings: Replies, *, by: str, now: datetime) -> bool | Why:
    """Whether it became a reply; not if it waits or is there already."""
    content = dropped_files.read(
        path, largest=settings.max_bytes, settle_seconds=settings.settle_seconds, now=now
    )
    if isinstance(content, Waits):
        return False
    number = reply_rules.read_name(path.name, settings)
    if isinstance(number, Why):
        return number
    if isinstance(content, Odd):
        return Why(content.value)
    receipt = registers.receipt(number)
    if receipt is None:
        return Why.UNKNOWN
    try:
        replies.put(new=replies.looked_at(receipt.delivery, path.name, content), by=by, now=now)
        is_new = True
    except BadReply as bad:
        return bad.why
    except AlreadyReplied:
        is_new = False
    _leave(path, dropped_files.forget)
    return is_new


def _put_aside(path: Path, why: Why, *, by: str, now: datetime) -> None:
    """Noted once for the desk, also if it cannot be moved."""
    shown = path.name.encode("utf-8", "backslashreplace").decode()[:_LONGEST_SHOWN]
    log.warning("refused %r: %s", shown, why)
    with transactions.writing():
        _row, is_first = RefusedReply.objects.get_or_create(
            file_name=shown, why=why, settled_at=None, defaults={"refused_at": now}
        )
        if is_first:
            audit.record("replies.refused", by=by, subject="deliveries", data={"why": why})
    _leave(path, lambda it: dropped_files.put_aside(it, why, cure=CURES[why], now=now))


def _leave(path: Path, move: Callable[[Path], object]) -> None:
    try:
        move(path)
    except OSError as error:
        log.warning("%r stays in the folder: %s", path.name, error)
