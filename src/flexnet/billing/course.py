"""Make it happen: what becomes of a delivery once it is handed in, each step once and for all."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flexnet import configuration, transactions
from flexnet.access import queries as access_queries
from flexnet.access import rules as access_rules
from flexnet.access.models import Access
from flexnet.audit import actions as audit
from flexnet.billing import adapters, standing
from flexnet.billing.models import Delivery
from flexnet.billing.standing import Barrier, Extent, Step
from flexnet.lib import plain_text
from flexnet.members.models import Site

_MOST = 500
_MONTH_DAYS = 31


def place(row: Delivery, *, extent: Extent, by: str, now: datetime) -> Barrier | None:
    """Inside the transaction that hands it in: it takes the place of what was released, or says why not.

    Of two files for one site and quarter at the same time, the second finds the first.
    """
    others = _held_beside(row)
    barrier = standing.why_not_submitted(extent, [one.facts for one in others])
    if barrier:
        return barrier
    old = [one for one in others if standing.replaces(extent, one.facts)]
    is_partial = extent is Extent.PART or len(old) < len([one for one in others if one.facts.counts])
    Delivery.objects.filter(pk=row.pk).update(is_partial=is_partial)
    for one in old:
        Delivery.objects.filter(pk=one.pk).update(replaced_by=row.pk, replaced_at=now)
        _record(Step.REPLACE, one, by=by, replaced_by=str(row.pk))
    return None


def beside(row: Delivery) -> list[Delivery]:
    """What counts already for the same site and quarter."""
    rows = Delivery.objects.filter(bsnr=row.bsnr, quarter=row.quarter, kind=row.kind)
    return [one for one in rows.exclude(submitted_at=None).exclude(pk=row.pk) if one.facts.counts]


def begin(*, delivery: Delivery, by: str, now: datetime) -> Barrier | None:
    """Somebody at the KV works on it: from now on the practice cannot take it back."""
    return _step(Step.BEGIN, delivery, by=by, now=now, begun_at=now)


def take_up(rows: Sequence[Delivery], *, by: str, now: datetime) -> None:
    """Inside a transaction that holds them: work on all of them begins; on some it may have begun."""
    fresh = [row for row in rows if row.begun_at is None]
    Delivery.objects.filter(pk__in=[row.pk for row in fresh]).update(begun_at=now)
    audit.record_all([_act(Step.BEGIN, row) for row in fresh], by=by)


def accept(*, delivery: Delivery, by: str, now: datetime) -> Barrier | None:
    """It counts."""
    return _step(Step.ACCEPT, delivery, by=by, now=now, accepted_at=now)


def reject(*, delivery: Delivery, by: str, why: str, now: datetime) -> Barrier | None:
    """It does not count, and the practice reads why; another one may be handed in."""
    text = plain_text.lines(why)
    return _step(Step.REJECT, delivery, by=by, now=now, rejected_at=now, rejected_why=text)


def withdraw(
    *, delivery: Delivery, access: Access, by: str, now: datetime, way: access_rules.Way | None = None
) -> Barrier | access_rules.Refusal | None:
    """The practice takes it back, while nobody has begun; the receipt stays. Who may hand in may do that."""
    with transactions.writing():
        transactions.hold(Access, [access.pk])
        decision = access_queries.decide_access(
            access.pk, channel=access_rules.Channel.SUBMISSION, now=now, way=way
        )
        if isinstance(decision, access_rules.Refusal):
            return decision
        if delivery.bsnr not in access_queries.sites_of(access, access_rules.day_of(now)):
            return access_rules.Refusal(access_rules.Reason.SERVICE_NOT_GRANTED)
        if decision.narrow:
            return access_rules.Refusal(decision.narrow)
        return _step(Step.WITHDRAW, delivery, by=by, now=now, withdrawn_at=now)


def release(*, delivery: Delivery, by: str, why: str, now: datetime) -> Barrier | None:
    """The practice may hand in another one in its place."""
    text = plain_text.lines(why)
    return _step(Step.RELEASE, delivery, by=by, now=now, released_at=now, released_why=text)


def clear_contents(now: datetime) -> int:
    """Delete the bytes of what was handed in long enough ago; the row and its receipt stay. Answers how many.

    Files go first: should the worker be killed in between, the rows lead to them the next time.
    """
    days = _MONTH_DAYS * configuration.current().billing.content_months
    old = Delivery.objects.filter(submitted_at__lt=now - timedelta(days=days), content_deleted_at=None)
    rows = list(old.order_by("submitted_at")[:_MOST])
    for row in rows:
        adapters.drop(row.path)
    if rows:
        with transactions.writing():
            Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(
                content_deleted_at=now, content_key=None
            )
            data = {"count": len(rows)}
            audit.record("delivery.contents_deleted", by="worker", subject="deliveries", data=data)
    return len(rows)


def _held_beside(row: Delivery) -> list[Delivery]:
    transactions.hold(Site, Site.objects.filter(bsnr=row.bsnr).values_list("pk", flat=True))
    return list(
        Delivery.objects.select_for_update()
        .filter(bsnr=row.bsnr, quarter=row.quarter, kind=row.kind)
        .exclude(submitted_at=None)
        .exclude(pk=row.pk)
        .order_by("pk")
    )


def _step(step: Step, delivery: Delivery, *, by: str, now: datetime, **changed: object) -> Barrier | None:
    with transactions.writing():
        row = Delivery.objects.select_for_update().get(pk=delivery.pk)
        barrier = standing.why_not(step, row.facts)
        if barrier:
            return barrier
        if step in (Step.ACCEPT, Step.REJECT) and row.begun_at is None:
            changed["begun_at"] = now
        Delivery.objects.filter(pk=row.pk).update(**changed)
        _record(step, row, by=by)
    return None


def _record(step: Step, row: Delivery, *, by: str, **data: str) -> None:
    audit.record_all([_act(step, row, **data)], by=by)


def _act(step: Step, row: Delivery, **data: str) -> audit.Act:
    said = {"delivery": str(row.pk), "bsnr": row.bsnr, "quarter": str(row.quarter), **data}
    return audit.Act(_EVENTS[step], f"site:{row.bsnr}", said)


_EVENTS = {
    Step.BEGIN: "delivery.begun",
    Step.ACCEPT: "delivery.accepted",
    Step.REJECT: "delivery.rejected",
    Step.WITHDRAW: "delivery.withdrawn",
    Step.RELEASE: "delivery.released",
    Step.REPLACE: "delivery.replaced",
}
