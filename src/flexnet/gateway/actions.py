"""Make it happen: sign-in and return over a gateway, sessions counted and ended, changes sent."""

import hashlib
import math
import secrets
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from django.db.models import Q, QuerySet

from flexnet import configuration, key_ring, resealing, transactions
from flexnet.access import queries as access
from flexnet.access import sign_in as entry
from flexnet.access.models import Access
from flexnet.access.rules import Channel, Facts, Granted, Reason, Refusal
from flexnet.accounts import actions as accounts
from flexnet.accounts import passwords
from flexnet.audit import actions as audit
from flexnet.gateway import rules
from flexnet.gateway.errors import GatewayExists
from flexnet.gateway.models import Change, Gateway, Session

ENDED_BY_MEMBER = "ended_by_member"
_SEEN_EVERY = timedelta(minutes=1)
_MOST_OCTETS = 2**63 - 1


@dataclass(frozen=True)
class Accepted:
    """A sign-in holds: what the gateway needs to let the tunnel come up."""

    state: bytes
    group: str
    session_timeout: int

    def __repr__(self) -> str:
        return f"Accepted({self.group}, {self.session_timeout} s)"


@dataclass(frozen=True)
class Authorized:
    """A session may be, with these NAS-Filter-Rules, for so many seconds more."""

    filter_rules: tuple[str, ...]
    session_timeout: int


@dataclass(frozen=True)
class AccountingRecord:
    """What a gateway says of a session (RFC 2866); octets in come from the person."""

    status: Literal["start", "interim", "stop", "on", "off"]
    acct_session_id: str
    user_name: str
    tunnel_address: str | None
    source: str | None
    seconds: int
    octets_in: int
    octets_out: int
    terminate_cause: str
    happened_at: datetime


@dataclass(frozen=True)
class _Sighting:
    """What a gateway says of a tunnel when it asks for it."""

    acct_session_id: str
    source: str | None
    tunnel_address: str | None
    now: datetime

    def is_news_of(self, session: Session) -> bool:
        known = (session.acct_session_id, session.source, session.tunnel_address)
        said = (self.acct_session_id, self.source, self.tunnel_address or session.tunnel_address)
        return known != said or session.seen_at is None or self.now - session.seen_at > _SEEN_EVERY


def register(
    *, name: str, certificate_name: str, address: str | None = None, secret: bytes | None = None, by: str
) -> Gateway:
    """Make a gateway known: by certificate for RadSec, also by address and secret for plain RADIUS.

    Raises BadGateway, GatewayExists.
    """
    rules.check(name=name, certificate_name=certificate_name, address=address, secret=secret)
    sealed = key_ring.current().seal(secret, **_seal(name)) if secret else None
    there = GatewayExists(f"A gateway named {name}, or with this certificate or address, is there already.")
    with transactions.writing():
        with transactions.refused_as(there):
            row = Gateway.objects.create(
                name=name, certificate_name=certificate_name, address=address, sealed_secret=sealed
            )
        audit.record("gateway.registered", by=by, subject=f"gateway:{name}")
    return row


def secret_of(gateway: Gateway) -> bytes | None:
    """The shared secret of a gateway that speaks plain RADIUS."""
    if gateway.sealed_secret is None:
        return None
    return key_ring.current().open(bytes(gateway.sealed_secret), **_seal(gateway.name)).reveal()


def reseal() -> int:
    """After the key ring got a new key: every secret under it; answers how many changed."""

    def renewed(blob: bytes, name: str) -> bytes:
        return key_ring.current().reseal(bytes(blob), **_seal(name))

    return resealing.renew(Gateway, "sealed_secret", row="name", renewed=renewed)


def sign_in(
    *, gateway: Gateway, user_name: str, field: bytes, source: str, user_agent: str, now: datetime
) -> passwords.Steps[Accepted | Refusal]:
    """Password and code from the one field; a session waits for its tunnel, bound to the State."""
    attempt = entry.Try(user_name, source, f"radius:{gateway.name}", now)
    verified = yield from entry.verify_with_key(attempt, field)
    if isinstance(verified, Refusal):
        return verified
    state = secrets.token_bytes(32)
    with transactions.writing():
        decision = entry.decide(attempt, verified, Channel.VPN_SIGN_IN)
        if isinstance(decision, Refusal):
            return decision
        session = _open_session(gateway, verified, state, decision, attempt)
        personal: dict[str, object] = {"user_agent": user_agent[:200]}
        data: dict[str, object] = {"session": str(session.pk)}
        entry.note(attempt, verified, decision, Channel.VPN_SIGN_IN, data=data, personal=personal)
    c = configuration.current()
    return Accepted(state, c.profile.group, c.radius.session_hours * 3600)


