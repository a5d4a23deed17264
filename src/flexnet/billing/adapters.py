"""The store of billing files: sealed as they arrive, hashed meanwhile, kept durably."""

import contextlib
import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Self

from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import UploadedFile

from flexnet import configuration
from flexnet.billing.errors import StoreFull
from flexnet.lib import sealed_file
from flexnet.lib.sealed import SealBroken
from flexnet.lib.sealed_file import Writer

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_ARRIVING, _PART, _PIECES = "arriving", ".part", ".pieces"
_PIECE = 1024 * 1024
_NOBODY_SENDS_SO_LONG = timedelta(days=1)


class Trouble(StrEnum):
    """Why an arrival holds no file."""

    TOO_LARGE = "too_large"
    STORE_FULL = "store_full"


class Arrival(UploadedFile):  # type: ignore[type-arg]  # the stubs alone make it generic
    """A file on its way in: sealed into the store's own file system under a name that nobody looks for.

    After a trouble its bytes are gone at once, and what still comes is counted but not kept. Whoever reads it
    must `end` it before.
    """

    def __init__(self, name: str, *, limit: int) -> None:
        self.key, self.trouble = sealed_file.new_key(), None
        self._path: str | None = None
        self._limit, self._hash = limit, hashlib.sha256()
        super().__init__(BytesIO(), name, size=0)
        try:
            self.descriptor, self._path = _part()
            self._writer = Writer(self.descriptor, self.key)
        except OSError as error:
            self._give_up(error)

    trouble: Trouble | None

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
            self._writer.write(chunk)
        except OSError as error:
            self._give_up(error)

    def end(self) -> Self:
        """Those were all."""
        if not self.trouble:
            try:
                self._writer.end()
                self.file = sealed_file.opened(os.dup(self.descriptor), self.key)
            except OSError as error:
                self._give_up(error)
        return self

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def temporary_file_path(self) -> str:
        """Tells Django's storage that this file can be moved instead of copied."""
        assert self._path  # noqa: S101 - what came to a full store is never kept
        return self._path

    def close(self) -> None:
        """Whatever was not kept is gone."""
        super().close()
        if self._path:
            os.close(self.descriptor)
            Path(self._path).unlink(missing_ok=True)
            self._path = None

    def _give_up(self, why: Trouble | OSError) -> None:
        if isinstance(why, OSError) and why.errno not in FULL:
            raise why
        self.trouble = Trouble.STORE_FULL if isinstance(why, OSError) else why
        if self._path:
            os.ftruncate(self.descriptor, 0)


class Whole(Arrival):
    """A file that came in pieces, to its end; closing it takes nothing away."""

    def __init__(self, part: str, name: str, key: bytes) -> None:
        """Raises FileNotFoundError, SealBroken."""
        self.key, self.trouble, self._path = key, None, str(part_path(part))
        self.descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            file = sealed_file.opened(os.dup(self.descriptor), key)
            self._hash = hashlib.sha256()
            while piece := file.read(_PIECE):
                self._hash.update(piece)
        except BaseException:
            os.close(self.descriptor)
            raise
        UploadedFile.__init__(self, file, name, size=file.tell())

    def close(self) -> None:
        UploadedFile.close(self)
        if self._path:
            os.close(self.descriptor)
            self._path = None


def begin_part(name: str, key: bytes) -> None:
    """An empty file that will come in pieces, durable. Raises StoreFull."""
    try:
        descriptor = os.open(
            arriving_folder() / f"{name}{_PIECES}", os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600
        )
        try:
            Writer(descriptor, key)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        _sync_folder(arriving_folder())
    except OSError as error:
        if error.errno not in FULL:
            raise
        drop_part(name)
        raise StoreFull from error


def part_path(name: str) -> Path:
    """Where a file lies that comes in pieces."""
    return _root() / _ARRIVING / f"{name}{_PIECES}"


def drop_part(name: str) -> None:
    """One that is gone already is fine."""
    part_path(name).unlink(missing_ok=True)


def parts_before(moment: datetime) -> list[str]:
    """Names of the files in pieces that nobody wrote to since then."""
    found = (_root() / _ARRIVING).glob(f"*{_PIECES}")
    return [path.stem for path in found if path.stat().st_mtime < moment.timestamp()]


def _part() -> tuple[int, str]:
    """Raises OSError."""
    return tempfile.mkstemp(dir=arriving_folder(), suffix=_PART)


def arriving_folder() -> Path:
    """Where files lie until they are whole. Raises OSError."""
    folder = _root() / _ARRIVING
    _root().mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


class DeliveryStore(FileSystemStorage):
    """Django's file storage, except that what it saved survives a power cut."""

    def __init__(self) -> None:
        super().__init__(location=_root(), file_permissions_mode=0o600, directory_permissions_mode=0o700)

    def _save(self, name: str, content: Arrival) -> str:
        """A second name for what lies there: should the process end now, the first one still leads to it."""
        os.fsync(content.descriptor)
        folder = Path(self.path(name)).parent
        folder.mkdir(mode=0o700, exist_ok=True)
        os.link(content.temporary_file_path(), self.path(name))
        while folder != _root().parent:
            _sync_folder(folder)
            folder = folder.parent
        return name


@contextlib.contextmanager
def kept(arrival: Arrival, path: str) -> Iterator[str]:
    """Keep the file under `path`; it is durable inside the block, and gone if the block fails.

    Raises StoreFull.
    """
    store = DeliveryStore()
    try:
        saved = store.save(path, arrival)
    except OSError as error:
        if error.errno not in FULL:
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


def names_before(moment: datetime) -> list[str]:
    """Every kept file that was last written before then."""
    found = [path for path in _root().glob("*/*") if path.parent.name != _ARRIVING]
    old = [path for path in found if path.stat().st_mtime < moment.timestamp()]
    return [str(path.relative_to(_root())) for path in old]


def drop(path: str) -> None:
    """Take a file out of the store; one that is gone already is fine."""
    DeliveryStore().delete(path)


def opened(path: str, key: bytes | None) -> BinaryIO:
    """A kept file, to be read; without a key one that lies plain, from before files were sealed.

    Raises FileNotFoundError, SealBroken.
    """
    descriptor = os.open(DeliveryStore().path(path), os.O_RDONLY | os.O_CLOEXEC)
    return sealed_file.opened(descriptor, key) if key else os.fdopen(descriptor, "rb")


def size_of(path: str, key: bytes | None) -> int | None:
    """How long a kept file is; None if it is not there, or has no end."""
    try:
        with opened(path, key) as file:
            return file.seek(0, os.SEEK_END)
    except (FileNotFoundError, SealBroken):
        return None


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _root() -> Path:
    return configuration.current().billing.store
