"""The KV's own program that decrypts containers (XKM): container in by stdin, plain text out by stdout.

The plain text goes through a pipe into whoever takes it, and never to a disk of ours. The contract with the
program stands in docs/operate/decryption.md.
"""

import contextlib
import os
import select
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import IO, BinaryIO, Final

from flexnet.billing.errors import Stopped
from flexnet.configuration import Decryption

_PIECE: Final = 256 * 1024
_LOOK_EVERY: Final = 0.25
_LETS_GO: Final = 5.0
_PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Failure(StrEnum):
    """Why a container could not be decrypted; the office says what to do."""

    MISSING = "missing"  # no program, or none that may be run
    HANGS = "hangs"
    KILLED = "killed"
    KEY = "key"
    DISK = "disk"
    PARTS = "parts"
    DAMAGED = "damaged"
    EXIT = "exit"
    EMPTY = "empty"
    NO_BILLING_FILE = "no_billing_file"
    NOT_IN_STORE = "not_in_store"
    INTERRUPTED = "interrupted"  # the worker itself ended again and again


# What XKM says by its exit code (Doc Cirrus' wrapper); all others are EXIT.
_BY_CODE: Final = {
    1: Failure.PARTS,
    6: Failure.KEY,
    7: Failure.DISK,
    9: Failure.PARTS,
    10: Failure.DISK,
    11: Failure.DAMAGED,
}


@dataclass(frozen=True)
class Failed:
    """`code` is the exit code or the signal's number."""

    why: Failure
    code: int | None = None


def decrypt(
    container: BinaryIO,
    take: Callable[[bytes], object],
    *,
    by: Decryption,
    is_stopping: Callable[[], bool] = lambda: False,
) -> Failed | None:
    """Hand the plain text to `take` as it comes; what came before a failure is worth nothing.

    Raises Stopped, and what reading the container raises.
    """
    try:
        process = subprocess.Popen(  # noqa: S603 - the operator's own program, and no shell
            by.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # it may quote the file
            env={"PATH": _PATH, "LANG": "C.UTF-8"},
            cwd="/",
            start_new_session=True,
        )
    except OSError:
        return Failed(Failure.MISSING)
    with _fed(process.stdin, container), _ended(process):
        until = time.monotonic() + by.seconds
        count = _taken(process.stdout, take, until=until, is_stopping=is_stopping)
        if count is None or not _is_over(process, until):
            return Failed(Failure.HANGS)
    if process.returncode < 0:
        return Failed(Failure.KILLED, -process.returncode)
    if process.returncode:
        return Failed(_BY_CODE.get(process.returncode, Failure.EXIT), process.returncode)
    return None if count else Failed(Failure.EMPTY)


def _taken(
    out: IO[bytes] | None,
    take: Callable[[bytes], object],
    *,
    until: float,
    is_stopping: Callable[[], bool],
) -> int | None:
    """How many bytes came until the end; None if there was none in time."""
    assert out is not None  # noqa: S101 - it is a pipe
    looking, count = select.poll(), 0
    looking.register(out, select.POLLIN)
    while time.monotonic() < until:
        if is_stopping():
            raise Stopped("the worker ends")
        if not looking.poll(_LOOK_EVERY * 1000):
            continue
        piece = os.read(out.fileno(), _PIECE)
        if not piece:
            return count
        count += len(piece)
        take(piece)
    return None


def _is_over(process: subprocess.Popen[bytes], until: float) -> bool:
    """It may close its output and go on."""
    try:
        process.wait(max(until - time.monotonic(), 0))
    except subprocess.TimeoutExpired:
        return False
    return True


@contextlib.contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Whatever came of it, nothing of it runs on."""
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdout:
            process.stdout.close()


@contextlib.contextmanager
def _fed(to: IO[bytes] | None, container: BinaryIO) -> Iterator[None]:
    """The container goes in while the plain text comes out. Raises what reading it raised."""
    assert to is not None  # noqa: S101 - it is a pipe
    troubles = list[Exception]()

    def feed() -> None:
        try:
            with contextlib.suppress(BrokenPipeError), to:
                while piece := container.read(_PIECE):
                    to.write(piece)
        except Exception as error:  # noqa: BLE001 - told to whoever waits
            troubles.append(error)

    feeder = threading.Thread(target=feed, name="feed a container", daemon=True)
    feeder.start()
    try:
        yield
    finally:
        feeder.join(_LETS_GO)
    if troubles:
        raise troubles[0]
