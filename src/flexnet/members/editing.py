"""Make it happen: what is known of somebody is corrected; who saw something older is told.

Each change says what the clerk saw. The row changes only while that still stands there.
"""

from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Model

from flexnet import transactions
from flexnet.members import changes, entries
from flexnet.members.errors import ChangedMeanwhile
from flexnet.members.models import Person, Practice, Site


@dataclass(frozen=True)
class PracticeDetails:
    """What may be corrected of a practice."""

    name: str
    kind: Practice.Kind

    @classmethod
    def of(cls, practice: Practice) -> "PracticeDetails":
        return cls(practice.name, Practice.Kind(practice.kind))


@dataclass(frozen=True)
class PersonDetails:
    """What may be corrected of a person."""

    name: str

    @classmethod
    def of(cls, person: Person) -> "PersonDetails":
        return cls(person.name)


@dataclass(frozen=True)
class Contact:
    """How a site is reached without a letter."""

    phone: str = ""
    fax: str = ""
    email: str = ""

    @classmethod
    def of(cls, site: Site) -> "Contact":
        return cls(site.phone, site.fax, site.email)


def edit_practice(*, practice: Practice, seen: PracticeDetails, wanted: PracticeDetails, by: str) -> None:
    """Raises BadEntry, ChangedMeanwhile."""
    kept = PracticeDetails(entries.required(wanted.name, field="name", longest=200), wanted.kind)
    replace(practice, asdict(seen), asdict(kept), "practice.edited", f"practice:{practice.pk}", by=by)


def edit_person(*, person: Person, seen: PersonDetails, wanted: PersonDetails, by: str) -> None:
    """Raises BadEntry, ChangedMeanwhile."""
    kept = PersonDetails(entries.required(wanted.name, field="name", longest=200))
    replace(person, asdict(seen), asdict(kept), "person.edited", f"person:{person.lanr}", by=by)


def edit_contact(*, site: Site, seen: Contact, wanted: Contact, by: str) -> None:
    """Raises BadEntry, ChangedMeanwhile."""
    fax = entries.phone(wanted.fax, field="fax number")
    kept = Contact(entries.phone(wanted.phone), fax, entries.email(wanted.email))
    replace(site, asdict(seen), asdict(kept), "contact.edited", f"site:{site.bsnr}", by=by)


def replace(
    row: Model, seen: dict[str, Any], wanted: dict[str, Any], event: str, subject: str, *, by: str
) -> None:
    """One conditional UPDATE: of two who saw the same, one wins, the other is told by ChangedMeanwhile.

    Wanting what stands there already changes nothing, as a double click does.
    """
    rows = type(row)._default_manager.filter(pk=row.pk)
    with transactions.writing():
        changed = seen != wanted and rows.filter(**seen).update(**wanted)
        stored = rows.values(*wanted).get()
        if stored != wanted:
            raise ChangedMeanwhile(seen, stored, wanted)
        if changed:
            fields = sorted(name for name in wanted if seen[name] != wanted[name])
            before_and_after = {name: [seen[name], wanted[name]] for name in fields}
            changes.record(event, subject, {"fields": fields}, by=by, personal=before_and_after)
    row.refresh_from_db(fields=list(wanted))
