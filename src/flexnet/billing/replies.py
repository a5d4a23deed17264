"""Make it happen: the KV replies to a delivery, the practice reads it, a slip is withdrawn, all end."""

import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final

from flexnet import configuration, transactions
from flexnet.access.models import Access
from flexnet.audit import actions as audit
from flexnet.billing import reply_rules
from flexnet.billing.errors import AlreadyReplied, AlreadyWithdrawn, BadReply, NotSubmitted
from flexnet.billing.models import Delivery, RefusedReply, Reply, ReplyKind
from flexnet.billing.reply_rules import Why
from flexnet.lib import plain_text
from flexnet.lib.file_kinds import FileKind
from flexnet.sealed_store import SealedStore

STORE: Final = SealedStore("replies", "billing_reply")
_KINDS: Final = {FileKind.PDF: ReplyKind.PDF, FileKind.TEXT: ReplyKind.TEXT}
_FILES: Final = {kind: file for file, kind in _KINDS.items()}
_WRITTEN: Final = "Rueckmeldung.txt"
_MOST: Final = 500


@dataclass(frozen=True)
class New:
    """A file that answers a delivery."""

    delivery: Delivery
    kind: FileKind
    file_name: str
    content: bytes = field(repr=False)

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def written(delivery: Delivery, text: str) -> New:
    """What somebody typed."""
    return looked_at(delivery, _WRITTEN, plain_text.lines(text).encode())


def looked_at(delivery: Delivery, name: str, content: bytes) -> New:
    """Raises BadReply."""
    kind = reply_rules.kind_of(name, content, largest=configuration.current().billing.replies.max_bytes)
    if isinstance(kind, Why):
        raise BadReply(kind)
    return New(delivery, kind, name, content)


def put(*, new: New, by: str, now: datetime) -> Reply:
    """One, by a clerk. Raises NotSubmitted, AlreadyReplied, StoreFull."""
    if new.delivery.submitted_at is None:
        raise NotSubmitted("Nobody has handed this in: there is nothing to reply to.")
    row = prepared(new, by=by, now=now)
    there = AlreadyReplied("The practice has the same reply already.")
    with STORE.kept([(str(row.pk), new.content)]), transactions.writing():
        with transactions.refused_as(there):
            row.save(force_insert=True)
        record_put(row, by=by)
    return row


def put_check(delivery: Delivery, report: dict[str, Any], *, by: str, now: datetime) -> Reply:
    """Inside a transaction: what the check of the whole file found."""
    row = Reply.objects.create(
        delivery=delivery,
        kind=ReplyKind.CHECK,
        file_name=delivery.file_name,
        report=report,
        put_at=now,
        put_by=by,
    )
    record_put(row, by=by, level=str(int(report["level"])))
    return row


def prepared(new: New, *, by: str, now: datetime) -> Reply:
    """A row that is to be stored."""
    return Reply(
        delivery=new.delivery,
        kind=_KINDS[new.kind],
        file_name=_kept_name(new.file_name),
        size=len(new.content),
        sha256=new.sha256,
        put_at=now,
        put_by=by,
    )


def record_put(row: Reply, *, by: str, **data: str) -> None:
    """In the transaction that stores it."""
    _record("reply.put", row, by=by, **({"sha256": row.sha256} if row.sha256 else {}), **data)


def content(row: Reply) -> bytes:
    """Of a text or a PDF. Raises OSError, SealBroken."""
    return STORE.read(str(row.pk))


def file_kind(row: Reply) -> FileKind:
    """Of a text or a PDF."""
    return _FILES[ReplyKind(row.kind)]


def note_read(*, reply: Reply, access: Access, by: str, now: datetime) -> bool:
    """Somebody of the practice has seen it; noted once, as the receipt."""
    first = Reply.objects.filter(pk=reply.pk, read_at=None, withdrawn_at=None)
    if not first.exists():
        return False
    with transactions.writing():
        is_first = bool(first.update(read_at=now, read_by=access))
        if is_first:
            _record("reply.read", reply, by=by, access=str(access))
    return is_first


def withdraw(*, reply: Reply, by: str, reason: str, now: datetime) -> None:
    """It was put wrongly: nobody sees it any more, and its bytes are gone. Raises AlreadyWithdrawn."""
    why = plain_text.lines(reason)
    with transactions.writing():
        standing = Reply.objects.filter(pk=reply.pk, withdrawn_at=None)
        if not standing.update(withdrawn_at=now, withdrawn_why=why, report={}):
            raise AlreadyWithdrawn("Somebody has withdrawn this reply.")
        _record("reply.withdrawn", reply, by=by, reason=why)
        transactions.after_commit(lambda: STORE.drop(str(reply.pk)))


def settle_refused(*, through: int, by: str, now: datetime) -> int:
    """Somebody has seen to what the folder refused, up to this number; answers how many files."""
    with transactions.writing():
        waiting = RefusedReply.objects.filter(settled_at=None, pk__lte=through)
        count = waiting.update(settled_at=now, settled_by=by)
        if count:
            audit.record("replies.settled", by=by, subject="deliveries", data={"count": count})
    return count


def clear_old(now: datetime) -> int:
    """Delete replies whose time is over; answers how many.

    Files go first: should the worker be killed in between, the rows lead to them the next time.
    """
    days = 31 * configuration.current().billing.replies.months
    old = Reply.objects.filter(put_at__lt=now - timedelta(days=days)).order_by("put_at")
    keys = list(old.values_list("pk", flat=True)[:_MOST])
    for key in keys:
        STORE.drop(str(key))
    if keys:
        with transactions.writing():
            Reply.objects.filter(pk__in=keys).delete()
            audit.record("replies.deleted", by="worker", subject="deliveries", data={"count": len(keys)})
    return len(keys)


def clear_left_over(now: datetime) -> int:
    """Files in the store whose row was never written or is withdrawn; answers how many."""

    def known(names: list[str]) -> set[str]:
        rows = Reply.objects.filter(pk__in=[uuid.UUID(name) for name in names], withdrawn_at=None)
        return {str(pk) for pk in rows.values_list("pk", flat=True)}

    return STORE.sweep(known, before=now - timedelta(days=1))


def clear_settled(now: datetime) -> int:
    """Names of refused files, a quarter of a year after somebody saw to them."""
    with transactions.writing():
        return RefusedReply.objects.filter(settled_at__lt=now - timedelta(days=93)).delete()[0]


def reseal() -> int:
    """Every reply under the current key of the ring; answers how many changed."""
    rows = Reply.objects.filter(withdrawn_at=None).exclude(sha256="")
    return STORE.reseal(str(pk) for pk in rows.values_list("pk", flat=True).iterator())


def _kept_name(name: str) -> str:
    """Without what nobody sees, and without folders."""
    return plain_text.line(name).replace("/", "_").replace("\\", "_")[-reply_rules.LONGEST_NAME :]


def _record(kind: str, row: Reply, *, by: str, **data: str) -> None:
    delivery = row.delivery
    said = {"reply": str(row.pk), "receipt": str(delivery.receipt), "kind": row.kind, **data}
    audit.record(kind, by=by, subject=f"site:{delivery.bsnr}", data=said)
