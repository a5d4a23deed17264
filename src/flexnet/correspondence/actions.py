"""Make it happen: messages are written, read for the first time, settled, and deleted in time."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Max, Q

from flexnet import configuration, transactions
from flexnet.access.models import Access
from flexnet.accounts import submissions
from flexnet.accounts.models import Staff
from flexnet.audit import actions as audit
from flexnet.correspondence import queries, rules, sealing, telling
from flexnet.correspondence.errors import BadMessage, TooManyWaiting
from flexnet.correspondence.models import WAITS, Attachment, Message, Thread
from flexnet.correspondence.queries import Party
from flexnet.correspondence.rules import File
from flexnet.lib import file_kinds, plain_text

Author = Access | Staff


@dataclass(frozen=True)
class Draft:
    """What somebody wants to say; `number` is the form's, so that pressing twice sends it once."""

    number: uuid.UUID
    text: str = field(repr=False)
    files: Sequence[File] = ()


def open_thread(
    *, party: Party, subject: str, draft: Draft, author: Author, by: str, now: datetime
) -> Thread:
    """The first message of a new one. Raises BadMessage, TooManyWaiting, AlreadySubmitted, StoreFull."""
    thread = Thread(**queries.column_of(party), opened_at=now)
    sealing.seal_subject(thread, _required(plain_text.line(subject)[: rules.LONGEST_SUBJECT]))
    _send(thread, draft, author, by=by, now=now)
    return thread


def answer(*, thread: Thread, draft: Draft, author: Author, by: str, now: datetime) -> Message:
    """One message more; what the KV had read of theirs is settled by its answer.

    Raises BadMessage, TooManyWaiting, AlreadySubmitted, StoreFull.
    """
    return _send(thread, draft, author, by=by, now=now)


def note_read(*, thread: Thread, reader: Author, by: str, now: datetime) -> int:
    """Whoever opens a thread has read what the other side wrote, unless somebody was there before them."""
    is_staff = isinstance(reader, Staff)
    theirs = Q(access__isnull=False) if is_staff else Q(staff__isnull=False)
    unread = Message.objects.filter(theirs, thread=thread, read_at=None)
    if not unread.exists():
        return 0
    with transactions.writing():
        column = "reading_staff" if is_staff else "reading_access"
        count = unread.update(read_at=now, **{column: reader})
        if count:
            _record("message.read", thread, by=by, count=count)
    return count


def settle(*, thread: Thread, by: str, now: datetime) -> int:
    """What they wrote, and the KV has read, needs no answer; answers how many messages it was."""
    with transactions.writing():
        count = _settle(thread, now)
        if count:
            _record("message.settled", thread, by=by, count=count)
    return count


def clear_old(now: datetime) -> int:
    """Delete threads whose time is over (docs/operate/deletion.md); answers how many.

    Files go first: should the worker be killed in between, the rows lead to them the next time.
    """
    since = now - timedelta(days=31 * configuration.current().retention.messages_months)
    ended = Thread.objects.annotate(newest_at=Max("messages__at")).filter(newest_at__lt=since)
    threads = list(ended.exclude(pk__in=Message.objects.filter(WAITS).values("thread")).order_by("pk"))
    for thread in threads:
        attachments = Attachment.objects.filter(message__thread=thread)
        for pk in attachments.values_list("pk", flat=True):
            sealing.STORE.drop(str(pk))
        with transactions.writing():
            attachments.delete()
            thread.messages.all().delete()
            Thread.objects.filter(pk=thread.pk).delete()
            _record("message.deleted", thread, by="worker")
    return len(threads)


def clear_left_over(now: datetime) -> int:
    """Files of messages that were never sent, because the process was killed; answers how many."""

    def known(names: list[str]) -> set[str]:
        keys = [uuid.UUID(name) for name in names]
        return {str(pk) for pk in Attachment.objects.filter(pk__in=keys).values_list("pk", flat=True)}

    return sealing.STORE.sweep(known, before=now - timedelta(days=1))


def _send(thread: Thread, draft: Draft, author: Author, *, by: str, now: datetime) -> Message:
    """Files are durable before the row that names them."""
    message, staff = _message(thread, draft, author, now), author if isinstance(author, Staff) else None
    attached = [(_attachment(message, file), file.content) for file in draft.files]
    contents = [(str(row.pk), content) for row, content in attached]
    with sealing.STORE.kept(contents), transactions.writing():
        transactions.hold(type(thread.party), [thread.party.pk])
        if staff is None:
            _check_waiting(thread.party)
        submissions.spend(draft.number, staff=staff, now=now)
        _store(thread, message, [row for row, _content in attached])
        _record("message.written", thread, by=by, attachments=len(attached))
        if staff:
            _settle(thread, now)
            telling.tell(message, now=now)
    return message


def _message(thread: Thread, draft: Draft, author: Author, now: datetime) -> Message:
    column = {"staff": author} if isinstance(author, Staff) else {"access": author}
    row = Message(thread=thread, at=now, **column)
    sealing.seal_text(row, _required(plain_text.lines(draft.text)[: rules.LONGEST_TEXT]))
    return row


def _attachment(message: Message, file: File) -> Attachment:
    limits = configuration.current().messages
    kind = file_kinds.of_content(file.content)
    if kind is None or (why := rules.why_refused(file, largest=limits.max_attachment_bytes)):
        raise BadMessage(f"A file is not taken: {why if kind else rules.Wrong.NOT_ALLOWED}.")
    sha256 = hashlib.sha256(file.content).hexdigest()
    name = rules.kept_name(file.name)
    return Attachment(message=message, name=name, kind=kind, size=len(file.content), sha256=sha256)


def _store(thread: Thread, message: Message, attached: Sequence[Attachment]) -> None:
    if thread._state.adding:
        thread.save(force_insert=True)
    message.save(force_insert=True)
    for row in attached:
        row.save(force_insert=True)


def _check_waiting(party: Party) -> None:
    """Whoever got hold of a browser must not bury the desk."""
    threads = Thread.objects.filter(**queries.column_of(party))
    limit = configuration.current().messages.most_waiting
    if Message.objects.filter(WAITS, thread__in=threads).count() >= limit:
        raise TooManyWaiting(f"{limit} of their messages wait for an answer.")


def _settle(thread: Thread, now: datetime) -> int:
    """What came in a moment ago, and nobody here has seen, still waits."""
    return Message.objects.filter(WAITS, thread=thread, read_at__isnull=False).update(settled_at=now)


def _required(text: str) -> str:
    if not text:
        raise BadMessage("A message has a subject and a text.")
    return text


def _record(kind: str, thread: Thread, *, by: str, **data: int) -> None:
    """In the transaction: that it happened, never what was said."""
    said = {"thread": str(thread.pk), **data}
    audit.record(kind, by=by, subject=telling.subject(thread.party), data=said)
