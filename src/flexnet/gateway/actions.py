"""Make it happen: sign-in and return over a gateway, sessions counted and ended, changes sent."""

import hashlib
import secrets
import socket
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from django.db.models import Q, QuerySet

from flexnet import configuration, key_ring, transactions
from flexnet.access import queries as access
from flexnet.access import sign_in as entry
from flexnet.access.rules import Channel, Granted, Reason, Refusal
from flexnet.accounts import actions as accounts
from flexnet.audit import actions as audit
from flexnet.gateway.errors import BadGateway, GatewayExists
from flexnet.gateway.models import Change, Gateway, Session


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


def register(
    *, name: str, certificate_name: str, address: str | None = None, secret: bytes | None = None, by: str
) -> Gateway:
    """Make a gateway known: by certificate for RadSec, also by address and secret for plain RADIUS."""
    if bool(address) != bool(secret):
        raise BadGateway(
            "Plain RADIUS needs both the gateway's address and its secret; RadSec needs neither."
        )
    sealed = key_ring.current().seal(secret, **_seal(name)) if secret else None
    with transactions.writing():
        taken = (
            Q(name=name) | Q(certificate_name=certificate_name) | Q(address=address, address__isnull=False)
        )
        if Gateway.objects.filter(taken).exists():
            raise GatewayExists(
                f"A gateway named {name}, or with this certificate or address, is there already."
            )
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
    changed = 0
    for row in Gateway.objects.exclude(sealed_secret=None):
        fresh = key_ring.current().reseal(bytes(row.sealed_secret or b""), **_seal(row.name))
        if fresh != bytes(row.sealed_secret or b""):
            changed += Gateway.objects.filter(pk=row.pk).update(sealed_secret=fresh)
    return changed


def sign_in(
    *, gateway: Gateway, user_name: str, field: bytes, source: str, user_agent: str, now: datetime
) -> Accepted | Refusal:
    """Password and code from the one field; a session waits for its tunnel, bound to the State."""
    attempt = entry.Try(user_name, source, f"radius:{gateway.name}", now)
    verified = entry.verify_with_key(attempt, field)
    if isinstance(verified, Refusal):
        return verified
    state = secrets.token_bytes(32)
    with transactions.writing():
        decision = entry.decide(attempt, verified, Channel.VPN_SIGN_IN)
        if isinstance(decision, Refusal):
            return decision
        _open_session(gateway, verified, state, decision, attempt, user_agent)
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
    """May this session be (still, again)? Asked at every (re)connect and by the comparison."""
    session = (
        Session.objects.select_related("access__account")
        .filter(state_hash=_hash(state), gateway=gateway)
        .first()
    )
    if session is None or session.access.account.user_name != accounts.normal_user_name(user_name):
        return Refusal(Reason.UNKNOWN)
    if session.ended_at or (session.acct_session_id or acct_session_id) != acct_session_id:
        return Refusal(Reason.ENDED, session.ended_at)
    if session.expires_at <= now:
        return _end_refused(session, Refusal(Reason.ENDED, session.expires_at), gateway, now)
    decision = access.decide_access(session.access_id, channel=Channel.VPN_RECONNECT, now=now)
    if isinstance(decision, Refusal):
        return _end_refused(session, decision, gateway, now)
    return _admit(session, decision, acct_session_id, source, tunnel_address, now)


def account(*, gateway: Gateway, record: AccountingRecord) -> None:
    """Take a record in; the same one twice does no harm, one of an unknown session changes nothing."""
    with transactions.writing():
        if record.status in ("on", "off"):
            alive = _live(gateway).filter(connected_at__lt=record.happened_at)
            _end(alive, reason="gateway_restarted", by=f"radius:{gateway.name}", now=record.happened_at)
            return
        known = Session.objects.filter(gateway=gateway, acct_session_id=record.acct_session_id)
        known.filter(octets_in__lte=record.octets_in).update(octets_in=record.octets_in)
        known.filter(octets_out__lte=record.octets_out).update(octets_out=record.octets_out)
        if record.status == "stop":
            reason = record.terminate_cause.lower().replace("-", "_")[:40] or "stopped"
            _end(known, reason=reason, by=f"radius:{gateway.name}", now=record.happened_at)


def answered(*, change_id: int, acknowledged: bool, error_cause: int | None, now: datetime) -> None:
    """A gateway answered a change; 503 (no such session) is as good as done."""
    rows = Change.objects.filter(pk=change_id, answered_at=None)
    rows.update(answered_at=now, acknowledged=acknowledged, error_cause=error_cause)


