"""Which networks may be a range, which of them overlap, and in which of many an address lies? Pure."""

import ipaddress
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from flexnet.publications.errors import BadRange, Wrong

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Nobody's: of one machine or cable, of many at once, or never lent (RFC 6890). Private ones may be a range.
_NOBODYS: Final = tuple(
    ipaddress.ip_network(text)
    for text in (
        *("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4"),
        *("::/96", "::ffff:0:0/96", "fe80::/10", "ff00::/8"),
    )
)


@dataclass(frozen=True)
class Held:
    """A range with the days on which it holds, both inclusive; `told_on` is the end that was announced.

    Both ends are None where there is none. An announced end need not take effect.
    """

    number: int
    provider: int
    name: str
    network: Network
    from_on: date
    last_on: date | None = None
    told_on: date | None = None

    def holds(self, on: date) -> bool:
        return self.from_on <= on and (self.last_on is None or on <= self.last_on)

    def meets(self, other: "Held") -> bool:
        """Whether an address belongs to both on some day."""
        ends = [one.last_on for one in (self, other) if one.last_on]
        together = max(self.from_on, other.from_on)
        return overlap(self.network, other.network) and (not ends or together <= min(ends))


class Table:
    """Ranges by their prefixes: a look at an address costs one question for each length that occurs."""

    def __init__(self, ranges: Iterable[Held]) -> None:
        self._by_length: dict[tuple[int, int], dict[int, list[Held]]] = defaultdict(lambda: defaultdict(list))
        for one in ranges:
            version, length = one.network.version, one.network.prefixlen
            self._by_length[version, length][int(one.network.network_address)].append(one)
        self._lengths = sorted(self._by_length, reverse=True)

    def at(self, address: Address) -> list[Held]:
        """Every range that the address lies in, on whatever day, the narrowest first."""
        number = int(address)
        return [
            one
            for version, length in self._lengths
            if version == address.version
            for one in self._by_length[version, length].get(_masked(number, address, length), ())
        ]


def checked(text: str, *, widest: dict[int, int]) -> Network:
    """The network that somebody means; `widest` has the shortest prefix for 4 and for 6. Raises BadRange."""
    try:
        network = ipaddress.ip_network(text.strip())
    except ValueError as error:
        meant = _meant(text)
        cure = f"Do you mean {meant}?" if meant else "Write it as 10.20.0.0/16 or 2001:db8::/32."
        text = f"{text.strip()!r} is no network: {error}. {cure}"
        raise BadRange(text, Wrong.NO_NETWORK, meant) from None
    if any(overlap(network, one) for one in _NOBODYS):
        raise BadRange(
            f"{network} belongs to no participant: loopback, link-local, multicast or reserved.",
            Wrong.NOBODYS,
        )
    if network.prefixlen < widest[network.version]:
        raise BadRange(
            f"{network} is wider than /{widest[network.version]}, the widest that ways.widest_ipv"
            f"{network.version} allows. Enter it in parts, as the provider told them.",
            Wrong.TOO_WIDE,
            f"/{widest[network.version]}",
        )
    return network


def overlap(one: Network, other: Network) -> bool:
    """Whether they share an address; those of IPv4 and of IPv6 never do."""
    return one.version == other.version and one.overlaps(other)


def address(text: str) -> Address:
    """One that a socket tells; IPv4 behind a socket of IPv6 is IPv4. Raises ValueError."""
    found = ipaddress.ip_address(text.partition("%")[0])
    return (found.version == 6 and found.ipv4_mapped) or found


def within(place: Address, networks: Sequence[Network]) -> bool:
    """Whether an address lies in one of them."""
    return any(place in one for one in networks)


def _masked(number: int, address: Address, length: int) -> int:
    rest = address.max_prefixlen - length
    return number >> rest << rest


def _meant(text: str) -> str:
    """The network around an address, if that is what was typed."""
    try:
        return str(ipaddress.ip_network(text.strip(), strict=False))
    except ValueError:
        return ""
