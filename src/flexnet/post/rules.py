"""May this letter be printed now, where does an item stand, which sheet comes next? Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from flexnet.post.models import Item

Kind = Item.Kind
ON_SECURITY_PAPER = frozenset({Kind.PASSWORD, Kind.WORD})
SECRET = ON_SECURITY_PAPER | {Kind.KEY}  # what must not travel to an address that is new


class State(StrEnum):
    """Where an item stands; follows from its facts."""

    CHOSEN = "chosen"
    AT_PRINTER = "at_printer"
    PRINTED = "printed"
    POSTED = "posted"
    ARRIVED = "arrived"
    RETURNED = "returned"
    LOST = "lost"
    SPOILED = "spoiled"
    MISSING = "missing"
    WITHDRAWN = "withdrawn"


def state_of(item: Item, *, is_begun: bool, is_used: bool = False) -> State:
    """`is_begun`: its batch was printed; `is_used`: somebody signed in with what it brought."""
    if item.void_at:
        return State(item.void_why)
    if item.returned_at:
        return State.LOST if item.returned_why == Item.Return.LOST else State.RETURNED
    if item.arrived_at or (is_used and item.posted_at):
        return State.ARRIVED
    if item.posted_at:
        return State.POSTED
    if item.printed_at:
        return State.PRINTED
    return State.AT_PRINTER if is_begun else State.CHOSEN


class Why(StrEnum):
    """Why a letter cannot be printed now."""

    CALL_BACK = "call_back"
    NO_ADDRESS = "no_address"
    NEW_ADDRESS = "new_address"
    CAME_BACK = "came_back"
    DOES_NOT_FIT = "does_not_fit"
    OVER = "over"
    OWN_PASSWORD = "own_password"  # noqa: S105 - a reason, not a secret
    NOT_WANTED = "not_wanted"
    KEY_MISSING = "key_missing"
    OTHERS_NOT_POSTED = "others_not_posted"
    TOO_SOON = "too_soon"


@dataclass(frozen=True)
class Waits:
    """Why a letter waits; until when, if that is known."""

    why: Why
    until_at: datetime | None = None
    until_on: date | None = None


class Sent(Protocol):
    """What the rule asks of an item."""

    @property
    def kind(self) -> str: ...

    @property
    def posted_at(self) -> datetime | None: ...


def waits_for_others(
    sent: Collection[Sent], *, needed: Collection[str], delay: timedelta, now: datetime
) -> Waits | None:
    """The password goes by itself, some time after the posting of all the rest was confirmed (§ 3(2)).

    `sent` is what is under way besides it or has gone, nothing that is void or came back; `needed` are the
    kinds that must be among it.
    """
    kinds = {one.kind for one in sent}
    if set(needed) - kinds or any(one.posted_at is None for one in sent):
        return Waits(Why.OTHERS_NOT_POSTED)
    free_at = max((one.posted_at for one in sent if one.posted_at), default=now - delay) + delay
    return Waits(Why.TOO_SOON, until_at=free_at) if now < free_at else None


def may_print_on(kind: str, *, is_security_paper: bool) -> bool:
    """Secrets in clear go on security paper and nothing else does: its sheets are counted."""
    return (kind in ON_SECURITY_PAPER) == is_security_paper


@dataclass(frozen=True)
class Pack:
    """Sheets with these numbers, `last` included."""

    first: int
    last: int

    @property
    def count(self) -> int:
        return self.last - self.first + 1


def sheet_at(packs: Sequence[Pack], position: int) -> int | None:
    """The number of the sheet on top when so many are gone; packs in their order. None: no sheet is left."""
    for pack in packs:
        if position < pack.count:
            return pack.first + position
        position -= pack.count
    return None
