"""Show me: what a lock ended, when its gateways said so, and what is still open."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Q

from flexnet.access import locking
from flexnet.access.models import Access, Lock
from flexnet.accounts.models import WebSession
from flexnet.gateway.models import Change, Session

_NOT_THERE = 503  # Session-Context-Not-Found (RFC 5176, 3.5)


class Outcome(StrEnum):
    """What became of a tunnel, as its gateway said."""

    CONFIRMED = "confirmed"
    GONE_BEFORE = "gone_before"
    NEVER_UP = "never_up"
    REFUSED = "refused"
    WAITING = "waiting"

    @property
    def is_open(self) -> bool:
        return self in (Outcome.REFUSED, Outcome.WAITING)


@dataclass(frozen=True)
class EndedTunnel:
    """A session that the lock ended; `answered_at` is when its gateway had done so."""

    session: str
    user_name: str
    gateway: str
    signed_in_at: datetime
    outcome: Outcome
    answered_at: datetime | None


@dataclass(frozen=True)
class Effect:
    """What a lock did. Open are tunnels of what it locks that live, or whose end nobody confirmed."""

    tunnels: tuple[EndedTunnel, ...]
    browsers_ended: int
    tunnels_alive: int
    browsers_alive: int
    took: timedelta | None

    @property
    def is_complete(self) -> bool:
        return not self.tunnels_alive and not any(tunnel.outcome.is_open for tunnel in self.tunnels)


def of(lock: Lock, now: datetime) -> Effect:
    """As it is known at this instant; a gateway may still have to answer.

    `took` is from the lock to the last gateway's answer; None if none was asked or one is still open.
    """
    ended = Session.objects.filter(ended_by=locking.act_of(lock)).select_related("access__account", "gateway")
    tunnels = tuple(_tunnel(session) for session in ended.order_by("signed_in_at", "pk"))
    answers = [tunnel.answered_at for tunnel in tunnels if tunnel.answered_at]
    settled = answers and not any(tunnel.outcome.is_open for tunnel in tunnels)
    return Effect(
        tunnels,
        lock.browsers_ended,
        _alive(lock, now),
        WebSession.objects.filter(account__access__in=_concerned(lock), expire_date__gt=now).count(),
        max(answers) - lock.imposed_at if settled else None,
    )


def of_session(session: Session) -> EndedTunnel:
    """What became of one that was ended, as far as its gateway said."""
    return _tunnel(session)


def _tunnel(session: Session) -> EndedTunnel:
    change = session.changes.filter(kind=Change.Kind.DISCONNECT).order_by("pk").first()
    return EndedTunnel(
        str(session.pk),
        session.access.account.user_name,
        session.gateway.name,
        session.signed_in_at,
        _outcome(change),
        change.answered_at if change else None,
    )


def _outcome(change: Change | None) -> Outcome:
    if change is None:
        return Outcome.NEVER_UP
    if change.answered_at is None:
        return Outcome.WAITING
    if change.acknowledged:
        return Outcome.CONFIRMED
    return Outcome.GONE_BEFORE if change.error_cause == _NOT_THERE else Outcome.REFUSED


def _alive(lock: Lock, now: datetime) -> int:
    """Tunnels that the lock should have ended; of a key those that came in by it."""
    mine = Q(key=lock.key) if lock.key else Q(access__in=_concerned(lock))
    return Session.objects.filter(mine, ended_at=None, expires_at__gt=now).count()


def _concerned(lock: Lock) -> list[int]:
    """Of a key: only whoever holds it, not who had it before."""
    if lock.key:
        holders = Access.objects.filter(assignments__key=lock.key, assignments__until_at=None)
        return list(holders.values_list("pk", flat=True))
    return list(locking.accesses_of(lock))
