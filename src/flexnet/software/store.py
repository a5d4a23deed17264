"""The store of releases: a folder outside the database, each file under the SHA-256 of its bytes."""

import contextlib
import errno
import hashlib
import os
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BufferedRandom
from pathlib import Path
from typing import IO, Final

from flexnet import configuration
from flexnet.software.errors import BadRelease, StoreFull

_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_CHUNK: Final = 1 << 20
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)  # the first day of a ZIP: the same files make the same bytes


@dataclass(frozen=True)
class Stored:
    """What a file is."""

    sha256: str
    size: int


def path_of(sha256: str) -> Path:
    """Where its bytes lie."""
    return configuration.current().software_store / sha256[:2] / sha256


def keep(source: Path) -> Stored:
    """Copy a file in; it is durable afterwards. Raises BadRelease, StoreFull."""
    with _arriving() as (path, target), _opened(source) as file:
        for chunk in iter(lambda: file.read(_CHUNK), b""):
            target.write(chunk)
        return _keep(path, target)


def keep_zip(sources: Sequence[Path]) -> tuple[Stored, list[Stored]]:
    """Pack several files into one that is kept, not compressed: installers are already.

    Answers it and its parts. Raises BadRelease, StoreFull.
    """
    with _arriving() as (path, target):
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as packed:
            parts = [_pack(packed, source) for source in sources]
        return _keep(path, target), parts


def _pack(packed: zipfile.ZipFile, source: Path) -> Stored:
    known = zipfile.ZipInfo(source.name, _LONG_AGO)
    known.external_attr = 0o644 << 16
    digest, size = hashlib.sha256(), 0
    with _opened(source) as file, packed.open(known, "w", force_zip64=True) as target:
        for chunk in iter(lambda: file.read(_CHUNK), b""):
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
    return Stored(digest.hexdigest(), size)


@contextlib.contextmanager
def _opened(source: Path) -> Iterator[IO[bytes]]:
    try:
        if not source.is_file() or not source.stat().st_size:
            raise BadRelease(f"{source} is no file, or an empty one.")
        file = source.open("rb")
    except OSError as error:
        raise BadRelease(f"{source} cannot be read: {error.strerror}.") from error
    with file:
        yield file


@contextlib.contextmanager
def _arriving() -> Iterator[tuple[Path, BufferedRandom]]:
    """A file beside its later place; gone if the block fails."""
    root = configuration.current().software_store
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=root, prefix=".arriving-")
        try:
            with os.fdopen(descriptor, "w+b") as target:
                yield Path(name), target
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise StoreFull("The disk has no room for this release. Nothing was published.") from error


def _keep(path: Path, target: BufferedRandom) -> Stored:
    """Under the hash of what was really written."""
    target.flush()
    os.fsync(target.fileno())
    target.seek(0)
    stored = Stored(hashlib.file_digest(target, "sha256").hexdigest(), os.fstat(target.fileno()).st_size)
    place = path_of(stored.sha256)
    place.parent.mkdir(mode=0o700, exist_ok=True)
    path.rename(place)
    for folder in (place.parent, place.parent.parent):
        _sync(folder)
    return stored


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
