"""Show me: what each letter still waits for: an address, a call back, the others and the delay after them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from flexnet import configuration
from flexnet.access import facts, foresight, requests
from flexnet.access import rules as access_rules
from flexnet.access.models import Access, CredentialRequest, KeyAssignment, Lock
from flexnet.access.rules import Channel, day_of
from flexnet.keys import queries as keys
from flexnet.keys import whereabouts
from flexnet.keys.models import Key, Movement, Place
from flexnet.post import recipients, rules, told
from flexnet.post.models import Item
from flexnet.post.recipients import Recipient
from flexnet.post.rules import Kind, Waits, Why
from flexnet.post.wanted import Wanted

EQUIPMENT = (Kind.WELCOME, Kind.KEY, Kind.PASSWORD, Kind.WORD)  # what somebody needs to sign in, or to lock
_OPENS = Q(~Exists(Lock.objects.filter(key=OuterRef("key"), lifted_at=None)), until_at=None)
_BEFORE = (Kind.WELCOME, Kind.KEY)  # the password goes after them
_NEED_A_KEY = (Access.Kind.PRACTICE, Access.Kind.THIRD_PARTY)


def is_separate() -> bool:
    """Whether user name, password and key travel in letters of their own (§ 3(2))."""
    return configuration.current().profile.letters == "separate"


@dataclass(frozen=True)
class Posted:
    """A key that went out without a slip of ours."""

    kind: str
    posted_at: datetime | None


@dataclass(frozen=True)
class About:
    """What decides about the letters of some accesses, read in a fixed number of queries."""

    to: Mapping[Access, Recipient]
    address_waits: Mapping[Access, requests.Waiting | None]
    sent: Mapping[int, Sequence[Item]]
    asked: Mapping[int, CredentialRequest]
    ordered: Mapping[int, CredentialRequest]
    without_word: frozenset[int]
    held: Mapping[int, Key]
    moved: Mapping[int, Movement]
    over: frozenset[int]


def facts_about(accesses: Sequence[Access], now: datetime) -> About:
    """As they are now."""
    ids = {one.pk for one in accesses}
    sent = defaultdict[int, list[Item]](list)
    for item in Item.objects.filter(access__in=ids, void_at=None).select_related("key").order_by("pk"):
        sent[item.access_id or 0].append(item)
    asked = CredentialRequest.objects.filter(requests.OPEN, access__in=ids).select_related("access__account")
    open_ones = {(row.access_id, row.what): row for row in asked}
    rows = KeyAssignment.objects.filter(_OPENS, access__in=ids).select_related("key")
    held = {row.access_id: row.key for row in rows}
    to, rests = recipients.with_waits(accesses, day_of(now))
    return About(
        to,
        rests,
        sent,
        {pk: row for (pk, what), row in open_ones.items() if what == requests.What.CREDENTIALS},
        {pk: row for (pk, what), row in open_ones.items() if what == requests.What.WORD},
        told.without_word(ids),
        held,
        keys.standing(key.pk for key in held.values()),
        _over(ids, now),
    )


def why_not(wanted: Wanted, about: About, now: datetime) -> Waits | None:
    """May this be printed now; the first that holds answers. Whether the address fits is asked elsewhere."""
    access = wanted.access
    if access is None:
        return None
    if access.pk in about.over and wanted.kind in EQUIPMENT:
        return Waits(Why.OVER)
    return _of_address(wanted, access, about) or _OF_KIND[wanted.kind](wanted, access, about, now)


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
    is_here = _place(access, about) in whereabouts.NEVER_LEFT
    return None if is_here and about.held.get(access.pk) == wanted.key else Waits(Why.NOT_WANTED)


def _of_password(wanted: Wanted, access: Access, about: About, now: datetime) -> Waits | None:
    asked = about.asked.get(access.pk)
    if asked and not requests.is_known(asked):
        return Waits(Why.CALL_BACK)
    if asked is None and not access.account.password_is_initial:
        return Waits(Why.OWN_PASSWORD)
    if not is_separate():
        return None
    needed = _needed(access, about)
    if Kind.KEY in needed and access.pk not in about.held:
        return Waits(Why.KEY_MISSING)
    delay = timedelta(hours=configuration.current().post.password_delay_hours)
    return rules.waits_for_others(_others(access, about), needed=needed, delay=delay, now=now)


def _of_word(wanted: Wanted, access: Access, about: About, now: datetime) -> Waits | None:
    """A password letter brings one along; a stranger who asks for such a letter holds nothing up."""
    asked, ordered = about.asked.get(access.pk), about.ordered.get(access.pk)
    if access.account.password_is_initial or (asked and requests.is_known(asked)):
        return Waits(Why.NOT_WANTED)
    if access.pk in about.without_word:
        return None
    if ordered is None:
        return Waits(Why.NOT_WANTED)
    return None if requests.is_known(ordered) else Waits(Why.CALL_BACK)


def _of_message(wanted: Wanted, access: Access, about: About, now: datetime) -> Waits | None:
    return Waits(Why.NOT_WANTED) if told.is_over(wanted) else None


def _of_return(wanted: Wanted, access: Access, about: About, now: datetime) -> Waits | None:
    return Waits(Why.NOT_WANTED) if told.is_back(wanted) else None


_OF_KIND = {
    Kind.WELCOME: _of_welcome,
    Kind.KEY: _of_key,
    Kind.PASSWORD: _of_password,
    Kind.WORD: _of_word,
    Kind.LOCK: _of_message,
    Kind.END: _of_message,
    Kind.CHARGE: _of_message,
    Kind.WRITING: _of_message,
    Kind.RETURN: _of_return,
}


def _needed(access: Access, about: About) -> set[str]:
    """What must have gone before a first password; who signed in before has it all."""
    if not _is_new(access):
        return set()
    if _place(access, about) is Place.IN_USE:
        return {Kind.WELCOME}  # handed over, and no parcel was needed
    needs_key = configuration.current().profile.second_factor and access.kind in _NEED_A_KEY
    return {Kind.WELCOME, Kind.KEY} if needs_key or access.pk in about.held else {Kind.WELCOME}


def _others(access: Access, about: About) -> list[Item | Posted]:
    """What went before a password, or is under way: of the parcels only that of the key it has now."""
    key = about.held.get(access.pk)
    others: list[Item | Posted] = [
        one
        for one in about.sent.get(access.pk, ())
        if one.kind in _BEFORE and not one.returned_at and (one.kind != Kind.KEY or one.key == key)
    ]
    if key and _place(access, about) is Place.POSTED and all(one.kind != Kind.KEY for one in others):
        others.append(Posted(Kind.KEY, about.moved[key.pk].at))
    return others


def _place(access: Access, about: About) -> Place | None:
    key = about.held.get(access.pk)
    return keys.place_of(about.moved[key.pk]) if key else None


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