def authorize(
    *,
    gateway: Gateway,
    user_name: str,
    state: bytes,
    acct_session_id: str,
    source: str,
    tunnel_address: str | None,
    now: datetime,
) -> Authorized | Refusal:
    """May this session be (still, again)? Asked at every (re)connect and by the comparison.

    Most answers change nothing and write nothing. What must be written is decided anew while nobody changes
    the facts, so that neither a lock nor a widening set meanwhile is lost.
    """
    rows = Session.objects.select_related("access__account")
    session = rows.filter(state_hash=_hash(state), gateway=gateway).first()
    if session is None or session.access.account.user_name != accounts.normal_user_name(user_name):
        return Refusal(Reason.UNKNOWN)
    seen = _Sighting(acct_session_id, source or None, tunnel_address, now)
    decision = _decide(session, seen)
    if not _is_news(session, seen, decision):
        return decision if isinstance(decision, Refusal) else _authorized(session, decision, now)
    with transactions.writing():
        transactions.hold(Access, [session.access_id])
        session.refresh_from_db()
        return _settle(session, seen)


def account(*, gateway: Gateway, record: AccountingRecord) -> None:
    """Take a record in; the same one twice does no harm, one of an unknown session changes nothing."""
    by = f"radius:{gateway.name}"
    with transactions.writing():
        if record.status in ("on", "off"):
            before = Session.objects.filter(gateway=gateway, signed_in_at__lt=record.happened_at)
            _end(before, reason="gateway_restarted", by=by, now=record.happened_at)
            return
        known = Session.objects.filter(gateway=gateway, acct_session_id=record.acct_session_id)
        for column, octets in (("octets_in", record.octets_in), ("octets_out", record.octets_out)):
            counted = min(octets, _MOST_OCTETS)
            known.filter(**{f"{column}__lt": counted}).update(**{column: counted})
        if record.status == "stop":
            reason = record.terminate_cause.lower().replace("-", "_")[:40] or "stopped"
            _end(known, reason=reason, by=by, now=record.happened_at)


def answered(*, change_id: int, acknowledged: bool, error_cause: int | None, now: datetime) -> None:
    """A gateway answered a change. A refusal is an answer too: the comparison does what could not be done."""
    with transactions.writing():
        rows = Change.objects.filter(pk=change_id, answered_at=None)
        rows.update(answered_at=now, acknowledged=acknowledged, error_cause=error_cause)


def end_expired(now: datetime) -> int:
    """Sessions whose time ran out are over, also if no gateway asked for them again; answers how many."""
    with transactions.writing():
        expired = Session.objects.filter(expires_at__lte=now)
        return _end(expired, reason="expired", by="worker", now=now).sessions


def clear_old(now: datetime) -> int:
    """Sessions are deleted when their time is over (docs/operate/deletion.md); answers how many."""
    before = now - timedelta(days=31 * configuration.current().retention.sessions_months)
    with transactions.writing():
        gone = Session.objects.filter(ended_at__lt=before).delete()[1].get("gateway.Session", 0)
        if gone:
            audit.record("sessions.deleted", by="worker", subject="gateway", data={"count": gone})
    return gone


def end_session(session: Session, *, by: str, now: datetime) -> None:
    """Whoever answers for it ends a tunnel; its gateway is told at once. One that is over stays as it was."""
    with transactions.writing():
        same = Session.objects.filter(pk=session.pk)
        if _end(same, reason=ENDED_BY_MEMBER, by=by, now=now).sessions and session.acct_session_id:
            Change.objects.create(kind=Change.Kind.DISCONNECT, session=session, asked_at=now)
            transactions.after_commit(_nudge)


def facts_changed(*, facts: dict[int, Facts], by: str, now: datetime, act: str = "", **_: Any) -> int:
    """Inside the transaction of a changed fact: end sessions that must not be, filter the others anew.

    Answers how many browsers were signed out with their tunnels.
    """
    if not _are_in(list(facts)):
        return 0
    live = Session.objects.filter(access_id__in=list(facts), ended_at=None, expires_at__gt=now).order_by("pk")
    applied = [_apply(session, facts[session.access_id], by=by, now=now, act=act) for session in live]
    if any(one.is_told for one in applied):
        transactions.after_commit(_nudge)
    return sum(one.browsers for one in applied)


def _are_in(access_ids: Sequence[int]) -> bool:
    """Whether one of them may have a session; asked by every changed fact, where the ORM is slow."""
    marks = ", ".join(["%s"] * len(access_ids))
    question = f"SELECT 1 FROM gateway_session WHERE ended_at IS NULL AND access_id IN ({marks}) LIMIT 1"  # noqa: S608 - marks
    return bool(access_ids) and bool(transactions.ask_anew(question, access_ids))


@dataclass(frozen=True)
class _Applied:
    """What a changed fact did to one session: whether its gateway has to be told, browsers signed out."""

    is_told: bool
    browsers: int = 0


def _apply(session: Session, known: Facts, *, by: str, now: datetime, act: str) -> _Applied:
    same, browsers = Session.objects.filter(pk=session.pk), 0
    decision = access.decide_by(known, channel=Channel.VPN_RECONNECT, now=now, key_id=session.key_id)
    if isinstance(decision, Refusal):
        browsers = _end(same, reason=decision.reason, by=by, now=now, act=act).browsers
    else:
        same.update(is_narrow=decision.narrow is not None)
    if session.acct_session_id is None:
        return _Applied(False, browsers)
    kind = Change.Kind.DISCONNECT if isinstance(decision, Refusal) else Change.Kind.COA
    Change.objects.create(kind=kind, session=session, asked_at=now)
    return _Applied(True, browsers)


