"""The store of billing files: they arrive under a private name, are hashed meanwhile, are kept durably."""

import contextlib
import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import UploadedFile

from flexnet import configuration
from flexnet.billing.errors import StoreFull

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_ARRIVING, _PART = "arriving", ".part"
_NOBODY_SENDS_SO_LONG = timedelta(days=1)


class Trouble(StrEnum):
    """Why an arrival holds no file."""

    TOO_LARGE = "too_large"
    STORE_FULL = "store_full"


class Arrival(UploadedFile):  # type: ignore[type-arg]  # the stubs alone make it generic
    """A file on its way in: written into the store's own file system under a name that nobody looks for.

    After a trouble its bytes are gone at once, and what still comes is counted but not kept.
    """

    def __init__(self, name: str, *, limit: int) -> None:
        self.trouble: Trouble | None = None
        self._path: str | None = None
        try:
            self.descriptor, self._path = _part()
        except OSError as error:
            if error.errno not in _FULL:
                raise
            self.trouble, self.descriptor = Trouble.STORE_FULL, os.open(os.devnull, os.O_RDWR)
        self._opened = os.fdopen(self.descriptor, "w+b", buffering=0)
        super().__init__(self._opened, name, size=0)
        self._limit = limit
        self._hash = hashlib.sha256()

    def take(self, chunk: bytes) -> None:
        """The next bytes of the file."""
        self.size = (self.size or 0) + len(chunk)
        if self.trouble:
            return
        if self.size > self._limit:
            self._give_up(Trouble.TOO_LARGE)
            return
        self._hash.update(chunk)
        try:
            _write_all(self.descriptor, chunk)
        except OSError as error:
            if error.errno not in _FULL:
                raise
            self._give_up(Trouble.STORE_FULL)

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def temporary_file_path(self) -> str:
        """Tells Django's storage that this file can be moved instead of copied."""
        assert self._path  # noqa: S101 - what came to a full store is never kept
        return self._path

    def close(self) -> None:
        """Whatever was not kept is gone."""
        self._opened.close()
        if self._path:
            Path(self._path).unlink(missing_ok=True)

    def _give_up(self, trouble: Trouble) -> None:
        self.trouble = trouble
        os.ftruncate(self.descriptor, 0)


def _part() -> tuple[int, str]:
    """Raises OSError."""
    folder = _root() / _ARRIVING
    _root().mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    return tempfile.mkstemp(dir=folder, suffix=_PART)


class DeliveryStore(FileSystemStorage):
    """Django's file storage, except that what it saved survives a power cut."""

    def __init__(self) -> None:
        super().__init__(location=_root(), file_permissions_mode=0o600, directory_permissions_mode=0o700)

    def _save(self, name: str, content: Arrival) -> str:
        os.fsync(content.descriptor)
        saved = str(super()._save(name, content))  # type: ignore[misc]  # the stubs leave it out
        folder = Path(self.path(saved)).parent
        while folder != _root().parent:
            _sync_folder(folder)
            folder = folder.parent
        return saved


@contextlib.contextmanager
def kept(arrival: Arrival, path: str) -> Iterator[str]:
    """Keep the file under `path`; it is durable inside the block, and gone if the block fails.

    Raises StoreFull.
    """
    store = DeliveryStore()
    try:
        saved = store.save(path, arrival)
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise StoreFull from error
    try:
        yield saved
    except BaseException:
        store.delete(saved)
        raise


def clear_arriving(now: datetime) -> int:
    """Take away what a killed process left behind of an upload; answers how many."""
    before = (now - _NOBODY_SENDS_SO_LONG).timestamp()
    left = [path for path in (_root() / _ARRIVING).glob(f"*{_PART}") if path.stat().st_mtime < before]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def drop(path: str) -> None:
    """Take a file out of the store; one that is gone already is fine."""
    DeliveryStore().delete(path)


def size_of(path: str) -> int | None:
    """How long a kept file is; None if it is not there."""
    store = DeliveryStore()
    return store.size(path) if store.exists(path) else None


def _write_all(descriptor: int, chunk: bytes) -> None:
    view = memoryview(chunk)
    while view:
        view = view[os.write(descriptor, view) :]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _root() -> Path:
    return configuration.current().billing.store
