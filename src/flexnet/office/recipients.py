"""To whom letters about an access go: the registered address, and nowhere else (§ 7(3))."""

from datetime import date

from django.urls import reverse

from flexnet.access import requests
from flexnet.access.models import Access
from flexnet.members import queries
from flexnet.members.addresses import Addressee
from flexnet.members.models import Address, Site
from flexnet.office.letters import Recipient


def of(access: Access, on: date) -> Recipient | None:
    """None without a registered address."""
    addressee = requests.addressee_of(access, on)
    address = queries.address_of(addressee, on) if addressee else None
    if addressee is None or address is None:
        return None
    return Recipient(lines(addressee, _holder(access), address), _about(access, address))


def lines(addressee: Addressee, holder: str, address: Address) -> list[str]:
    """What stands in the envelope's window."""
    names = [addressee.practice.name if isinstance(addressee, Site) else addressee.name, holder]
    place = [address.extra, address.street, f"{address.postcode} {address.town}"]
    return [line for line in (*names, *place) if line]


def home(access: Access, on: date) -> str:
    """The page of whatever the access belongs to, where entering goes on."""
    member = access.origin or access
    if member.third_party_id:
        return reverse("third-party-setup", args=[member.third_party_id])
    found = requests.addressee_of(access, on)
    return (
        reverse("practice-setup", args=[found.practice_id])
        if isinstance(found, Site)
        else reverse("entering")
    )


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