def _open_session(
    gateway: Gateway, verified: entry.Verified, state: bytes, decision: Granted, attempt: entry.Try
) -> Session:
    assert verified.key is not None  # noqa: S101 - verify_with_key always names the key
    hours = configuration.current().radius.session_hours
    session = Session(
        gateway=gateway,
        access=verified.access,
        key=verified.key,
        state_hash=_hash(state),
        source=attempt.source or None,
        is_narrow=decision.narrow is not None,
        signed_in_at=attempt.now,
        expires_at=attempt.now + timedelta(hours=hours),
    )
    transactions.insert(session)
    return session


def _decide(session: Session, seen: _Sighting) -> Granted | Refusal:
    """What holds for this session; to another tunnel than its own it is unknown."""
    if session.acct_session_id not in (None, seen.acct_session_id):
        return Refusal(Reason.UNKNOWN)
    if session.ended_at or session.expires_at <= seen.now:
        return Refusal(Reason.ENDED, session.ended_at or session.expires_at)
    return access.decide_access(
        session.access_id, channel=Channel.VPN_RECONNECT, now=seen.now, key_id=session.key_id
    )


def _is_news(session: Session, seen: _Sighting, decision: Granted | Refusal) -> bool:
    if isinstance(decision, Refusal):
        return session.ended_at is None and decision.reason is not Reason.UNKNOWN
    return session.is_narrow != (decision.narrow is not None) or seen.is_news_of(session)


def _settle(session: Session, seen: _Sighting) -> Authorized | Refusal:
    """Inside a transaction that holds the access: decide, and write what came of it."""
    by = f"radius:{session.gateway.name}"
    others = Session.objects.filter(gateway=session.gateway).exclude(pk=session.pk)
    decision = _decide(session, seen)
    if isinstance(decision, Refusal):
        if _is_news(session, seen, decision):
            _end(Session.objects.filter(pk=session.pk), reason=decision.reason, by=by, now=seen.now)
        return decision
    if others.filter(acct_session_id=seen.acct_session_id).exists():
        return Refusal(Reason.UNKNOWN)
    if seen.tunnel_address and seen.tunnel_address != session.tunnel_address:
        _end(others.filter(tunnel_address=seen.tunnel_address), reason="address_reused", by=by, now=seen.now)
    _bind(session, seen, decision, by=by)
    return _authorized(session, decision, seen.now)


def _bind(session: Session, seen: _Sighting, decision: Granted, *, by: str) -> None:
    """The session belongs to this tunnel from the first time on; where it comes from may change."""
    event = "tunnel.connected" if session.connected_at is None else "tunnel.moved"
    if session.connected_at is None or session.source != seen.source:
        audit.record(
            event,
            by=by,
            subject=f"access:{session.access}",
            data={"session": str(session.pk)},
            person=f"access:{session.access}",
            personal={"source": seen.source},
        )
    Session.objects.filter(pk=session.pk).update(
        acct_session_id=seen.acct_session_id,
        source=seen.source,
        tunnel_address=seen.tunnel_address or session.tunnel_address,
        is_narrow=decision.narrow is not None,
        connected_at=session.connected_at or seen.now,
        seen_at=seen.now,
    )


def _authorized(session: Session, decision: Granted, now: datetime) -> Authorized:
    rules = access.filter_rules(session.access_id, is_narrow=decision.narrow is not None, now=now)
    return Authorized(rules, math.ceil((session.expires_at - now).total_seconds()))


@dataclass(frozen=True)
class _Ended:
    """How many sessions ended, and how many browsers were signed out with them."""

    sessions: int
    browsers: int


def _end(sessions: QuerySet[Session], *, reason: str, by: str, now: datetime, act: str = "") -> _Ended:
    """Inside a transaction: end those that live, with every portal session that came through them."""
    browsers = []
    for session in sessions.filter(ended_at=None).select_related("access__account").order_by("pk"):
        alive = Session.objects.filter(pk=session.pk, ended_at=None)
        if alive.update(ended_at=now, end_reason=reason, ended_by=act):
            browsers.append(accounts.end_web_sessions(Q(via=str(session.pk))))
            data = {"session": str(session.pk), "reason": reason}
            audit.record("tunnel.ended", by=by, subject=f"access:{session.access}", data=data)
    return _Ended(len(browsers), sum(browsers))


def _nudge() -> None:
    """Wake the RADIUS process; a lost datagram only costs the time until it looks by itself."""
    host, port = configuration.address(configuration.current().radius.nudge)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as waker:
        try:
            waker.sendto(b"", (host, port))
        except OSError:
            return  # nobody listens, or no way there: the process polls


def _hash(state: bytes) -> bytes:
    return hashlib.sha256(state).digest()


def _seal(name: str) -> dict[str, Any]:
    return {"table": "gateway_gateway", "row": name, "kind": "secret"}
