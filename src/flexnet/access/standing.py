"""Show me: what is entered about a practice and its people, in a few queries however many they are."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from flexnet.access.models import Access, Declaration, KeyAssignment
from flexnet.members.models import (
    Activity,
    Address,
    Direction,
    Employment,
    Ownership,
    Person,
    Practice,
    Site,
    ThirdParty,
)


@dataclass
class Opened:
    """An access and its key."""

    access: Access
    key: str = ""


@dataclass
class Member:
    """Somebody of the practice; `bonds` are what they are there, each with its first and last day."""

    person: Person
    bonds: list[Ownership | Employment | Direction] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)
    declaration: Declaration | None = None
    accesses: list[Opened] = field(default_factory=list)

    @property
    def is_owner(self) -> bool:
        return any(isinstance(bond, Ownership) for bond in self.bonds)


@dataclass
class Place:
    """A site, where letters to it go, and its accesses."""

    site: Site
    address: Address | None = None
    accesses: list[Opened] = field(default_factory=list)


@dataclass
class Standing:
    """All of a practice that is needed before it can work."""

    practice: Practice
    places: list[Place]
    members: list[Member]

    def opened(self) -> list[Opened]:
        """All accesses of it."""
        homes: list[Place | Member] = [*self.places, *self.members]
        return [one for home in homes for one in home.accesses]


def of_practice(practice: Practice, on: date) -> Standing:
    """As of that day; who left before is not in it."""
    places = {site.pk: Place(site) for site in practice.sites.order_by("-is_main", "bsnr")}
    for address in Address.objects.filter(site__in=places, from_on__lte=on).order_by("from_on", "pk"):
        places[address.site_id or 0].address = address
    members = _members(practice, on)
    for opened in _opened(Q(site__in=places) | Q(person__in=members)):
        access = opened.access
        home = places[access.site_id].accesses if access.site_id else members[access.person_id or 0].accesses
        home.append(opened)
    return Standing(practice, list(places.values()), list(members.values()))


def of_third_party(party: ThirdParty) -> tuple[Declaration | None, Sequence[Opened]]:
    """The declaration that was signed last, and the accesses."""
    rows = Declaration.objects.filter(third_party=party).select_related("terms")
    return rows.order_by("terms__version").last(), _opened(Q(third_party=party))


def _members(practice: Practice, on: date) -> dict[int, Member]:
    lasting = Q(until_on=None) | Q(until_on__gte=on)
    found: dict[int, Member] = {}
    for model in (Ownership, Direction, Employment):
        rows = model.objects.filter(lasting, practice=practice).select_related("person")
        for row in rows.order_by("from_on", "pk"):
            found.setdefault(row.person_id, Member(row.person)).bonds.append(row)
    for activity in Activity.objects.filter(person__in=found).order_by("from_on"):
        found[activity.person_id].activities.append(activity)
    signed = Declaration.objects.filter(person__in=found).select_related("terms")
    for declaration in signed.order_by("terms__version"):
        found[declaration.person_id or 0].declaration = declaration
    return found


def _opened(which: Q) -> list[Opened]:
    rows = Access.objects.filter(which).select_related(
        "account", "site__practice", "person", "third_party", "origin"
    )
    found = {row.pk: Opened(row) for row in rows.order_by("pk")}
    held = KeyAssignment.objects.filter(access__in=found, until_at=None).select_related("key")
    for row in held:
        found[row.access_id].key = row.key.serial
    return list(found.values())
