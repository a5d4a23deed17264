"""What members have in the portal after some years: deliveries, documents, messages, connections.

Rows are written many at a time, which no action does; a few members have much of everything, and a tunnel.
"""

import itertools
import secrets
import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeVar

from flexnet import transactions
from flexnet.access.models import Access, KeyAssignment
from flexnet.accounts import staff
from flexnet.accounts.models import Role, Staff
from flexnet.audit import actions as audit
from flexnet.billing.models import Confirmation, Delivery, Receipt
from flexnet.correspondence import sealing
from flexnet.correspondence.models import Message, Thread
from flexnet.documents.models import Document
from flexnet.gateway.models import Gateway, Session
from flexnet.keys.models import Key
from flexnet.lib.quarters import Quarter
from flexnet.members.models import Practice, Site

Row = TypeVar("Row")
_BY: Final = "bench"
_EACH, _MANY, _SIGN_INS = 2, 16, 40
_AT_ONCE: Final = 1_000  # PostgreSQL takes 65,535 values in one statement
_SUMMARY: Final[dict[str, object]] = {"cases": 812, "records": 9_120}
_TEXT: Final = "Guten Tag,\n\nzu Ihrer Frage: Zeile 12 ist der Abschlag für den laufenden Monat.\n"


def spread(now: datetime) -> None:
    """To all practices: some deliveries, documents and connections that are over; a thread to one in five."""
    clerk, gate = _clerk(now), _gate()
    for sites in _parts(list(Site.objects.select_related("practice").order_by("pk"))):
        with transactions.writing():
            hand_in(sites, range(_EACH), now)
            _put(sites, range(_EACH), now)
            _write([site.practice for site in sites[::5]], _EACH, clerk, now)
    for held in _parts(list(KeyAssignment.objects.order_by("pk"))):
        with transactions.writing():
            rows = [_session(one.access_id, one.key_id, gate, now) for one in held * _EACH]
            for row in rows:
                row.ended_at = row.expires_at = now - timedelta(days=3)
            Session.objects.bulk_create(rows)


def gather(regulars: Sequence[Access], addresses: Iterable[str], now: datetime) -> dict[int, Session]:
    """Much of everything to these, and an open tunnel to each; answers the tunnels by the accesses' ids."""
    clerk, gate, key, quarters = _clerk(now), _gate(), Key.objects.earliest("pk").pk, range(_EACH, _MANY)
    tunnels = {one.pk: _session(one.pk, key, gate, now) for one in regulars}
    for row, address in zip(tunnels.values(), addresses, strict=False):
        row.tunnel_address = address
    with transactions.writing():
        sites = list(dict.fromkeys(itertools.chain.from_iterable(map(_sites_of, regulars))))
        hand_in(sites, quarters, now)
        _put(sites, quarters, now)
        _write([site.practice for site in sites], _MANY, clerk, now)
        signed_in = [_signed_in(one) for one in regulars for _turn in range(_SIGN_INS)]
        audit.record_all(signed_in, by=_BY)
        Session.objects.bulk_create(tunnels.values())
    return tunnels


def connect(rows: Sequence[Access], addresses: Iterable[str], now: datetime) -> None:
    """An open tunnel to each practice, and what it handed in before the quarter that it hands in now."""
    gate, key = _gate(), Key.objects.earliest("pk").pk
    tunnels = [_session(one.pk, key, gate, now) for one in rows]
    for row, address in zip(tunnels, addresses, strict=True):
        row.tunnel_address = address
    with transactions.writing():
        hand_in(list(Site.objects.filter(pk__in=[one.site_id for one in rows])), range(2, 6), now)
        Delivery.objects.update(content_deleted_at=now)
        Session.objects.bulk_create(tunnels)


def _clerk(now: datetime) -> Staff:
    """Who writes for the KV."""
    found = Staff.objects.first()
    return found or staff.enter(user_name="clara", name="Clara", roles=[Role.CLERK], by=_BY, now=now).staff


