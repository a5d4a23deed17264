"""Show me: what is entered about somebody and may be asked to be changed, and how the KV's own acts do it."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Final

from flexnet.access.models import ChangeRequest
from flexnet.members import addresses, editing, entries, third_parties
from flexnet.members.addresses import PostalAddress
from flexnet.members.editing import Contact, PersonDetails, PracticeDetails
from flexnet.members.models import Person, Site, ThirdParty
from flexnet.members.third_parties import ThirdPartyDetails

Datum = ChangeRequest.Datum
Values = Mapping[str, str]
Subject = Site | Person | ThirdParty


@dataclass(frozen=True)
class Change:
    """What an accepted request does: from what stood there to what should, on a day, by whom."""

    seen: Values
    wanted: Values
    from_on: date
    by: str
    now: datetime


_CONTACT: Final = {Datum.PHONE: "phone", Datum.FAX: "fax", Datum.EMAIL: "email"}
_OF_PARTY: Final = {
    Datum.PARTY_NAME: "name",
    Datum.SIGNATORY: "signatory",
    Datum.CONTACT: "contact",
    Datum.PARTY_PHONE: "phone",
    Datum.PARTY_EMAIL: "email",
}
_ONE: Final = "value"  # the field of everything that is one line
_EMPTY: Final = asdict(PostalAddress("", "", "", ""))


def stored(datum: Datum, subject: Subject) -> dict[str, str]:
    """What stands there now, a value for each field."""
    if isinstance(subject, Person):
        return {_ONE: subject.name}
    if isinstance(subject, ThirdParty):
        return {_ONE: getattr(subject, _OF_PARTY[datum])}
    if datum is Datum.PRACTICE:
        return {_ONE: subject.practice.name}
    if datum is Datum.ADDRESS:
        address = PostalAddress.of(addresses.entered_last(subject))
        return asdict(address) if address else dict(_EMPTY)
    return {_ONE: getattr(subject, _CONTACT[datum])}


def checked(datum: Datum, wanted: Values) -> dict[str, str]:
    """As it is kept. Raises BadEntry."""
    if datum is Datum.ADDRESS:
        return asdict(PostalAddress(**wanted).checked())
    text = wanted[_ONE]
    check = _CHECKS.get(datum)
    return {_ONE: check(text) if check else entries.required(text, field="name", longest=200)}


def change(datum: Datum, subject: Subject, what: Change) -> None:
    """By the act that clerks have for it. Raises BadEntry, ChangedMeanwhile."""
    if isinstance(subject, Person):
        seen, wanted = PersonDetails(what.seen[_ONE]), PersonDetails(what.wanted[_ONE])
        editing.edit_person(person=subject, seen=seen, wanted=wanted, by=what.by)
    elif isinstance(subject, ThirdParty):
        _change_party(_OF_PARTY[datum], subject, what)
    elif datum is Datum.ADDRESS:
        _change_address(subject, what)
    elif datum is Datum.PRACTICE:
        kind = PracticeDetails.of(subject.practice).kind
        before, after = (PracticeDetails(values[_ONE], kind) for values in (what.seen, what.wanted))
        editing.edit_practice(practice=subject.practice, seen=before, wanted=after, by=what.by)
    else:
        _change_contact(_CONTACT[datum], subject, what)


def _change_party(field: str, party: ThirdParty, what: Change) -> None:
    now_is = ThirdPartyDetails.of(party)
    before, after = (replace(now_is, **{field: values[_ONE]}) for values in (what.seen, what.wanted))
    third_parties.edit(party=party, seen=before, wanted=after, by=what.by)


def _change_contact(field: str, site: Site, what: Change) -> None:
    now_is = Contact.of(site)
    before, after = (replace(now_is, **{field: values[_ONE]}) for values in (what.seen, what.wanted))
    editing.edit_contact(site=site, seen=before, wanted=after, by=what.by)


def _change_address(site: Site, what: Change) -> None:
    addresses.register(
        addressee=site,
        address=PostalAddress(**what.wanted),
        seen=PostalAddress(**what.seen) if any(what.seen.values()) else None,
        from_on=what.from_on,
        by=what.by,
        now=what.now,
    )


def _fax(text: str) -> str:
    return entries.phone(text, field="fax number")


_CHECKS: Final[Mapping[Datum, Callable[[str], str]]] = {
    Datum.PHONE: entries.phone,
    Datum.FAX: _fax,
    Datum.EMAIL: entries.email,
    Datum.PARTY_PHONE: entries.phone,
    Datum.PARTY_EMAIL: entries.email,
}
