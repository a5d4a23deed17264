"""Make it happen: individual links are sent, opened by their button, and used up by whole downloads."""

import hashlib
import hmac
import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flexnet import configuration, transactions
from flexnet.software import notifying, queries, ranges, requests
from flexnet.software.errors import BadRequest, NoEmail, NothingToSend
from flexnet.software.models import Download, Link, Release, SoftwareRequest
from flexnet.software.ranges import Span
from flexnet.software.systems import System

log = logging.getLogger(__name__)
_BYTES: Final = 24  # of chance in an address: 192 bits
_AT_ONCE: Final = 50  # requests answered in one turn of the worker


def send(*, number: int, by: str, now: datetime) -> Link:
    """The practice gets its link by mail, to its registered address; an earlier one holds no more.

    Raises NoSuchRequest, NoEmail, NothingToSend, BadRequest while it is not clear what is asked for.
    """
    with transactions.writing():
        row = requests.held(number)
        link = _written(row, now=now)
        row.sent_at, row.sent_by = now, by
        row.save(update_fields=["sent_at", "sent_by"])
        requests.record("software.link_sent", row, _told(link, row), by=by)
    return link


def send_again(*, number: int, by: str, now: datetime) -> Link:
    """The mail did not come, or the link is used up: another one, and the earlier holds no more.

    Raises as `send`, and BadRequest for a request that was not answered by a link.
    """
    with transactions.writing():
        transactions.hold(SoftwareRequest, [number])
        row = SoftwareRequest.objects.select_related("site").filter(pk=number).first()
        if row is None or row.sent_at is None:
            raise BadRequest(f"Request {number} was not answered by a link.")
        link = _written(row, now=now)
        requests.record("software.link_sent_again", row, _told(link, row), by=by)
    return link


def answer_waiting(now: datetime) -> int:
    """Where the KV looks at no request, whoever can be answered is; answers how many."""
    if configuration.current().profile.software != "automatic":
        return 0
    count = 0
    for number in queries.clear_ones()[:_AT_ONCE]:
        try:
            send(number=number, by="worker", now=now)
            count += 1
        except BadRequest as why:
            log.info("request %d for software waits for a clerk: %s", number, why)
    return count


def opened(token: str, now: datetime) -> Link | None:
    """The link that this address is of, while it gives something out; nobody learns why it does not."""
    return queries.usable(_digest(token), now)


def grant(*, link_token: str, release: int, now: datetime) -> str | None:
    """The button was pressed: the short address of the download; pressed again it is the same.

    None if the link holds no more, or the release is given out no more.
    """
    with transactions.writing():
        link = opened(link_token, now)
        if link is None:
            return None
        transactions.hold(Link, [link.pk])
        row = queries.release_for(link, release)
        if row is None or opened(link_token, now) is None:
            return None
        download = _unfinished(link, row, link_token, now)
        return _address_of(link_token, download.pk)


def granted(*, link_token: str, release: int, now: datetime) -> tuple[Download, str] | None:
    """The unfinished download of this link, and its address."""
    link = opened(link_token, now)
    row = queries.unfinished(link, release, now) if link else None
    return (row, _address_of(link_token, row.pk)) if row else None


@dataclass(frozen=True)
class Permit:
    """A file that may be given out now."""

    download: int
    release: Release

    @property
    def etag(self) -> str:
        return f'"{self.release.sha256}"'


def permitted(token: str, now: datetime) -> Permit | None:
    """What this short address gives, while link, release and address hold."""
    row = queries.running(_digest(token), now)
    return Permit(row.pk, row.release) if row else None


def begin(permit: Permit, now: datetime) -> None:
    """Bytes are about to be given."""
    with transactions.writing_one():
        Download.objects.filter(pk=permit.download).update(begun_at=now)


def note_given(permit: Permit, span: Span, *, is_taken: bool, now: datetime) -> None:
    """These bytes were handed out; once all were, and the file's end taken, the link has one use less.

    Parts may be noted in any order: one that broke off is noticed late.
    """
    with transactions.writing():
        transactions.hold(Download, [permit.download])
        row = Download.objects.select_related("link__request__site").get(pk=permit.download)
        given = ranges.together([*ranges.read(row.given), span])
        row.given, row.ended_at = ranges.written(given), now
        row.is_end_taken |= is_taken and span.end == permit.release.size
        if row.is_end_taken and row.whole_at is None and given == (Span(0, permit.release.size),):
            row.whole_at = now
            data: dict[str, object] = {"file": permit.release.file_name, "sha256": permit.release.sha256}
            requests.record("software.downloaded", row.link.request, data, by="public")
        row.save(update_fields=["given", "is_end_taken", "ended_at", "whole_at"])


def _written(row: SoftwareRequest, *, now: datetime) -> Link:
    """Inside a transaction."""
    if row.site is None or not row.system:
        raise BadRequest("Find out first for which practice and which system it is.")
    if not queries.current(System(row.system)):
        raise NothingToSend(f"No release for {row.system} is published: flexnet software add")
    if (address := notifying.address_of(row.site)) is None:
        raise NoEmail(f"{row.site} has no registered e-mail address that a mail could go to.")
    token, limits = secrets.token_urlsafe(_BYTES), configuration.current().software
    Link.objects.filter(request__site=row.site, request__system=row.system, replaced_at=None).update(
        replaced_at=now
    )
    link = Link.objects.create(
        request=row,
        token_sha256=_digest(token),
        sent_to=address,
        made_at=now,
        expires_at=now + timedelta(days=limits.link_days),
        uses=limits.link_uses,
    )
    notifying.send_link(link, to=address, token=token, now=now)
    return link


def _told(link: Link, row: SoftwareRequest) -> dict[str, object]:
    return {"link": link.pk, "system": row.system, "until": link.expires_at.isoformat()}


def _unfinished(link: Link, release: Release, link_token: str, now: datetime) -> Download:
    """The one that goes on, or another in its place."""
    ends = now + timedelta(hours=configuration.current().software.download_hours)
    row = Download.objects.filter(link=link, release=release, whole_at=None).first()
    if row is None:
        row = Download.objects.create(
            link=link, release=release, token_sha256=secrets.token_hex(32), granted_at=now, expires_at=ends
        )
        data = {"file": release.file_name, "link": link.pk}
        requests.record("software.download_granted", link.request, data, by="public")
    row.expires_at, row.token_sha256 = ends, _digest(_address_of(link_token, row.pk))
    row.save(update_fields=["expires_at", "token_sha256"])
    return row


def _address_of(link_token: str, download: int) -> str:
    """Follows from the link, so that it need not be kept and is the same each time."""
    made = hmac.digest(link_token.encode(), f"flexnet.software.download:{download}".encode(), "sha256")
    return made[:_BYTES].hex()


def _digest(token: str) -> str:
    """Enough chance is in it: a quick hash does."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
