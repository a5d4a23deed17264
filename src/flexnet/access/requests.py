"""Show me: requests for new credentials, what they wait for, and old addresses that have to be told."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q, QuerySet

from flexnet import configuration
from flexnet.access import rules
from flexnet.access.models import Access, CredentialRequest
from flexnet.members import queries as members
from flexnet.members.models import Address, Site, ThirdParty

OPEN = Q(carried_out_at=None, refused_at=None)


class Wait(StrEnum):
    """Why no letter is written yet."""

    CALL_BACK = "call_back"
    NO_ADDRESS = "no_address"
    NEW_ADDRESS = "new_address"


@dataclass(frozen=True)
class Waiting:
    """Why a request waits; `until_on`: from that day on it does not any more."""

    why: Wait
    until_on: date | None = None


@dataclass(frozen=True)
class RequestDue:
    """An open request, and what it waits for; nothing: the letter can be written."""

    request: CredentialRequest
    waiting: Waiting | None


def desk_credential_requests(now: datetime) -> list[RequestDue]:
    """Open requests, oldest first."""
    return [RequestDue(row, waiting(row, now)) for row in open_ones()]


def open_ones() -> QuerySet[CredentialRequest]:
    """The same without what they wait for, in one query."""
    rows = CredentialRequest.objects.filter(OPEN).select_related(
        "access__account", "access__site", "access__person", "access__third_party", "access__origin"
    )
    return rows.order_by("requested_at", "pk")


def waiting(row: CredentialRequest, now: datetime) -> Waiting | None:
    """Whoever is signed in asked for themselves; for all others somebody calls back first."""
    if row.way != CredentialRequest.Way.PORTAL and row.confirmed_at is None:
        return Waiting(Wait.CALL_BACK)
    today = rules.day_of(now)
    addressee = addressee_of(row.access, today)
    if addressee is None or members.address_of(addressee, today) is None:
        return Waiting(Wait.NO_ADDRESS)
    rests_until = rests_until_on(addressee, today)
    return Waiting(Wait.NEW_ADDRESS, rests_until) if rests_until and today < rests_until else None


def addressee_of(access: Access, on: date) -> Site | ThirdParty | None:
    """To whose registered address the letters of an access go; of staff and a person: to the practice's."""
    member = access.origin or access
    if member.site or member.third_party:
        return member.site or member.third_party
    return _first_site(member, on)


def rests_until_on(addressee: Site | ThirdParty, on: date) -> date | None:
    """The first day on which secrets travel to the address again; None if it never changed."""
    changed_on = members.address_changed_on(addressee, on)
    rest = timedelta(days=configuration.current().credentials.address_rest_days)
    return changed_on + rest if changed_on else None


def desk_old_addresses(now: datetime) -> QuerySet[Address]:
    """New addresses of the last days whose predecessor was not told of them yet, oldest first."""
    since = now - timedelta(days=configuration.current().credentials.address_rest_days)
    same = Q(site=OuterRef("site")) | Q(third_party=OuterRef("third_party"))
    before = Address.objects.filter(same, pk__lt=OuterRef("pk"))
    rows = Address.objects.filter(Exists(before), entered_at__gt=since, told=None)
    return rows.select_related("site__practice", "third_party").order_by("entered_at", "pk")


def subject_of(address: Address) -> str:
    """Whose address it is, as the subject of an entry."""
    return f"site:{address.site}" if address.site else f"third_party:{address.third_party_id}"


def _first_site(member: Access, on: date) -> Site | None:
    sites = members.sites_of_person(member.person_id, on) if member.person_id else Site.objects.none()
    return sites.order_by("-is_main", "bsnr").first()
