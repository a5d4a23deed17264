"""Show me: the deliveries and receipts that an access may see; of others only that there are."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from flexnet.access import queries as access_queries
from flexnet.access.models import Access
from flexnet.billing.models import Delivery
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


def deliveries_for(access: Access, on: date) -> QuerySet[Delivery]:
    """Everything handed in for the sites of this access, newest first; whoever of the practice did it.

    A third party sees its own only.
    """
    rows = Delivery.objects.filter(bsnr__in=access_queries.sites_of(access, on))
    if access.kind == Access.Kind.THIRD_PARTY:
        rows = rows.filter(account=access.account_id)
    return rows.select_related("receipt", "account").order_by("-uploaded_at")


def delivery_for(access: Access, key: uuid.UUID, on: date) -> Delivery | None:
    """One of them; None for what is not there and for what is somebody else's."""
    return deliveries_for(access, on).filter(pk=key).first()


_HANDED = ("receipt__number", "bsnr", "quarter", "kind", "submitted_at", "uploaded_at")


def _handed(
    number: str | None, bsnr: str, quarter: Quarter, kind: str, submitted: datetime | None, uploaded: datetime
) -> Handed:
    return Handed(number or "", bsnr, quarter, Delivery.Kind(kind), submitted or uploaded)