def _gate() -> Gateway:
    return Gateway.objects.get_or_create(name="bench", certificate_name="bench.test")[0]


def _parts(rows: Iterable[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    return iter(lambda: list(itertools.islice(left, _AT_ONCE)), [])


def _sites_of(access: Access) -> list[Site]:
    """Of a practice or of what its owner owns; of staff the member's."""
    member, rows = access.origin or access, Site.objects.select_related("practice")
    if member.site_id:
        return list(rows.filter(pk=member.site_id))
    return list(rows.filter(practice__ownerships__person=member.person_id))


def hand_in(sites: Sequence[Site], quarters: range, now: datetime) -> None:
    """Each the file of that many quarters ago."""
    accounts = dict(Access.objects.filter(site__in=sites).values_list("site", "account"))
    made = Delivery.objects.bulk_create(
        (_delivery(site.bsnr, accounts[site.pk], back, now) for site in sites for back in quarters),
        batch_size=_AT_ONCE,
    )
    given = Receipt.objects.bulk_create(
        (Receipt(delivery=row, number=row.pk.hex[:24], user_name="praxis", issued_at=now) for row in made),
        batch_size=_AT_ONCE,
    )
    Confirmation.objects.bulk_create(  # sealed long ago: a page that waits for its seal asks again and again
        (
            Confirmation(number=row.number, kind="receipt", statement="{}", stated_at=now, sealed_at=now)
            for row in given
        ),
        batch_size=_AT_ONCE,
    )


def _delivery(bsnr: str, account: int, back: int, now: datetime) -> Delivery:
    key, at = uuid.uuid4(), now - timedelta(days=91 * back)
    quarter = Quarter.of(at.date())
    row = Delivery(id=key, account_id=account, bsnr=bsnr, quarter=quarter, kind="echt", file_name="Z01.con")
    row.size, row.sha256, row.path, row.summary, row.warnings = 900_000, key.hex * 2, str(key), _SUMMARY, []
    row.uploaded_at = row.checked_at = row.submitted_at = at
    return row


def _put(sites: Sequence[Site], quarters: range, now: datetime) -> None:
    """Each the statement of that many quarters ago, which nobody has fetched."""
    newest = Quarter.of(now.date())
    Document.objects.bulk_create(
        Document(
            site=site,
            quarter=newest - back,
            kind="honorarbescheid",
            file_name="Honorarbescheid.pdf",
            size=90_000,
            sha256=secrets.token_hex(32),
            put_at=now,
            put_by=_BY,
        )
        for site in sites
        for back in quarters
    )


def _write(practices: Sequence[Practice], count: int, clerk: Staff, now: datetime) -> None:
    """A thread to each, with that many messages of the KV, of which the last one is not read."""
    of_practices = Access.objects.filter(site__practice__in=practices)
    reader = dict(of_practices.values_list("site__practice", "pk"))
    threads, messages = [], []
    for practice in practices:
        thread = Thread(practice=practice, opened_at=now)
        sealing.seal_subject(thread, "Ihre Frage zum Honorar")
        threads.append(thread)
        for number in range(count):
            row = Message(thread=thread, staff=clerk, at=now - timedelta(days=count - number))
            sealing.seal_text(row, _TEXT)
            if number < count - 1:
                row.read_at, row.reading_access_id = now, reader[practice.pk]
            messages.append(row)
    Thread.objects.bulk_create(threads)
    Message.objects.bulk_create(messages)


def _session(access: int, key: int, gate: Gateway, now: datetime) -> Session:
    row = Session(access_id=access, key_id=key, gateway=gate, source="192.0.2.7", signed_in_at=now)
    row.state_hash, row.acct_session_id = secrets.token_bytes(32), secrets.token_hex(16)
    row.connected_at, row.expires_at = now, now + timedelta(hours=12)
    return row


def _signed_in(access: Access) -> audit.Act:
    data = {"channel": "portal_sign_in", "source": "192.0.2.7"}
    return audit.Act("sign_in.accepted", f"access:{access}", data)
