"""Show me: to whom letters go; the registered address, and nowhere else (§ 7(3))."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flexnet.access import requests
from flexnet.access.models import Access
from flexnet.access.signers import Signer
from flexnet.members import queries
from flexnet.members.addresses import Addressee
from flexnet.members.models import Address, Person, Site
from flexnet.members.queries import Registered


@dataclass(frozen=True)
class Recipient:
    """The lines in the envelope's window, and how a letter speaks of the access without its user name.

    `name` is whom it addresses, where that is one person.
    """

    lines: Sequence[str]
    about: str
    entered_at: datetime
    name: str = ""


def of(accesses: Sequence[Access], on: date) -> dict[Access, Recipient]:
    """Of all that have a registered address, in a fixed number of queries."""
    return with_waits(accesses, on)[0]


def with_waits(
    accesses: Sequence[Access], on: date
) -> tuple[dict[Access, Recipient], dict[Access, requests.Waiting | None]]:
    """The same, and whether a secret may travel there."""
    to = requests.addressees(accesses, on)
    held = queries.registered({one for one in to.values() if one}, on)
    return _recipients(to, held), requests.rests(to, held, on)


def _recipients(
    to: Mapping[Access, Addressee | None], held: Mapping[Addressee, Registered]
) -> dict[Access, Recipient]:
    found = dict[Access, Recipient]()
    for access, addressee in to.items():
        if addressee and addressee in held:
            address = held[addressee].address
            name = _holder(access)
            said = lines(addressee, name, address)
            found[access] = Recipient(said, _about(access, address), address.entered_at, name)
    return found


def of_signers(signers: Sequence[Signer], on: date) -> dict[Signer, Recipient]:
    """The same for those who promise to keep the terms; a person gets letters at the main site."""
    people = {one.pk for one in signers if isinstance(one, Person)}
    sites = queries.main_sites(people, on) if people else {}
    to = {one: sites.get(one.pk) if isinstance(one, Person) else one for one in signers}
    held = queries.registered({one for one in to.values() if one}, on)
    found = dict[Signer, Recipient]()
    for signer, addressee in to.items():
        if addressee and addressee in held:
            address = held[addressee].address
            name = signer.name if isinstance(signer, Person) else ""
            said = lines(addressee, name, address)
            found[signer] = Recipient(said, f"die Zugänge von {signer.name}", address.entered_at, name)
    return found


def lines(addressee: Addressee, holder: str, address: Address) -> list[str]:
    """What stands in the envelope's window."""
    names = [addressee.practice.name if isinstance(addressee, Site) else addressee.name, holder]
    place = [address.extra, address.street, f"{address.postcode} {address.town}"]
    return [line for line in (*names, *place) if line]


def _holder(access: Access) -> str:
    return access.person.name if access.person else access.holder


def _about(access: Access, address: Address) -> str:
    if access.kind == Access.Kind.PRACTICE:
        return f"Praxiszugang der Betriebsstätte {address.street}, {address.town}"
    kind = {
        Access.Kind.PERSONAL: "persönlicher Zugang",
        Access.Kind.EMPLOYEE: "Mitarbeiterzugang",
        Access.Kind.THIRD_PARTY: "Zugang",
    }[Access.Kind(access.kind)]
    return f"{kind} von {_holder(access)}"
