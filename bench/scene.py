"""The lab for a benchmark: the system in its place, a crowd in it, packets flowing, somebody who locks."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bench import probe
from bench.crowd import Crowd
from bench.installation import Failed, end
from lab import commands, configurations, reach, topology
from lab.system import System

_SERVICES = (
    ("portal", f"permit in tcp from assigned to {topology.PORTAL_ADDRESS} 443"),
    ("probe", f"permit in udp from assigned to {topology.SERVICE_ADDRESS} {probe.PORT}"),
)


@dataclass(frozen=True)
class Scene:
    """Whom to ask over pipes while tunnels stand: who locks, and who notes arrivals."""

    locking: subprocess.Popen[str]
    receiver: subprocess.Popen[str]

    def lock(self, serial: str) -> float:
        """Report the key lost; answers when (Unix time, s) the act began."""
        at: float = _asked(self.locking, serial)["at"]
        return at

    def arrivals(self, *, forget: bool = False) -> dict[int, probe.Arrivals]:
        """What came through each tunnel, by its number; `forget`: the count begins anew."""
        told = _asked(self.receiver, "forget" if forget else "").items()
        return {int(number): probe.Arrivals(**one) for number, one in told}


def start(system: System, crowd: Crowd, *, loses_disconnects: bool) -> None:
    """Database, radius, worker, gateway; and everyone entered."""
    system.start_database()
    crowd.write(system.folder / "crowd.json")
    commands.run(
        _in_server(system, "-m", "bench.inside", "population", str(system.folder / "crowd.json")), timeout=600
    )
    name = configurations.GATEWAY
    system.flexnet("gateway", "add", "--name", name, "--certificate-name", f"{name}.kvsa.test")
    for slug, rule in _SERVICES:
        system.flexnet("service", "add", "--slug", slug, "--name", slug, "--everyone", "--rule", rule)
    if loses_disconnects:
        _start_deaf_radius(system)
    else:
        system.start_radius()
    system.start_worker()
    system.start_gateway()


@contextlib.contextmanager
def playing(system: System, devices: list[str], every: int) -> Iterator[Scene]:
    """Send a packet through each device every so many ms, as far as there are tunnels; raises Failed."""
    module = [sys.executable, "-m"]
    sender = [*module, "bench.probe", "send", str(every), *devices]
    receiver = [*module, "bench.probe", "receive"]
    with contextlib.ExitStack() as undo:
        parts = [
            _piped(undo, _in_server(system, "-m", "bench.inside", "locking")),
            _piped(undo, commands.inside(topology.SERVICE, receiver)),
            _piped(undo, commands.inside(topology.INTERNET, sender)),
        ]
        yield Scene(parts[0], parts[1])


def _piped(undo: contextlib.ExitStack, command: list[str]) -> subprocess.Popen[str]:
    part = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    undo.callback(end, part)
    return part


def _in_server(system: System, *words: str) -> list[str]:
    """A program of ours in the KV's own LAN, with the server's configuration."""
    told = [f"FLEXNET_CONFIG={system.configuration}", "DJANGO_SETTINGS_MODULE=flexnet.settings"]
    return commands.inside(topology.KV, ["env", *told, sys.executable, *words])


def _start_deaf_radius(system: System) -> None:
    door = f"tcp {topology.KV_ADDRESS} 2083"
    command = ["env", f"FLEXNET_CONFIG={system.configuration}", sys.executable, "-m", "bench.deaf"]
    system.processes.start(
        "radius", topology.KV, command, ready=lambda: reach.reached(topology.KV, [door])[door] is not None
    )


def _asked(part: subprocess.Popen[str], line: str) -> dict[str, Any]:
    assert part.stdin  # noqa: S101 - for the type checker: it is a pipe
    assert part.stdout  # noqa: S101 - as above
    print(line, file=part.stdin, flush=True)
    answer = part.stdout.readline()
    if not answer:
        raise Failed(f"{part.args!r} said nothing")
    told: dict[str, Any] = json.loads(answer)
    return told
