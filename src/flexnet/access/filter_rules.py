"""NAS-Filter-Rules that gateways understand (contracts/README.md). Pure."""

import ipaddress
import re

_FORM = re.compile(
    r"permit in (?P<protocol>tcp|udp|icmp|ip) from assigned to "
    r"(?P<network>[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?:/[0-9]{1,2})?)"
    r"(?: (?P<first>[0-9]{1,5})(?:-(?P<last>[0-9]{1,5}))?)?",
    re.ASCII,
)


class BadFilterRule(ValueError):
    """A gateway would refuse this rule, and with it everything the access may reach."""


def checked(rule: str) -> str:
    """The rule as it was written; raises BadFilterRule."""
    form = _FORM.fullmatch(rule)
    if not form:
        raise BadFilterRule(
            f"{rule!r} is no filter rule. Write: permit in tcp from assigned to 10.20.0.10 443"
        )
    try:
        ipaddress.IPv4Network(form["network"])
    except ValueError as error:
        raise BadFilterRule(f"{rule!r} names no network: {error}.") from None
    if form["first"]:
        _check_ports(rule, form["protocol"], int(form["first"]), int(form["last"] or form["first"]))
    return rule


def _check_ports(rule: str, protocol: str, first: int, last: int) -> None:
    if protocol not in ("tcp", "udp"):
        raise BadFilterRule(f"{rule!r} names a port, which only tcp and udp have.")
    if not 1 <= first <= last <= 65535:
        raise BadFilterRule(f"{rule!r} names no ports: they go from 1 to 65535, the lower one first.")
