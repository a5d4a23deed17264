"""Bytes to packets and back: pyrad computes, and nothing passes that it would let slip."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import md5
from importlib import resources
from typing import Final

import pyrad.dictionary
import pyrad.packet

SMALLEST: Final = 20
LARGEST: Final = 4096  # RFC 2865, 3
ACCESS_REQUEST: Final = 1
ACCESS_ACCEPT: Final = 2
ACCESS_REJECT: Final = 3
ACCOUNTING_REQUEST: Final = 4
ACCOUNTING_RESPONSE: Final = 5
DISCONNECT_REQUEST: Final = 40
DISCONNECT_ACK: Final = 41
DISCONNECT_NAK: Final = 42
COA_REQUEST: Final = 43
COA_ACK: Final = 44
COA_NAK: Final = 45
REQUESTS: Final = frozenset({ACCESS_REQUEST, ACCOUNTING_REQUEST})
ANSWERS_TO: Final = {
    DISCONNECT_REQUEST: frozenset({DISCONNECT_ACK, DISCONNECT_NAK}),
    COA_REQUEST: frozenset({COA_ACK, COA_NAK}),
}
ANSWERS: Final = frozenset().union(*ANSWERS_TO.values())

DICTIONARY: Final = pyrad.dictionary.Dictionary(str(resources.files(__package__) / "dictionary"))
_MESSAGE_AUTHENTICATOR: Final = 80
_PROXY_STATE: Final = 33
_LARGEST_VALUE: Final = 253
_UNSIGNED: Final = frozenset({ACCOUNTING_REQUEST, ACCOUNTING_RESPONSE})

Attributes = Sequence[tuple[str, bytes]]


class Malformed(Exception):
    """The packet is to be dropped; the text is one word for the counter."""


class TooLong(Exception):
    """What was to be said does not fit into one packet."""


@dataclass(frozen=True)
class Packet:
    """A packet whose form and signature were checked; it does not show what it holds."""

    code: int
    identifier: int
    authenticator: bytes = field(repr=False)
    attributes: Mapping[int, tuple[bytes, ...]] = field(repr=False)

    def values(self, name: str) -> tuple[bytes, ...]:
        """All values of the attribute, in their order."""
        return self.attributes.get(number(name), ())

    def value(self, name: str) -> bytes | None:
        """The value of an attribute that may stand there once; raises Malformed if it is repeated."""
        values = self.values(name)
        if len(values) > 1:
            raise Malformed("repeated")
        return values[0] if values else None


def number(name: str) -> int:
    """The attribute's number (contracts/dictionary)."""
    return int(DICTIONARY.attributes[name].code)


def without_padding(datagram: bytes) -> bytes:
    """A datagram's packet: what lies behind its length is to be ignored (RFC 2865, 3)."""
    return datagram[: int.from_bytes(datagram[2:4], "big")] if len(datagram) >= SMALLEST else datagram


def check_form(raw: bytes, codes: frozenset[int]) -> None:
    """Refuse what can be refused without knowing the sender; raises Malformed."""
    if not SMALLEST <= len(raw) <= LARGEST or int.from_bytes(raw[2:4], "big") != len(raw):
        raise Malformed("length")
    if raw[0] not in codes:
        raise Malformed("code")
    signatures = [value for kind, value in _attributes(raw) if kind == _MESSAGE_AUTHENTICATOR]
    if len(signatures) > 1 or any(len(value) != 16 for value in signatures):
        raise Malformed("message_authenticator")
    if not signatures and raw[0] not in _UNSIGNED:
        raise Malformed("message_authenticator_missing")


def _attributes(raw: bytes) -> list[tuple[int, bytes]]:
    found, at = [], SMALLEST
    while at < len(raw):
        length = raw[at + 1] if at + 1 < len(raw) else 0
        if length < 2 or at + length > len(raw):
            raise Malformed("attribute")
        found.append((raw[at], raw[at + 2 : at + length]))
        at += length
    return found


