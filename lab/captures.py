"""What crosses a wire, written down by tcpdump and asked afterwards."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lab import commands, topology
from lab.processes import Processes, eventually

GATEWAY = f"(host {topology.GATEWAY_ADDRESS} and port 443)"
# What may leave an isolated PC: finding neighbours, asking for an address, and the gateway.
ALLOWED = (
    "arp",
    "(icmp6 and ip6[40] >= 133 and ip6[40] <= 137)",
    # Listener reports belong to neighbour discovery; a hop-by-hop header stands in front of them.
    "(ip6[6] == 0 and ip6[40] == 58 and ip6[48] == 143)",
    "(udp and (port 67 or port 68 or port 546 or port 547))",
    GATEWAY,
)


@dataclass(frozen=True)
class Capture:
    """One running or finished record of a card."""

    path: Path
    card: str

    def packets(self, expression: str = "") -> list[str]:
        """The packets that a pcap filter picks, one line each, beginning with their time."""
        command = ["tcpdump", "-nn", "-tt", "-r", str(self.path), expression]
        return commands.run([word for word in command if word]).splitlines()

    def strangers(self, sender: str) -> list[str]:
        """The packets of this Ethernet address that an isolated PC must not send."""
        return self.packets(f"ether src {sender} and not ({' or '.join(ALLOWED)})")

    def last(self, expression: str) -> float | None:
        """When (Unix time, s) the last packet crossed that a filter picks."""
        times = [float(line.split()[0]) for line in self.packets(expression)]
        return max(times, default=None)


@contextmanager
def capturing(processes: Processes, namespace: str, card: str) -> Iterator[Capture]:
    """Record everything on a card while the block runs; it is complete after the block."""
    name = f"capture-{namespace}-{card}"
    path = processes.logs / f"{name}.pcap"
    path.unlink(missing_ok=True)
    processes.logs.joinpath(f"{name}.log").unlink(missing_ok=True)
    command = ["tcpdump", "-i", card, "-n", "-U", "--immediate-mode", "-Z", "root", "-w", str(path)]
    process = processes.start(name, namespace, command, ready=lambda: _listening(processes.logs, name))
    try:
        yield Capture(path, card)
    finally:
        eventually(lambda: not _grows(path), within=2, every=0.1)
        process.end(signal.SIGINT)


def _listening(logs: Path, name: str) -> bool:
    return "listening on" in logs.joinpath(f"{name}.log").read_text()


def _grows(path: Path) -> bool:
    before = path.stat().st_size
    return eventually(lambda: path.stat().st_size > before, within=0.2) is not None
