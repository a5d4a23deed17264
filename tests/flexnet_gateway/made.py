"""Small things that several tests begin with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flexnet_gateway import configuration
from flexnet_gateway.configuration import Configuration
from flexnet_gateway.sessions import Session, SignIn, Worker
from tests.flexnet_gateway.certificates import Authority

PORTAL = "permit in tcp from assigned to 10.20.0.10 443"
NOW = 1_000_000.0


def tree(folder: Path) -> dict[str, Any]:
    """A gateway.toml as parsed, with certificates that are there."""
    authority = Authority(folder)
    public, own = authority.issue("flexnet.kvsa.de"), authority.issue("gw1")
    return {
        "gateway": {"name": "gw1"},
        "public": {
            "device": "pub0",
            "address": "198.51.100.1",
            "certificate": str(public.certificate),
            "key": str(public.key),
        },
        "snk": {"device": "snk0", "address": "10.20.0.1"},
        "tunnel": {
            "pool": "10.66.0.0/16",
            "dns": ["10.20.0.53"],
            "domain": "kvsa.kv-safenet.de",
            "group": "Flexnet-Yubikey",
            "portal": "https://kvsaonline.kvsa.kv-safenet.de/",
        },
        "server": {
            "address": "10.30.0.10:2083",
            "name": "radius.kvsa.de",
            "certificate": str(own.certificate),
            "key": str(own.key),
            "ca": str(authority.file),
        },
    }


def settings(folder: Path, **tables: dict[str, Any]) -> Configuration:
    """A gateway whose tables are changed as named."""
    whole = tree(folder)
    for table, values in tables.items():
        whole[table] = whole.get(table, {}) | values
    return configuration.parse(whole)


def sign_in(user_name: str, state: bytes, source: str = "198.51.100.10", at: float = NOW) -> SignIn:
    return SignIn(user_name, source, state, at)


def worker(number: int, device: str, address: str = "10.66.0.5", source: str = "198.51.100.10") -> Worker:
    return Worker(number, device, address, source)


def session(key: str, user_name: str, state: bytes, now: float = NOW) -> Session:
    return Session(key, user_name, 7, state, (PORTAL,), now, now, now + 3600)
