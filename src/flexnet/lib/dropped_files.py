"""A folder that files are dropped into: read without following links, put aside with the reason."""

import contextlib
import fcntl
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

QUARANTINE: Final = "quarantine"
_UNFINISHED: Final = (".part", ".tmp", ".temp", ".filepart", ".crdownload", ".partial")


class FolderInUse(Exception):
    """Somebody else takes files from this folder; the text says what to do."""


class NoFolder(Exception):
    """There is no such folder, or it cannot be read; the text says what to do."""


class Odd(StrEnum):
    """What is not read, whatever it is called."""

    NOT_A_FILE = "not_a_file"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"


@dataclass(frozen=True)
class Waits:
    """The file is still being written."""


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Of two that take files from a folder, one. Raises FolderInUse, NoFolder."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise NoFolder(f"{folder} cannot be opened ({error.strerror}). Make it, or name another.") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FolderInUse(f"Somebody else takes files from {folder}. Wait until it is empty.") from None
        yield
    finally:
        os.close(descriptor)


def names_in(folder: Path) -> list[str]:
    """What lies there to be taken, in order; hidden names and those of unfinished copies are left alone.

    Folders too; quarantine is one. Names that are no UTF-8 come with their bytes escaped.
    """
    with os.scandir(folder) as entries:
        names = [one.name for one in entries if not one.is_dir(follow_symlinks=False)]
    return sorted(one for one in names if not one.startswith(".") and not one.lower().endswith(_UNFINISHED))


def read(path: Path, *, largest: int, settle_seconds: int, now: datetime) -> bytes | Odd | Waits:
    """The bytes of a file that nobody has written to for a while, nor while it was read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return Waits()
    except OSError:
        return Odd.NOT_A_FILE if path.is_symlink() else Odd.UNREADABLE
    with open(descriptor, "rb") as file:
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            return Odd.NOT_A_FILE
        if 0 <= now.timestamp() - before.st_ctime < settle_seconds:
            return Waits()
        if before.st_size > largest:
            return Odd.TOO_LARGE
        content = file.read(largest + 1)
        after = os.fstat(descriptor)
    is_same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    return content if is_same and len(content) == after.st_size else Waits()


def forget(path: Path) -> None:
    """What is in the store need not lie here."""
    path.unlink(missing_ok=True)


def put_aside(path: Path, why: str, *, cure: str, now: datetime) -> Path:
    """Into quarantine, with the reason beside it; what lies there under the name stays. Raises OSError."""
    aside = path.parent / QUARANTINE
    aside.mkdir(mode=0o700, exist_ok=True)
    goal = _free(aside, path.name)
    reason = goal.with_name(f"{goal.name}.reason.txt")
    reason.write_text(f"{now.isoformat(timespec='seconds')} {why}: {cure}\n", encoding="utf-8")
    path.rename(goal)
    return goal


def _free(aside: Path, name: str) -> Path:
    goal, number = aside / name, 1
    while os.path.lexists(goal):
        number += 1
        goal = aside / f"{number}_{name}"
    return goal
