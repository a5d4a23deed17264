"""Show me: practices and people by their numbers, and what goes on with them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from flexnet.members.addresses import Addressee, kind_of
from flexnet.members.errors import NotEntered
from flexnet.members.models import (
    Activity,
    Address,
    Direction,
    Employment,
    Ownership,
    Person,
    Practice,
    Question,
    SigningRight,
    Site,
    ThirdParty,
)
from flexnet.single import single


def site(bsnr: str) -> Site:
    """Raises NotEntered."""
    row = single(Site.objects.select_related("practice").filter(bsnr=bsnr))
    if row is None:
        raise NotEntered(f"There is no site with the BSNR {bsnr}. Enter it first: flexnet practice add")
    return row


def practice(number: int) -> Practice:
    """Raises NotEntered."""
    row = Practice.objects.filter(pk=number).first()
    if row is None:
        raise NotEntered(f"There is no practice {number}.")
    return row


def person_of(practice: Practice, number: int) -> Person:
    """Somebody who owns the practice, directs it or works there, or did. Raises NotEntered."""
    bound = Q(ownerships__practice=practice) | Q(directions__practice=practice)
    row = Person.objects.filter(bound | Q(employments__practice=practice), pk=number).first()
    if row is None:
        raise NotEntered(f"There is no person {number} in this practice.")
    return row


def person(lanr: str) -> Person:
    """Raises NotEntered."""
    row = single(Person.objects.filter(lanr=lanr))
    if row is None:
        raise NotEntered(f"There is no person with the LANR {lanr}. Enter it first: flexnet person add")
    return row


def third_party(number: int) -> ThirdParty:
    """Raises NotEntered."""
    row = ThirdParty.objects.filter(pk=number).first()
    if row is None:
        raise NotEntered(f"There is no third party {number}. Enter it first: flexnet third-party add")
    return row


def ownership(*, bsnr: str, lanr: str) -> Ownership:
    """The one that goes on; raises NotEntered."""
    rows = Ownership.objects.select_related("person")
    row = rows.filter(practice__sites__bsnr=bsnr, person__lanr=lanr, until_on=None).first()
    if row is None:
        raise NotEntered(f"{lanr} does not own the practice of {bsnr}.")
    return row


def employment(*, bsnr: str, lanr: str) -> Employment:
    """The one that goes on; raises NotEntered."""
    rows = Employment.objects.select_related("person")
    row = rows.filter(practice__sites__bsnr=bsnr, person__lanr=lanr, until_on=None).first()
    if row is None:
        raise NotEntered(f"{lanr} is neither employed nor authorised at the practice of {bsnr}.")
    return row


def direction(bsnr: str) -> Direction:
    """The one that goes on; raises NotEntered."""
    rows = Direction.objects.select_related("person")
    row = rows.filter(practice__sites__bsnr=bsnr, until_on=None).first()
    if row is None:
        raise NotEntered(f"The practice of {bsnr} has no medical director.")
    return row


def signing_right(lanr: str) -> SigningRight:
    """The one that goes on; raises NotEntered."""
    row = SigningRight.objects.select_related("person").filter(person__lanr=lanr, until_on=None).first()
    if row is None:
        raise NotEntered(f"{lanr} is not entitled to sign.")
    return row


def activity(lanr: str) -> Activity:
    """The one that goes on; raises NotEntered."""
    row = Activity.objects.select_related("person").filter(person__lanr=lanr, until_on=None).first()
    if row is None:
        raise NotEntered(f"{lanr} has no activity that goes on.")
    return row


def address_of(addressee: Addressee, on: date) -> Address | None:
    """The registered address, to which letters go on that day; of a site or a third party."""
    return _addresses(addressee).filter(from_on__lte=on).order_by("from_on", "pk").last()


@dataclass(frozen=True)
class Registered:
    """An address that letters go to, and when it took the place of another; None if it is the first one."""

    address: Address
    changed_on: date | None


def registered(addressees: Collection[Addressee], on: date) -> dict[Addressee, Registered]:
    """Of all that have an address on that day, in one query.

    What is told late counts as changed on the day on which it was entered: a moved-back day must not shorten
    the time in which no secret travels.
    """
    sites = [one.pk for one in addressees if isinstance(one, Site)]
    parties = [one.pk for one in addressees if isinstance(one, ThirdParty)]
    rows = Address.objects.filter(Q(site__in=sites) | Q(third_party__in=parties)).order_by("pk")
    by_whom: dict[tuple[int | None, int | None], list[Address]] = defaultdict(list)
    for row in rows:
        by_whom[row.site_id, row.third_party_id].append(row)
    found = {one: _registered(by_whom[_columns(one)], on) for one in addressees}
    return {one: address for one, address in found.items() if address}


def _registered(rows: Sequence[Address], on: date) -> Registered | None:
    holding = [row for row in rows if row.from_on <= on]
    if not holding:
        return None
    later = [row for row in rows[1:] if row.from_on <= on]
    days = [max(row.from_on, timezone.localdate(row.entered_at)) for row in later]
    return Registered(max(holding, key=lambda row: (row.from_on, row.pk)), max(days, default=None))


def _columns(addressee: Addressee) -> tuple[int | None, int | None]:
    return (addressee.pk, None) if isinstance(addressee, Site) else (None, addressee.pk)


def main_sites(people: Collection[int], on: date) -> dict[int, Site]:
    """For each person the site to write to: the main one of a practice that they own, direct or work in.

    Four queries, however many there are.
    """
    holding = Q(person__in=people, from_on__lte=on) & (Q(until_on=None) | Q(until_on__gte=on))
    bonds = [
        pair
        for rows in (Ownership.objects.all(), Direction.objects.all(), Employment.objects.all())
        for pair in rows.filter(holding).values_list("person", "practice")
    ]
    sites = Site.objects.filter(practice__in={practice for _person, practice in bonds})
    found: dict[int, Site] = {}
    for site in sites.select_related("practice").order_by("is_main", "-bsnr"):
        found |= {person: site for person, practice in bonds if practice == site.practice_id}
    return found


def sites_of_person(person_id: int, on: date) -> QuerySet[Site]:
    """The sites of the practices that the person owns, directs or works in on that day."""
    holding = Q(person=person_id, from_on__lte=on) & (Q(until_on=None) | Q(until_on__gte=on))
    practices: list[QuerySet[Any, Any]] = [
        rows.filter(holding).values("practice")
        for rows in (Ownership.objects.all(), Direction.objects.all(), Employment.objects.all())
    ]
    return Site.objects.filter(practice__in=practices[0].union(*practices[1:]))  # with OR all would be read


def who_is_in(practices: QuerySet[Practice], on: date) -> QuerySet[Person]:
    """Everybody who owns or directs one of them on that day, or works there."""
    holding = Q(practice__in=practices, from_on__lte=on) & (Q(until_on=None) | Q(until_on__gte=on))
    people: list[QuerySet[Any, Any]] = [
        rows.filter(holding).values("person")
        for rows in (Ownership.objects.all(), Direction.objects.all(), Employment.objects.all())
    ]
    return Person.objects.filter(pk__in=people[0].union(*people[1:]))


def _addresses(addressee: Addressee) -> QuerySet[Address]:
    return Address.objects.filter(**{kind_of(addressee): addressee})


def question(number: int) -> Question:
    """Raises NotEntered."""
    row = Question.objects.select_related("person", "practice").filter(pk=number).first()
    if row is None:
        raise NotEntered(f"There is no question {number}.")
    return row


def desk_questions() -> QuerySet[Question]:
    """What an import left to be found out, the oldest first."""
    rows = Question.objects.filter(answered_at=None).select_related("practice", "person")
    return rows.order_by("asked_at", "pk")
