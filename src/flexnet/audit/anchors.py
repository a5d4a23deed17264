"""Signed heads outside the database: one file a day, only ever appended to, on a medium of its own."""

import fcntl
import json
import os
from pathlib import Path

from flexnet.audit.standalone import Head


def append(folder: Path, head: Head) -> None:
    """Write one line and see it on the disk; what a full disk cut short is taken back. Raises OSError."""
    path = folder / f"{head.at[:10]}.jsonl"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o640)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        size = os.fstat(descriptor).st_size
        torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        _write(descriptor, (b"\n" if torn else b"") + json.dumps(head.record()).encode() + b"\n", size)
    finally:
        os.close(descriptor)
    _sync_folder(folder)


def _write(descriptor: int, line: bytes, size: int) -> None:
    try:
        if os.write(descriptor, line) != len(line):
            raise OSError("the anchor was cut short: the disk is full")
        os.fsync(descriptor)
    except OSError:
        os.ftruncate(descriptor, size)
        raise


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
