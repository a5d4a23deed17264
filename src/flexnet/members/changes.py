"""Inside a transaction: what changed about somebody is recorded, and told to those who derive from it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from flexnet.audit import actions as audit
from flexnet.audit.actions import Act
from flexnet.members import signals
from flexnet.members.models import Person, Practice, Site, ThirdParty
from flexnet.members.signals import Touched

Data = Mapping[str, object]


def of_person(
    person: Person,
    event: str,
    data: Data,
    *,
    by: str,
    now: datetime,
    practice: int | None = None,
    personal: Data | None = None,
) -> None:
    """`practice`: the id of the one that this concerns too."""
    record(event, f"person:{person.lanr}", data, by=by, personal=personal)
    practices = (practice,) if practice else ()
    tell(Touched(people=(person.pk,), practices=practices), event, by=by, now=now)


def of_practice(practice: Practice, event: str, data: Data, *, by: str, now: datetime) -> None:
    record(event, f"practice:{practice.pk}", data, by=by)
    tell(Touched(practices=(practice.pk,)), event, by=by, now=now)


def of_site(site: Site, event: str, data: Data, *, by: str, now: datetime) -> None:
    record(event, f"site:{site.bsnr}", data, by=by)
    tell(Touched(practices=(site.practice_id,)), event, by=by, now=now)


def of_third_party(party: ThirdParty, event: str, data: Data, *, by: str, now: datetime) -> None:
    record(event, f"third_party:{party.pk}", data, by=by)
    tell(Touched(third_parties=(party.pk,)), event, by=by, now=now)


def record(event: str, subject: str, data: Data, *, by: str, personal: Data | None = None) -> None:
    """`personal` is readable until the subject is forgotten: names and addresses stand there."""
    person = subject if personal is not None else None
    audit.record(event, by=by, subject=subject, data=data, person=person, personal=personal)


def record_all(acts: Sequence[Act], touched: Touched, reason: str, *, by: str, now: datetime) -> None:
    """Of many records at once: one entry for each, and everything derived anew."""
    audit.record_all(acts, by=by)
    if touched.people or touched.practices:
        tell(touched, reason, by=by, now=now)


def tell(touched: Touched, reason: str, *, by: str, now: datetime) -> None:
    signals.facts_changed.send(sender=None, touched=touched, by=by, reason=reason, now=now)
