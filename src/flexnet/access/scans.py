"""The store of scanned declarations: outside the database, sealed, each under the SHA-256 of its bytes."""

import contextlib
import errno
import hashlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flexnet import configuration, key_ring
from flexnet.access.errors import BadScan, StoreFull
from flexnet.access.models import Scan

LARGEST = 10 * 1024 * 1024  # bytes
_FULL = (errno.ENOSPC, errno.EDQUOT)
_PLACE: Final = {"table": "access_scan", "kind": "content"}


@dataclass(frozen=True)
class Found:
    """What a scan turned out to be."""

    sha256: str
    kind: Scan.Kind
    size: int


def examine(content: bytes) -> Found:
    """What these bytes are, by themselves and not by their name. Raises BadScan."""
    if len(content) > LARGEST:
        raise BadScan(f"The scan has more than {LARGEST // 2**20} MB. Scan it in grey with 200 dpi.")
    kind = _kind(content)
    if kind is None:
        raise BadScan("The scan is no whole PDF, JPEG or PNG file. Scan the declaration once more.")
    return Found(hashlib.sha256(content).hexdigest(), kind, len(content))


@contextlib.contextmanager
def kept(content: bytes) -> Iterator[Found]:
    """The scan is durable inside the block; should the block fail, one that was not there before is gone.

    Raises BadScan, StoreFull.
    """
    found = examine(content)
    path = _path(found.sha256)
    is_new = not path.exists()
    if is_new:
        _write(path, key_ring.current().seal(content, row=found.sha256, **_PLACE))
    try:
        yield found
    except BaseException:
        if is_new and not Scan.objects.filter(sha256=found.sha256).exists():
            path.unlink(missing_ok=True)
        raise


def read(sha256: str) -> bytes:
    """Raises OSError if it is not there, SealBroken if it is not what was kept."""
    return key_ring.current().open(_path(sha256).read_bytes(), row=sha256, **_PLACE).reveal()


def reseal() -> int:
    """Renew every seal under the ring's newest key; answers how many changed. Raises OSError, SealBroken."""
    ring, changed = key_ring.current(), 0
    for sha256 in Scan.objects.values_list("sha256", flat=True).distinct():
        path = _path(sha256)
        blob = path.read_bytes()
        fresh = ring.reseal(blob, row=sha256, **_PLACE)
        if fresh != blob:
            _write(path, fresh)
            changed += 1
    return changed


def _kind(content: bytes) -> Scan.Kind | None:
    """By the bytes at both ends, so that half a file is none (PDF 1.7, 7.5.5; JPEG, B.1.1.3; PNG, 5.3)."""
    begin, end = content[:8], content[-1024:]
    if begin.startswith(b"%PDF-") and b"%%EOF" in end:
        return Scan.Kind.PDF
    if begin.startswith(b"\xff\xd8\xff") and content.rstrip(b"\0").endswith(b"\xff\xd9"):
        return Scan.Kind.JPEG
    if begin == b"\x89PNG\r\n\x1a\n" and end.endswith(b"IEND\xaeB`\x82"):
        return Scan.Kind.PNG
    return None


def _path(sha256: str) -> Path:
    return configuration.current().state_dir / "scans" / sha256[:2] / sha256


def _write(path: Path, sealed: bytes) -> None:
    """As a whole or not at all, and durable. Raises StoreFull."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        for folder in (path.parent.parent, path.parent):
            folder.mkdir(mode=0o700, exist_ok=True)
        _write_new(beside, sealed)
        beside.rename(path)
        for folder in (path.parent, *path.parents[1:3]):
            _sync(folder)
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise StoreFull("There is no room for the scan on the server's disk. Nothing was entered.") from error
    finally:
        beside.unlink(missing_ok=True)


def _write_new(path: Path, content: bytes) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
