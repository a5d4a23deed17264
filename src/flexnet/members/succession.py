"""Make it happen: a practice is taken over, a member dies. No access passes on by it (§ 2(3)).

Nothing about accesses is written here. An access stands on those to whom it was given, so it ends with them:
`access.rules` derives that from the dated facts.
"""

from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from flexnet import transactions
from flexnet.lib import plain_text
from flexnet.members import changes
from flexnet.members.errors import AlreadyEntered, BadPeriod, NotEntered, TakeoverRefused
from flexnet.members.models import Death, Ownership, Person, Practice
from flexnet.members.signals import Touched


def takeover(*, practice: Practice, to: Person, on: date, by: str, now: datetime) -> Ownership:
    """The practice is another person's from a day on; all others own it up to the day before.

    Every access of it ends with the day before; the new owner gets new ones on a declaration of their own.
    Raises TakeoverRefused.
    """
    with transactions.writing():
        transactions.hold(Practice, [practice.pk])
        former = _owners_on(practice, on)
        _check_takeover(former, to, on)
        before = on - timedelta(days=1)
        former_ids = [row.pk for row in former]
        Ownership.objects.filter(pk__in=former_ids).update(until_on=before)
        row = Ownership.objects.create(practice=practice, person=to, from_on=on)
        people = [one.person for one in former]
        data = {"on": on.isoformat(), "to": to.lanr, "from": [one.lanr for one in people]}
        changes.record("practice.taken_over", f"practice:{practice.pk}", data, by=by)
        for one in people:
            left = {"practice": practice.pk, "until": before.isoformat()}
            changes.record("ownership.ended", f"person:{one.lanr}", left, by=by)
        came = {"practice": practice.pk, "from": on.isoformat(), "until": None}
        changes.record("ownership.entered", f"person:{to.lanr}", came, by=by)
        touched = Touched(people=[to.pk, *(one.pk for one in people)], practices=[practice.pk])
        changes.tell(touched, "practice.taken_over", by=by, now=now)
    return row


def enter_death(*, person: Person, died_on: date, heirs_contact: str, by: str, now: datetime) -> Death:
    """The person died: what was theirs ends at once; `heirs_contact` says whom to write to.

    Raises BadPeriod, AlreadyEntered.
    """
    if died_on > timezone.localdate(now):
        raise BadPeriod(f"{died_on} is still to come.")
    there = AlreadyEntered(f"The death of {person.lanr} is entered already.")
    with transactions.writing():
        with transactions.refused_as(there):
            contact = plain_text.lines(heirs_contact)
            row = Death.objects.create(person=person, died_on=died_on, heirs_contact=contact, entered_at=now)
        data = {"died": died_on.isoformat()}
        personal = {"heirs": row.heirs_contact}
        changes.of_person(person, "death.entered", data, by=by, now=now, personal=personal)
    return row


def withdraw_death(*, person: Person, by: str, reason: str, now: datetime) -> None:
    """The report was wrong; what was theirs opens again. Raises NotEntered."""
    with transactions.writing():
        if not Death.objects.filter(person=person, withdrawn_at=None).update(withdrawn_at=now):
            raise NotEntered(f"No death of {person.lanr} is entered.")
        changes.of_person(person, "death.withdrawn", {"reason": reason}, by=by, now=now)


def _owners_on(practice: Practice, day: date) -> list[Ownership]:
    """Those who own it then or later, as far as is known."""
    lasting = Q(until_on=None) | Q(until_on__gte=day)
    return list(Ownership.objects.filter(lasting, practice=practice).select_related("person"))


def _check_takeover(former: list[Ownership], to: Person, on: date) -> None:
    for row in former:
        if row.person_id == to.pk:
            raise TakeoverRefused(f"{to.lanr} owns the practice already. End the others: flexnet owner end")
        if row.from_on >= on:
            raise TakeoverRefused(f"{row.person.lanr} owns the practice only from {row.from_on} on.")