def facts_changed(*, access_ids: Iterable[int], by: str, reason: str, now: datetime, **_: Any) -> None:
    """Inside the transaction of a changed fact: end sessions that must not be, change those that differ."""
    nudge = False
    live = Session.objects.filter(access_id__in=list(access_ids), ended_at=None, expires_at__gt=now)
    for session in live.select_for_update():
        decision = access.decide_access(session.access_id, channel=Channel.VPN_RECONNECT, now=now)
        if isinstance(decision, Refusal):
            rows = Session.objects.filter(pk=session.pk)
            nudge |= bool(_end(rows, reason=decision.reason, by=by, now=now, tell_gateway=True))
        elif session.acct_session_id:
            Session.objects.filter(pk=session.pk).update(is_narrow=decision.narrow is not None)
            Change.objects.create(kind=Change.Kind.COA, session=session, asked_at=now)
            nudge = True
    if nudge:
        transactions.after_commit(_nudge)


def _open_session(
    gateway: Gateway,
    verified: entry.Verified,
    state: bytes,
    decision: Granted,
    attempt: entry.Try,
    user_agent: str,
) -> None:
    assert verified.key is not None  # noqa: S101 - verify_with_key always names the key
    hours = configuration.current().radius.session_hours
    session = Session.objects.create(
        gateway=gateway,
        access=verified.access,
        key=verified.key,
        state_hash=_hash(state),
        source=attempt.source,
        is_narrow=decision.narrow is not None,
        signed_in_at=attempt.now,
        expires_at=attempt.now + timedelta(hours=hours),
    )
    audit.record(
        "sign_in.accepted",
        by=attempt.by,
        subject=f"access:{verified.access}",
        data={"channel": Channel.VPN_SIGN_IN, "session": str(session.pk), "narrow": decision.narrow},
        person=f"access:{verified.access}",
        personal={"source": attempt.source, "user_agent": user_agent[:200]},
    )


def _admit(
    session: Session,
    decision: Granted,
    acct_session_id: str,
    source: str,
    tunnel_address: str | None,
    now: datetime,
) -> Authorized | Refusal:
    """Bind the session to its tunnel, once; a lock set meanwhile holds, for the row is asked again."""
    narrow = decision.narrow is not None
    moved = session.source != source or session.tunnel_address != tunnel_address
    if moved or session.acct_session_id is None or session.is_narrow != narrow or _is_stale(session, now):
        with transactions.writing():
            rows = Session.objects.filter(pk=session.pk, ended_at=None).filter(
                Q(acct_session_id=None) | Q(acct_session_id=acct_session_id)
            )
            bound = rows.update(
                acct_session_id=acct_session_id,
                source=source,
                tunnel_address=tunnel_address or session.tunnel_address,
                is_narrow=narrow,
                connected_at=session.connected_at or now,
                seen_at=now,
            )
            if not bound:
                return Refusal(Reason.ENDED)
            _note_tunnel(session, source, now)
    left = int((session.expires_at - now).total_seconds())
    return Authorized(access.filter_rules(session.access_id, is_narrow=narrow, now=now), left)


def _note_tunnel(session: Session, source: str, now: datetime) -> None:
    if session.connected_at is None or session.source != source:
        audit.record(
            "tunnel.connected" if session.connected_at is None else "tunnel.moved",
            by=f"radius:{session.gateway.name}",
            subject=f"access:{session.access}",
            data={"session": str(session.pk)},
            person=f"access:{session.access}",
            personal={"source": source},
        )


def _is_stale(session: Session, now: datetime) -> bool:
    return session.seen_at is None or now - session.seen_at > timedelta(minutes=1)


def _end_refused(session: Session, refusal: Refusal, gateway: Gateway, now: datetime) -> Refusal:
    with transactions.writing():
        rows = Session.objects.filter(pk=session.pk)
        _end(rows, reason=refusal.reason, by=f"radius:{gateway.name}", now=now)
    return refusal


def _live(gateway: Gateway) -> QuerySet[Session]:
    return Session.objects.filter(gateway=gateway, ended_at=None)


def _end(
    sessions: QuerySet[Session], *, reason: str, by: str, now: datetime, tell_gateway: bool = False
) -> list[uuid.UUID]:
    """Inside a transaction: end those that live, with every portal session that came through them."""
    ended = []
    for session in sessions.filter(ended_at=None).select_related("access__account"):
        Session.objects.filter(pk=session.pk).update(ended_at=now, end_reason=reason)
        accounts.end_web_sessions(Q(via=str(session.pk)))
        data = {"session": str(session.pk), "reason": reason}
        audit.record("tunnel.ended", by=by, subject=f"access:{session.access}", data=data)
        if tell_gateway and session.acct_session_id:
            Change.objects.create(kind=Change.Kind.DISCONNECT, session=session, asked_at=now)
        ended.append(session.pk)
    return ended


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
