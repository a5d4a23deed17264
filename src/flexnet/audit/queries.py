"""Show me: the trail, what is personal in it, and whether it stands as it was sealed."""

import base64
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db.models import Exists, OuterRef

from flexnet import configuration
from flexnet.audit import keys, person_keys, standalone
from flexnet.audit.models import Checkpoint, Event, Link


def head() -> tuple[int, str]:
    """Number and hash of the last sealed entry."""
    last = Link.objects.order_by("-seq").values_list("seq", "hash").first()
    return last or (0, standalone.GENESIS)


def personal(event: Event) -> dict[str, Any] | None:
    """What is personal in an entry; None if nothing is, or the person was forgotten. Raises SealBroken."""
    ring = person_keys.ring_of(event.person) if event.personal is not None else None
    if not ring or event.personal is None:
        return None
    opened = ring.open(bytes(event.personal), table="audit_event", row=event.person, kind="personal")
    found: dict[str, Any] = json.loads(opened.reveal())
    return found


def verify(
    public_keys: Sequence[Ed25519PublicKey] | None = None, anchor_dir: Path | None = None
) -> standalone.Report:
    """Walk the whole chain, its checkpoints and the anchors outside; by default the configured ones."""
    folder = anchor_dir or configuration.current().audit.anchor_dir
    anchored = standalone.read_anchors(folder)
    signed = list(_heads())  # before the entries: a chain that grows meanwhile is no fault
    found = standalone.verify(
        standalone.in_order(_entries(), signed, anchored), public_keys or keys.current().public
    )
    if found.ok and (foreign := _beside_the_chain()):
        return standalone.Report(found.entries, found.checkpoints, foreign, found.anchored_up_to)
    return found


def export(file: BinaryIO) -> int:
    """Write every sealed entry and checkpoint as JSON lines for the stand-alone verifier."""
    signed, written = list(_heads()), 0
    for record in standalone.in_order(_entries(), signed):
        file.write(standalone.canonical(record.record()) + b"\n")
        written += 1
    return written


def instant(at: datetime) -> str:
    """An instant as it is hashed and signed: UTC, microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def as_record(event: Event) -> dict[str, Any]:
    """An event as the hash covers it; what is personal as ciphertext, so that forgetting changes nothing."""
    ciphertext = None if event.personal is None else base64.b64encode(event.personal).decode()
    return {
        "id": event.pk,
        "at": instant(event.at),
        "kind": event.kind,
        "by": event.by,
        "subject": event.subject,
        "data": event.data,
        "person": event.person,
        "personal": ciphertext,
    }


def as_head(row: Checkpoint) -> standalone.Head:
    return standalone.Head(row.seq, row.hash, instant(row.at), row.key, row.signature)


def _entries() -> Iterator[standalone.Entry]:
    for event in Event.objects.select_related("link").exclude(link=None).order_by("link__seq").iterator():
        yield _entry(event.link, event)


def _entry(link: Link, event: Event) -> standalone.Entry:
    return standalone.Entry(link.seq, link.previous_hash, link.hash, as_record(event))


def _heads() -> Iterator[standalone.Head]:
    return map(as_head, Checkpoint.objects.order_by("seq").iterator())


def _beside_the_chain() -> str:
    """What a walk over links with their events cannot see: a link alone at the end, an event put in alone."""
    there = Event.objects.filter(pk=OuterRef("event_id"))
    link = Link.objects.filter(~Exists(there)).order_by("seq").first()
    if link:
        return f"entry {link.seq} is deleted"
    event = Event.objects.filter(link=None, waiting=None).order_by("pk").first()
    return f"event {event.pk} was never sealed and does not wait for it" if event else ""
