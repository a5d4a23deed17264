"""Make it happen: a practice hears by mail that there is a message in the portal, and nothing of it."""

from datetime import datetime

from flexnet.access.rules import day_begins, day_of
from flexnet.correspondence.models import UNREAD_BY_MEMBER, Message
from flexnet.mail import actions as mails
from flexnet.mail import addresses
from flexnet.mail import queries as outbox
from flexnet.mail.addresses import Address
from flexnet.mail.kinds import Kind
from flexnet.members import continuity
from flexnet.members.models import Practice, Site, ThirdParty


def tell(message: Message, *, now: datetime) -> None:
    """Inside the transaction of a message of the KV, with its party held: once, until all are read."""
    party = message.thread.party
    to = _address_of(party) if outbox.tells_of("messages") else None
    if to and not _is_told_already(message, now):
        occasion = f"message:{message.pk}"
        mails.queue(Kind.MESSAGE_WAITING, to=to, about=subject(party), occasion=occasion, said={}, now=now)


def tells(party: Practice | ThirdParty) -> bool:
    """Whether they hear by mail that there is a message."""
    return outbox.tells_of("messages") and _address_of(party) is not None


def subject(party: Practice | ThirdParty) -> str:
    """What the audit trail calls them."""
    return f"practice:{party.pk}" if isinstance(party, Practice) else f"third_party:{party.pk}"


def _is_told_already(message: Message, now: datetime) -> bool:
    """An earlier one is unread still; what lies there from before a takeover does not count."""
    party = message.thread.party
    earlier = Message.objects.filter(UNREAD_BY_MEMBER).exclude(pk=message.pk)
    if isinstance(party, ThirdParty):
        return earlier.filter(thread__third_party=party).exists()
    since = continuity.held_since([party], day_of(now))[party.pk]
    rows = earlier.filter(thread__practice=party)
    return (rows.filter(thread__opened_at__gte=day_begins(since)) if since else rows).exists()


def _address_of(party: Practice | ThirdParty) -> Address | None:
    if isinstance(party, ThirdParty):
        return addresses.parsed(party.email)
    main = Site.objects.filter(practice=party).order_by("-is_main", "bsnr").first()
    return addresses.parsed(main.email) if main else None
