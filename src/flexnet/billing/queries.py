"""Show me: the deliveries and receipts that an access may see; of others only that there are."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from flexnet.access import queries as access_queries
from flexnet.access.models import Access
from flexnet.billing.models import Delivery, Reply
from flexnet.lib.quarters import Quarter


@dataclass(frozen=True)
class Handed:
    """That a delivery exists, for those who must not see more of it; `number` once it is submitted."""

    number: str
    bsnr: str
    quarter: Quarter
    kind: Delivery.Kind
    at: datetime


def handed_in(bsnrs: Sequence[str], *, count: int = 10) -> list[Handed]:
    """What was handed in for these sites, newest first; of the content and of its checks nothing is read."""
    rows = Delivery.objects.filter(bsnr__in=bsnrs).order_by("-uploaded_at")
    return [_handed(*row) for row in rows.values_list(*_HANDED)[:count]]


def handed_in_as(number: str) -> Handed | None:
    """The delivery with this receipt number."""
    row = Delivery.objects.filter(receipt__number=number).values_list(*_HANDED).first()
    return _handed(*row) if row else None


def submitted_on(bsnrs: Sequence[str], quarter: Quarter) -> dict[str, datetime]:
    """When each of these sites last handed in for a quarter in earnest; those that did not are not named."""
    rows = counting(Delivery.objects.filter(bsnr__in=bsnrs, quarter=quarter, kind=Delivery.Kind.ECHT))
    found = rows.order_by("submitted_at").values_list("bsnr", "submitted_at")
    return {bsnr: at for bsnr, at in found if at}


def counting(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Those that practices bill by: handed in, and neither taken back, rejected nor replaced."""
    return rows.filter(withdrawn_at=None, rejected_at=None, replaced_at=None).exclude(submitted_at=None)


def deliveries_for(access: Access, on: date, bsnrs: Sequence[str] | None = None) -> QuerySet[Delivery]:
    """Everything handed in for the sites of this access, newest first, by the practice or for it.

    `bsnrs` are its sites where the caller knows them.

    A third party sees its own, also of those who let it do so no more, and nothing else.
    """
    if access.kind == Access.Kind.THIRD_PARTY:
        mine = Q(account=access.account_id)
    else:
        mine = Q(bsnr__in=access_queries.sites_of(access, on) if bsnrs is None else bsnrs)
    rows = Delivery.objects.filter(mine).select_related("receipt", "replaced_by__receipt", *_WHO)
    return rows.order_by("-uploaded_at")


def unsubmitted_of(deliveries: QuerySet[Delivery], most: int) -> list[Delivery]:
    """Of these, as `deliveries_for` answers them, what waits for being handed in; it has no receipt yet."""
    rows = deliveries.filter(submitted_at=None).select_related(None).select_related(*_WHO)
    return list(rows[:most])


def delivery_for(access: Access, key: uuid.UUID, on: date) -> Delivery | None:
    """One of them; None for what is not there and for what is somebody else's."""
    return deliveries_for(access, on).filter(pk=key).first()


def replies_to(row: Delivery) -> QuerySet[Reply]:
    """Those that stand, newest first."""
    rows = row.replies.filter(withdrawn_at=None).select_related("read_by", "delivery__receipt")
    return rows.order_by("-put_at", "pk")


def reply_to(row: Delivery, key: uuid.UUID) -> Reply | None:
    """One of them."""
    return replies_to(row).filter(pk=key).first()


def unread_replies_to(deliveries: QuerySet[Delivery]) -> list[Reply]:
    """What the KV replied to these and nobody has opened, newest first."""
    mine = deliveries.order_by().values("pk")
    rows = Reply.objects.filter(delivery__in=mine, read_at=None, withdrawn_at=None)
    return list(rows.select_related("delivery__receipt").order_by("-put_at", "pk")[:_MOST_SHOWN])


_MOST_SHOWN = 50
_WHO = ("account__access__third_party",)
_HANDED = ("receipt__number", "bsnr", "quarter", "kind", "submitted_at", "uploaded_at")


def _handed(
    number: str | None, bsnr: str, quarter: Quarter, kind: str, submitted: datetime | None, uploaded: datetime
) -> Handed:
    return Handed(number or "", bsnr, quarter, Delivery.Kind(kind), submitted or uploaded)
