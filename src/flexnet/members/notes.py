"""Make it happen: something is noted on a practice; a note stays, and a later one may correct it."""

from datetime import datetime

from flexnet import transactions
from flexnet.members import changes, entries
from flexnet.members.errors import AlreadyCorrected, BadEntry
from flexnet.members.models import Note, Practice

LONGEST = 4000


def write(*, practice: Practice, text: str, by: str, now: datetime, corrects: Note | None = None) -> Note:
    """`corrects`: an earlier note on the same practice, which stays. Raises BadEntry, AlreadyCorrected."""
    kept = entries.several_lines(text, field="note")
    if len(kept) > LONGEST:
        raise BadEntry(f"The note is too long: up to {LONGEST} characters.")
    if corrects and corrects.practice_id != practice.pk:
        raise BadEntry("The note to be corrected stands on another practice.")
    there = AlreadyCorrected("This note is corrected already: correct the later one.")
    with transactions.writing():
        with transactions.refused_as(there):
            row = Note.objects.create(
                practice=practice, text=kept, written_at=now, written_by=by, corrects=corrects
            )
        data = {"note": row.pk, "corrects": corrects.pk if corrects else None}
        changes.record("note.written", f"practice:{practice.pk}", data, by=by)
    return row
