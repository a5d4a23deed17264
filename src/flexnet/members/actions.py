"""Make it happen: practices, people and the dated facts about them are entered."""

from datetime import date, datetime
from typing import TypeVar

from flexnet import configuration, transactions
from flexnet.lib.identifiers import Bsnr, Lanr
from flexnet.members import changes, entries
from flexnet.members.errors import AlreadyEntered, ForeignSite, NotAnMvz
from flexnet.members.models import (
    Activity,
    Direction,
    Employment,
    Ownership,
    Person,
    Practice,
    SigningRight,
    Site,
)

Period = TypeVar("Period", Activity, Direction, Employment, Ownership, SigningRight)


def enter_practice(
    *,
    bsnr: str,
    name: str,
    by: str,
    kind: Practice.Kind = Practice.Kind.SINGLE,
    opened_on: date | None = None,
) -> Site:
    """A practice with its main site; raises BadIdentifier, BadEntry, ForeignSite, AlreadyEntered."""
    number, known_as = own_site(bsnr), entries.required(name, field="name", longest=200)
    with transactions.writing():
        with transactions.refused_as(_site_is_there(number)):
            practice = Practice.objects.create(name=known_as, kind=kind)
            site = Site.objects.create(practice=practice, bsnr=number, opened_on=opened_on)
        changes.record("practice.entered", f"site:{number}", {"practice": practice.pk, "kind": kind}, by=by)
    return site


def enter_site(*, practice: Practice, bsnr: str, by: str, opened_on: date | None = None) -> Site:
    """A further site (Nebenbetriebsstätte); raises BadIdentifier, ForeignSite, AlreadyEntered."""
    number = own_site(bsnr)
    with transactions.writing():
        with transactions.refused_as(_site_is_there(number)):
            site = Site.objects.create(practice=practice, bsnr=number, is_main=False, opened_on=opened_on)
        changes.record("site.entered", f"site:{number}", {"practice": practice.pk}, by=by)
    return site


def make_main(*, site: Site, by: str) -> None:
    """This site is the practice's main one (Hauptbetriebsstätte) from now on, and no other."""
    with transactions.writing():
        transactions.hold(Practice, [site.practice_id])
        Site.objects.filter(practice=site.practice_id, is_main=True).exclude(pk=site.pk).update(is_main=False)
        if Site.objects.filter(pk=site.pk, is_main=False).update(is_main=True):
            changes.record("site.made_main", f"site:{site.bsnr}", {"practice": site.practice_id}, by=by)


def close_site(*, site: Site, until_on: date | None, by: str, now: datetime) -> None:
    """Nobody works there after this day, inclusive; None: the site goes on after all. Raises BadPeriod.

    What belongs to the site ends as after the end of an activity: with the fourth quarter (§ 10(3)).
    """
    if until_on and site.opened_on:
        entries.check_period(site.opened_on, until_on)
    with transactions.writing():
        Site.objects.filter(pk=site.pk).update(closed_on=until_on)
        data = {
            "until": until_on.isoformat() if until_on else None,
            "until_before": site.closed_on.isoformat() if site.closed_on else None,
        }
        changes.of_site(site, "site.closed" if until_on else "site.reopened", data, by=by, now=now)


def enter_person(*, lanr: str, name: str, by: str) -> Person:
    """A doctor or psychotherapist; raises BadIdentifier, BadEntry, AlreadyEntered."""
    number, known_as = Lanr.parse(lanr), entries.required(name, field="name", longest=200)
    there = AlreadyEntered(f"A person with the LANR {number} is there already.")
    with transactions.writing():
        person = Person(lanr=number, name=known_as)
        transactions.insert_new(person, otherwise=there)
        changes.record("person.entered", f"person:{number}", {}, by=by)
    return person


def enter_ownership(
    *, practice: Practice, person: Person, from_on: date, by: str, now: datetime
) -> Ownership:
    """The person owns the practice from a day on; raises AlreadyEntered."""
    row = Ownership(practice=practice, person=person, from_on=from_on)
    return _enter(row, "ownership.entered", f"{person.lanr} owns this practice already.", by=by, now=now)


def end_ownership(*, ownership: Ownership, until_on: date, by: str, now: datetime) -> None:
    """The person owns the practice up to this day, inclusive; raises BadPeriod."""
    _end(ownership, "ownership.ended", until_on, by=by, now=now)


