"""Show me: what ought to go out by post and has not, and what each letter still waits for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from flexnet import configuration
from flexnet.access import facts, foresight, queries, requests
from flexnet.access import rules as access_rules
from flexnet.access.models import Access, CredentialRequest, KeyAssignment, Lock
from flexnet.access.rules import Channel, day_of
from flexnet.keys.models import Key
from flexnet.members.models import Address
from flexnet.post import drawing, recipients, rules
from flexnet.post.models import Item
from flexnet.post.recipients import Recipient
from flexnet.post.rules import Kind, Waits, Why

_ANY = Q()
UNDER_WAY = Q(posted_at=None, void_at=None)
LIVE = Q(void_at=None, returned_at=None)
_OPENS = Q(~Exists(Lock.objects.filter(key=OuterRef("key"), lifted_at=None)), until_at=None)
_MOST = 500  # of a kind; who has more begins with these
_NEED_A_KEY = (Access.Kind.PRACTICE, Access.Kind.THIRD_PARTY)


@dataclass(frozen=True)
class Wanted:
    """A letter or parcel that ought to go out; a key goes to an access, a notice to a former address."""

    kind: Kind
    access: Access | None = None
    key: Key | None = None
    address: Address | None = None

    @property
    def name(self) -> str:
        """How a form calls it."""
        thing = self.address or self.key or self.access
        assert thing is not None  # noqa: S101 - one of them is given
        return f"{self.kind}-{thing.pk}"


@dataclass(frozen=True)
class Due:
    """What is wanted, to whom it goes, and what it waits for; nothing: it can be printed."""

    wanted: Wanted
    to: Recipient | None
    waits: Waits | None


def is_separate() -> bool:
    """Whether user name, password and key travel in letters of their own (§ 3(2))."""
    return configuration.current().profile.letters == "separate"


def find(kinds: Iterable[str], *, now: datetime, limit: int) -> list[Due]:
    """Of these kinds what is due, the oldest accesses first; few queries, but two for each new address."""
    found = [one for kind in kinds for one in _WANTED[Kind(kind)](now)[:limit]]
    return judged(found, now=now)


def of_access(access: Access, *, now: datetime) -> list[Due]:
    """What this access ought to get and has not."""
    kinds = (Kind.WELCOME, Kind.KEY, Kind.PASSWORD)
    found = [one for kind in kinds for one in _WANTED[kind](now, Q(pk=access.pk))]
    return judged(found, now=now)


def judged(wanted: Sequence[Wanted], *, now: datetime) -> list[Due]:
    """To whom each goes, and what it waits for. Measures addresses: never inside a transaction."""
    known = facts_about([one.access for one in wanted if one.access], now)
    found = [_judged(one, known, now) for one in wanted]
    problems = drawing.addresses_problems([one.to.lines if one.to else () for one in found])
    return [
        replace(one, waits=one.waits or Waits(Why.DOES_NOT_FIT)) if problem else one
        for one, problem in zip(found, problems, strict=True)
    ]


@dataclass(frozen=True)
class About:
    """What decides about the letters of some accesses, read in a fixed number of queries."""

    to: Mapping[Access, Recipient]
    address_waits: Mapping[Access, requests.Waiting | None]
    sent: Mapping[int, Sequence[Item]]
    asked: Mapping[int, CredentialRequest]
    held: Mapping[int, Key]
    over: frozenset[int]


def facts_about(accesses: Sequence[Access], now: datetime) -> About:
    """As they are now."""
    ids = {one.pk for one in accesses}
    sent = defaultdict[int, list[Item]](list)
    for item in Item.objects.filter(access__in=ids, void_at=None).order_by("pk"):
        sent[item.access_id or 0].append(item)
    asked = CredentialRequest.objects.filter(requests.OPEN, access__in=ids).select_related("access__account")
    held = KeyAssignment.objects.filter(_OPENS, access__in=ids).select_related("key")
    return About(
        recipients.of(accesses, day_of(now)),
        requests.addresses_wait(accesses, now),
        sent,
        {row.access_id: row for row in asked},
        {row.access_id: row.key for row in held},
        _over(ids, now),
    )


def why_not(wanted: Wanted, about: About, now: datetime) -> Waits | None:
    """May this be printed now; the first that holds answers. Whether the address fits is asked elsewhere."""
    access = wanted.access
    if access is None:
        return None
    if access.pk in about.over:
        return Waits(Why.OVER)
    return _of_address(wanted, access, about) or _OF_KIND[wanted.kind](wanted, access, about, now)


def _judged(wanted: Wanted, known: About, now: datetime) -> Due:
    if wanted.address:
        return Due(wanted, _former(wanted.address), None)
    to = known.to.get(wanted.access) if wanted.access else None
    return Due(wanted, to, why_not(wanted, known, now))


def _former(new: Address) -> Recipient:
    """The letter about a new address goes to the one before it."""
    found = requests.new_address(new.pk)
    assert found is not None  # noqa: S101 - only such are wanted
    row, before = found
    addressee = row.site or row.third_party
    assert addressee is not None  # noqa: S101 - the database holds it
    return Recipient(recipients.lines(addressee, "", before), "", before.entered_at)


def _of_address(wanted: Wanted, access: Access, about: About) -> Waits | None:
    to, waits = about.to.get(access), about.address_waits[access]
    if to is None:
        return Waits(Why.NO_ADDRESS)
    back = [
        one.returned_at for one in about.sent.get(access.pk, ()) if one.returned_at and not one.cleared_at
    ]
    if any(at >= to.entered_at for at in back):
        return Waits(Why.CAME_BACK)
    if waits and wanted.kind in rules.SECRET:
        return Waits(Why.NEW_ADDRESS, until_on=waits.until_on)
    return None


def _of_welcome(wanted: Wanted, access: Access, about: About, now: datetime) -> Waits | None:
    return None if is_separate() and _is_new(access) else Waits(Why.NOT_WANTED)


def _of_key(wanted: Wanted, access: Access, about: About, now: datetime) -> Waits | None:
    return None if about.held.get(access.pk) == wanted.key else Waits(Why.NOT_WANTED)


def _of_password(wanted: Wanted, access: Access, about: About, now: datetime) -> Waits | None:
    asked = about.asked.get(access.pk)
    if asked and asked.way != CredentialRequest.Way.PORTAL and asked.confirmed_at is None:
        return Waits(Why.CALL_BACK)
    if asked is None and not access.account.password_is_initial:
        return Waits(Why.OWN_PASSWORD)
    if not is_separate():
        return None
    needed = _needed(access, about)
    if Kind.KEY in needed and access.pk not in about.held:
        return Waits(Why.KEY_MISSING)
    others = [
        one for one in about.sent.get(access.pk, ()) if one.kind != Kind.PASSWORD and not one.returned_at
    ]
    delay = timedelta(hours=configuration.current().post.password_delay_hours)
    return rules.waits_for_others(others, needed=needed, delay=delay, now=now)


_OF_KIND = {Kind.WELCOME: _of_welcome, Kind.KEY: _of_key, Kind.PASSWORD: _of_password}


def _needed(access: Access, about: About) -> set[str]:
    """What must have gone before a first password; who signed in before has it all."""
    if not _is_new(access):
        return set()
    needs_key = configuration.current().profile.second_factor and access.kind in _NEED_A_KEY
    return {Kind.WELCOME, Kind.KEY} if needs_key or access.pk in about.held else {Kind.WELCOME}


def _is_new(access: Access) -> bool:
    return access.account.password_first_changed_at is None


def _over(ids: set[int], now: datetime) -> frozenset[int]:
    """Those that get nothing any more."""
    decisions = {pk: access_rules.decide(one, Channel.PORTAL, now) for pk, one in facts.of(ids).items()}
    return frozenset(
        pk
        for pk, decision in decisions.items()
        if isinstance(decision, access_rules.Refusal) and decision.reason in foresight.OVER
    )


def _accesses(which: Q) -> QuerySet[Access]:
    return queries.whole().filter(which, withdrawn_at=None).order_by("pk")


def _items(kind: str, which: Q) -> Exists:
    return Exists(Item.objects.filter(which, access=OuterRef("pk"), kind=kind))


def _welcomes(_now: datetime, which: Q = _ANY) -> list[Wanted]:
    if not is_separate():
        return []
    first = Q(account__password_is_initial=True, account__password_first_changed_at=None)
    rows = _accesses(which & first & Q(~_items(Kind.WELCOME, LIVE)))
    return [Wanted(Kind.WELCOME, access=row) for row in rows[:_MOST]]


def _parcels(_now: datetime, which: Q = _ANY) -> list[Wanted]:
    if not configuration.current().profile.second_factor:
        return []
    gone = Item.objects.filter(LIVE, kind=Kind.KEY, access=OuterRef("access"), key=OuterRef("key"))
    first = F("access__account__password_first_changed_at")
    is_new = Q(access__account__password_first_changed_at=None) | Q(from_at__gte=first)
    rows = KeyAssignment.objects.filter(is_new, ~Exists(gone), _OPENS).select_related("key")
    keys = {row.access_id: row.key for row in rows.filter(access__in=_accesses(which))[:_MOST]}
    return [Wanted(Kind.KEY, access=row, key=keys[row.pk]) for row in _accesses(Q(pk__in=keys))]


def _passwords(_now: datetime, which: Q = _ANY) -> list[Wanted]:
    asked = Exists(CredentialRequest.objects.filter(requests.OPEN & requests.KNOWN, access=OuterRef("pk")))
    holds = LIVE & (Q(issued_at=None) | Q(issued_at=F("access__account__password_set_at")))
    first = Q(account__password_is_initial=True) & Q(~_items(Kind.PASSWORD, holds))
    rows = _accesses(which & (Q(asked) | first) & Q(~_items(Kind.PASSWORD, UNDER_WAY)))
    return [Wanted(Kind.PASSWORD, access=row) for row in rows[:_MOST]]


def _notices(now: datetime, _which: Q = _ANY) -> list[Wanted]:
    under_way = Exists(Item.objects.filter(LIVE, address=OuterRef("pk")))
    return [
        Wanted(Kind.NEW_ADDRESS, address=row)
        for row in requests.desk_old_addresses(now).filter(~under_way)[:_MOST]
    ]


_WANTED = {
    Kind.WELCOME: _welcomes,
    Kind.KEY: _parcels,
    Kind.PASSWORD: _passwords,
    Kind.NEW_ADDRESS: _notices,
}
