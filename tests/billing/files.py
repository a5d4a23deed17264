"""Billing files of Alice's practice and others, as they arrive."""

from datetime import date, datetime

from flexnet.access.models import Access
from flexnet.billing import actions, adapters
from flexnet.billing.models import Delivery, Receipt
from flexnet.lib.identifiers import Bsnr, Lanr
from flexnet.lib.kvdt import sample as kvdt_sample
from flexnet.lib.quarters import Quarter
from flexnet.members.models import Site
from tests import make

ALICE, BOB = "889999900", "859999900"
QUARTER = Quarter(2026, 1)  # the one before make.NOW
CREATED_ON = date(2026, 4, 10)
NAME = f"Z01{ALICE}_{CREATED_ON:%d.%m.%Y}_09.30.CON"


def plain(bsnr: str = ALICE, *, quarter: Quarter = QUARTER, cases: int = 3, seed: int = 0) -> bytes:
    """A sound plain file."""
    return kvdt_sample.make(
        bsnr=Bsnr.parse(bsnr),
        lanr=Lanr.parse("123456601"),
        quarter=quarter,
        cases=cases,
        seed=seed,
        created_on=CREATED_ON,
    )


def container(
    bsnr: str = ALICE, *, part: str = "1/1", mode: str = "7 ", key: str = "Oeffentlich_KV"
) -> bytes:
    """An XKM container: its plain header as version 1.26 lays it out, and something opaque."""
    head = (f"Arztnummer/BSNR: {bsnr}", "Erstellungsdatum: 31.03.2026 11:06:01", f"Paket {part}")
    padded = "".join(f"{line:<40}\r\n" for line in head)
    behind = "".join(f"{line}\r\n" for line in ("*XKM*", "1.26  ", "1    ", "1    ", mode, "1", "0"))
    return f"{padded}\r\n{behind}{key}".encode() + bytes(range(256))


def arrival(content: bytes, name: str = NAME) -> adapters.Arrival:
    """The file after its last byte has come."""
    arrived = adapters.Arrival(name, limit=1024 * 1024)
    arrived.take(content)
    return arrived.end()


def receive(
    access: Access,
    content: bytes,
    *,
    name: str = NAME,
    quarter: Quarter = QUARTER,
    kind: Delivery.Kind = Delivery.Kind.ECHT,
    now: datetime = make.NOW,
) -> Delivery | actions.Rejected:
    """Hand it to the action, and let go of it as a request does at its end."""
    with arrival(content, name) as arrived:
        return actions.receive(
            access=access, arrival=arrived, quarter=quarter, kind=kind, by=make.BY, now=now
        )


def received(access: Access, content: bytes, *, quarter: Quarter = QUARTER) -> Delivery:
    found = receive(access, content, quarter=quarter)
    assert isinstance(found, Delivery), found
    return found


def submitted(site: Site, content: bytes | None = None) -> Receipt:
    """What the site's own practice access handed in."""
    access = Access.objects.get(site=site)
    row = received(access, content or plain(str(site)))
    found = actions.submit(delivery=row, access=access, by=make.BY, now=make.NOW)
    assert isinstance(found, Receipt), found
    return found
