"""An eye on a PC: is its LAN open, is the closed network, are both at once? Asked many times a second.

`python -m lab.watch FILE` looks until it is ended; FILE gets one line for each look.
"""

import itertools
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lab import topology
from lab.processes import Processes

_PATIENCE = 0.25  # s; in the lab an open way answers within milliseconds
_LAN, _CLOSED = (topology.NEIGHBOUR, 80), (topology.PORTAL_ADDRESS, 443)


@dataclass(frozen=True)
class Look:
    """What was open at one moment (Unix time, s); `both` if the LAN answered before and after."""

    at: float
    lan: bool
    closed: bool
    both: bool


@dataclass(frozen=True)
class Watch:
    """All looks of one watch."""

    path: Path

    def looks(self) -> list[Look]:
        lines = self.path.read_text().splitlines(keepends=True)
        return [_read(line) for line in lines if line.endswith("\n")]

    def ever_both(self) -> bool:
        """Whether LAN and closed network were open at the same time."""
        return any(look.both for look in self.looks())

    def longest_shut_out(self) -> float:
        """The longest time (s) in which neither was open."""
        runs = itertools.groupby(self.looks(), key=lambda look: look.lan or look.closed)
        shut = [list(looks) for is_open, looks in runs if not is_open]
        return max((looks[-1].at - looks[0].at for looks in shut), default=0.0)

    def lan_is_open(self) -> bool:
        """Whether the last look saw the LAN open."""
        looks = self.looks()
        return bool(looks) and looks[-1].lan


@contextmanager
def watching(processes: Processes, namespace: str) -> Iterator[Watch]:
    """Watch a PC while the block runs."""
    name = f"watch-{namespace}"
    path = processes.logs / f"{name}.looks"
    path.unlink(missing_ok=True)
    path.touch()
    watch = Watch(path)
    command = [sys.executable, "-m", "lab.watch", str(path)]
    process = processes.start(name, namespace, command, ready=lambda: bool(watch.looks()))
    try:
        yield watch
    finally:
        process.end()


def _read(line: str) -> Look:
    at, lan, closed, both = line.split()
    return Look(float(at), lan == "1", closed == "1", both == "1")


def _is_open(place: tuple[str, int]) -> bool:
    try:
        with socket.create_connection(place, _PATIENCE):
            return True
    except OSError:
        return False


def _look() -> str:
    lan, closed = _is_open(_LAN), _is_open(_CLOSED)
    both = lan and closed and _is_open(_LAN)
    return f"{time.time():.3f} {lan:d} {closed:d} {both:d}\n"


if __name__ == "__main__":
    with Path(sys.argv[1]).open("a", buffering=1) as file:
        while True:
            file.write(_look())
            time.sleep(0.02)
