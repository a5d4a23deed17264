"""Show me: what is known of the places and people that a member may apply for, so that nobody types it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from flexnet.access import signers
from flexnet.access.models import Access
from flexnet.applications.kinds import Role
from flexnet.members import queries as members
from flexnet.members.models import Address, Direction, Employment, Ownership, Person, Site


@dataclass(frozen=True)
class Place:
    """An open site of the member's practices, where its letters go, and whether it lacks an access."""

    site: Site
    address: Address | None
    lacks_access: bool

    @property
    def values(self) -> dict[str, Any]:
        """What an application says about it, as far as it is known."""
        said = {"bsnr": self.site.bsnr, "organisation": self.site.practice.name}
        if self.address is None:
            return said
        return {
            **said,
            "street": self.address.street,
            "postcode": self.address.postcode,
            "town": self.address.town,
        }


@dataclass(frozen=True)
class Colleague:
    """Somebody who is entered in one of the member's practices and has no access."""

    person: Person
    role: Role

    @property
    def values(self) -> dict[str, Any]:
        """What an application says about this person."""
        return {"lanr": self.person.lanr, "name": self.person.name, "role": self.role.value}


def places(member: Access, on: date) -> list[Place]:
    """The main sites first. Only an owner applies for a practice access, not who only directs (§ 1(2))."""
    practices = signers.practices_of(member, on)
    is_open = Q(closed_on=None) | Q(closed_on__gt=on)
    sites = Site.objects.filter(is_open, practice__in=practices).select_related("practice")
    owned = set(signers.owned_on(on).filter(person=member.person_id).values_list("practice", flat=True))
    have = set(Access.objects.filter(site__in=sites).values_list("site", flat=True))
    return [
        Place(site, members.address_of(site, on), site.practice_id in owned and site.pk not in have)
        for site in sites.order_by("-is_main", "bsnr")
    ]


def colleagues(member: Access, on: date) -> list[Colleague]:
    """By name."""
    found = {one.person.pk: one for one in _there(member, on)}
    with_access = set(Access.objects.filter(person__in=found).values_list("person", flat=True))
    rest = (one for number, one in found.items() if number not in with_access)
    return sorted(rest, key=lambda one: one.person.name.casefold())


def _there(member: Access, on: date) -> Iterator[Colleague]:
    """Who owns a practice stands last, for that counts more than what else they are there."""
    lasting = Q(from_on__lte=on) & (Q(until_on=None) | Q(until_on__gte=on))
    practices = signers.practices_of(member, on)
    directors = Direction.objects.filter(lasting, practice__in=practices).select_related("person")
    yield from (Colleague(row.person, Role.EMPLOYED) for row in directors)
    employed = Employment.objects.filter(lasting, practice__in=practices).select_related("person")
    yield from (Colleague(row.person, Role(row.kind)) for row in employed)
    owners = Ownership.objects.filter(lasting, practice__in=practices).select_related("person")
    yield from (Colleague(row.person, Role.OWNER) for row in owners)
