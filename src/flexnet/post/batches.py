"""Make it happen: letters are chosen for a batch, shown beforehand with no secret on them, or let go."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError

from flexnet import configuration, transactions
from flexnet.audit import actions as audit
from flexnet.audit.actions import Act
from flexnet.post import due, letters, printers, queries, rules, waits
from flexnet.post.errors import NoSuchBatch, NothingChosen, WrongPaper
from flexnet.post.models import Batch, Item
from flexnet.post.wanted import Wanted


def choose(*, wanted: Sequence[Wanted], queue: str, by: str, now: datetime) -> Batch:
    """A batch of those that can be printed now; what another clerk chose meanwhile is left out.

    Raises NoSuchQueue, WrongPaper, NothingChosen.
    """
    to = printers.queue(queue)
    for one in wanted:
        if not rules.may_print_on(one.kind, is_security_paper=to.security_paper):
            raise WrongPaper("Passwords are printed on security paper, and nothing else is.")
    ready = [one.wanted for one in due.judged(wanted, now=now) if one.waits is None]
    if not 0 < len(ready) <= configuration.current().post.most_letters:
        raise NothingChosen(f"{len(ready)} of {len(wanted)} letters can be printed now.")
    with transactions.writing():
        batch = Batch.objects.create(queue=queue, made_at=now, made_by=by)
        made = _make(ready, batch, by=by, now=now)
        if not made:
            raise NothingChosen("Somebody else chose these letters meanwhile.")
        audit.record("batch.made", by=by, subject=f"batch:{batch}", data={"queue": queue, "letters": made})
    return batch


def of_one(wanted: Wanted, *, queue: str, by: str, now: datetime) -> Batch | None:
    """Inside a recorded act: a batch of one letter; None where it must wait. Raises NoSuchQueue, WrongPaper.

    Whether the address fits is asked when it is printed.
    """
    if not rules.may_print_on(wanted.kind, is_security_paper=printers.queue(queue).security_paper):
        raise WrongPaper("Passwords are printed on security paper, and nothing else is.")
    about = waits.facts_about([wanted.access] if wanted.access else [], now)
    if waits.why_not(wanted, about, now):
        return None
    batch = Batch.objects.create(queue=queue, made_at=now, made_by=by)
    _make([wanted], batch, by=by, now=now)
    audit.record("batch.made", by=by, subject=f"batch:{batch}", data={"queue": queue, "letters": 1})
    return batch


def dissolve(*, number: int, by: str, reason: str, now: datetime) -> None:
    """Before it is printed a batch is let go; its letters are due again. Raises NoSuchBatch."""
    with transactions.writing():
        transactions.hold(Batch, [number])
        rows = Batch.objects.filter(pk=number, begun_at=None, dissolved_at=None)
        if not rows.update(dissolved_at=now):
            raise NoSuchBatch(f"There is no batch {number} that waits to be printed.")
        Item.objects.filter(batch=number, void_at=None).update(
            void_at=now, void_by=by, void_why=Item.Void.WITHDRAWN, void_reason=reason
        )
        audit.record("batch.dissolved", by=by, subject=f"batch:{number}", data={"reason": reason})


def preview(number: int, *, now: datetime) -> bytes:
    """The sheets as they will be, with dummies for secrets; for the eyes of a clerk. Raises NoSuchBatch."""
    return letters.drawn_as_samples(queries.items_of(queries.batch(number)), now=now)


def _make(wanted: Sequence[Wanted], batch: Batch, *, by: str, now: datetime) -> int:
    """How many were made; not those that are under way: a constraint decides which of two clerks was first.

    All in one go, as long as there is no such.
    """
    rows = [Item(kind=one.kind, **one.columns(), batch=batch, made_at=now, made_by=by) for one in wanted]
    try:
        with transactions.attempt():
            transactions.insert_all(rows)
    except IntegrityError:
        return sum(_make([one], batch, by=by, now=now) for one in wanted) if len(wanted) > 1 else 0
    made = [Act("letter.made", queries.subject_of(row), queries.named(row)) for row in rows]
    audit.record_all(made, by=by)
    return len(rows)
