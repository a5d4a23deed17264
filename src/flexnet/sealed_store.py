"""Files outside the database, sealed: whole or not there, durable, each under a name that we gave it."""

import contextlib
import errno
import os
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from flexnet import configuration, key_ring

_FULL: Final = (errno.ENOSPC, errno.EDQUOT)
_AT_ONCE: Final = 500
_WAITING: Final = 8  # threads that wait for the disk, which takes many at a time


class StoreFull(Exception):
    """There is no room on the server's disk; nothing was kept."""


@dataclass(frozen=True)
class SealedStore:
    """The files of one table, in a folder beside the rest of the state; a seal is bound to its name."""

    folder: str
    table: str
    kind: str = "content"

    def read(self, name: str) -> bytes:
        """Raises OSError if it is not there, SealBroken if it is not what was kept."""
        sealed = self.path(name).read_bytes()
        return key_ring.current().open(sealed, table=self.table, row=name, kind=self.kind).reveal()

    def is_there(self, name: str) -> bool:
        return self.path(name).exists()

    def keep(self, contents: Iterable[tuple[str, bytes]]) -> None:
        """Durable when it returns; what has a name already is written anew. Raises StoreFull, OSError."""
        ring = key_ring.current()

        def write(one: tuple[str, bytes]) -> Path:
            name, content = one
            path = self.path(name)
            _write(path, ring.seal(content, table=self.table, row=name, kind=self.kind))
            return path.parent

        with ThreadPoolExecutor(_WAITING) as waiting:
            folders = set(waiting.map(write, contents))
            list(waiting.map(_sync, folders))

    @contextlib.contextmanager
    def kept(self, contents: Collection[tuple[str, bytes]]) -> Iterator[None]:
        """Durable inside the block, and gone if the block fails. Raises StoreFull, OSError."""
        try:
            self.keep(contents)
            yield
        except BaseException:
            for name, _content in contents:
                self.drop(name)
            raise

    def drop(self, name: str) -> None:
        """One that is gone already is fine."""
        self.path(name).unlink(missing_ok=True)

    def reseal(self, names: Iterable[str]) -> int:
        """Renew these seals under the ring's newest key; answers how many. Raises OSError, SealBroken."""
        ring, changed = key_ring.current(), 0
        for name in names:
            path = self.path(name)
            blob = path.read_bytes()
            fresh = ring.reseal(blob, table=self.table, row=name, kind=self.kind)
            if fresh != blob:
                _write(path, fresh)
                _sync(path.parent)
                changed += 1
        return changed

    def sweep(self, known: Callable[[list[str]], set[str]], *, before: datetime) -> int:
        """Take away what a killed process left: files from before then that none names; answers how many."""
        old = [path for path in self._root.glob("*/*") if path.stat().st_mtime < before.timestamp()]
        left = list[Path]()
        for first in range(0, len(old), _AT_ONCE):
            some = old[first : first + _AT_ONCE]
            named = known([path.name for path in some if not path.name.startswith(".")])
            left += [path for path in some if path.name not in named]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def path(self, name: str) -> Path:
        return self._root / name[:2] / name

    @property
    def _root(self) -> Path:
        return configuration.current().state_dir / self.folder


def _write(path: Path, sealed: bytes) -> None:
    """As a whole or not at all; its folder is to be synced."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        for folder in (path.parent.parent, path.parent):
            if not folder.exists():
                folder.mkdir(mode=0o700, exist_ok=True)
                _sync(folder.parent)
        _write_new(beside, sealed)
        beside.rename(path)
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise StoreFull("There is no room on the server's disk. Nothing was kept.") from error
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
