"""Where does a mail stand, when is it tried again, may it be? Pure."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from flexnet.mail.kinds import FIELDS, Kind
from flexnet.mail.models import Mail

# Greylisting (RFC 6647) lets the second try through after some minutes; a server that is away comes back
# within hours, and asks for distances of half an hour and more by then (RFC 5321, 4.5.4.1).
_FIRST: Final = timedelta(minutes=5)
_LONGEST: Final = timedelta(hours=4)
UNREACHABLE_FOR: Final = timedelta(minutes=1)


class State(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given_up"
    BOUNCED = "bounced"
    SETTLED = "settled"


def state_of(mail: Mail) -> State:
    if mail.settled_at:
        return State.SETTLED
    if mail.bounced_at:
        return State.BOUNCED
    if mail.given_up_at:
        return State.GIVEN_UP
    return State.SENT if mail.sent_at else State.WAITING


def next_try(tries: int, now: datetime) -> datetime:
    """After so many tries: twice as long as the time before, at most four hours."""
    return now + min(_FIRST * (1 << min(tries - 1, 10)), _LONGEST)


def is_too_old(mail: Mail, now: datetime, limit: timedelta) -> bool:
    """Whether it was tried long enough since it was written, or since somebody had it tried again."""
    return now - (mail.again_at or mail.queued_at) >= limit


def may_try_again(mail: Mail) -> bool:
    """What failed, and is whole: a part that was sealed is gone once the mail was."""
    has_failed = state_of(mail) in (State.GIVEN_UP, State.BOUNCED)
    return has_failed and (mail.sealed is not None or not FIELDS[Kind(mail.kind)].sealed)


def gap(name: str) -> str:
    """What stands in the text for a part that only its reader may know."""
    return f"[[{name}]]"
