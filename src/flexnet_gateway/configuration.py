"""gateway.toml: read once, checked whole; every error names key, value and cure."""

from __future__ import annotations

import ipaddress
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

Value = TypeVar("Value")
NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,61}[A-Za-z0-9])?", re.ASCII)
DEVICE = re.compile(r"[a-z][a-z0-9._-]{0,14}", re.ASCII)


class BadConfiguration(Exception):
    """The message holds one line for each key that is wrong: key, value, cure."""


@dataclass(frozen=True)
class Public:
    """Where the practices knock."""

    device: str
    address: str
    port: int
    certificate: Path
    key: Path


@dataclass(frozen=True)
class Snk:
    """The side of the closed network."""

    device: str
    address: str


@dataclass(frozen=True)
class Tunnel:
    """What a practice's PC gets."""

    pool: ipaddress.IPv4Network
    dns: tuple[str, ...]
    domain: str
    group: str
    portal: str


@dataclass(frozen=True)
class Server:
    """The KV's RADIUS server, and what this gateway shows it."""

    address: tuple[str, int]
    name: str
    certificate: Path
    key: Path
    ca: Path
    tls_1_2: bool


@dataclass(frozen=True)
class Timeouts:
    """All in seconds."""

    answer: float
    compare_every: float
    orphan_after: float
    interim_every: float
    cookie: int
    dead_peer: int


@dataclass(frozen=True)
class Management:
    """The device and TCP ports on which the gateway itself is looked after, where there are any."""

    device: str
    ports: tuple[int, ...]


@dataclass(frozen=True)
class Configuration:
    """One gateway."""

    name: str
    radius_port: int
    public: Public
    snk: Snk
    tunnel: Tunnel
    server: Server
    timeouts: Timeouts
    management: Management | None


def load(path: Path) -> Configuration:
    """The checked configuration; raises BadConfiguration with every error at once."""
    try:
        tree = tomllib.loads(path.read_text())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadConfiguration(f"{path}: {error}: give a readable TOML file") from None
    return parse(tree)


def parse(tree: dict[str, Any]) -> Configuration:
    """The configuration in a parsed TOML file; raises BadConfiguration with every error at once."""
    reader = _Reader(tree)
    made = Configuration(
        name=reader.one("gateway.name", _name),
        radius_port=reader.one("gateway.radius_port", _port, 1812),
        public=_public(reader),
        snk=Snk(reader.one("snk.device", _device), reader.one("snk.address", _address)),
        tunnel=_tunnel(reader),
        server=_server(reader),
        timeouts=_timeouts(reader),
        management=_management(reader),
    )
    reader.finish()
    return made


def _public(reader: _Reader) -> Public:
    return Public(
        device=reader.one("public.device", _device),
        address=reader.one("public.address", _address),
        port=reader.one("public.port", _port, 443),
        certificate=reader.one("public.certificate", _file),
        key=reader.one("public.key", _secret_file),
    )


def _tunnel(reader: _Reader) -> Tunnel:
    return Tunnel(
        pool=reader.one("tunnel.pool", _pool),
        dns=reader.one("tunnel.dns", _addresses),
        domain=reader.one("tunnel.domain", _name),
        group=reader.one("tunnel.group", _name),
        portal=reader.one("tunnel.portal", _url),
    )


def _server(reader: _Reader) -> Server:
    return Server(
        address=reader.one("server.address", _host_and_port),
        name=reader.one("server.name", _name),
        certificate=reader.one("server.certificate", _file),
        key=reader.one("server.key", _secret_file),
        ca=reader.one("server.ca", _file),
        tls_1_2=reader.one("server.tls_1_2", _flag, False),
    )


def _timeouts(reader: _Reader) -> Timeouts:
    return Timeouts(
        answer=reader.one("timeouts.answer", _between(0.5, 5), 3.0),
        compare_every=reader.one("timeouts.compare_every", _between(0.5, 60), 3.0),
        orphan_after=reader.one("timeouts.orphan_after", _between(1, 86400), 14400.0),
        interim_every=reader.one("timeouts.interim_every", _between(60, 86400), 600.0),
        cookie=int(reader.one("timeouts.cookie", _between(30, 3600), 300.0)),
        dead_peer=int(reader.one("timeouts.dead_peer", _between(5, 300), 30.0)),
    )


