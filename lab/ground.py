"""The ground a run stands on: one at a time, a folder of its own, all of it removed on the way out."""

import contextlib
import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from lab import network, remains
from lab.topology import LAB

RECORD = Path("/run/flexnet-lab")


class Occupied(Exception):
    """A lab stands already, running, kept or left behind by a killed run."""


class NotClean(Exception):
    """Something of the lab is still there after it was taken down."""


@contextlib.contextmanager
def prepared() -> Iterator[Path]:
    """Build the network and yield the run's folder; raises Occupied, and NotClean on the way out.

    To leave all standing, call `keep` inside: the lock is given back, everything else stays until `clear`.
    """
    with _alone():
        if remains.found():
            raise Occupied(
                "A lab is standing, kept or left by a killed run: scripts/demo --clean removes it."
            )
        folder = Path(tempfile.mkdtemp(prefix="flexnet-lab-"))
        _note(folder)
        try:
            folder.chmod(0o711)  # the database's own user must get through to its folder
            network.build(LAB)
            yield folder
        finally:
            if not kept():
                _remove()


def keep() -> None:
    """Let everything stand when the block ends."""
    RECORD.joinpath("keep").touch()


def kept() -> bool:
    """Whether this run shall stay."""
    return RECORD.joinpath("keep").exists()


def clear() -> list[str]:
    """Remove what an earlier run left or kept, by record and names; say what that was. Raises Occupied."""
    with _alone():
        found = remains.found() + [str(one) for one in (_noted(),) if one and one.exists()]
        _remove()
    return found


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    RECORD.mkdir(exist_ok=True)
    handle = os.open(RECORD / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(handle)
        yield
    finally:
        os.close(handle)


def _lock(handle: int) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Occupied("Another run has the lab right now; this machine holds only one.") from None
    if os.fstat(handle).st_nlink == 0:
        raise Occupied("Another run has just ended; try again.")


def _note(folder: Path) -> None:
    RECORD.joinpath("record.json").write_text(json.dumps({"process": os.getpid(), "folder": str(folder)}))


def _noted() -> Path | None:
    with contextlib.suppress(FileNotFoundError, ValueError):
        return Path(json.loads(RECORD.joinpath("record.json").read_text())["folder"])
    return None


def _remove() -> None:
    remains.remove()
    if folder := _noted():
        shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(RECORD)
    if left := remains.found():
        raise NotClean("Still there after taking down: " + ", ".join(left))
