"""A PC that never stops asking: one small question every few milliseconds, each answer noted with its time.

`python -m lab.stream FILE` asks the SNK's name server until it is ended; FILE gets one line for each answer.
"""

import contextlib
import itertools
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lab import dns, topology
from lab.processes import Processes

EVERY = 0.005  # s
_PATIENCE = 0.1  # s


@dataclass(frozen=True)
class Stream:
    """The answers that one PC got while it was asking."""

    path: Path

    def answers(self) -> list[float]:
        """When (Unix time, s) each answer came."""
        return [
            float(line) for line in self.path.read_text().splitlines(keepends=True) if line.endswith("\n")
        ]

    def longest_silence(self) -> float:
        """The longest time (s) between two answers."""
        times = self.answers()
        return max((later - earlier for earlier, later in itertools.pairwise(times)), default=0.0)

    def flows(self) -> bool:
        """Whether an answer came in the last quarter of a second."""
        times = self.answers()
        return bool(times) and time.time() - times[-1] < 0.25


@contextmanager
def streaming(processes: Processes, namespace: str) -> Iterator[Stream]:
    """Let a connected PC ask all the time while the block runs."""
    name = f"stream-{namespace}"
    path = processes.logs / f"{name}.times"
    path.unlink(missing_ok=True)
    path.touch()
    stream = Stream(path)
    process = processes.start(
        name, namespace, [sys.executable, "-m", "lab.stream", str(path)], ready=stream.flows
    )
    try:
        yield stream
    finally:
        process.end()


def _ask(path: Path) -> None:
    question = dns.question(topology.PORTAL_NAME)
    with path.open("a", buffering=1) as file:
        while True:
            with contextlib.suppress(OSError):  # no answer is what this is about; then a fresh socket tries
                _ask_until_silent(question, file.write)
            time.sleep(EVERY)


def _ask_until_silent(question: bytes, note: Callable[[str], object]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.connect((topology.SNK_DNS, 53))
        asking.settimeout(_PATIENCE)
        while True:
            asking.send(question)
            asking.recv(512)
            note(f"{time.time():.4f}\n")
            time.sleep(EVERY)


if __name__ == "__main__":
    _ask(Path(sys.argv[1]))
