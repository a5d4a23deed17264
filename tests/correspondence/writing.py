"""Messages for tests, written by our own actions."""

import uuid
from datetime import datetime

from flexnet.access.models import Access
from flexnet.accounts.models import Staff
from flexnet.correspondence import actions, queries
from flexnet.correspondence.actions import Draft
from flexnet.correspondence.models import Message, Thread
from flexnet.correspondence.queries import Party
from flexnet.correspondence.rules import File
from tests import make

PDF = b"%PDF-1.7\n1 0 obj\nHonorar\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"picture" + b"\0\0\0\0IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0" + b"picture" + b"\xff\xd9"
SUBJECT, TEXT = "Frage zum Honorar", "Guten Tag,\n\nwas bedeutet Zeile 12?"
SCHEIN = File("schein.pdf", PDF)


def draft(text: str = TEXT, *files: File) -> Draft:
    return Draft(uuid.uuid4(), text, files)


def from_member(
    access: Access, *files: File, subject: str = SUBJECT, text: str = TEXT, now: datetime = make.NOW
) -> Thread:
    """A member asks."""
    (party, *_others) = queries.parties_of(access, now)
    return opened(party, access, draft(text, *files), subject=subject, now=now)


def from_kv(
    party: Party,
    staff: Staff,
    *files: File,
    subject: str = SUBJECT,
    text: str = TEXT,
    now: datetime = make.NOW,
) -> Thread:
    """A clerk writes."""
    return opened(party, staff, draft(text, *files), subject=subject, now=now)


def opened(
    party: Party, author: Access | Staff, said: Draft, *, subject: str = SUBJECT, now: datetime = make.NOW
) -> Thread:
    return actions.open_thread(party=party, subject=subject, draft=said, author=author, by=make.BY, now=now)


def answered(
    thread: Thread, author: Access | Staff, text: str = "Antwort", *, now: datetime = make.NOW
) -> Message:
    return actions.answer(thread=thread, draft=draft(text), author=author, by=make.BY, now=now)


def read(thread: Thread, reader: Access | Staff, *, now: datetime = make.NOW) -> int:
    return actions.note_read(thread=thread, reader=reader, by=make.BY, now=now)
