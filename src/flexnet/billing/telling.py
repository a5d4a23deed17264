"""Make it happen: a practice hears by mail that its billing has come, and nothing of it."""

from datetime import datetime

from flexnet.billing.models import Delivery, Receipt
from flexnet.mail import actions as mails
from flexnet.mail import addresses
from flexnet.mail import queries as outbox
from flexnet.mail.kinds import Kind
from flexnet.members.models import Site


def received(row: Delivery, receipt: Receipt, *, now: datetime) -> None:
    """Inside the transaction that hands it in: to the practice, whoever handed in for it."""
    site = Site.objects.filter(bsnr=row.bsnr).first()
    if site is None or not outbox.tells_of("billing"):
        return
    rows = Site.objects.filter(practice=site.practice_id).order_by("-is_main", "bsnr")
    known = (addresses.parsed(one.email) for one in (site, *rows))
    if to := next((one for one in known if one), None):
        about, occasion = f"practice:{site.practice_id}", f"receipt:{receipt}"
        mails.queue(Kind.BILLING_RECEIVED, to=to, about=about, occasion=occasion, said={}, now=now)
