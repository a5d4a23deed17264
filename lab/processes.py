"""The processes of the system: started in their namespace, waited for, watched, ended."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lab import commands


class Crashed(Exception):
    """A process ended by itself, or did not become ready; carries the end of what it wrote."""


@dataclass
class Process:
    """One program that runs until it is ended; `name` is also the name of its log file."""

    name: str
    log: Path
    popen: subprocess.Popen[bytes]
    ended: bool = False

    @property
    def pid(self) -> int:
        return self.popen.pid

    def tail(self, lines: int = 20) -> str:
        """Return the last lines of its log, each marked with its name."""
        written = self.log.read_text(errors="replace").splitlines()[-lines:]
        return "\n".join(f"    {self.name}: {line}" for line in written)

    def end(self, number: int = signal.SIGTERM, *, patience: float = 5) -> None:
        """End it with this signal, and by SIGKILL when the patience (s) is over."""
        self.ended = True
        if self.popen.poll() is not None:
            return
        self.popen.send_signal(number)
        try:
            self.popen.wait(patience)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()


@dataclass
class Processes:
    """All that one run has started, in the order of their start."""

    logs: Path
    started: dict[str, Process] = field(default_factory=dict)

    def start(
        self,
        name: str,
        namespace: str,
        command: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        ready: Callable[[], bool] = lambda: True,
        within: float = 15,
        inherit: Sequence[int] = (),
    ) -> Process:
        """Start a program, again if need be, and wait (s) until its probe says ready; raises Crashed."""
        log = self.logs / f"{name}.log"
        with log.open("ab") as output:
            popen = subprocess.Popen(
                commands.inside(namespace, command),
                env=commands.surroundings() | dict(environment or {}),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=inherit,
            )
        process = self.started[name] = Process(name, log, popen)
        self._wait(process, ready, within)
        return process

    def __getitem__(self, name: str) -> Process:
        return self.started[name]

    def check(self) -> None:
        """Raise Crashed when one of them has ended by itself."""
        for process in list(self.started.values()):  # others may be starting beside it
            if not process.ended and process.popen.poll() is not None:
                raise Crashed(
                    f"{process.name} ended by itself ({process.popen.returncode}):\n{process.tail()}"
                )

    def end_all(self) -> None:
        """End them, the last one first."""
        for process in reversed(self.started.values()):
            process.end()

    def _wait(self, process: Process, ready: Callable[[], bool], within: float) -> None:
        until = time.monotonic() + within
        while not ready():
            self.check()
            if time.monotonic() > until:
                raise Crashed(f"{process.name} was not ready within {within} s:\n{process.tail()}")
            time.sleep(0.02)
        self.check()


def eventually(true: Callable[[], bool], *, within: float, every: float = 0.05) -> float | None:
    """Wait until something is true; return after how long (s), or None when the time (s) is over."""
    begun = time.monotonic()
    while time.monotonic() < begun + within:
        if true():
            return time.monotonic() - begun
        time.sleep(every)
    return None


def find(namespace: str, words: Sequence[str]) -> list[int]:
    """Ids of the processes in a namespace whose command line holds all these words."""
    pids = commands.run(["ip", "netns", "pids", namespace]).split()
    return [int(pid) for pid in pids if _says(int(pid), words)]


def kill(namespace: str, *names: str) -> list[int]:
    """SIGKILL at one stroke what one of these words names in a namespace; return the ids."""
    pids = sorted({pid for name in names for pid in find(namespace, [name])})
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    return pids


def _says(pid: int, words: Sequence[str]) -> bool:
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return all(word in command for word in words)
