"""Show me: requests for new credentials, what they wait for, and old addresses that have to be told."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from flexnet import configuration
from flexnet.access import facts, foresight, rules
from flexnet.access.models import Access, CredentialRequest, Lock
from flexnet.members import queries as members
from flexnet.members.addresses import Addressee
from flexnet.members.models import Address
from flexnet.members.queries import Registered

What = CredentialRequest.What
OPEN = Q(carried_out_at=None, refused_at=None)
FOR_CREDENTIALS = OPEN & Q(what=What.CREDENTIALS)
FOR_A_WORD = OPEN & Q(what=What.WORD)
KNOWN = Q(way=CredentialRequest.Way.PORTAL) | Q(confirmed_at__isnull=False)


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


def desk_credential_requests(now: datetime, *, limit: int | None = None) -> list[RequestDue]:
    """Open requests, oldest first, in a fixed number of queries; new credentials bring a word along."""
    bring_it = Exists(CredentialRequest.objects.filter(FOR_CREDENTIALS & KNOWN, access=OuterRef("access")))
    found = _whole().filter(OPEN).exclude(Q(bring_it, what=What.WORD))
    rows = list(found.order_by("requested_at", "pk")[:limit])
    waits = addresses_wait([row.access for row in rows], now)
    return [RequestDue(row, _calls_back(row) or waits[row.access]) for row in rows]


def waiting(row: CredentialRequest, now: datetime) -> Waiting | None:
    """What the letter waits for."""
    return _calls_back(row) or address_waits(row.access, now)


def address_waits(access: Access, now: datetime) -> Waiting | None:
    """Whether a secret may travel to the registered address now."""
    return addresses_wait([access], now)[access]


def addresses_wait(accesses: Sequence[Access], now: datetime) -> dict[Access, Waiting | None]:
    """The same for many, in a fixed number of queries."""
    today = rules.day_of(now)
    to = addressees(accesses, today)
    held = members.registered({one for one in to.values() if one}, today)
    return rests(to, held, today)


def rests(
    to: Mapping[Access, Addressee | None], held: Mapping[Addressee, Registered], today: date
) -> dict[Access, Waiting | None]:
    """The same for whom it is known already where their letters go."""
    return {access: _waits(held.get(one) if one else None, today) for access, one in to.items()}


def _waits(held: Registered | None, today: date) -> Waiting | None:
    if held is None:
        return Waiting(Wait.NO_ADDRESS)
    if held.changed_on is None:
        return None
    until = held.changed_on + timedelta(days=configuration.current().credentials.address_rest_days)
    return Waiting(Wait.NEW_ADDRESS, until) if today < until else None


def _calls_back(row: CredentialRequest) -> Waiting | None:
    """Whoever is signed in asked for themselves; for all others somebody calls back first."""
    return None if is_known(row) else Waiting(Wait.CALL_BACK)


def is_known(row: CredentialRequest) -> bool:
    """Whether it was certainly they who asked; as `KNOWN`."""
    return row.way == CredentialRequest.Way.PORTAL or row.confirmed_at is not None


def addressee_of(access: Access, on: date) -> Addressee | None:
    """To whose registered address the letters of an access go; of staff and a person: to the practice's."""
    return addressees([access], on)[access]


def addressees(accesses: Sequence[Access], on: date) -> dict[Access, Addressee | None]:
    """The same for many, in a fixed number of queries."""
    at_work = {access: access.origin or access for access in accesses}
    people = {member.person_id for member in at_work.values() if member.person_id}
    sites = members.main_sites(people, on) if people else {}
    return {
        access: member.site or member.third_party or sites.get(member.person_id or 0)
        for access, member in at_work.items()
    }


def request(number: int) -> CredentialRequest | None:
    """Whatever became of it."""
    return _whole().filter(pk=number).first()


def is_for_first_letters(row: CredentialRequest) -> bool:
    """A member had the access opened in the portal: it had no letter yet, so nothing is replaced."""
    account = row.access.account
    is_unused = account.password_is_initial and account.password_first_changed_at is None
    return row.way == CredentialRequest.Way.PORTAL and is_unused


def open_of(access: Access) -> CredentialRequest | None:
    """The one for new credentials that nobody has answered yet."""
    return _whole().filter(FOR_CREDENTIALS, access=access).first()


def word_on_its_way(access: Access) -> CredentialRequest | None:
    """The open request whose letter brings another revocation word: of a word, or of new credentials."""
    rows = _whole().filter(FOR_A_WORD | FOR_CREDENTIALS & KNOWN, access=access)
    return rows.order_by("what", "pk").first()


def replaced(accesses: Collection[Access]) -> frozenset[int]:
    """Of which the credentials take the place of others, or of a letter that was lost: those that an access
    has now, or gets by a request that is open. One query.
    """
    used = {one.pk for one in accesses if one.account.password_first_changed_at is not None}
    ids = [one.pk for one in accesses]
    rows = CredentialRequest.objects.filter(access__in=ids, what=What.CREDENTIALS, refused_at=None)
    asked = {
        row.access_id
        for row in rows.select_related("access__account")
        if (not is_for_first_letters(row) if row.is_open else row.way != CredentialRequest.Way.PORTAL)
    }
    return frozenset(used | asked)


def are_locked(access: Access) -> bool:
    """Whether a lock lies on the password that the access has now."""
    locks = Lock.objects.filter(scope=Lock.Scope.PASSWORD, access=access, lifted_at=None)
    return locks.filter(imposed_at__gte=F("access__account__password_set_at")).exists()


def why_over(access: Access, now: datetime) -> rules.Refusal | None:
    """Why the access gets no credentials any more, if it is over for good."""
    decision = rules.decide(facts.of([access.pk])[access.pk], rules.Channel.PORTAL, now)
    return decision if isinstance(decision, rules.Refusal) and decision.reason in foresight.OVER else None


def desk_old_addresses(now: datetime) -> QuerySet[Address]:
    """New addresses of the last days whose predecessor was not told of them yet, oldest first."""
    since = now - timedelta(days=configuration.current().credentials.address_rest_days)
    same = Q(site=OuterRef("site")) | Q(third_party=OuterRef("third_party"))
    before = Address.objects.filter(same, pk__lt=OuterRef("pk"))
    rows = Address.objects.filter(Exists(before), entered_at__gt=since, told=None)
    return rows.select_related("site__practice", "third_party").order_by("entered_at", "pk")


def new_address(number: int) -> tuple[Address, Address] | None:
    """An address with the one that was entered before it; None if it is the first one."""
    row = Address.objects.select_related("site__practice", "third_party", "told").filter(pk=number).first()
    if row is None:
        return None
    former = Address.objects.filter(site=row.site, third_party=row.third_party, pk__lt=row.pk)
    before = former.order_by("pk").last()
    return (row, before) if before else None


def subject_of(address: Address) -> str:
    """Whose address it is, as the subject of an entry."""
    return f"site:{address.site}" if address.site else f"third_party:{address.third_party_id}"


def _whole() -> QuerySet[CredentialRequest]:
    return CredentialRequest.objects.select_related(
        "access__account",
        "access__site__practice",
        "access__person",
        "access__third_party",
        "access__origin__site__practice",
        "access__origin__third_party",
    )
