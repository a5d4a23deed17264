"""Make it happen: security paper comes onto the stack, or leaves it without a letter."""

from datetime import datetime

from flexnet import transactions
from flexnet.audit import actions as audit
from flexnet.post import printers, queries
from flexnet.post.errors import BadSheets
from flexnet.post.models import Sheets, SpoiledSheets
from flexnet.post.rules import Pack


def receive(*, queue: str, first: int, last: int, by: str, now: datetime) -> None:
    """A pack with these numbers, `last` included, lies below all others from now on.

    Raises NoSuchQueue, BadSheets where numbers are upside down, were there before, or paper has none.
    """
    if not printers.queue(queue).security_paper:
        raise BadSheets("Only security paper has numbers.")
    if not 0 < first <= last:
        raise BadSheets("The last number is not below the first one.")
    with transactions.writing():
        transactions.take_turn_at_facts()
        if any(_overlap(pack, Pack(first, last)) for pack in queries.packs_of(queue)):
            raise BadSheets("Sheets with some of these numbers are entered already.")
        Sheets.objects.create(queue=queue, first=first, last=last, received_at=now, received_by=by)
        data = {"first": first, "last": last}
        audit.record("sheets.received", by=by, subject=f"queue:{queue}", data=data)


def write_off(*, queue: str, count: int, reason: str, by: str, now: datetime) -> None:
    """So many sheets from the top of the stack are gone or no good. Raises NoSuchQueue, BadSheets."""
    printers.queue(queue)
    if not reason.strip():
        raise BadSheets("Sheets are written off for a reason: give it.")
    with transactions.writing():
        transactions.take_turn_at_facts()
        if not 0 < count <= queries.balance(queue).left:
            raise BadSheets("There are not so many sheets on the stack.")
        SpoiledSheets.objects.create(queue=queue, count=count, reason=reason, noted_at=now, noted_by=by)
        data = {"count": count, "reason": reason}
        audit.record("sheets.written_off", by=by, subject=f"queue:{queue}", data=data)


def _overlap(one: Pack, other: Pack) -> bool:
    return one.first <= other.last and other.first <= one.last
