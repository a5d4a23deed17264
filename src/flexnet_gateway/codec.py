"""RADIUS packets: pyrad encodes and decodes, the checks it leaves out are made here."""

from __future__ import annotations

import enum
import hashlib
import hmac
import importlib.resources
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

from pyrad import dictionary, packet

HEADER = 20
LARGEST = 4096
LARGEST_ATTRIBUTE = 253
SIGNATURE = 80  # Message-Authenticator

Attribute = tuple[str, str | int | bytes]

with importlib.resources.as_file(importlib.resources.files(__package__) / "dictionary") as _path:
    DICTIONARY = dictionary.Dictionary(str(_path))


class Code(enum.IntEnum):
    ACCESS_REQUEST = 1
    ACCESS_ACCEPT = 2
    ACCESS_REJECT = 3
    ACCOUNTING_REQUEST = 4
    ACCOUNTING_RESPONSE = 5
    DISCONNECT_REQUEST = 40
    DISCONNECT_ACK = 41
    DISCONNECT_NAK = 42
    COA_REQUEST = 43
    COA_ACK = 44
    COA_NAK = 45


class Malformed(Exception):
    """These bytes are no packet that may be believed; the message says why."""


@dataclass(frozen=True)
class Packet:
    """A packet whose form was checked; its signature and authenticator not yet."""

    code: int
    identifier: int
    authenticator: bytes = field(repr=False)
    raw: bytes = field(repr=False)
    values: dict[int, list[bytes]] = field(repr=False)

    def names(self) -> set[str]:
        """The attributes that are there; one that is not in the dictionary by its number."""
        forward = DICTIONARY.attrindex
        return {forward.GetBackward(key) if forward.HasBackward(key) else str(key) for key in self.values}

    def every(self, name: str) -> list[bytes]:
        return self.values.get(_number(name), [])

    def octets(self, name: str) -> bytes | None:
        """The one value; raises Malformed where an attribute that may come once came twice."""
        values = self.every(name)
        if len(values) > 1:
            raise Malformed(f"{name} is there {len(values)} times")
        return values[0] if values else None

    def text(self, name: str) -> str | None:
        value = self.octets(name)
        try:
            return None if value is None else value.decode()
        except UnicodeDecodeError:
            raise Malformed(f"{name} is not UTF-8") from None

    def number(self, name: str) -> int | None:
        value = self.octets(name)
        if value is not None and len(value) != 4:
            raise Malformed(f"{name} has {len(value)} bytes, not 4")
        return None if value is None else int.from_bytes(value)


def decode(raw: bytes) -> Packet:
    """The packet in exactly these bytes (RFC 2865, 3), or Malformed."""
    if not HEADER <= len(raw) <= LARGEST:
        raise Malformed(f"{len(raw)} bytes: a packet has {HEADER} to {LARGEST}")
    if int.from_bytes(raw[2:4]) != len(raw):
        raise Malformed("the length field does not say the packet's length")
    _check_attributes(raw)
    found = packet.Packet(packet=raw, dict=DICTIONARY)
    values = {key: list(value) for key, value in found.items() if isinstance(key, int)}
    if any(len(value) != 16 for value in values.get(SIGNATURE, [])) or len(values.get(SIGNATURE, [])) > 1:
        raise Malformed("Message-Authenticator must be there once, with 16 bytes")
    return Packet(raw[0], raw[1], raw[4:HEADER], raw, values)


def _check_attributes(raw: bytes) -> None:
    at = HEADER
    while at < len(raw):
        length = raw[at + 1] if at + 1 < len(raw) else 0
        if length < 2 or at + length > len(raw):
            raise Malformed(f"the attribute at byte {at} does not fit")
        at += length


def request(
    code: Code,
    identifier: int,
    secret: bytes,
    attributes: Iterable[Attribute],
    *,
    authenticator: bytes | None = None,
) -> bytes:
    """A request; all but accounting is signed with a Message-Authenticator (RFC 3579, 3.2; RFC 5176, 3.3)."""
    kind = {Code.ACCESS_REQUEST: packet.AuthPacket, Code.ACCOUNTING_REQUEST: packet.AcctPacket}
    made = kind.get(code, packet.CoAPacket)(code, identifier, secret, authenticator, dict=DICTIONARY)
    if code != Code.ACCOUNTING_REQUEST:
        made.add_message_authenticator()
    _fill(made, attributes)
    return _fitting(made.RequestPacket())


