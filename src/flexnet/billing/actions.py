"""Make it happen: billing files are taken in, checked, and submitted for a receipt."""

import logging
import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import BinaryIO, Final, Literal, cast

from django.db import IntegrityError

from flexnet import configuration, transactions
from flexnet.access import queries as access_queries
from flexnet.access import rules as access_rules
from flexnet.access.models import Access
from flexnet.audit import actions as audit
from flexnet.billing import (
    adapters,
    confirmations,
    course,
    extensions,
    fields,
    full_checks,
    numbers,
    rules,
    sealing,
    telling,
    virus_scan,
)
from flexnet.billing.errors import NoSuchDelivery, StoreDamaged, StoreFull
from flexnet.billing.findings import Code, Finding
from flexnet.billing.models import Delivery, Receipt, Series
from flexnet.billing.standing import Barrier, Extent
from flexnet.billing.virus_scan import Verdict
from flexnet.billing.windows import Stage
from flexnet.lib import xkm
from flexnet.lib.kvdt import check as kvdt_check
from flexnet.lib.quarters import Quarter

log: Final = logging.getLogger("flexnet.billing")


@dataclass(frozen=True)
class Rejected:
    """Nothing of the file was kept; every finding says what to do."""

    findings: tuple[Finding, ...]
    earlier: Receipt | None = None


@dataclass(frozen=True)
class _Read:
    """What a look into the file gave."""

    bsnr: str
    summary: dict[str, object]
    findings: tuple[Finding, ...]


def receive(
    *,
    access: Access,
    arrival: adapters.Arrival,
    quarter: Quarter,
    kind: Delivery.Kind,
    by: str,
    now: datetime,
) -> Delivery | Rejected:
    """Check a file that has arrived and keep it durably; it is not submitted by that.

    The same content for the same site and quarter is one delivery, however often it arrives.
    """
    wished = wish(access, arrival.name or "", quarter, kind, now)
    read = _scanned(arrival, _read(wished, arrival))
    errors = tuple(finding for finding in read.findings if not finding.code.is_warning)
    if errors:
        return Rejected(errors)
    earlier = Delivery.objects.filter(
        bsnr=read.bsnr, quarter=quarter, kind=kind, sha256=arrival.sha256, withdrawn_at=None
    ).first()
    if earlier:
        return _again(earlier, access)
    try:
        return _keep(wished, read, arrival, access=access, by=by, now=now)
    except StoreFull:
        return Rejected((Finding(Code.STORE_FULL),))


def submit(
    *,
    delivery: Delivery,
    access: Access,
    by: str,
    now: datetime,
    way: access_rules.Way | None = None,
    extent: Extent = Extent.WHOLE,
    seen: Stage | None = None,
) -> Receipt | access_rules.Refusal | Barrier | rules.NotNow:
    """Hand a checked file in, once and for all: the receipt, the same one however often it is asked for.

    A second file for a site and quarter is a part, or a correction that the KV released. `seen` is what a
    page said of the window. Raises NoSuchDelivery, and StoreDamaged if the file is not there as it came.
    """
    with transactions.writing():
        row = _held(delivery, access)
        earlier = Receipt.objects.filter(delivery=row).first()
        if earlier:
            return earlier
        if row.kind != Delivery.Kind.ECHT:
            return Barrier.ONLY_A_TEST
        channel = access_rules.Channel.SUBMISSION
        decision = access_queries.decide_access(access.pk, channel=channel, now=now, way=way)
        if isinstance(decision, access_rules.Refusal):
            return decision
        if row.bsnr not in access_queries.sites_of(access, access_rules.day_of(now)):
            return access_rules.Refusal(access_rules.Reason.SERVICE_NOT_GRANTED)
        if decision.narrow:  # something else comes first, whatever page this was asked from
            return access_rules.Refusal(decision.narrow)
        if not_now := rules.why_not_now(_moment(row, seen, now)):
            return not_now
        if not sealing.is_there(row):
            raise StoreDamaged(f"delivery {row} is not in the store as it came")
        barrier = course.place(row, extent=extent, by=by, now=now)
        return barrier or _submit(row, access, by=by, now=now)


