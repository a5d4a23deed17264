"""What an attribute's bytes mean: texts, numbers, addresses, moments."""

import ipaddress
from datetime import UTC, datetime

from flexnet.radius import codec
from flexnet.radius.codec import Malformed, Packet


def text(packet: Packet, name: str) -> str | None:
    """The attribute as text that is fit for a log and a database; raises Malformed if repeated.

    What is not UTF-8 or not printable becomes U+FFFD: such a name is nobody's, so it is refused, not dropped.
    """
    value = packet.value(name)
    if value is None:
        return None
    return "".join(char if char.isprintable() else "\ufffd" for char in value.decode(errors="replace"))


def whole_number(packet: Packet, name: str) -> int | None:
    """An unsigned number of 32 bits; raises Malformed if it has another length or is repeated."""
    value = packet.value(name)
    if value is None:
        return None
    if len(value) != 4:
        raise Malformed("number")
    return int.from_bytes(value, "big")


def named(packet: Packet, name: str) -> str | None:
    """A number by the dictionary's word for it, or in digits where it has none."""
    value = whole_number(packet, name)
    if value is None:
        return None
    words = codec.DICTIONARY.attributes[name].values
    key = value.to_bytes(4, "big")
    return str(words.GetBackward(key)) if words.HasBackward(key) else str(value)


def moment(packet: Packet, name: str) -> datetime | None:
    """Seconds since 1970 (RFC 2869, 5.3)."""
    seconds = whole_number(packet, name)
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def address(packet: Packet, name: str) -> str | None:
    """An IPv4 address of four bytes."""
    value = whole_number(packet, name)
    return None if value is None else str(ipaddress.IPv4Address(value))


def octets(packet: Packet, direction: str) -> int:
    """Octets: `Acct-<direction>-Octets` and `-Gigawords` (RFC 2869, 5.1), at most what a database counts."""
    low = whole_number(packet, f"Acct-{direction}-Octets") or 0
    high = whole_number(packet, f"Acct-{direction}-Gigawords") or 0
    return min(high << 32 | low, 2**63 - 1)
