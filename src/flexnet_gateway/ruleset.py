"""The nftables text of the base ruleset and of the sessions' filters."""

from __future__ import annotations

import importlib.resources
import string
from collections.abc import Mapping

from flexnet_gateway import filter_rules
from flexnet_gateway.configuration import Configuration
from flexnet_gateway.sessions import Filter

TABLE = "inet flexnet_gateway"
TUNNELS = "vpns*"
ICMP_ERRORS = "{ destination-unreachable, time-exceeded }"

Key = tuple[str, str]


def base(configuration: Configuration) -> str:
    """Everything but the sessions: applied to a running gateway it takes all filters away."""
    text = (importlib.resources.files(__package__) / "ruleset.nft").read_text()
    management = configuration.management
    ports = ", ".join(str(port) for port in management.ports) if management else ""
    return string.Template(text).substitute(
        tunnels=TUNNELS,
        pool=configuration.tunnel.pool,
        public_device=configuration.public.device,
        public_address=configuration.public.address,
        public_port=configuration.public.port,
        snk_device=configuration.snk.device,
        management=f'\t\tiifname "{management.device}" tcp dport {{ {ports} }} accept\n'
        if management
        else "",
    )


def difference(installed: Mapping[Key, Filter], wanted: Mapping[Key, Filter]) -> str:
    """One transaction that makes the kernel's filters the wanted ones; empty if they are."""
    lines: list[str] = []
    for key in installed.keys() - wanted.keys():
        lines += _removal(key)
    for key, one in wanted.items():
        if key not in installed:
            lines += _addition(one)
        elif installed[key] != one:
            lines += _replacement(one)
    return "".join(f"{line}\n" for line in lines)


def _addition(one: Filter) -> list[str]:
    key = (one.device, one.tunnel_address)
    outward, inward = _chains(key)
    return [
        f"add chain {TABLE} {outward}",
        f"add chain {TABLE} {inward}",
        *_rules(one),
        f"add element {TABLE} from_person {{ {_element(key)} : jump {outward} }}",
        f"add element {TABLE} to_person {{ {_element(key)} : jump {inward} }}",
    ]


def _removal(key: Key) -> list[str]:
    chains = _chains(key)
    return [
        f"delete element {TABLE} from_person {{ {_element(key)} }}",
        f"delete element {TABLE} to_person {{ {_element(key)} }}",
        *(f"flush chain {TABLE} {chain}" for chain in chains),
        *(f"delete chain {TABLE} {chain}" for chain in chains),
    ]


def _replacement(one: Filter) -> list[str]:
    chains = _chains((one.device, one.tunnel_address))
    return [*(f"flush chain {TABLE} {chain}" for chain in chains), *_rules(one)]


def _rules(one: Filter) -> list[str]:
    """The mark keeps a flow of the address's former owner from living on in this session."""
    outward, inward = _chains((one.device, one.tunnel_address))
    lines = [
        f"add rule {TABLE} {outward} ct state established ct mark != {one.mark} drop",
        f"add rule {TABLE} {inward} ct mark != {one.mark} drop",
        f"add rule {TABLE} {inward} ct state related icmp type {ICMP_ERRORS} accept",
    ]
    for rule in map(filter_rules.parse, one.rules):
        lines.append(f"add rule {TABLE} {outward} {_match(rule, 'd')} ct mark set {one.mark} accept")
        lines.append(f"add rule {TABLE} {inward} {_match(rule, 's')} accept")
    return lines


def _match(rule: filter_rules.Rule, end: str) -> str:
    network = f"ip {end}addr {rule.network}"
    if rule.protocol == "ip":
        return network
    if rule.ports is None:
        return f"{network} meta l4proto {rule.protocol}"
    return f"{network} {rule.protocol} {end}port {rule.ports[0]}-{rule.ports[1]}"


def _chains(key: Key) -> Key:
    return f"from-{key[0]}-{key[1]}", f"to-{key[0]}-{key[1]}"


def _element(key: Key) -> str:
    return f'"{key[0]}" . {key[1]}'
