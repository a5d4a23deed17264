"""To whom letters about an access go: the registered address, and nowhere else (§ 7(3))."""

from datetime import date

from django.urls import reverse

from flexnet.access.models import Access
from flexnet.members import queries
from flexnet.members.addresses import Addressee
from flexnet.members.models import Address, Site
from flexnet.office.letters import Recipient


def of(access: Access, on: date) -> Recipient | None:
    """None without a registered address."""
    addressee = _addressee(access, on)
    address = queries.address_of(addressee, on) if addressee else None
    if addressee is None or address is None:
        return None
    names = [addressee.practice.name if isinstance(addressee, Site) else addressee.name, _holder(access)]
    place = [address.extra, address.street, f"{address.postcode} {address.town}"]
    return Recipient([line for line in (*names, *place) if line], _about(access, address))


def home(access: Access, on: date) -> str:
    """The page of whatever the access belongs to, where entering goes on."""
    member = access.origin or access
    if member.third_party_id:
        return reverse("third-party-setup", args=[member.third_party_id])
    site = _site(member, on)
    return reverse("practice-setup", args=[site.practice_id]) if site else reverse("entering")


def _addressee(access: Access, on: date) -> Addressee | None:
    member = access.origin or access
    return member.third_party or _site(member, on)


def _site(member: Access, on: date) -> Site | None:
    """A person is written to at the main site of the practice."""
    if member.site or member.person_id is None:
        return member.site
    rows = queries.sites_of_person(member.person_id, on).select_related("practice")
    return rows.order_by("-is_main", "pk").first()


def _holder(access: Access) -> str:
    return access.person.name if access.person else access.holder


def _about(access: Access, address: Address) -> str:
    """Says which access is meant without its user name."""
    if access.kind == Access.Kind.PRACTICE:
        return f"Praxiszugang der Betriebsstätte {address.street}, {address.town}"
    kind = {
        Access.Kind.PERSONAL: "persönlicher Zugang",
        Access.Kind.EMPLOYEE: "Mitarbeiterzugang",
        Access.Kind.THIRD_PARTY: "Zugang",
    }[Access.Kind(access.kind)]
    return f"{kind} von {_holder(access)}"
