"""What was written, sealed and opened: subject and text in their rows, files in the store."""

from typing import Final

from flexnet import key_ring, resealing
from flexnet.correspondence.models import Attachment, Message, Thread
from flexnet.sealed_store import SealedStore

STORE: Final = SealedStore("attachments", "correspondence_attachment")
_SUBJECT: Final = {"table": "correspondence_thread", "kind": "subject"}
_TEXT: Final = {"table": "correspondence_message", "kind": "text"}


def seal_subject(row: Thread, subject: str) -> None:
    row.sealed_subject = key_ring.current().seal(subject.encode(), row=str(row.pk), **_SUBJECT)


def seal_text(row: Message, text: str) -> None:
    row.sealed_text = key_ring.current().seal(text.encode(), row=str(row.pk), **_TEXT)


def subject_of(row: Thread) -> str:
    """Raises SealBroken."""
    return key_ring.current().open(bytes(row.sealed_subject), row=str(row.pk), **_SUBJECT).reveal().decode()


def text_of(row: Message) -> str:
    """Raises SealBroken."""
    return key_ring.current().open(bytes(row.sealed_text), row=str(row.pk), **_TEXT).reveal().decode()


def content_of(row: Attachment) -> bytes:
    """Raises SealBroken, and OSError if the store has lost it."""
    return STORE.read(str(row.pk))


def reseal() -> int:
    """Every seal under the current key of the ring; answers how many changed."""

    def subject(blob: bytes, row: object) -> bytes:
        return key_ring.current().reseal(bytes(blob), row=str(row), **_SUBJECT)

    def text(blob: bytes, row: object) -> bytes:
        return key_ring.current().reseal(bytes(blob), row=str(row), **_TEXT)

    count = resealing.renew(Thread, "sealed_subject", row="pk", renewed=subject)
    count += resealing.renew(Message, "sealed_text", row="pk", renewed=text)
    return count + STORE.reseal(str(pk) for pk in Attachment.objects.values_list("pk", flat=True).iterator())
