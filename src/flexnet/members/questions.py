"""Make it happen: whom the member register no longer names becomes a question; it is answered."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Final

from django.db.models import QuerySet

from flexnet import transactions
from flexnet.audit import actions as audit
from flexnet.audit.actions import Act
from flexnet.lib import plain_text
from flexnet.members import changes, import_bonds
from flexnet.members.errors import BadEntry, BadPeriod, NotEntered
from flexnet.members.import_steps import Ending
from flexnet.members.models import Direction, Employment, Ownership, Question

Key = tuple[str, str, str]
_SETTLED: Final = "named again by the member register"
_AT_ONCE: Final = 1000


@dataclass(frozen=True)
class Named:
    """Bonds that a file names (main BSNR, LANR, role), and numbers that stand in rows it got wrong."""

    bonds: Collection[Key]
    numbers: Collection[str] = ()

    def __contains__(self, key: Key) -> bool:
        return key in self.bonds or key[0] in self.numbers or key[1] in self.numbers


def ask(named: Named, *, writes: bool, by: str, now: datetime) -> tuple[int, int]:
    """Ask about every bond that goes on and is not named; settle what is named again.

    Answers how many are asked anew and how many are settled.
    """
    is_asked = {_key(row): row for row in _open_ones().iterator(_AT_ONCE)}
    missing = [(key, ids) for key, ids in _going_on() if key not in named and key not in is_asked]
    again = [row for key, row in is_asked.items() if key in named.bonds]
    if writes:
        _ask(missing, by=by, now=now)
        _settle(again, by=by, now=now)
    return len(missing), len(again)


def answer(*, question: Question, answer: str, by: str, now: datetime) -> None:
    """A clerk found out; what follows from it is entered as any other fact. Raises BadEntry, NotEntered."""
    text = plain_text.lines(answer)
    if not text:
        raise BadEntry("The answer is missing: say what you found out.")
    with transactions.writing():
        _answer(question, text, by=by, now=now)


def end(*, ids: Collection[int], until_on: date, answer: str, by: str, now: datetime) -> int:
    """These people have left: what goes on ends with this day, and their questions are answered.

    Answers how many; those answered meanwhile are left. Raises BadEntry, BadPeriod, and nothing is written.
    """
    text = plain_text.lines(answer)
    if not text:
        raise BadEntry("The answer is missing: say what you found out.")
    with transactions.writing():
        rows = list(_open_ones().filter(pk__in=ids))
        endings = [Ending(0, row.bond, row.person.lanr, _key(row)[0], until_on) for row in rows]
        found = import_bonds.end(endings)
        if len(found.changes) < len(rows):
            raise BadPeriod(f"Somebody began after {until_on}, or has left already.")
        changes.record_all(found.acts, found.touched, "question_answered", by=by, now=now)
        for row in rows:
            _answer(row, text, by=by, now=now)
    return len(rows)


def _answer(row: Question, text: str, *, by: str, now: datetime) -> None:
    if not Question.objects.filter(pk=row.pk, answered_at=None).update(
        answered_at=now, answered_by=by, answer=text
    ):
        raise NotEntered("The question is answered already.")
    data = {"question": row.pk, "answer": text}
    audit.record("question.answered", by=by, subject=f"person:{row.person}", data=data)


def _ask(missing: list[tuple[Key, tuple[int, int]]], *, by: str, now: datetime) -> None:
    every = iter(missing)
    while chunk := list(islice(every, _AT_ONCE)):
        with transactions.writing():
            Question.objects.bulk_create(
                [
                    Question(practice_id=practice, person_id=person, bond=bond, asked_at=now)
                    for (_, _, bond), (practice, person) in chunk
                ],
                ignore_conflicts=True,
            )
            audit.record_all(
                [
                    Act("question.asked", f"person:{lanr}", {"practice": practice, "bond": bond})
                    for (_, lanr, bond), (practice, _) in chunk
                ],
                by=by,
            )


def _settle(rows: list[Question], *, by: str, now: datetime) -> None:
    with transactions.writing():
        Question.objects.filter(pk__in=[row.pk for row in rows], answered_at=None).update(
            answered_at=now, answered_by=by, answer=_SETTLED
        )
        acts = [Act("question.answered", f"person:{row.person}", {"answer": _SETTLED}) for row in rows]
        audit.record_all(acts, by=by)


def _going_on() -> Iterator[tuple[Key, tuple[int, int]]]:
    """Every bond without a last day, of practices whose main site is open."""
    columns = ("practice__sites__bsnr", "person__lanr", "practice", "person")
    open_one = {"until_on": None, "practice__sites__is_main": True, "practice__sites__closed_on": None}
    for model, bond in ((Ownership, "owner"), (Direction, "director")):
        for bsnr, lanr, *ids in model.objects.filter(**open_one).values_list(*columns).iterator():
            yield (bsnr, lanr, bond), (ids[0], ids[1])
    rows = Employment.objects.filter(**open_one).values_list(*columns, "kind")
    for bsnr, lanr, practice, person, kind in rows.iterator():
        yield (bsnr, lanr, kind), (practice, person)


def _open_ones() -> QuerySet[Question]:
    rows = Question.objects.filter(answered_at=None, practice__sites__is_main=True)
    return rows.select_related("person").prefetch_related("practice__sites")


def _key(row: Question) -> Key:
    (main,) = [site for site in row.practice.sites.all() if site.is_main]
    return main.bsnr, row.person.lanr, row.bond
