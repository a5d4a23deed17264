"""How far a connection has come: what was heard from openconnect, folded into one value; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from ipaddress import IPv4Address

PATIENCE_SECONDS = 60  # for the sign-in, and again for each interruption; then LAN and Internet are opened
_DTLS_GRACE_SECONDS = 3


class Phase(StrEnum):
    """Where a connection stands; OPEN is the PC without one."""

    OPEN = "open"
    CONNECTING = "connecting"
    ISOLATED = "isolated"
    RECONNECTING = "reconnecting"


class Heard(StrEnum):
    """What openconnect can have said or asked for."""

    REFUSED = "refused"
    SERVICE_AWAY = "service_away"
    NOT_ADMITTED = "not_admitted"
    UNAVAILABLE = "unavailable"
    NO_SUCH_GROUP = "no_such_group"
    BAD_CERTIFICATE = "bad_certificate"
    UNREACHABLE = "unreachable"
    NO_DEVICE = "no_device"
    ENDED_BY_GATEWAY = "ended_by_gateway"
    COOKIE_REJECTED = "cookie_rejected"
    CONFIGURED = "configured"
    DTLS = "dtls"
    NO_DTLS = "no_dtls"
    EXPIRES = "expires"
    INTERRUPTED = "interrupted"
    TUNNEL = "tunnel"
    RESUMED = "resumed"
    UNUSABLE = "unusable"


@dataclass(frozen=True)
class Tunnel:
    """What the gateway gave this connection."""

    address: str
    mtu: int
    dns: str


@dataclass(frozen=True)
class Progress:
    """One connection up to now; `since` and all other instants are of the monotonic clock, in seconds."""

    since: float
    phase: Phase = Phase.CONNECTING
    tunnel: Tunnel | None = None
    transport: str = "TLS"
    configured: bool = False
    expires_at: datetime | None = None
    heard: frozenset[Heard] = frozenset()

    @property
    def note(self) -> str:
        """What the lease in the kernel carries, so that anyone can read it there."""
        return f"{self.phase} {self.transport}"


def tunnel(told: Mapping[str, str], *, dns: str = "") -> Tunnel:
    """Read what openconnect told its script; `dns` of the settings wins. Raises ValueError."""
    pushed = [one for one in told["dns"].split() if ":" not in one]
    server = dns or (pushed[0] if pushed else "")
    mtu = int(told["mtu"])
    if not 576 <= mtu <= 65535:
        raise ValueError(f"an MTU of {mtu} is not for IPv4")
    return Tunnel(str(IPv4Address(told["address"])), mtu, str(IPv4Address(server)) if server else "")


def follow(progress: Progress, heard: Heard, now: float) -> Progress:
    """Return the progress after one more thing was heard."""
    after = replace(progress, heard=progress.heard | {heard})
    if heard is Heard.DTLS:
        return replace(after, transport="DTLS")
    if heard is Heard.NO_DTLS:
        return replace(after, transport="TLS")
    if heard is Heard.CONFIGURED:
        return replace(after, configured=True)
    if heard is Heard.INTERRUPTED and progress.phase is Phase.ISOLATED:
        return replace(after, phase=Phase.RECONNECTING, since=now, transport="TLS")
    if heard is Heard.RESUMED and progress.phase is Phase.RECONNECTING:
        return replace(after, phase=Phase.ISOLATED, since=now)
    return after


def tunnel_up(progress: Progress, given: Tunnel, now: float) -> Progress:
    """Return the progress after the tunnel got its address."""
    after = follow(progress, Heard.TUNNEL, now)
    return replace(after, phase=Phase.ISOLATED, since=now, tunnel=given)


def may_announce(progress: Progress, now: float) -> bool:
    """Whether the person can be told now: DTLS gets a moment to come up first."""
    waited = now - progress.since >= _DTLS_GRACE_SECONDS
    return progress.configured and progress.tunnel is not None and (progress.transport == "DTLS" or waited)


def is_overdue(progress: Progress, now: float) -> bool:
    """Whether sign-in or interruption have lasted so long that the PC is to be opened again."""
    waiting = progress.phase in (Phase.CONNECTING, Phase.RECONNECTING)
    return waiting and now - progress.since >= PATIENCE_SECONDS
