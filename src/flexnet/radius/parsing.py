"""Packets to the three requests that the server understands (contracts/README.md)."""

import ipaddress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from flexnet.gateway.actions import AccountingRecord
from flexnet.radius import attributes, codec
from flexnet.radius.codec import Malformed, Packet
from flexnet.radius.gateways import Peer

_AUTHORIZE_ONLY: Final = 17
Status = Literal["start", "interim", "stop", "on", "off"]
_STATUS: Final[dict[int, Status]] = {1: "start", 2: "stop", 3: "interim", 7: "on", 8: "off"}
_OF_THE_GATEWAY: Final = frozenset({"on", "off"})


@dataclass(frozen=True)
class SignIn:
    """A person with a user name, and the field that holds password and code."""

    user_name: str
    field: bytes = field(repr=False)
    source: str
    user_agent: str


@dataclass(frozen=True)
class Authorize:
    """A gateway asks whether a session may be, and what it may reach."""

    user_name: str
    state: bytes = field(repr=False)
    acct_session_id: str
    source: str
    tunnel_address: str | None


@dataclass(frozen=True)
class Unusable:
    """Rightly signed, but nothing that we could say yes to."""


Request = SignIn | Authorize | AccountingRecord | Unusable


def parse(packet: Packet, peer: Peer, now: datetime) -> Request:
    """What the packet asks; raises Malformed if it contradicts itself or names another gateway."""
    _check_name(packet, peer)
    if packet.code == codec.ACCOUNTING_REQUEST:
        return _accounting(packet, now)
    if attributes.whole_number(packet, "Service-Type") == _AUTHORIZE_ONLY:
        return _authorize(packet)
    return _sign_in(packet, peer)


def _check_name(packet: Packet, peer: Peer) -> None:
    """A certificate speaks for one NAS-Identifier; over plain RADIUS it may be left out, but not wrong."""
    name = attributes.text(packet, "NAS-Identifier")
    if name != peer.gateway.name and (name is not None or peer.transport == "radsec"):
        raise Malformed("nas_identifier")


def _sign_in(packet: Packet, peer: Peer) -> SignIn | Unusable:
    user_name = attributes.text(packet, "User-Name")
    hidden = packet.value("User-Password")
    if not user_name or hidden is None:
        return Unusable()
    typed = codec.revealed(hidden, peer.secret, packet.authenticator)
    return SignIn(user_name, typed, source(packet), attributes.text(packet, "Connect-Info") or "")


def _authorize(packet: Packet) -> Authorize | Unusable:
    user_name = attributes.text(packet, "User-Name")
    state = packet.value("State")
    session = attributes.text(packet, "Acct-Session-Id")
    if not user_name or not state or not session:
        return Unusable()
    tunnel_address = attributes.address(packet, "Framed-IP-Address")
    return Authorize(user_name, state, session, source(packet), tunnel_address)


def _accounting(packet: Packet, now: datetime) -> AccountingRecord:
    status = _STATUS.get(attributes.whole_number(packet, "Acct-Status-Type") or 0)
    session = attributes.text(packet, "Acct-Session-Id") or ""
    if status is None or (not session and status not in _OF_THE_GATEWAY):
        raise Malformed("accounting")
    return AccountingRecord(
        status=status,
        acct_session_id=session,
        user_name=attributes.text(packet, "User-Name") or "",
        tunnel_address=attributes.address(packet, "Framed-IP-Address"),
        source=source(packet) or None,
        seconds=attributes.whole_number(packet, "Acct-Session-Time") or 0,
        octets_in=attributes.octets(packet, "Input"),
        octets_out=attributes.octets(packet, "Output"),
        terminate_cause=attributes.named(packet, "Acct-Terminate-Cause") or "",
        happened_at=_happened_at(packet, now),
    )


def _happened_at(packet: Packet, now: datetime) -> datetime:
    delay = timedelta(seconds=attributes.whole_number(packet, "Acct-Delay-Time") or 0)
    return attributes.moment(packet, "Event-Timestamp") or now - delay


def source(packet: Packet) -> str:
    """The person's public address from Calling-Station-Id; empty if that is no address."""
    try:
        return str(ipaddress.ip_address(attributes.text(packet, "Calling-Station-Id") or ""))
    except ValueError:
        return ""
