"""Our programs as processes beside a test: what they say is kept, and waiting ends when they do."""

import contextlib
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_ENDS_WITHIN = 30  # s


@dataclass(frozen=True)
class Child:
    """A process with a file of all that it said."""

    popen: subprocess.Popen[bytes]
    log: Path

    @property
    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def wait_until(self, holds: Callable[[], bool], *, within: float = 90) -> None:
        """Fail as soon as it ended, or when the time (s) is over, with what it said."""
        until = time.monotonic() + within
        while not holds():
            ended = self.popen.poll()
            assert ended is None, f"it ended with status {ended} and said:\n{self.said}"
            assert time.monotonic() < until, f"it did not come to that in {within} s, and said:\n{self.said}"
            time.sleep(0.05)

    def wait(self) -> int:
        """Its status when it has ended."""
        return self.popen.wait(_ENDS_WITHIN)


@contextlib.contextmanager
def started(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Iterator[Child]:
    """Start it in the folder, where its log lies too; it is ended with the block."""
    log = folder / "said"
    with (
        log.open("wb") as said,
        subprocess.Popen(command, cwd=folder, env=environment, stdout=said, stderr=said) as popen,
    ):
        child = Child(popen, log)
        try:
            yield child
            popen.terminate()
            child.wait()
        finally:
            popen.kill()
