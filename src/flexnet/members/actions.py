"""Make it happen: practices, people and the dated facts about them are entered."""

from datetime import date

from flexnet import transactions
from flexnet.audit import actions as audit
from flexnet.lib.identifiers import Bsnr, Lanr
from flexnet.members.errors import AlreadyEntered
from flexnet.members.models import Activity, Ownership, Person, Practice, Site


def enter_practice(*, bsnr: str, name: str, by: str) -> Site:
    """A practice with its first site; raises BadIdentifier, AlreadyEntered."""
    number = Bsnr.parse(bsnr)
    with transactions.writing():
        if Site.objects.filter(bsnr=number).exists():
            raise AlreadyEntered(f"A site with the BSNR {number} is there already.")
        site = Site.objects.create(practice=Practice.objects.create(name=name), bsnr=number)
        audit.record("practice.entered", by=by, subject=f"site:{number}")
    return site


def enter_person(*, lanr: str, name: str, by: str) -> Person:
    """A doctor or psychotherapist; raises BadIdentifier, AlreadyEntered."""
    number = Lanr.parse(lanr)
    with transactions.writing():
        if Person.objects.filter(lanr=number).exists():
            raise AlreadyEntered(f"A person with the LANR {number} is there already.")
        person = Person.objects.create(lanr=number, name=name)
        audit.record("person.entered", by=by, subject=f"person:{number}")
    return person


def enter_ownership(*, practice: Practice, person: Person, from_on: date, by: str) -> Ownership:
    """The person owns the practice from a day on."""
    with transactions.writing():
        row = Ownership.objects.create(practice=practice, person=person, from_on=from_on)
        audit.record(
            "ownership.entered",
            by=by,
            subject=f"person:{person.lanr}",
            data={"practice": practice.pk, "from": from_on.isoformat()},
        )
    return row


def enter_activity(*, person: Person, from_on: date, until_on: date | None = None, by: str) -> Activity:
    """The contracted activity of a person; without a last day it goes on."""
    with transactions.writing():
        row = Activity.objects.create(person=person, from_on=from_on, until_on=until_on)
        data = {"from": from_on.isoformat(), "until": until_on.isoformat() if until_on else None}
        audit.record("activity.entered", by=by, subject=f"person:{person.lanr}", data=data)
    return row


def end_activity(*, activity: Activity, until_on: date, by: str) -> None:
    """The activity ends with this day, inclusive."""
    with transactions.writing():
        Activity.objects.filter(pk=activity.pk).update(until_on=until_on)
        audit.record(
            "activity.ended",
            by=by,
            subject=f"person:{activity.person.lanr}",
            data={"until": until_on.isoformat()},
        )