def enter_employment(
    *, practice: Practice, person: Person, kind: Employment.Kind, from_on: date, by: str, now: datetime
) -> Employment:
    """The person works there, employed or authorised, without owning it; raises AlreadyEntered."""
    row = Employment(practice=practice, person=person, kind=kind, from_on=from_on)
    return _enter(row, "employment.entered", f"{person.lanr} works there already.", by=by, now=now)


def end_employment(*, employment: Employment, until_on: date, by: str, now: datetime) -> None:
    """The person works there up to this day, inclusive; raises BadPeriod."""
    _end(employment, "employment.ended", until_on, by=by, now=now)


def enter_direction(
    *, practice: Practice, person: Person, from_on: date, by: str, now: datetime
) -> Direction:
    """The person is the MVZ's medical director; raises NotAnMvz, AlreadyEntered."""
    if practice.kind != Practice.Kind.MVZ:
        raise NotAnMvz(f"{practice} is no MVZ; only an MVZ has a medical director.")
    row = Direction(practice=practice, person=person, from_on=from_on)
    there = "The MVZ has a medical director. End that first."
    return _enter(row, "direction.entered", there, by=by, now=now)


def end_direction(*, direction: Direction, until_on: date, by: str, now: datetime) -> None:
    """The person is medical director up to this day, inclusive; raises BadPeriod."""
    _end(direction, "direction.ended", until_on, by=by, now=now)


def enter_signing_right(*, person: Person, from_on: date, by: str, now: datetime) -> SigningRight:
    """The person may sign declarations to the KV from a day on; raises AlreadyEntered."""
    row = SigningRight(person=person, from_on=from_on)
    return _enter(row, "signing_right.entered", f"{person.lanr} may sign already.", by=by, now=now)


def end_signing_right(*, right: SigningRight, until_on: date, by: str, now: datetime) -> None:
    """The person may sign up to this day, inclusive; raises BadPeriod."""
    _end(right, "signing_right.ended", until_on, by=by, now=now)


def enter_activity(
    *, person: Person, from_on: date, until_on: date | None = None, by: str, now: datetime
) -> Activity:
    """Contracted activity of a person; without a last day it goes on. Raises AlreadyEntered, BadPeriod."""
    row = Activity(person=person, from_on=from_on, until_on=until_on)
    there = f"{person.lanr} has an activity that goes on already. End it first."
    return _enter(row, "activity.entered", there, by=by, now=now)


def end_activity(*, activity: Activity, until_on: date, by: str, now: datetime) -> None:
    """The activity ends with this day, inclusive; raises BadPeriod."""
    _end(activity, "activity.ended", until_on, by=by, now=now)


def own_site(text: str) -> Bsnr:
    """The number of a site of this KV; raises BadIdentifier, ForeignSite."""
    number, profile = Bsnr.parse(text), configuration.current().profile
    if profile.site_prefixes and number.region_key not in profile.site_prefixes:
        own = ", ".join(profile.site_prefixes)
        raise ForeignSite(
            f"{number} belongs to another KV; numbers of {profile.short_name} begin with {own}."
        )
    return number


def _site_is_there(number: Bsnr) -> AlreadyEntered:
    return AlreadyEntered(f"A site with the BSNR {number} is there already.")


def _enter(row: Period, event: str, there: str, *, by: str, now: datetime) -> Period:
    if row.until_on:
        entries.check_period(row.from_on, row.until_on)
    with transactions.writing():
        transactions.insert_new(row, otherwise=AlreadyEntered(there))
        until = row.until_on.isoformat() if row.until_on else None
        _changed(row, event, {"from": row.from_on.isoformat(), "until": until}, by=by, now=now)
    return row


def _end(row: Period, event: str, until_on: date, *, by: str, now: datetime) -> None:
    entries.check_period(row.from_on, until_on)
    with transactions.writing():
        type(row).objects.filter(pk=row.pk).update(until_on=until_on)
        _changed(row, event, {"until": until_on.isoformat()}, by=by, now=now)


def _changed(row: Period, event: str, data: dict[str, object], *, by: str, now: datetime) -> None:
    practice = getattr(row, "practice_id", None)
    if practice:
        data["practice"] = practice
    if isinstance(row, Employment):
        data["kind"] = row.kind
    changes.of_person(row.person, event, data, by=by, now=now, practice=practice)
