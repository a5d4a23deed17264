"""Make it happen: practices, people and the dated facts about them are entered."""

from collections.abc import Mapping
from datetime import date, datetime

from flexnet import transactions
from flexnet.audit import actions as audit
from flexnet.lib.identifiers import Bsnr, Lanr
from flexnet.members import signals
from flexnet.members.errors import AlreadyEntered, BadPeriod
from flexnet.members.models import Activity, Ownership, Person, Practice, Site


def enter_practice(*, bsnr: str, name: str, by: str) -> Site:
    """A practice with its first site; raises BadIdentifier, AlreadyEntered."""
    number = Bsnr.parse(bsnr)
    there = AlreadyEntered(f"A site with the BSNR {number} is there already.")
    with transactions.writing():
        with transactions.refused_as(there):
            site = Site.objects.create(practice=Practice.objects.create(name=name), bsnr=number)
        audit.record("practice.entered", by=by, subject=f"site:{number}")
    return site


def enter_person(*, lanr: str, name: str, by: str) -> Person:
    """A doctor or psychotherapist; raises BadIdentifier, AlreadyEntered."""
    number = Lanr.parse(lanr)
    there = AlreadyEntered(f"A person with the LANR {number} is there already.")
    with transactions.writing():
        with transactions.refused_as(there):
            person = Person.objects.create(lanr=number, name=name)
        audit.record("person.entered", by=by, subject=f"person:{number}")
    return person


def enter_ownership(
    *, practice: Practice, person: Person, from_on: date, by: str, now: datetime
) -> Ownership:
    """The person owns the practice from a day on; raises AlreadyEntered."""
    there = AlreadyEntered(f"{person.lanr} owns this practice already.")
    with transactions.writing():
        with transactions.refused_as(there):
            row = Ownership.objects.create(practice=practice, person=person, from_on=from_on)
        data = {"practice": practice.pk, "from": from_on.isoformat()}
        _changed(person, "ownership.entered", data, by=by, now=now)
    return row


def end_ownership(*, ownership: Ownership, until_on: date, by: str, now: datetime) -> None:
    """The person owns the practice up to this day, inclusive; raises BadPeriod."""
    _check_period(ownership.from_on, until_on)
    with transactions.writing():
        Ownership.objects.filter(pk=ownership.pk).update(until_on=until_on)
        data = {"practice": ownership.practice_id, "until": until_on.isoformat()}
        _changed(ownership.person, "ownership.ended", data, by=by, now=now)


def enter_activity(
    *, person: Person, from_on: date, until_on: date | None = None, by: str, now: datetime
) -> Activity:
    """Contracted activity of a person; without a last day it goes on. Raises AlreadyEntered, BadPeriod."""
    if until_on:
        _check_period(from_on, until_on)
    there = AlreadyEntered(f"{person.lanr} has an activity that goes on already. End it first.")
    with transactions.writing():
        with transactions.refused_as(there):
            row = Activity.objects.create(person=person, from_on=from_on, until_on=until_on)
        data = {"from": from_on.isoformat(), "until": until_on.isoformat() if until_on else None}
        _changed(person, "activity.entered", data, by=by, now=now)
    return row


def end_activity(*, activity: Activity, until_on: date, by: str, now: datetime) -> None:
    """The activity ends with this day, inclusive; raises BadPeriod."""
    _check_period(activity.from_on, until_on)
    with transactions.writing():
        Activity.objects.filter(pk=activity.pk).update(until_on=until_on)
        _changed(activity.person, "activity.ended", {"until": until_on.isoformat()}, by=by, now=now)


def _changed(person: Person, event: str, data: Mapping[str, object], *, by: str, now: datetime) -> None:
    """Inside a transaction: record it, and tell those who derive something from it."""
    audit.record(event, by=by, subject=f"person:{person.lanr}", data=data)
    signals.facts_changed.send(sender=None, person=person, by=by, reason=event, now=now)


def _check_period(from_on: date, until_on: date) -> None:
    if until_on < from_on:
        raise BadPeriod(f"It began on {from_on}; it cannot end on {until_on}.")
