"""Show me: the deliveries and receipts that an access may see."""

import uuid
from datetime import date

from django.db.models import QuerySet

from flexnet.access import queries as access_queries
from flexnet.access.models import Access
from flexnet.billing.models import Delivery


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
