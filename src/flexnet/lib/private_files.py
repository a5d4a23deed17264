"""Files that hold keys: mode 0600, durable, never overwritten, exchanged by one rename."""

from __future__ import annotations

import fcntl
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Unusable(Exception):
    """The file cannot be used as it is; the text says what is wrong and how to mend it."""


def read(path: Path) -> bytes:
    """Raises Unusable if the file is missing or others may read it."""
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if mode & 0o077:
                raise Unusable(f"{path}: mode {mode:04o} lets others read the keys; run: chmod 0600 {path}")
            return file.read()
    except OSError as error:
        raise Unusable(f"{path}: cannot be read ({error.strerror})") from error


def create(path: Path, content: bytes) -> None:
    """Raises Unusable if the file exists already."""
    with alone_in_folder(path) as folder:
        try:
            _write(path, content)
        except OSError as error:
            raise Unusable(
                f"{path}: cannot be made ({error.strerror}); a key file is never overwritten"
            ) from error
        os.fsync(folder)


def replace(path: Path, content: bytes, *, folder: int) -> None:
    """Exchange the content as a whole; `folder` comes from `alone_in_folder`, held since it was read."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        _write(beside, content)
        beside.rename(path)
    finally:
        beside.unlink(missing_ok=True)
    os.fsync(folder)


@contextmanager
def alone_in_folder(path: Path) -> Iterator[int]:
    """Hold the file's folder, so that of two changes at once none loses the other's key."""
    try:
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise Unusable(f"{path.parent}: cannot be opened ({error.strerror})") from error
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield folder
    finally:
        os.close(folder)


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(handle)