def answer(code: Code, to: Packet, secret: bytes, attributes: Iterable[Attribute]) -> bytes:
    """The answer to a request, Proxy-State copied (RFC 2865, 5.33), signed unless it is for accounting."""
    made = packet.Packet(code, to.identifier, secret, to.authenticator, dict=DICTIONARY)
    if code != Code.ACCOUNTING_RESPONSE:
        made.add_message_authenticator()
    copied: list[Attribute] = [("Proxy-State", value) for value in to.every("Proxy-State")]
    _fill(made, [*attributes, *copied])
    return _fitting(made.ReplyPacket())


def is_genuine_request(found: Packet, secret: bytes) -> bool:
    """Whether authenticator (RFC 2866, 3; RFC 5176, 3.3) and signature are right; accounting has none."""
    if found.code == Code.ACCESS_REQUEST:
        return _is_signed(found, secret, found.authenticator)
    over = found.raw[:4] + bytes(16) + found.raw[HEADER:] + secret
    genuine = secrets.compare_digest(_md5(over), found.authenticator)
    return genuine and (found.code == Code.ACCOUNTING_REQUEST or _is_signed(found, secret, bytes(16)))


def is_genuine_answer(found: Packet, request_authenticator: bytes, secret: bytes) -> bool:
    """Whether authenticator (RFC 2865, 3) and signature are right; accounting has no signature."""
    over = found.raw[:4] + request_authenticator + found.raw[HEADER:] + secret
    genuine = secrets.compare_digest(_md5(over), found.authenticator)
    unsigned = found.code == Code.ACCOUNTING_RESPONSE
    return genuine and (unsigned or _is_signed(found, secret, request_authenticator))


def hide(password: bytes, authenticator: bytes, secret: bytes) -> bytes:
    """User-Password as it travels (RFC 2865, 5.2); raises Malformed over 128 bytes."""
    try:
        return bytes(packet.AuthPacket(secret=secret, authenticator=authenticator).PwCrypt(password))
    except ValueError:
        raise Malformed("User-Password has more than 128 bytes") from None


def reveal(hidden: bytes, authenticator: bytes, secret: bytes) -> bytes:
    """The bytes as typed: pyrad's own way drops what is not UTF-8 and would make another password of it."""
    if not hidden or len(hidden) % 16 or len(hidden) > 128:
        raise Malformed(f"User-Password has {len(hidden)} bytes")
    shown, last = b"", authenticator
    for at in range(0, len(hidden), 16):
        block = hidden[at : at + 16]
        shown += bytes(a ^ b for a, b in zip(block, _md5(secret + last), strict=True))
        last = block
    return shown.rstrip(b"\0")


def _number(name: str) -> int:
    return int(DICTIONARY.attributes[name].code)


def _md5(over: bytes) -> bytes:
    return hashlib.md5(over, usedforsecurity=False).digest()


def _is_signed(found: Packet, secret: bytes, authenticator: bytes) -> bool:
    signed = found.values.get(SIGNATURE)
    if signed is None:
        return False
    at = _signature_at(found.raw)
    blank = found.raw[:4] + authenticator + found.raw[HEADER:at] + bytes(16) + found.raw[at + 16 :]
    return secrets.compare_digest(hmac.digest(secret, blank, "md5"), signed[0])


def _signature_at(raw: bytes) -> int:
    at = HEADER
    while raw[at] != SIGNATURE:
        at += raw[at + 1]
    return at + 2


def _fill(made: packet.Packet, attributes: Iterable[Attribute]) -> None:
    for name, value in attributes:
        if isinstance(value, bytes):  # by number: by name pyrad would read b"0x41" as hexadecimal
            made.setdefault(_number(name), []).append(value)
        else:
            made.AddAttribute(name, value)
    if any(len(value) > LARGEST_ATTRIBUTE for values in made.values() for value in values):
        raise Malformed(f"an attribute holds at most {LARGEST_ATTRIBUTE} bytes")


def _fitting(raw: bytes) -> bytes:
    if len(raw) > LARGEST:
        raise Malformed(f"{len(raw)} bytes: a packet has at most {LARGEST}")
    return raw