def discard(*, delivery: Delivery, by: str) -> bool:
    """Take a file back that was not submitted; False when it was meanwhile."""
    with transactions.writing():
        rows = Delivery.objects.filter(pk=delivery.pk, submitted_at=None)
        if not rows.delete()[0]:
            return False
        data = {"sha256": delivery.sha256}
        audit.record("delivery.discarded", by=by, subject=f"access:{delivery.account}", data=data)
        transactions.after_commit(lambda: adapters.drop(delivery.path))
    return True


def clear_interrupted(*, now: datetime) -> int:
    """Take away what killed processes left behind of uploads more than a day ago; answers how many."""
    return adapters.clear_arriving(now)


def _held(delivery: Delivery, access: Access) -> Delivery:
    """Inside a transaction: nobody else changes the facts of this access or the delivery until it ends."""
    transactions.hold(Access, [access.pk])
    row = Delivery.objects.select_for_update().filter(pk=delivery.pk).first()
    if row is None:
        raise NoSuchDelivery(f"There is no delivery {delivery} any more.")
    return row


def _moment(row: Delivery, seen: Stage | None, now: datetime) -> rules.Moment:
    window = extensions.window(row.quarter, [row.bsnr])
    stage = window.stage(access_rules.day_of(now)) if window else None
    return rules.Moment(now, row.checked_at or row.uploaded_at, Delivery.Kind(row.kind), stage, seen)


def _submit(row: Delivery, access: Access, *, by: str, now: datetime) -> Receipt:
    """Whose clock is a little behind does not let a file be received before it came."""
    at = max(now, row.uploaded_at)
    Delivery.objects.filter(pk=row.pk).update(submitted_at=at)
    row.refresh_from_db()
    number = numbers.number(row.quarter, next_of(row.quarter, "last"))
    receipt = Receipt.objects.create(delivery=row, number=number, user_name=str(access), issued_at=at)
    full_checks.ask(row, now=now)
    confirmations.state_receipt(row, receipt)
    telling.received(row, receipt, now=now)
    data = {"receipt": receipt.number, "sha256": row.sha256, "bsnr": row.bsnr, "size": row.size}
    audit.record("delivery.submitted", by=by, subject=f"access:{access}", data=data)
    return receipt


def wish(access: Access, name: str, quarter: Quarter, kind: Delivery.Kind, now: datetime) -> rules.Wish:
    """What this access would hand in, and for which sites it may."""
    today = now.astimezone(access_rules.BERLIN).date()
    return rules.Wish(
        name=name,
        quarter=quarter,
        kind=kind,
        own_sites=access_queries.sites_of(access, today),
        today=today,
        allow_plain=configuration.current().billing.allow_plain,
        by_mandate=access.kind == Access.Kind.THIRD_PARTY,
    )


def _read(wish: rules.Wish, arrival: adapters.Arrival) -> _Read:
    trouble = _trouble(arrival) or rules.of_name(wish)
    if trouble:
        return _Read("", {}, (trouble,))
    arrival.seek(0)
    head = arrival.read(xkm.HEAD_BYTES)
    arrival.seek(0)
    if foreign := rules.of_kind(head):
        return _Read("", {}, (foreign,))
    if xkm.is_container(head):
        return _read_container(wish, head)
    if not wish.allow_plain:
        return _Read("", {}, (Finding(Code.PLAIN_NOT_ALLOWED),))
    return _read_plain(wish, arrival)


def _scanned(arrival: adapters.Arrival, read: _Read) -> _Read:
    """Of what would be kept, where a KV asks for it: whether it holds malware."""
    by = configuration.current().billing.virus_scan
    if by is None or any(not finding.code.is_warning for finding in read.findings):
        return read
    arrival.seek(0)
    verdict = virus_scan.scan(cast(BinaryIO, arrival), by=by)
    if verdict is Verdict.CLEAN:
        return read
    if verdict is Verdict.FOUND:
        log.warning("a file with malware came in: SHA-256 %s", arrival.sha256)
        return _Read("", {}, (Finding(Code.INFECTED),))
    if by.if_away == "refuse":
        return _Read("", {}, (Finding(Code.SCAN_AWAY),))
    return replace(read, findings=(*read.findings, Finding(Code.NOT_SCANNED)))