def read_request(raw: bytes, secret: bytes) -> Packet:
    """An Access-Request (RFC 3579, 3.2) or Accounting-Request (RFC 2866, 3) of whoever has the secret.

    Raises Malformed.
    """
    check_form(raw, REQUESTS)
    if raw[0] == ACCESS_REQUEST:
        _demand_signature(pyrad.packet.AuthPacket(packet=raw, secret=secret))
    else:
        accounting = pyrad.packet.AcctPacket(packet=raw, secret=secret)
        if not accounting.VerifyAcctRequest():
            raise Malformed("authenticator")
        if accounting.message_authenticator:
            _demand_signature(accounting)
    return _packet(raw)


def read_answer(raw: bytes, secret: bytes, request: bytes) -> Packet:
    """The gateway's answer to our Disconnect- or CoA-Request (RFC 5176, 3.3-3.5); raises Malformed."""
    check_form(raw, ANSWERS_TO[request[0]])
    asked = pyrad.packet.CoAPacket(request[0], request[1], secret, request[4:SMALLEST])
    if not asked.VerifyReply(asked.CreateReply(packet=raw)):
        raise Malformed("authenticator")
    return _packet(raw)


def _demand_signature(packet: pyrad.packet.Packet) -> None:
    if not packet.verify_message_authenticator():
        raise Malformed("message_authenticator")


def _packet(raw: bytes) -> Packet:
    grouped: dict[int, list[bytes]] = defaultdict(list)
    for kind, value in _attributes(raw):
        grouped[kind].append(value)
    attributes = {kind: tuple(values) for kind, values in grouped.items()}
    return Packet(raw[0], raw[1], raw[4:SMALLEST], attributes)


def answer(request: Packet, code: int, attributes: Attributes, secret: bytes) -> bytes:
    """The bytes that answer `request`, with its Proxy-States (RFC 2865, 5.33); raises TooLong."""
    proxies = [("Proxy-State", value) for value in request.values("Proxy-State")]
    reply = pyrad.packet.Packet(code, request.identifier, secret, request.authenticator)
    return bytes(_filled(reply, [*attributes, *proxies]).ReplyPacket())


def request(code: int, identifier: int, attributes: Attributes, secret: bytes) -> bytes:
    """The bytes of a Disconnect- or CoA-Request; raises TooLong."""
    return bytes(_filled(pyrad.packet.CoAPacket(code, identifier, secret), attributes).RequestPacket())


def _filled(packet: pyrad.packet.Packet, attributes: Attributes) -> pyrad.packet.Packet:
    size = SMALLEST + sum(2 + len(value) for _, value in attributes)
    if packet.code not in _UNSIGNED:
        packet.add_message_authenticator()
        size += 18
    if size > LARGEST or any(len(value) > _LARGEST_VALUE for _, value in attributes):
        raise TooLong(f"{size} bytes in {len(attributes)} attributes")
    for name, value in attributes:  # by number: by name pyrad would read bytes that begin with 0x as hex
        packet.setdefault(number(name), []).append(value)
    return packet


def revealed(hidden: bytes, secret: bytes, authenticator: bytes) -> bytes:
    """The bytes of a User-Password as they were typed (RFC 2865, 5.2); raises Malformed.

    Not pyrad's, which silently leaves out what is not UTF-8.
    """
    if len(hidden) % 16 or not 16 <= len(hidden) <= 128:
        raise Malformed("password")
    shown, last = b"", authenticator
    for at in range(0, len(hidden), 16):
        block = hidden[at : at + 16]
        pad = md5(secret + last).digest()  # noqa: S324 - RADIUS is defined with MD5
        shown += bytes(left ^ right for left, right in zip(block, pad, strict=True))
        last = block
    return shown.rstrip(b"\0")


def cut(rules: Sequence[str]) -> list[tuple[str, bytes]]:
    """NAS-Filter-Rule attributes: rules joined by NUL, cut wherever an attribute is full (RFC 4849, 2)."""
    joined = b"\0".join(rule.encode() for rule in rules)
    starts = range(0, len(joined), _LARGEST_VALUE)
    return [("NAS-Filter-Rule", joined[at : at + _LARGEST_VALUE]) for at in starts]
