"""Make it happen: a container that was handed in is decrypted and checked to the last line, by the worker.

What was found goes to the practice as a reply. What cannot be decrypted is set aside, lies on the office's
desk, and is done again once somebody says so; it waits as long as that takes.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from flexnet import configuration, transactions
from flexnet.audit import actions as audit
from flexnet.billing import decryption, replies, reports, sealing
from flexnet.billing.decryption import Failed, Failure
from flexnet.billing.errors import Stopped, StoreDamaged
from flexnet.billing.findings import Code, Finding
from flexnet.billing.models import Delivery, FullCheck
from flexnet.configuration import Decryption
from flexnet.lib import kvdt
from flexnet.lib.kvdt.check import Check
from flexnet.lib.kvdt.rules import Id, Level
from flexnet.lib.sealed import SealBroken

_MOST: Final = 50  # in a turn
_MOST_TRIES: Final = 3  # that end without an answer: the worker was killed each time
_GRACE: Final = timedelta(minutes=1)
_OF_THE_FILE: Final = (Failure.PARTS, Failure.DAMAGED, Failure.NOT_IN_STORE, Failure.NO_BILLING_FILE)

log = logging.getLogger("flexnet.billing")


def ask(row: Delivery, *, now: datetime) -> None:
    """Inside the transaction that hands it in: of a container, where a program decrypts it."""
    if configuration.current().billing.decryption and row.summary.get("is_encrypted"):
        FullCheck.objects.create(delivery=row, asked_at=now)


def work(now: datetime, *, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """What waits, one after the other; answers how many were checked.

    When the program itself seems to be at fault the turn ends: what waits must not all run into the same.
    """
    by, done = configuration.current().billing.decryption, 0
    if by is None:
        return 0
    for row in _waiting(by, now)[:_MOST]:
        if is_stopping():
            break
        found = _try(row, by, now=now, is_stopping=is_stopping)
        if isinstance(found, Failed) and found.why not in _OF_THE_FILE:
            break
        done += found is True
    return done


def try_again(*, through: datetime, by: str) -> int:
    """What was set aside up to then is decrypted anew; answers how many."""
    with transactions.writing():
        rows = desk().filter(failed_at__lte=through)
        numbers = list(rows.order_by("pk").values_list("pk", "delivery__bsnr"))
        count = FullCheck.objects.filter(pk__in=[pk for pk, _bsnr in numbers]).update(
            failed_at=None, failure="", code=None, begun_at=None, tries=0
        )
        if count:
            audit.record("full_check.tried_again", by=by, subject="deliveries", data={"count": count})
    return count


def desk() -> QuerySet[FullCheck]:
    """What was set aside, the oldest first; not of deliveries that are over."""
    rows = FullCheck.objects.filter(_STANDS, done_at=None, failed_at__isnull=False)
    return rows.select_related("delivery__receipt").order_by("failed_at", "pk")


def _waiting(by: Decryption, now: datetime) -> QuerySet[FullCheck]:
    """Also what somebody began who seems to be gone."""
    gone = now - timedelta(seconds=by.seconds) - _GRACE
    free = Q(begun_at=None) | Q(begun_at__lt=gone)
    rows = FullCheck.objects.filter(_STANDS, free, done_at=None, failed_at=None)
    return rows.select_related("delivery__receipt").order_by("asked_at", "pk")


_STANDS: Final = Q(delivery__withdrawn_at=None, delivery__content_deleted_at=None)


def _try(row: FullCheck, by: Decryption, *, now: datetime, is_stopping: Callable[[], bool]) -> Failed | bool:
    """Whether it was checked; not if somebody else is at it, nor if the worker ends."""
    mine = FullCheck.objects.filter(pk=row.pk, begun_at=row.begun_at, tries=row.tries, done_at=None)
    with transactions.writing():
        if not mine.update(begun_at=now, tries=row.tries + 1):
            return False
    if row.tries >= _MOST_TRIES:
        return _set_aside(row, Failed(Failure.INTERRUPTED), now=now)
    try:
        found = _checked(row.delivery, by, is_stopping)
    except Stopped:
        with transactions.writing():  # no fault of the file's: at once again, when there is a worker
            FullCheck.objects.filter(pk=row.pk).update(begun_at=None, tries=row.tries)
        return False
    if isinstance(found, Failed):
        return _set_aside(row, found, now=now)
    _keep(row, found, now=now)
    return True


def _checked(row: Delivery, by: Decryption, is_stopping: Callable[[], bool]) -> kvdt.Result | Failed:
    """Of the plain text nothing is kept: it goes through the check while it comes."""
    check = Check()
    try:
        with sealing.opened(row) as container:
            failed = decryption.decrypt(container, check.feed, by=by, is_stopping=is_stopping)
    except (StoreDamaged, SealBroken):
        return Failed(Failure.NOT_IN_STORE)
    if failed:
        return failed
    result = check.finish(row.file_name)
    if any(one.rule in (Id.NO_BILLING_FILE, Id.ENCRYPTED) for one in result.findings):
        return Failed(Failure.NO_BILLING_FILE)
    return result


def _keep(row: FullCheck, result: kvdt.Result, *, now: datetime) -> None:
    others = _others(row.delivery, result.facts)
    level = max(result.level, Level.ERROR if others else Level.OK)
    report = reports.stored(result) | {"level": level, "others": [one.stored() for one in others]}
    with transactions.writing():
        waiting = FullCheck.objects.filter(pk=row.pk, done_at=None)
        if waiting.update(done_at=now):
            replies.put_check(row.delivery, report, by="worker", now=now)


def _others(row: Delivery, facts: kvdt.Facts) -> list[Finding]:
    """What does not fit together: the plain header, what the practice chose, and what was in the file."""
    found = list[Finding]()
    if facts.bsnrs and row.bsnr not in facts.bsnrs:
        said = {"named": row.bsnr, "found": ", ".join(facts.bsnrs[:9])}
        found.append(Finding(Code.HEAD_SITE_DIFFERS, said))
    if facts.quarter and facts.quarter != row.quarter:
        said = {"stated": str(row.quarter), "found": str(facts.quarter)}
        found.append(Finding(Code.QUARTER_DIFFERS, said))
    return found


def _set_aside(row: FullCheck, failed: Failed, *, now: datetime) -> Failed:
    log.warning("delivery %s could not be decrypted: %s %s", row.delivery.receipt, failed.why, failed.code)
    with transactions.writing():
        FullCheck.objects.filter(pk=row.pk, done_at=None).update(
            failed_at=now, failure=failed.why, code=failed.code
        )
        data = {"delivery": str(row.pk), "failure": failed.why}
        audit.record("full_check.failed", by="worker", subject=f"site:{row.delivery.bsnr}", data=data)
    return failed
