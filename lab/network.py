"""Builds a topology out of namespaces, cables and routes, and changes it while it stands."""

import ipaddress
import json
from collections.abc import Iterator
from contextlib import contextmanager

from lab import commands
from lab.remains import FILES
from lab.topology import LAB, NAMESPACES, PORTAL, SERVICE, SERVICE_ADDRESS, Port, Route, Topology

_SYSCTL = {
    "net.ipv6.conf.all.accept_dad": "0",
    "net.ipv6.conf.default.accept_dad": "0",
    "net.ipv6.conf.all.accept_ra": "0",
}
_ROUTER_SYSCTL = {"net.ipv4.ip_forward": "1", "net.ipv6.conf.all.forwarding": "1"}
_NAT_RULES = """
table inet router {
    chain forward {
        type filter hook forward priority filter; policy accept;
        iifname { "wan0", "snk0" } ct state != { established, related } drop
    }
    chain postrouting {
        type nat hook postrouting priority srcnat;
        ip saddr 192.168.0.0/16 oifname { "wan0", "snk0" } masquerade
    }
}
"""
_SILENCE = """
table inet silence {
    chain out {
        type filter hook output priority filter; policy accept;
        tcp flags & (fin | rst) != 0 drop
    }
}
"""


def build(topology: Topology) -> None:
    """Make everything; the caller has already arranged for `remains.remove`, so a failure leaves nothing."""
    for namespace in NAMESPACES:
        _write_files(namespace, topology)
        commands.run(["ip", "netns", "add", namespace])
        _set(namespace, _SYSCTL | (_ROUTER_SYSCTL if namespace in topology.routers else {}))
        _ip(namespace, ["link set lo up"])
    for bridge in topology.bridges:
        lines = [f"link add {bridge.device} type bridge", f"link set {bridge.device} up"]
        _ip(bridge.namespace, lines + [_address(bridge.device, one) for one in bridge.addresses])
    for left, right in topology.cables:
        plug_in(left, right)
    for route in topology.routes:
        _ip(route.namespace, [f"route add {route.network} via {route.via}"])
    for namespace in topology.nat:
        commands.run(commands.inside(namespace, ["nft", "-f", "-"]), stdin=_NAT_RULES)


def plug_in(left: Port, right: Port) -> None:
    """Lay a cable between two namespaces; no end of it is ever seen outside them."""
    peer = f"peer name {right.device} netns {right.namespace}"
    _ip(left.namespace, [f"link add {left.device} type veth {peer}"])
    for port in (left, right):
        lines = [f"link set {port.device} up"]
        lines += [f"link set {port.device} master {port.bridge}"] if port.bridge else []
        _ip(port.namespace, lines + [_address(port.device, one) for one in port.addresses])


def unplug(port: Port) -> None:
    """Pull a cable out; both its ends are gone."""
    _ip(port.namespace, [f"link del {port.device}"])


def card(namespace: str, device: str) -> str:
    """The Ethernet address of a card."""
    shown = commands.run(["ip", "-j", "-n", namespace, "link", "show", "dev", device])
    return str(json.loads(shown)[0]["address"])


@contextmanager
def borrowed_address(address: str) -> Iterator[None]:
    """Let the other service of the SNK speak to the portal under somebody else's address for a while."""
    _ip(SERVICE, [f"address add {address}/32 dev snk0"])
    _ip(PORTAL, [f"route replace {address}/32 via {SERVICE_ADDRESS}"])
    try:
        yield
    finally:
        _ip(PORTAL, [f"route del {address}/32"])
        _ip(SERVICE, [f"address del {address}/32 dev snk0"])


def swallow_goodbyes(namespace: str) -> None:
    """From now on no connection of this host ends with a word, as when its power fails."""
    commands.run(commands.inside(namespace, ["nft", "-f", "-"]), stdin=_SILENCE)


def let_goodbyes_through(namespace: str) -> None:
    """Undo `swallow_goodbyes`."""
    commands.run(commands.inside(namespace, ["nft", "delete", "table", "inet", "silence"]))


def change_address(namespace: str, device: str, *, old: str, new: str) -> None:
    """Give a card another IPv4 address, as a router does in the night; routes over it are laid anew."""
    routes = [
        f"route replace {one.network} via {one.via}" for one in LAB.routes if _over(one, namespace, new)
    ]
    _ip(namespace, [f"address del {old} dev {device}", f"address add {new} dev {device}", *routes])


def _over(route: Route, namespace: str, address: str) -> bool:
    network = ipaddress.ip_interface(address).network
    return route.namespace == namespace and ipaddress.ip_address(route.via) in network


def _ip(namespace: str, lines: list[str]) -> None:
    commands.run(["ip", "-n", namespace, "-batch", "-"], stdin="\n".join(lines))


def _address(device: str, address: str) -> str:
    return f"address add {address} dev {device}" + (" nodad" if ":" in address else "")


def _set(namespace: str, values: dict[str, str]) -> None:
    assignments = [f"{key}={value}" for key, value in values.items()]
    commands.run(commands.inside(namespace, ["sysctl", "-q", "-w", *assignments]))


def _write_files(namespace: str, topology: Topology) -> None:
    folder = FILES / namespace
    folder.mkdir(parents=True, exist_ok=True)
    names = {"127.0.0.1": "localhost", "::1": "localhost"} | topology.hosts.get(namespace, {})
    folder.joinpath("hosts").write_text("".join(f"{address} {name}\n" for address, name in names.items()))
    resolver = topology.resolvers.get(namespace)
    folder.joinpath("resolv.conf").write_text(
        f"nameserver {resolver}\n" if resolver else "# no resolver here\n"
    )
