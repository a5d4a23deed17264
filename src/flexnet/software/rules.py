"""May this be, and where does it stand? Requests, links and downloads. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """Where a request stands."""

    UNCLEAR = "unclear"  # nobody can tell for whom, or for which system
    WAITING = "waiting"
    SENT = "sent"
    BEGUN = "begun"
    BROKEN_OFF = "broken_off"
    FETCHED = "fetched"
    EXPIRED = "expired"
    REFUSED = "refused"


@dataclass(frozen=True)
class Fetching:
    """One download of a link."""

    begun_at: datetime | None
    ended_at: datetime | None
    whole_at: datetime | None


@dataclass(frozen=True)
class Standing:
    """What a state follows from."""

    is_clear: bool
    sent_at: datetime | None = None
    refused_at: datetime | None = None
    expires_at: datetime | None = None
    downloads: tuple[Fetching, ...] = ()


def state_of(facts: Standing, now: datetime) -> State:
    """Whole once is fetched, whatever comes after."""
    if facts.refused_at:
        return State.REFUSED
    if facts.sent_at is None:
        return State.WAITING if facts.is_clear else State.UNCLEAR
    if any(one.whole_at for one in facts.downloads):
        return State.FETCHED
    if any(is_running(one) for one in facts.downloads):
        return State.BEGUN
    if any(one.begun_at for one in facts.downloads):
        return State.BROKEN_OFF
    is_over = facts.expires_at is not None and facts.expires_at <= now
    return State.EXPIRED if is_over else State.SENT


def is_running(one: Fetching) -> bool:
    """Begun, and no end is known of it."""
    if one.begun_at is None or one.whole_at is not None:
        return False
    return one.ended_at is None or one.ended_at < one.begun_at


def is_usable(
    *, expires_at: datetime, replaced_at: datetime | None, uses: int, used: int, now: datetime
) -> bool:
    """Whether a link still gives something out."""
    return replaced_at is None and now < expires_at and used < uses