def _trouble(arrival: adapters.Arrival) -> Finding | None:
    if arrival.trouble is adapters.Trouble.TOO_LARGE:
        limit = str(configuration.current().billing.max_upload_mib)
        return Finding(Code.TOO_LARGE, {"limit": limit})
    if arrival.trouble is adapters.Trouble.STORE_FULL:
        return Finding(Code.STORE_FULL)
    return None if arrival.size else Finding(Code.EMPTY)


def _read_container(wish: rules.Wish, head: bytes) -> _Read:
    try:
        container = xkm.read(head)
    except xkm.BadContainer:
        return _Read("", {}, (Finding(Code.CONTAINER_UNREADABLE),))
    summary: dict[str, object] = {"is_encrypted": True}
    return _Read(container.bsnr, summary, tuple(rules.of_container(wish, container)))


def _read_plain(wish: rules.Wish, arrival: adapters.Arrival) -> _Read:
    check = kvdt_check.Check()
    while chunk := arrival.read(kvdt_check.BLOCK_BYTES):
        check.feed(chunk)
    result = check.finish(wish.name)
    own = [bsnr for bsnr in result.facts.bsnrs if bsnr in wish.own_sites]
    summary: dict[str, object] = {
        "is_encrypted": False,
        "cases": result.facts.cases,
        "counts": dict(result.facts.counts),
    }
    return _Read(own[0] if own else "", summary, tuple(rules.of_plain(wish, result)))


def _keep(
    wish: rules.Wish,
    read: _Read,
    arrival: adapters.Arrival,
    *,
    access: Access,
    by: str,
    now: datetime,
) -> Delivery | Rejected:
    """First the bytes, then the row: a crash between leaves a file nobody names, never a row without one."""
    key = uuid.uuid4()
    with adapters.kept(arrival, f"{fields.written(wish.quarter)}/{key}") as path:
        try:
            return _write(key, path, wish, read, arrival, access=access, by=by, now=now)
        except IntegrityError:
            return _twin(path, wish, read, arrival, access)


def _write(
    key: uuid.UUID,
    path: str,
    wish: rules.Wish,
    read: _Read,
    arrival: adapters.Arrival,
    *,
    access: Access,
    by: str,
    now: datetime,
) -> Delivery:
    with transactions.writing():
        row = Delivery.objects.create(
            id=key,
            account_id=access.account_id,
            bsnr=read.bsnr,
            quarter=wish.quarter,
            kind=wish.kind,
            file_name=wish.name,
            size=arrival.size or 0,
            sha256=arrival.sha256,
            path=path,
            content_key=sealing.content_key(arrival.key, key),
            summary=read.summary,
            warnings=[finding.stored() for finding in read.findings],
            uploaded_at=now,
            checked_at=now,
        )
        data = {"delivery": str(key), "sha256": row.sha256, "bsnr": row.bsnr, "size": row.size}
        audit.record("delivery.received", by=by, subject=f"access:{access}", data=data)
    return row


def _twin(
    path: str, wish: rules.Wish, read: _Read, arrival: adapters.Arrival, access: Access
) -> Delivery | Rejected:
    """Another upload of the same content was quicker; ours goes."""
    adapters.drop(path)
    content = {"kind": wish.kind, "sha256": arrival.sha256, "withdrawn_at": None}
    same = Delivery.objects.get(bsnr=read.bsnr, quarter=wish.quarter, **content)
    return _again(same, access)


def _again(earlier: Delivery, access: Access) -> Delivery | Rejected:
    """Of what somebody else brought a third party hears nothing but that it is there."""
    if access.kind == Access.Kind.THIRD_PARTY and earlier.account_id != access.account_id:
        return Rejected((Finding(Code.HELD_ALREADY),))
    receipt = Receipt.objects.filter(delivery=earlier).first()
    if receipt is None:
        return earlier
    day = f"{receipt.issued_at.astimezone(access_rules.BERLIN):%d.%m.%Y}"
    return Rejected((Finding(Code.ALREADY_SUBMITTED, {"number": receipt.number, "day": day}),), receipt)


def next_of(quarter: Quarter, series: Literal["last", "last_declaration"]) -> int:
    """Inside a transaction: the next number of a series; of two at once the second waits."""
    Series.objects.get_or_create(quarter=quarter)
    row = Series.objects.select_for_update().get(quarter=quarter)
    number: int = getattr(row, series) + 1
    Series.objects.filter(quarter=quarter).update(**{series: number})
    return number
