"""The texts for nftables: what holds while the lease in the kernel is alive, and what once it has run out.

`meta mark & 0` is nought for every packet, so that looking it up in a set with one element that times out
asks only whether that element is still there.
"""

from collections.abc import Iterable
from dataclasses import dataclass

TUNNEL = "flexnet0"
MARK = "0x464c5801"
LOOKUP = "18010"  # number of our routing table, and the priority of the rule that leads there
LEASE_SECONDS, RENEWAL_SECONDS = 6, 2
_ZONE = "18010"  # our flows' own conntrack zone: none from before or after is taken for one of them
_ALIVE, _OVER = "meta mark & 0 == @lease", "meta mark & 0 != @lease"
_STREAMS = "meta l4proto { tcp, udp }"
_TABLES = ("inet flexnet", "netdev flexnet")
_NEIGHBOURS = "{ nd-router-solicit, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert }"


@dataclass(frozen=True)
class Isolation:
    """What lies outside the tunnel and stays reachable, and, once known, what the tunnel is like."""

    gateway: str
    port: int
    dns: str = ""
    mtu: int = 0

    @property
    def family(self) -> str:
        """The word of nftables for the gateway's address family."""
        return "ip6" if ":" in self.gateway else "ip"


def whole(isolation: Isolation, links: Iterable[str], note: str) -> str:
    """Both tables with a fresh lease, replacing what was there, in one transaction; `note` says why."""
    return _inet(isolation, note) + devices(isolation, links, note)


def devices(isolation: Isolation, links: Iterable[str], note: str) -> str:
    """The table that holds back what never passes `inet`: packet sockets, bridges, virtual machines."""
    held = [name for name in links if name not in ("lo", TUNNEL)]
    chains = [_device_chain(f"device_{number}", name, "jump hold") for number, name in enumerate(held)]
    if TUNNEL in links:
        chains.append(_device_chain("tunnel", TUNNEL, f"{_OVER} drop"))
    return f"""{_anew("netdev flexnet")}
table netdev flexnet {{
{_lease(note)}
	chain hold {{
		{_OVER} return
		meta protocol {{ arp, 0x888e }} accept comment "neighbours; sign-in to the wire or the air (802.1X)"
		{_towards_gateway(isolation)}
		{isolation.family} daddr {isolation.gateway} {_later_fragment(isolation)} accept
		{_HOUSEKEEPING_OUT}
		drop
	}}
{"".join(chains)}}}
"""


def renewal(note: str) -> str:
    """Both leases anew, whether or not they are still alive, in one transaction."""
    lines = []
    for table in _TABLES:
        lines += [
            f"add element {table} lease {{ 0 timeout {LEASE_SECONDS}s }}",
            f"delete element {table} lease {{ 0 }}",
            f'add element {table} lease {{ 0 timeout {LEASE_SECONDS}s comment "{note}" }}',
        ]
    return "\n".join(lines) + "\n"


def removal() -> str:
    """Both tables gone, whether or not they were there."""
    return "".join(_anew(table) for table in _TABLES)


_HOUSEKEEPING_OUT = f"""udp sport 68 udp dport 67 accept
		ip6 saddr fe80::/10 udp sport 546 udp dport 547 accept
		ip6 hoplimit 255 icmpv6 type {_NEIGHBOURS} accept"""
_HOUSEKEEPING_IN = f"""udp sport 67 udp dport 68 accept
		ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept
		ip6 hoplimit 255 icmpv6 type {_NEIGHBOURS} accept
		icmp type destination-unreachable icmp code frag-needed accept
		icmpv6 type packet-too-big accept"""


def _inet(isolation: Isolation, note: str) -> str:
    return f"""{_anew("inet flexnet")}
table inet flexnet {{
{_lease(note)}
	chain arriving {{
		type filter hook prerouting priority raw; policy accept;
		iifname "lo" accept
		{_ALIVE} goto arriving_isolated
		iifname "{TUNNEL}" drop
	}}
	chain arriving_isolated {{
		iifname "{TUNNEL}" meta nfproto ipv4 ct zone set {_ZONE} accept
		{isolation.family} saddr {isolation.gateway} {_STREAMS} th sport {isolation.port} accept
		{_HOUSEKEEPING_IN}
		drop
	}}
	chain leaving {{
		type filter hook postrouting priority 300; policy accept;
		oifname "lo" accept
		{_ALIVE} goto leaving_isolated
		oifname "{TUNNEL}" drop
	}}
	chain leaving_isolated {{
		oifname "{TUNNEL}" meta nfproto ipv4 accept
		{_towards_gateway(isolation)}
		{_HOUSEKEEPING_OUT}
		drop
	}}
	chain mine {{
		type filter hook output priority raw; policy accept;
		oifname "lo" accept
		{_towards_gateway(isolation)}
		{_ALIVE} ct zone set {_ZONE}
	}}
	chain steer {{
		type route hook output priority mangle; policy accept;
		oifname "lo" accept
		{_OVER} accept
		{_towards_gateway(isolation)}
		udp sport 68 udp dport 67 accept
		fib daddr type {{ broadcast, multicast }} accept
		meta nfproto ipv4 meta mark set {MARK}
	}}
	chain dress {{
		type nat hook postrouting priority srcnat; policy accept;
		oifname "{TUNNEL}" {_ALIVE} masquerade
	}}
{_names_chain(isolation.dns)}{_segment_chains(isolation.mtu)}}}
"""


def _anew(table: str) -> str:
    return f"add table {table}\ndelete table {table}\n"


def _lease(note: str) -> str:
    return f"""	set lease {{
		type mark
		flags timeout
		elements = {{ 0 timeout {LEASE_SECONDS}s comment "{note}" }}
	}}"""


def _towards_gateway(isolation: Isolation) -> str:
    return f"{isolation.family} daddr {isolation.gateway} {_STREAMS} th dport {isolation.port} accept"


def _later_fragment(isolation: Isolation) -> str:
    return "frag frag-off != 0" if isolation.family == "ip6" else "ip frag-off & 0x1fff != 0"


def _names_chain(dns: str) -> str:
    if not dns:
        return ""
    return f"""	chain names {{
		type nat hook output priority -100; policy accept;
		oifname "lo" accept
		{_ALIVE} meta nfproto ipv4 {_STREAMS} th dport 53 dnat ip to {dns}
	}}
"""


def _segment_chains(mtu: int) -> str:
    """Sockets chose their segments by the card's MTU before they were steered; this only ever lowers them."""
    if not mtu:
        return ""
    clamp = f"tcp flags & (syn | rst) == syn tcp option maxseg size set {mtu - 40}"
    return f"""	chain segments_out {{
		type filter hook postrouting priority mangle; policy accept;
		oifname "{TUNNEL}" {clamp}
	}}
	chain segments_in {{
		type filter hook prerouting priority mangle; policy accept;
		iifname "{TUNNEL}" {clamp}
	}}
"""


def _device_chain(chain: str, device: str, rule: str) -> str:
    if '"' in device:
        raise ValueError(f"a device with a quotation mark in its name cannot be held: {device!r}")
    return f"""	chain {chain} {{
		type filter hook egress device "{device}" priority filter; policy accept;
		{rule}
	}}
"""
