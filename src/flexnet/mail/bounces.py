"""What a server on the way says of a mail that it could not deliver (RFC 3464); whatever the bytes are."""

import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage, Message
from typing import Final

from flexnet.lib import plain_text
from flexnet.mail import actions, queries
from flexnet.mail.errors import NoSuchMail

_LARGEST: Final = 128 * 1024  # bytes that are looked at
_LONGEST: Final = 300
_TO: Final = ("To", "Delivered-To", "X-Original-To", "Envelope-To")


@dataclass(frozen=True)
class Bounce:
    """The tag of the mail that came back, and the words of the server that sent it back."""

    tag: str
    why: str


def read(content: bytes) -> Bounce | None:
    """What came back for good; None for anything else, also for a report that a mail is only late.

    The tag stands in the address that the report goes to, or in the headers of the mail that it returns.
    """
    message = email.message_from_bytes(content[:_LARGEST], policy=email.policy.compat32)
    if message.get_content_type() != "multipart/report":
        return None
    status = [part for part in _parts(message) if str(part.get("Action", "")).strip().lower() == "failed"]
    addressed = " ".join(str(message.get(name, "")) for name in _TO)
    returned = " ".join(str(part.get("Message-ID", "")) for part in _parts(message) if part is not message)
    tag = queries.tag_in(addressed) or queries.tag_in(returned)
    return Bounce(tag, _why(status[0])) if status and tag else None


def note(content: bytes, *, now: datetime) -> bool:
    """Whether it was such a report, about a mail of ours or not; then the mail is noted as come back."""
    found = read(content)
    if found is None:
        return False
    try:
        actions.note_bounce(tag=found.tag, why=found.why, by="worker", now=now)
    except NoSuchMail:
        return True
    return True


def _parts(message: "Message | EmailMessage") -> Iterator[Message]:
    """Also those within parts, as headers of a delivery status are."""
    for part in message.walk():
        yield part
        if part.get_content_type() == "text/rfc822-headers":
            yield email.message_from_string(str(part.get_payload()))


def _why(status: Message) -> str:
    said = str(status.get("Diagnostic-Code") or status.get("Status") or "")
    return plain_text.line(said.partition(";")[2] or said)[:_LONGEST]
