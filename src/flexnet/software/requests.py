"""Make it happen: software is asked for, on the public site, by mail or through a clerk; or refused."""

from datetime import datetime, timedelta

from flexnet import configuration, transactions
from flexnet.access import silence
from flexnet.accounts import rules as account_rules
from flexnet.accounts import throttle
from flexnet.audit import actions as audit
from flexnet.lib.identifiers import BadIdentifier, Bsnr
from flexnet.members.models import Site
from flexnet.software import queries
from flexnet.software.errors import BadRequest, NoSuchRequest
from flexnet.software.models import Link, SoftwareRequest
from flexnet.software.systems import System

Way = SoftwareRequest.Way


def request_publicly(*, bsnr: str, system: System, source: str, now: datetime) -> None:
    """A stranger asks by a number that anybody may know; nothing tells whether there is such a site."""
    with silence.alike():
        tries = throttle.look_at_form("software", place=account_rules.place(source), now=now)
        if not tries.are_left:
            return
        transactions.write_together([throttle.charging(tries.keys, now=now)])
        site = _site(bsnr)
        if site and not _was_written_to(site, system, now):
            request(site=site, system=system, way=Way.PUBLIC, by="public", now=now)


def request(*, site: Site, system: System, way: Way, by: str, now: datetime) -> SoftwareRequest:
    """A practice asks; whoever asks again before there is an answer has asked already."""
    with transactions.writing():
        transactions.hold(Site, [site.pk])
        row = SoftwareRequest.objects.filter(queries.OPEN, site=site, system=system).first()
        if row is None:
            row = SoftwareRequest.objects.create(
                site=site, system=system, way=way, requested_at=now, requested_by=by
            )
            record("software.requested", row, {"system": system, "way": way}, by=by)
    return row


def receive_mail(
    *,
    digest: str,
    site: Site | None,
    system: System | None,
    sender: str,
    subject: str,
    text: str,
    now: datetime,
) -> SoftwareRequest | None:
    """What a mail asks for; one that was read before does nothing, one that is not clear waits for a clerk.

    Whoever sent it is believed nothing: the link goes to the practice's own address only.
    """
    with transactions.writing():
        if SoftwareRequest.objects.filter(mail_digest=digest).exists():
            return None
        if site and system:
            if _was_written_to(site, system, now):
                return None
            row = request(site=site, system=system, way=Way.MAIL, by="worker", now=now)
            SoftwareRequest.objects.filter(pk=row.pk, mail_digest=None).update(mail_digest=digest)
            return row
        row = SoftwareRequest.objects.create(
            site=site,
            system=system or "",
            way=Way.MAIL,
            requested_at=now,
            requested_by="mail",
            mail_digest=digest,
            sender=sender,
            subject=subject,
            text=text,
        )
        record(
            "software.mail_unclear", row, {"site": site.bsnr if site else None, "system": system}, by="worker"
        )
    return row


def clarify(*, number: int, site: Site, system: System, by: str, now: datetime) -> SoftwareRequest:
    """A clerk found out for whom it is and what is wanted. Raises NoSuchRequest, BadRequest."""
    del now  # the audit entry has its own
    with transactions.writing():
        row = held(number)
        if SoftwareRequest.objects.filter(queries.OPEN, site=site, system=system).exclude(pk=number).exists():
            raise BadRequest(f"{site} has asked for {system} already; refuse this one, it is the same.")
        row.site, row.system = site, system
        row.save(update_fields=["site", "system"])
        record("software.clarified", row, {"system": system}, by=by)
    return row


def refuse(*, number: int, by: str, reason: str, now: datetime) -> SoftwareRequest:
    """No link is sent. Raises NoSuchRequest, BadRequest without a reason."""
    if not reason.strip():
        raise BadRequest("A request is refused for a reason: give it.")
    with transactions.writing():
        row = held(number)
        row.refused_at, row.refused_by, row.refused_why = now, by, reason.strip()
        row.save(update_fields=["refused_at", "refused_by", "refused_why"])
        record("software.refused", row, {"reason": row.refused_why}, by=by)
    return row


def clear_old(now: datetime) -> int:
    """Delete what was answered long ago, with its links and downloads (docs/operate/deletion.md)."""
    before = now - timedelta(days=configuration.current().software.kept_days)
    with transactions.writing():
        count, of = SoftwareRequest.objects.exclude(queries.OPEN).filter(requested_at__lt=before).delete()
        if count:
            gone = of.get("software.SoftwareRequest", 0)
            audit.record("software.requests_deleted", by="worker", subject="software", data={"count": gone})
    return count


def held(number: int) -> SoftwareRequest:
    """Inside a transaction: nobody else answers it. Raises NoSuchRequest."""
    transactions.hold(SoftwareRequest, [number])
    row = SoftwareRequest.objects.select_related("site").filter(queries.OPEN, pk=number).first()
    if row is None:
        raise NoSuchRequest(f"There is no open request {number} for software.")
    return row


def record(event: str, row: SoftwareRequest, data: dict[str, object], *, by: str) -> None:
    """What happened to a request, told of its site where that is known."""
    subject = f"site:{row.site}" if row.site else f"software_request:{row.pk}"
    audit.record(event, by=by, subject=subject, data={"request": row.pk, **data})


def _site(bsnr: str) -> Site | None:
    try:
        known = Bsnr.parse(bsnr)
    except BadIdentifier:
        return None
    return Site.objects.filter(bsnr=known).first()


def _was_written_to(site: Site, system: System, now: datetime) -> bool:
    """Lately: whoever knows a practice's number must not fill its mailbox."""
    since = now - timedelta(hours=configuration.current().software.rest_hours)
    links = Link.objects.filter(request__site=site, request__system=system, made_at__gt=since)
    return links.exists()
