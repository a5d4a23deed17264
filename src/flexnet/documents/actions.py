"""Make it happen: documents are put, fetched for the first time, withdrawn, and deleted in time."""

import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from flexnet import configuration, transactions
from flexnet.access.models import Access
from flexnet.access.rules import day_of
from flexnet.audit import actions as audit
from flexnet.configuration import DocumentKind
from flexnet.documents import adapters, queries, rules, telling
from flexnet.documents.errors import AlreadyThere, AlreadyWithdrawn, BadDocument
from flexnet.documents.models import Document, RefusedFile
from flexnet.documents.rules import Why
from flexnet.lib import plain_text
from flexnet.lib.quarters import Quarter
from flexnet.members.models import Site


@dataclass(frozen=True)
class New:
    """A file that is a document: whose, of when, and what."""

    site: Site
    quarter: Quarter
    kind: DocumentKind
    file_name: str
    content: bytes = field(repr=False)

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def put(*, new: New, by: str, now: datetime) -> Document:
    """One, by a clerk; another one of that quarter and kind may be there, which this one corrects.

    Raises BadDocument, AlreadyThere, StoreFull.
    """
    settings = configuration.current().documents
    why = rules.why_refused(new.content, largest=settings.max_bytes)
    if why or new.quarter > Quarter.of(day_of(now)):
        raise BadDocument(why or Why.QUARTER_AHEAD)
    there = AlreadyThere("The same file is there for this site, quarter and kind.")
    row = prepared(new, by=by, now=now)
    with adapters.STORE.kept([(str(row.pk), new.content)]), transactions.writing():
        with transactions.refused_as(there):
            row.save(force_insert=True)
        record_put(row, by=by)
        telling.tell([row], now=now)
    return row


def prepared(new: New, *, by: str, now: datetime) -> Document:
    """A row that is to be stored."""
    return Document(
        site=new.site,
        quarter=new.quarter,
        kind=new.kind.slug,
        file_name=_kept_name(new.file_name),
        size=len(new.content),
        sha256=new.sha256,
        put_at=now,
        put_by=by,
    )


def record_put(row: Document, *, by: str) -> None:
    """In the transaction that stores it."""
    _record("document.put", row, by=by, sha256=row.sha256)


def note_fetched(*, document: Document, access: Access, by: str, now: datetime) -> bool:
    """Somebody of the practice has it; noted once, as the receipt."""
    first = Document.objects.filter(pk=document.pk, fetched_at=None)
    if not first.exists():
        return False
    with transactions.writing():
        is_first = bool(first.update(fetched_at=now, fetched_by=access))
        if is_first:
            _record("document.fetched", document, by=by, access=str(access))
    return is_first


def withdraw(*, document: Document, by: str, reason: str, now: datetime) -> None:
    """It was put wrongly: nobody sees it any more, and its bytes are gone. Raises AlreadyWithdrawn."""
    why = plain_text.lines(reason)
    with transactions.writing():
        standing = Document.objects.filter(pk=document.pk, withdrawn_at=None)
        if not standing.update(withdrawn_at=now, withdrawn_why=why):
            raise AlreadyWithdrawn("Somebody has withdrawn this document.")
        _record("document.withdrawn", document, by=by, reason=why)
        transactions.after_commit(lambda: adapters.STORE.drop(str(document.pk)))


def settle_refused(*, through: int, by: str, now: datetime) -> int:
    """Somebody has seen to what was refused, up to this number; answers how many files."""
    with transactions.writing():
        count = queries.refused().filter(pk__lte=through).update(settled_at=now, settled_by=by)
        if count:
            audit.record("documents.settled", by=by, subject="documents", data={"count": count})
    return count


def clear_old(now: datetime) -> int:
    """Delete documents whose time is over, by kind (docs/operate/deletion.md); answers how many.

    Files go first: should the worker be killed in between, the rows lead to them the next time.
    """
    slugs = Document.objects.order_by().values_list("kind", flat=True).distinct()
    return sum(_clear(queries.kind(slug), now) for slug in slugs)


def clear_left_over(now: datetime) -> int:
    """Files in the store whose row was never written or is withdrawn; answers how many."""

    def known(names: list[str]) -> set[str]:
        rows = Document.objects.filter(pk__in=[uuid.UUID(name) for name in names], withdrawn_at=None)
        return {str(pk) for pk in rows.values_list("pk", flat=True)}

    return adapters.STORE.sweep(known, before=now - timedelta(days=1))


def clear_settled(now: datetime) -> int:
    """Names of refused files, a quarter of a year after somebody saw to them."""
    with transactions.writing():
        return RefusedFile.objects.filter(settled_at__lt=now - timedelta(days=93)).delete()[0]


def reseal() -> int:
    """Every document under the current key of the ring; answers how many changed."""
    standing = Document.objects.filter(withdrawn_at=None).values_list("pk", flat=True)
    return adapters.STORE.reseal(str(pk) for pk in standing.iterator())


def _clear(kind: DocumentKind, now: datetime) -> int:
    old = Document.objects.filter(kind=kind.slug, put_at__lt=now - timedelta(days=31 * kind.months))
    keys = list(old.values_list("pk", flat=True))
    for key in keys:
        adapters.STORE.drop(str(key))
    with transactions.writing():
        Document.objects.filter(pk__in=keys).delete()
        if keys:
            data = {"count": len(keys), "kind": kind.slug}
            audit.record("documents.deleted", by="worker", subject="documents", data=data)
    return len(keys)


def _kept_name(name: str) -> str:
    """Without what nobody sees, and without folders."""
    return plain_text.line(name).replace("/", "_").replace("\\", "_")[-rules.LONGEST_NAME :]


def _record(kind: str, row: Document, *, by: str, **data: str) -> None:
    said = {"document": str(row.pk), "kind": row.kind, "quarter": str(row.quarter), **data}
    audit.record(kind, by=by, subject=f"site:{row.site}", data=said)
