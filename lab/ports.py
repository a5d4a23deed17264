"""Ports on loopback for servers that start later: nobody takes them in between."""

import contextlib
import random
import socket
from pathlib import Path

_LOWEST, _END = 15_000, 65_536
_GIVEN_AWAY = Path("/proc/sys/net/ipv4/ip_local_port_range")


class NoPort(Exception):
    """Every port that could be had is taken."""


def claim(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """Answer a free port that nobody else gets from here as long as this process lives. Raises NoPort.

    It is none of those that the kernel gives to sockets that name none: any connection going out
    could get one of these before the server binds it.
    """
    candidates = _never_given_away()
    random.shuffle(candidates)
    for port in candidates:
        with contextlib.suppress(OSError):
            _check_nobody_has_it(port, kind)
            _claim(port)
            return port
    raise NoPort


def _never_given_away() -> list[int]:
    first, last = map(int, _GIVEN_AWAY.read_text().split())
    return [*range(_LOWEST, first), *range(max(last + 1, _LOWEST), _END)]


def _check_nobody_has_it(port: int, kind: socket.SocketKind) -> None:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", port))


def _claim(port: int) -> None:
    """Hold a name beside the port, in the same network namespace; the kernel lets it go with the process."""
    with socket.socket(socket.AF_UNIX) as claim:
        claim.bind(f"\0flexnet-port-{port}")
        claim.detach()