def _management(reader: _Reader) -> Management | None:
    if not reader.has("management"):
        return None
    return Management(reader.one("management.device", _device), reader.one("management.ports", _ports))


class _Reader:
    """Takes values out of the tree and remembers what was wrong and what nobody asked for."""

    def __init__(self, tree: dict[str, Any]) -> None:
        self._tree = tree
        self._asked: set[str] = set()
        self._wrong: list[str] = []

    def has(self, table: str) -> bool:
        return table in self._tree

    def one(self, key: str, check: Callable[[Any], Value], default: Value | None = None) -> Value:
        """The checked value. A wrong one is noted; what is returned then never gets out of parse()."""
        self._asked.add(key)
        table, name = key.split(".")
        section = self._tree.get(table, {})
        if not isinstance(section, dict) or name not in section:
            if default is None:
                self._wrong.append(f"{key} is missing: add it to [{table}]")
            return default  # type: ignore[return-value]  # finish() raises where this is None
        try:
            return check(section[name])
        except (ValueError, TypeError) as error:
            self._wrong.append(f"{key} = {section[name]!r}: {error}")
            return default  # type: ignore[return-value]  # finish() raises

    def finish(self) -> None:
        for table, section in self._tree.items():
            names = [f"{table}.{name}" for name in section] if isinstance(section, dict) else [table]
            self._wrong += [f"{key} is no key of ours: remove it" for key in names if key not in self._asked]
        if self._wrong:
            raise BadConfiguration("\n".join(self._wrong))


def _name(value: Any) -> str:
    if not isinstance(value, str) or not NAME.fullmatch(value):
        raise ValueError("use letters, digits, dots and hyphens, at most 63")
    return value


def _device(value: Any) -> str:
    if not isinstance(value, str) or not DEVICE.fullmatch(value) or value.startswith("vpns"):
        raise ValueError("give a network device as `ip link` shows it; vpns… are the tunnels'")
    return value


def _address(value: Any) -> str:
    try:
        return str(ipaddress.IPv4Address(value))
    except ValueError:
        raise ValueError("give an IPv4 address such as 10.20.0.1") from None


def _addresses(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError('give a list of IPv4 addresses such as ["10.20.0.53"]')
    return tuple(_address(one) for one in value)


def _pool(value: Any) -> ipaddress.IPv4Network:
    try:
        network = ipaddress.IPv4Network(value)
    except ValueError:
        raise ValueError("give an IPv4 network such as 10.66.0.0/16") from None
    if not 8 <= network.prefixlen <= 29:
        raise ValueError("give a network of /8 to /29")
    return network


def _port(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 65536:
        raise ValueError("give a port from 1 to 65535")
    return value


def _ports(value: Any) -> tuple[int, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError("give a list of ports such as [22]")
    return tuple(_port(one) for one in value)


def _host_and_port(value: Any) -> tuple[str, int]:
    host, _, port = str(value).rpartition(":")
    if not NAME.fullmatch(host) or not port.isdecimal():
        raise ValueError('give host and port such as "10.30.0.10:2083"')
    return host, _port(int(port))


def _url(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(
        r"https://[A-Za-z0-9.-]+(:[0-9]+)?/[\x21-\x7e]*", value
    ):
        raise ValueError("give a whole address such as https://kvsaonline.kvsa.kv-safenet.de/")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError("give true or false")
    return value


def _between(least: float, most: float) -> Callable[[Any], float]:
    def check(value: Any) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"give seconds from {least:g} to {most:g}")
        return float(value)

    return check


def _file(value: Any) -> Path:
    path = Path(str(value))
    if not path.is_absolute() or not path.is_file():
        raise ValueError("give the whole path of a file that is there")
    return path


def _secret_file(value: Any) -> Path:
    path = _file(value)
    if path.stat().st_mode & 0o077:
        raise ValueError(f"others can read this key: chmod 600 {path}")
    return path
