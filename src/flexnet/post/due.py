"""Show me: what ought to go out by post and has not, to whom it goes, and whether it can be printed now."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from flexnet import configuration
from flexnet.access import password_sheets, queries, requests
from flexnet.access.campaign import ReminderDue
from flexnet.access.models import Access, CredentialRequest, KeyAssignment
from flexnet.access.rules import day_of
from flexnet.keys import queries as keys
from flexnet.keys.models import Place
from flexnet.members.models import Address
from flexnet.post import drawing, recipients, told, waits
from flexnet.post.models import Item
from flexnet.post.recipients import Recipient
from flexnet.post.rules import Kind, Waits, Why
from flexnet.post.told import MOST
from flexnet.post.wanted import LIVE, UNDER_WAY, Wanted

_ANY = Q()


@dataclass(frozen=True)
class Due:
    """What is wanted, to whom it goes, and what it waits for; nothing: it can be printed."""

    wanted: Wanted
    to: Recipient | None
    waits: Waits | None


def find(kinds: Iterable[str], *, now: datetime, limit: int) -> list[Due]:
    """Of these kinds what is due, the oldest accesses first; few queries, but two for each new address."""
    found = [one for kind in kinds for one in _WANTED[Kind(kind)](now)[:limit]]
    return judged(found, now=now)


def of_access(access: Access, *, now: datetime) -> list[Due]:
    """What this access ought to get and has not."""
    return judged(_equipment([access], now), now=now)


def of_accesses(accesses: Sequence[Access], *, now: datetime) -> dict[int, list[Due]]:
    """The same for several, by their numbers; whether their addresses fit is not measured."""
    wanted = _equipment(accesses, now)
    found: dict[int, list[Due]] = {one.pk: [] for one in accesses}
    for due in _judged(wanted, now) if wanted else ():
        if due.wanted.access:
            found[due.wanted.access.pk].append(due)
    return found


def _equipment(accesses: Sequence[Access], now: datetime) -> list[Wanted]:
    which = Q(pk__in=[one.pk for one in accesses])
    return [one for kind in waits.EQUIPMENT for one in _OF_ACCESSES[kind](now, which)]


def judged(wanted: Sequence[Wanted], *, now: datetime) -> list[Due]:
    """To whom each goes, and what it waits for. Measures addresses: never inside a transaction."""
    found = _judged(wanted, now)
    problems = drawing.addresses_problems([one.to.lines if one.to else () for one in found])
    return [
        replace(one, waits=one.waits or Waits(Why.DOES_NOT_FIT)) if problem else one
        for one, problem in zip(found, problems, strict=True)
    ]


def _judged(wanted: Sequence[Wanted], now: datetime) -> list[Due]:
    known = waits.facts_about([one.access for one in wanted if one.access], now)
    reminded = [one.about for one in wanted if isinstance(one.about, ReminderDue)]
    to = recipients.of_signers([one.signer for one in reminded], day_of(now)) if reminded else {}
    settled = told.settled(reminded, now) if reminded else set()
    found = list[Due]()
    for one in wanted:
        if isinstance(one.about, ReminderDue):
            found.append(_reminder(one, to.get(one.about.signer), is_settled=one.about in settled))
        elif one.address:
            found.append(Due(one, _former(one.address), None))
        else:
            at = known.to.get(one.access) if one.access else None
            found.append(Due(one, at, waits.why_not(one, known, now)))
    return found


def _reminder(wanted: Wanted, to: Recipient | None, *, is_settled: bool) -> Due:
    if is_settled:
        return Due(wanted, to, Waits(Why.NOT_WANTED))
    return Due(wanted, to, None if to else Waits(Why.NO_ADDRESS))


def _former(new: Address) -> Recipient:
    """The letter about a new address goes to the one before it."""
    found = requests.new_address(new.pk)
    assert found is not None  # noqa: S101 - only such are wanted
    row, before = found
    addressee = row.site or row.third_party
    assert addressee is not None  # noqa: S101 - the database holds it
    return Recipient(recipients.lines(addressee, "", before), "", before.entered_at)


def _accesses(which: Q) -> QuerySet[Access]:
    return queries.whole().filter(which, withdrawn_at=None).order_by("pk")


def _items(kind: str, which: Q) -> Exists:
    return Exists(Item.objects.filter(which, access=OuterRef("pk"), kind=kind))


def _welcomes(_now: datetime, which: Q = _ANY) -> list[Wanted]:
    if not waits.is_separate():
        return []
    first = Q(account__password_is_initial=True, account__password_first_changed_at=None)
    rows = _accesses(which & first & Q(~password_sheets.HANDED_OVER, ~_items(Kind.WELCOME, LIVE)))
    return [Wanted(Kind.WELCOME, access=row) for row in rows[:MOST]]


def _parcels(_now: datetime, which: Q = _ANY) -> list[Wanted]:
    if not configuration.current().profile.second_factor:
        return []
    gone = Item.objects.filter(LIVE, kind=Kind.KEY, access=OuterRef("access"), key=OuterRef("key"))
    first = F("access__account__password_first_changed_at")
    is_new = Q(access__account__password_first_changed_at=None) | Q(from_at__gte=first)
    here = Exists((keys.at(Place.ASSIGNED) | keys.at(Place.PACKED)).filter(key=OuterRef("key")))
    rows = KeyAssignment.objects.filter(is_new, here, ~Exists(gone), until_at=None).select_related("key")
    held = {row.access_id: row.key for row in rows.filter(access__in=_accesses(which))[:MOST]}
    return [Wanted(Kind.KEY, access=row, key=held[row.pk]) for row in _accesses(Q(pk__in=held))]


def _passwords(_now: datetime, which: Q = _ANY) -> list[Wanted]:
    asked = Exists(
        CredentialRequest.objects.filter(requests.FOR_CREDENTIALS & requests.KNOWN, access=OuterRef("pk"))
    )
    holds = LIVE & (Q(issued_at=None) | Q(issued_at=F("access__account__password_set_at")))
    first = Q(~password_sheets.HANDED_OVER, ~_items(Kind.PASSWORD, holds), account__password_is_initial=True)
    rows = _accesses(which & (Q(asked) | first) & Q(~_items(Kind.PASSWORD, UNDER_WAY)))
    return [Wanted(Kind.PASSWORD, access=row) for row in rows[:MOST]]


def _notices(now: datetime) -> list[Wanted]:
    under_way = Exists(Item.objects.filter(LIVE, address=OuterRef("pk")))
    return [
        Wanted(Kind.NEW_ADDRESS, address=row)
        for row in requests.desk_old_addresses(now).filter(~under_way)[:MOST]
    ]


_OF_ACCESSES = {
    Kind.WELCOME: _welcomes,
    Kind.KEY: _parcels,
    Kind.PASSWORD: _passwords,
    Kind.WORD: told.words,
}
_WANTED: Mapping[Kind, Callable[[datetime], list[Wanted]]] = {
    **_OF_ACCESSES,
    Kind.LOCK: told.locks,
    Kind.END: told.endings,
    Kind.CHARGE: told.charges,
    Kind.RETURN: told.returns,
    Kind.WRITING: told.writings,
    Kind.REMINDER: told.reminders,
    Kind.NEW_ADDRESS: _notices,
}
