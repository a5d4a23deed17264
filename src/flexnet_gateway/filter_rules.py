"""NAS-Filter-Rule: how rules are joined (RFC 4849) and the one form that is spoken (RFC 6733, 4.3.1)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass

FORM = re.compile(
    r"permit in (?P<protocol>tcp|udp|icmp|ip) from assigned to "
    r"(?P<network>[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?:/[0-9]{1,2})?)"
    r"(?: (?P<first>[0-9]{1,5})(?:-(?P<last>[0-9]{1,5}))?)?",
    re.ASCII,
)


class BadRule(Exception):
    """A rule of another form than ours: the whole answer it came in is refused."""


@dataclass(frozen=True)
class Rule:
    """What a session may reach; ports None means all of them."""

    protocol: str
    network: ipaddress.IPv4Network
    ports: tuple[int, int] | None


def parse(text: str) -> Rule:
    """One rule, or BadRule; the forms are in contracts/filter-rules.json."""
    found = FORM.fullmatch(text)
    if found is None:
        raise BadRule(f"not a rule of ours: {text!r}")
    try:
        network = ipaddress.IPv4Network(found["network"])
    except ValueError as error:
        raise BadRule(f"{error} in {text!r}") from None
    return Rule(found["protocol"], network, _ports(found, text))


def texts(attributes: Iterable[bytes]) -> tuple[str, ...]:
    """The rules in a packet's NAS-Filter-Rule attributes, or BadRule (RFC 4849, 2)."""
    joined = b"".join(attributes)
    try:
        rules = tuple(part.decode("ascii") for part in joined.split(b"\0")) if joined else ()
    except UnicodeDecodeError:
        raise BadRule("a rule holds bytes that are not ASCII") from None
    for rule in rules:
        parse(rule)
    return rules


def _ports(found: re.Match[str], text: str) -> tuple[int, int] | None:
    if found["first"] is None:
        return None
    first, last = int(found["first"]), int(found["last"] or found["first"])
    if found["protocol"] not in ("tcp", "udp") or not 0 < first <= last <= 65535:
        raise BadRule(f"no such ports: {text!r}")
    return first, last
