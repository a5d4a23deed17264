"""Make it happen: providers are certified or no longer, are used; maintenance is announced and cancelled."""

from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from flexnet import configuration, transactions
from flexnet.access.models import Access
from flexnet.audit import actions as audit
from flexnet.lib import plain_text
from flexnet.publications.errors import (
    BadCertificate,
    BadMaintenance,
    NoSuchCertificate,
    NoSuchMaintenance,
)
from flexnet.publications.models import Certificate, Maintenance, Provider, Use

_LONGEST = timedelta(days=14)


def certify(*, name: str, url: str, from_on: date, until_on: date, by: str) -> Certificate:
    """A provider is certified from a day until another, as the KBV's list says. Raises BadCertificate."""
    shown = plain_text.line(name)
    if not shown:
        raise BadCertificate("A certificate needs the name of the provider.")
    if until_on < from_on:
        raise BadCertificate(f"It begins on {from_on}; it cannot end on {until_on}.")
    _check_address(url)
    with transactions.writing():
        provider, _new = Provider.objects.get_or_create(name=shown)
        row = Certificate.objects.create(provider=provider, url=url, from_on=from_on, until_on=until_on)
        data = {"name": shown, "url": url, "from": from_on.isoformat(), "until": until_on.isoformat()}
        audit.record("certificate.entered", by=by, subject=f"certificate:{row.pk}", data=data)
    return row


def withdraw_certificate(*, number: int, on: date, by: str, reason: str) -> Certificate:
    """From this day on the provider is no longer certified. Raises NoSuchCertificate, BadCertificate."""
    with transactions.writing():
        row = Certificate.objects.select_related("provider").filter(pk=number, withdrawn_on=None).first()
        if row is None:
            raise NoSuchCertificate(f"There is no certificate {number}, or it is withdrawn already.")
        if on > row.until_on:
            raise BadCertificate(f"The certificate runs out on {row.until_on}, before {on}.")
        row.withdrawn_on = on
        row.save(update_fields=["withdrawn_on"])
        data = {"name": row.name, "on": on.isoformat(), "reason": reason}
        audit.record("certificate.withdrawn", by=by, subject=f"certificate:{row.pk}", data=data)
    return row


def note_use(*, provider_id: int, access: Access, now: datetime) -> None:
    """Somebody signed in by a provider's ranges, which the sign-in's own entry says; the last time counts."""
    with transactions.writing():
        Use.objects.update_or_create(provider_id=provider_id, access=access, defaults={"last_at": now})


def clear_old_uses(now: datetime) -> int:
    """What is older than sources are kept goes; answers how many."""
    before = now - timedelta(days=31 * configuration.current().retention.sources_months)
    with transactions.writing():
        gone = Use.objects.filter(last_at__lt=before).delete()[0]
        if gone:
            audit.record("uses.deleted", by="worker", subject="providers", data={"count": gone})
    return gone


def announce_maintenance(
    *, begins_at: datetime, ends_at: datetime, text: str, by: str, now: datetime
) -> Maintenance:
    """Services will be limited; `text` says in a sentence which. Raises BadMaintenance."""
    shown = plain_text.line(text)
    if not shown:
        raise BadMaintenance("Say in a sentence what will not be there.")
    if not now < ends_at or not begins_at < ends_at <= begins_at + _LONGEST:
        raise BadMaintenance("Maintenance ends after it begins, in the future, and within 14 days.")
    with transactions.writing():
        row = Maintenance.objects.create(begins_at=begins_at, ends_at=ends_at, text=shown, announced_at=now)
        data = {"begins": begins_at.isoformat(), "ends": ends_at.isoformat(), "text": shown}
        audit.record("maintenance.announced", by=by, subject=f"maintenance:{row.pk}", data=data)
    return row


def cancel_maintenance(*, number: int, by: str, reason: str, now: datetime) -> None:
    """It does not take place, or is over sooner. Raises NoSuchMaintenance."""
    with transactions.writing():
        if not Maintenance.objects.filter(pk=number, cancelled_at=None).update(cancelled_at=now):
            raise NoSuchMaintenance(f"There is no maintenance {number}, or it is cancelled already.")
        audit.record("maintenance.cancelled", by=by, subject=f"maintenance:{number}", data={"reason": reason})


def _check_address(url: str) -> None:
    """It becomes a link for everybody: nothing but the web."""
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname or len(url) > 200 or not url.isascii():
        raise BadCertificate(f"{url!r} is no address of a web site; write it in full, with https.")
