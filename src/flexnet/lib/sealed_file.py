"""A sealed file: segments of AES-256-GCM under a key of its own; their order and the end are bound in.

It is written from front to back, in as many turns as it takes: whoever goes on cuts off what was not noted,
and whoever wrote before writes no more. A segment that is missing, moved or altered is found, and so is a
file that was cut.
"""

from __future__ import annotations

import contextlib
import fcntl
import io
import os
import secrets
import struct
from bisect import bisect_right
from collections.abc import Iterator
from operator import itemgetter
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from flexnet.lib.sealed import SealBroken

SEGMENT_BYTES = 256 * 1024
KEY_BYTES = 32
_MARK = b"FNS1"
_HEAD = struct.Struct(">4sI")  # what this is, whose turn it is to write
_LENGTH = struct.Struct(">I")  # of the plain bytes; the highest bit says that it is the last segment
_LAST = 1 << 31
_NONCE_BYTES = 12  # random: a segment that is written anew after a break must not repeat one
_AROUND = _LENGTH.size + _NONCE_BYTES + 16
_PLACE = struct.Struct(">QQ?")  # which segment, behind how many bytes, whether the last


class TakenOver(Exception):
    """Somebody else goes on with this file; what was handed over last is not in it."""


class Mark(NamedTuple):
    """How far a file has come: its segments, the plain bytes in them, the bytes on the disk."""

    segments: int = 0
    plain: int = 0
    stored: int = _HEAD.size


BEGINNING = Mark()


def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def is_sealed(descriptor: int) -> bool:
    """Whether a file is one of these, whatever is in it."""
    return os.pread(descriptor, len(_MARK), 0) == _MARK


@contextlib.contextmanager
def alone(descriptor: int) -> Iterator[None]:
    """Nobody else writes to this file in the block, in whatever thread or process."""
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


class Writer:
    """Writes on from a mark; made inside `alone` for a file that exists.

    Raises OSError, TakenOver, SealBroken.
    """

    def __init__(self, descriptor: int, key: bytes, mark: Mark = BEGINNING) -> None:
        self._descriptor, self._cipher = descriptor, AESGCM(key)
        self.mark, self._waiting = mark, bytearray()
        self._turn = _turn_of(descriptor) + 1
        if mark != BEGINNING and os.fstat(descriptor).st_size < mark.stored:
            raise SealBroken("of the file less is there than was noted")
        os.ftruncate(descriptor, mark.stored)
        _write_all(descriptor, _HEAD.pack(_MARK, self._turn), 0)

    @property
    def plain(self) -> int:
        """How many bytes were handed over in all."""
        return self.mark.plain + len(self._waiting)

    def write(self, piece: bytes) -> None:
        self._waiting += piece
        while len(self._waiting) > SEGMENT_BYTES:
            self._put(SEGMENT_BYTES)

    def flush(self) -> None:
        """Everything that was handed over is in the file."""
        if self._waiting:
            self._put(len(self._waiting))

    def end(self) -> None:
        """As `flush`; and that was the last of it."""
        self._put(len(self._waiting), is_last=True)

    @contextlib.contextmanager
    def noting(self) -> Iterator[Mark]:
        """What is in the file is durable, and stays as it is while the caller notes the mark."""
        with self._our_turn():
            os.fsync(self._descriptor)
            yield self.mark

    def _put(self, length: int, *, is_last: bool = False) -> None:
        piece, mark = bytes(self._waiting[:length]), self.mark
        nonce = secrets.token_bytes(_NONCE_BYTES)
        body = self._cipher.encrypt(nonce, piece, _PLACE.pack(mark.segments, mark.plain, is_last))
        segment = _LENGTH.pack(length | (_LAST if is_last else 0)) + nonce + body
        with self._our_turn():
            _write_all(self._descriptor, segment, mark.stored)
        del self._waiting[:length]
        self.mark = Mark(mark.segments + 1, mark.plain + length, mark.stored + len(segment))

    @contextlib.contextmanager
    def _our_turn(self) -> Iterator[None]:
        with alone(self._descriptor):
            if _turn_of(self._descriptor) != self._turn:
                raise TakenOver("somebody else goes on with this file")
            yield


class Reader(io.RawIOBase):
    """The plain bytes of a file that was written to its end; every method may raise SealBroken."""

    def __init__(self, descriptor: int, key: bytes) -> None:
        """The descriptor is the reader's from now on."""
        self._descriptor, self._cipher = descriptor, AESGCM(key)
        self._at, self._opened = 0, (-1, b"")
        try:
            self._begins, self._length = _index(descriptor)
            self._segment(len(self._begins) - 1)  # so that nobody cuts the file and puts an end to it
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if not self.closed:
            os.close(self._descriptor)
        super().close()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._length}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]  # what BufferedReader hands over
        if self._at >= self._length:
            return 0
        number = bisect_right(self._begins, self._at, key=itemgetter(0)) - 1
        inside = self._at - self._begins[number][0]
        piece = self._segment(number)[inside : inside + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def _segment(self, number: int) -> bytes:
        if self._opened[0] != number:
            self._opened = (number, self._open(number))
        return self._opened[1]

    def _open(self, number: int) -> bytes:
        begin, position = self._begins[number]
        is_last = number == len(self._begins) - 1
        end = self._length if is_last else self._begins[number + 1][0]
        blob = os.pread(self._descriptor, _AROUND + end - begin, position)[_LENGTH.size :]
        place = _PLACE.pack(number, begin, is_last)
        try:
            return self._cipher.decrypt(blob[:_NONCE_BYTES], blob[_NONCE_BYTES:], place)
        except (InvalidTag, ValueError):
            raise SealBroken(f"segment {number} of the file is not what was written") from None


def opened(descriptor: int, key: bytes) -> io.BufferedReader:
    """A file to read, closed with its descriptor. Raises SealBroken."""
    return io.BufferedReader(Reader(descriptor, key), SEGMENT_BYTES)


def _index(descriptor: int) -> tuple[list[tuple[int, int]], int]:
    """Where each segment begins, in plain and on the disk; how long the plain file is. Raises SealBroken."""
    if not is_sealed(descriptor):
        raise SealBroken("no sealed file")
    size, position, plain, is_last = os.fstat(descriptor).st_size, _HEAD.size, 0, False
    begins = list[tuple[int, int]]()
    while not is_last:
        head = os.pread(descriptor, _LENGTH.size, position)
        if len(head) < _LENGTH.size:
            raise SealBroken("the file has no end")
        (length,) = _LENGTH.unpack(head)
        length, is_last = length & ~_LAST, bool(length & _LAST)
        begins.append((plain, position))
        plain, position = plain + length, position + _AROUND + length
    if position != size:
        raise SealBroken("the file is not as long as it says")
    return begins, plain


def _turn_of(descriptor: int) -> int:
    head = os.pread(descriptor, _HEAD.size, 0)
    return int(_HEAD.unpack(head)[1]) if len(head) == _HEAD.size else 0


def _write_all(descriptor: int, piece: bytes, position: int) -> None:
    view = memoryview(piece)
    while view:
        written = os.pwrite(descriptor, view, position)
        view, position = view[written:], position + written
