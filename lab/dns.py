"""As much DNS as the lab needs: names to IPv4 addresses, over UDP and TCP (RFC 1035)."""

import socket
import struct

_HEADER = struct.Struct("!6H")
_A, _IN = 1, 1
_ANSWER, _REFUSED_NAME = 0x8580, 0x8583  # authoritative; the latter is NXDOMAIN
_TIME_TO_LIVE = 30  # s


class BadQuery(Exception):
    """Bytes that are no single question."""


def question(name: str, *, number: int = 1) -> bytes:
    """Ask for the IPv4 address of a name."""
    labels = b"".join(bytes([len(one)]) + one.encode() for one in name.split("."))
    return _HEADER.pack(number, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!2H", _A, _IN)


def answer(query: bytes, names: dict[str, str]) -> bytes:
    """Answer from a table; a name that is not in it does not exist. Raises BadQuery."""
    name, end = _name(query)
    number = int.from_bytes(query[:2], "big")
    asked = query[_HEADER.size : end]
    if name not in names:
        return _HEADER.pack(number, _REFUSED_NAME, 1, 0, 0, 0) + asked
    if asked[-4:-2] != _A.to_bytes(2, "big"):
        return _HEADER.pack(number, _ANSWER, 1, 0, 0, 0) + asked
    record = struct.pack("!3HIH", 0xC00C, _A, _IN, _TIME_TO_LIVE, 4) + socket.inet_aton(names[name])
    return _HEADER.pack(number, _ANSWER, 1, 1, 0, 0) + asked + record


def address(reply: bytes) -> str | None:
    """Read the first IPv4 address out of an answer of ours, or None."""
    return socket.inet_ntoa(reply[-4:]) if int.from_bytes(reply[6:8], "big") else None


def _name(query: bytes) -> tuple[str, int]:
    labels, at = [], _HEADER.size
    try:
        while length := query[at]:
            labels.append(query[at + 1 : at + 1 + length].decode("ascii").lower())
            at += 1 + length
    except (IndexError, UnicodeDecodeError) as error:
        raise BadQuery(str(error)) from error
    if len(query) < at + 5 or int.from_bytes(query[4:6], "big") != 1:
        raise BadQuery("not one question")
    return ".".join(labels), at + 5
