"""Make it happen: mails are queued with what they tell of, tried again, settled, and deleted in time."""

import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from flexnet import configuration, key_ring, resealing, transactions
from flexnet.audit import actions as audit
from flexnet.lib import plain_text
from flexnet.lib.sealed import Secret
from flexnet.mail import queries, rules, wording
from flexnet.mail.addresses import Address
from flexnet.mail.errors import NoSuchMail, NotNow
from flexnet.mail.kinds import FIELDS, Kind, Said
from flexnet.mail.models import Mail, Told

PLACE: Final = {"table": "mail_mail", "kind": "sealed"}
_NOTHING: Final[Mapping[str, Secret]] = {}


def queue(
    kind: Kind,
    *,
    to: Address,
    about: str,
    occasion: str,
    said: Mapping[str, Said],
    sealed: Mapping[str, Secret] = _NOTHING,
    now: datetime,
) -> Mail:
    """In the transaction of an act: a mail that tells of it, sent by the worker once that holds.

    `about` is the subject of its entries in the audit trail (`access:alice`), `occasion` what it tells of
    (`lock:12`): to one address an occasion is told once, whoever asks again finds the first. `said` are the
    fields of its kind; `sealed` are those that only its reader may know: they lie in the outbox under the
    key ring, and are erased once the mail was sent. Raises NotWriting outside `transactions.writing()`,
    ValueError for fields that are not its kind's.
    """
    if not transactions.is_writing():
        raise audit.NotWriting(f"{kind}: queue it inside transactions.writing(), with what it tells of")
    if set(sealed) != FIELDS[kind].sealed:
        raise ValueError(f"A mail {kind} has {sorted(FIELDS[kind].sealed)} sealed, not {sorted(sealed)}.")
    written, tag = wording.write(kind, said), secrets.token_hex(16)
    row, _is_new = Mail.objects.get_or_create(
        occasion=occasion,
        to=to,
        defaults={
            "kind": kind,
            "tag": tag,
            "subject": written.subject,
            "text": written.text,
            "sealed": _seal(sealed, tag) if sealed else None,
            "about": about,
            "queued_at": now,
            "next_at": now,
        },
    )
    return row


def try_again(*, number: int, by: str, now: datetime) -> Mail:
    """What could not be delivered waits once more. Raises NoSuchMail, NotNow."""
    with transactions.writing():
        row = _held(number)
        if not rules.may_try_again(row):
            raise NotNow(f"Mail {number} has not failed, or the part that only its reader may know is gone.")
        row.next_at = row.again_at = now
        row.tries, row.given_up_at, row.bounced_at, row.sent_at = 0, None, None, None
        row.save(update_fields=["next_at", "again_at", "tries", "given_up_at", "bounced_at", "sent_at"])
        audit.record("mail.tried_again", by=by, subject=row.about, data=named(row))
    return row


def settle(*, number: int, note: str, by: str, now: datetime) -> Mail:
    """Somebody has seen to what could not be delivered, in another way. Raises NoSuchMail, NotNow."""
    with transactions.writing():
        row = _held(number)
        if rules.state_of(row) not in (rules.State.GIVEN_UP, rules.State.BOUNCED):
            raise NotNow(f"Mail {number} has not failed, or somebody has settled it.")
        row.settled_at, row.settled_by, row.note, row.sealed = now, by, plain_text.lines(note), None
        row.save(update_fields=["settled_at", "settled_by", "note", "sealed"])
        audit.record("mail.settled", by=by, subject=row.about, data={**named(row), "note": row.note})
    return row


def note_bounce(*, tag: str, why: str, by: str, now: datetime) -> Mail:
    """A server on the way sent it back. Noting it twice, or of what was settled, changes nothing.

    `tag` stands in the Message-ID and in the address that bounces go to (`queries.tag_in`).
    Raises NoSuchMail.
    """
    with transactions.writing():
        found = Mail.objects.filter(tag=tag).values_list("pk", flat=True).first()
        if found is None:
            raise NoSuchMail("No mail has this tag.")
        row = _held(found)
        if rules.state_of(row) is rules.State.SENT:
            row.bounced_at, row.answer, row.trouble = now, plain_text.line(why)[:LONGEST_ANSWER], ""
            row.save(update_fields=["bounced_at", "answer", "trouble"])
            audit.record("mail.bounced", by=by, subject=row.about, data=named(row))
    return row


def clear_old(now: datetime) -> int:
    """Delete mails whose time is over (docs/operate/deletion.md); answers how many.

    What failed waits until somebody settles it; what is sealed in it goes in time all the same.
    """
    since = now - timedelta(days=31 * configuration.current().retention.mails_months)
    old = Mail.objects.filter(queued_at__lt=since, next_at=None)
    with transactions.writing():
        old.exclude(sealed=None).update(sealed=None)
        over = old.exclude(pk__in=queries.desk_mails().values("pk"))
        occasions = over.filter(queries.TELLS).values_list("occasion", flat=True).distinct()
        Told.objects.bulk_create([Told(occasion=one) for one in occasions], ignore_conflicts=True)
        count, _by_model = over.delete()
        if count:
            audit.record("mails.deleted", by="worker", subject="mails", data={"count": count})
    return count


def reseal() -> int:
    """Every part that is sealed under the current key of the ring; answers how many changed."""

    def renewed(blob: bytes, tag: str) -> bytes:
        return key_ring.current().reseal(bytes(blob), row=tag, **PLACE)

    return resealing.renew(Mail, "sealed", row="tag", renewed=renewed)


LONGEST_ANSWER: Final = 300


def named(row: Mail) -> dict[str, object]:
    """Which mail, for an entry."""
    return {"mail": row.pk, "holds": row.kind}


def _seal(parts: Mapping[str, Secret], tag: str) -> bytes:
    revealed = {name: part.reveal().decode() for name, part in parts.items()}
    return key_ring.current().seal(json.dumps(revealed).encode(), row=tag, **PLACE)


def _held(number: int) -> Mail:
    transactions.hold(Mail, [number])
    return queries.mail(number)
