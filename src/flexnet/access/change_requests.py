"""Make it happen: members ask to have their own data changed, and the KV accepts or declines."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import Q

from flexnet import configuration, transactions
from flexnet.access import changeable, rules, telling
from flexnet.access.changeable import Change, Datum, Subject, Values
from flexnet.access.errors import NotAsked, NotYet
from flexnet.access.models import Access, ChangeRequest
from flexnet.accounts import submissions
from flexnet.audit import actions as audit
from flexnet.lib import plain_text
from flexnet.members.models import Person, Site


class NotTaken(StrEnum):
    """Why a request was not taken."""

    SAME = "same"
    ASKED_ALREADY = "asked_already"
    CHANGED = "changed"


@dataclass(frozen=True)
class Asked:
    """Of whom which datum; what stood there on the page, what should, from when, and what one adds."""

    datum: Datum
    subject: Subject
    seen: Values
    wanted: Values
    from_on: date
    note: str = ""


def ask(*, access: Access, asked: Asked, number: uuid.UUID, now: datetime) -> ChangeRequest | NotTaken:
    """One at a time of each datum. `number` is the form's, good for once.

    The caller has shown that the datum is this access's to see. Raises BadEntry, AlreadySubmitted.
    """
    wanted = changeable.checked(asked.datum, asked.wanted)
    row = ChangeRequest(
        access=access,
        datum=asked.datum,
        **{_column(asked.subject): asked.subject},
        seen=dict(asked.seen),
        wanted=wanted,
        from_on=max(asked.from_on, rules.day_of(now)),
        note=plain_text.lines(asked.note),
        asked_at=now,
    )
    with transactions.writing():
        transactions.hold(type(asked.subject), [asked.subject.pk])
        if not submissions.is_spent(number) and (why := _why_not(row, asked)):
            return why
        submissions.spend(number, now=now)
        row.save(force_insert=True)
        _record("change.asked", row, by=f"portal:{access}")
    return row


def withdraw(*, request: ChangeRequest, by: str, now: datetime) -> None:
    """Whoever asked has thought better of it. Raises NotAsked."""
    with transactions.writing():
        _settle(request, withdrawn_at=now)
        _record("change.withdrawn", request, by=by)


def accept(*, request: ChangeRequest, by: str, now: datetime) -> None:
    """It is changed by the act that there is for it, with that act's own entry.

    Raises NotAsked, NotYet, BadEntry, ChangedMeanwhile.
    """
    datum = Datum(request.datum)
    if datum is not Datum.ADDRESS and rules.day_of(now) < request.from_on:
        raise NotYet(f"It is to hold from {request.from_on} on, and would hold at once.")
    with transactions.writing():
        _settle(request, accepted_at=now, decided_by=by)
        telling.change_decided(request, now=now)
        what = Change(request.seen, request.wanted, max(request.from_on, rules.day_of(now)), by, now)
        changeable.change(datum, subject_of(request), what)
        _record("change.accepted", request, by=by)


def decline(*, request: ChangeRequest, by: str, reason: str, now: datetime) -> None:
    """It stays as it is; whoever asked reads the reason. Raises NotAsked."""
    why = plain_text.lines(reason)
    with transactions.writing():
        _settle(request, declined_at=now, decided_by=by, reason=why)
        telling.change_decided(request, now=now)
        _record("change.declined", request, by=by, reason=why)


def clear_old(now: datetime) -> int:
    """Delete what was settled long enough ago (docs/operate/deletion.md); answers how many."""
    since = now - timedelta(days=31 * configuration.current().retention.changes_months)
    settled = Q(withdrawn_at__lt=since) | Q(accepted_at__lt=since) | Q(declined_at__lt=since)
    with transactions.writing():
        count, _by_model = ChangeRequest.objects.filter(settled).delete()
        if count:
            audit.record("changes.deleted", by="worker", subject="changes", data={"count": count})
    return count


def subject_of(request: ChangeRequest) -> Subject:
    """Whose datum it is."""
    found = request.site or request.person or request.third_party
    assert found is not None  # noqa: S101 - every request is made of one
    return found


def _why_not(row: ChangeRequest, asked: Asked) -> NotTaken | None:
    held = type(asked.subject)._default_manager.get(pk=asked.subject.pk)
    stored = changeable.stored(asked.datum, held)
    if stored != dict(asked.seen):
        return NotTaken.CHANGED
    if row.wanted == stored:
        return NotTaken.SAME
    same = {"datum": asked.datum, _column(asked.subject): asked.subject}
    there = ChangeRequest.objects.filter(withdrawn_at=None, accepted_at=None, declined_at=None, **same)
    return NotTaken.ASKED_ALREADY if there.exists() else None


def _settle(request: ChangeRequest, **fields: object) -> None:
    """By one conditional UPDATE: of two who decide, the second is told."""
    rows = ChangeRequest.objects.filter(pk=request.pk, withdrawn_at=None, accepted_at=None, declined_at=None)
    if not rows.update(**fields):
        raise NotAsked("This request is settled, or was withdrawn.")


def _column(subject: Subject) -> str:
    if isinstance(subject, Site):
        return "site"
    return "person" if isinstance(subject, Person) else "third_party"


def _record(event: str, row: ChangeRequest, *, by: str, **more: str) -> None:
    """What is asked is not said in the trail: the act that changes it says that itself, sealed."""
    subject = subject_of(row)
    name = f"third_party:{subject.pk}" if row.third_party_id else f"{_column(subject)}:{subject}"
    data = {"request": row.pk, "datum": row.datum, "from": row.from_on.isoformat(), **more}
    audit.record(event, by=by, subject=name, data=data)
