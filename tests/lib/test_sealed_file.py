"""Sealed files: what is read is what was written, in whatever turns, or nothing."""

import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flexnet.lib import sealed_file
from flexnet.lib.sealed import SealBroken
from flexnet.lib.sealed_file import Mark, Reader, TakenOver, Writer

KEY = bytes(range(32))
SEGMENT = sealed_file.SEGMENT_BYTES


@pytest.fixture
def descriptor(tmp_path: Path) -> Iterator[int]:
    opened = os.open(tmp_path / "file", os.O_RDWR | os.O_CREAT)
    yield opened
    os.close(opened)


def written(descriptor: int, *turns: bytes) -> None:
    """Each turn goes on where the last one noted."""
    mark = sealed_file.BEGINNING
    for turn in turns:
        writer = Writer(descriptor, KEY, mark)
        writer.write(turn)
        writer.flush()
        with writer.noting() as mark:
            pass
    Writer(descriptor, KEY, mark).end()


def read(descriptor: int, key: bytes = KEY) -> bytes:
    with sealed_file.opened(os.dup(descriptor), key) as file:
        return file.read()


def content(size: int) -> bytes:
    return (bytes(range(251)) * (size // 251 + 1))[:size]


@pytest.mark.parametrize("size", [0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 3 * SEGMENT])
def test_what_was_written_is_read_and_stands_nowhere_in_plain(descriptor: int, size: int) -> None:
    written(descriptor, content(size))
    assert read(descriptor) == content(size)
    assert content(64) not in os.pread(descriptor, 4 * SEGMENT, 0)


@given(st.lists(st.integers(0, 300), max_size=5))
@settings(max_examples=30)
def test_in_many_turns_it_is_the_same_file(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int]
) -> None:
    path = tmp_path_factory.mktemp("turns") / "file"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
    turns = [content(size) for size in sizes]
    written(descriptor, *turns)
    assert read(descriptor) == b"".join(turns)
    os.close(descriptor)


def test_any_place_is_read_without_what_stands_before_it(descriptor: int) -> None:
    whole = content(2 * SEGMENT + 100)
    written(descriptor, whole)
    with sealed_file.opened(os.dup(descriptor), KEY) as file:
        for place in (SEGMENT - 3, 0, 2 * SEGMENT + 90, SEGMENT):
            file.seek(place)
            assert file.read(10) == whole[place : place + 10]
        assert file.seek(-5, os.SEEK_END) == len(whole) - 5
        assert file.read() == whole[-5:]


def test_what_was_written_and_not_noted_is_cut_off(descriptor: int) -> None:
    first = Writer(descriptor, KEY)
    first.write(b"noted")
    first.flush()
    with first.noting() as mark:
        pass
    first.write(b" and lost")
    first.flush()
    again = Writer(descriptor, KEY, mark)
    again.write(b" and written anew")
    again.end()
    assert read(descriptor) == b"noted and written anew"


def test_whoever_wrote_before_writes_no_more(descriptor: int) -> None:
    before = Writer(descriptor, KEY)
    before.write(b"late")
    Writer(descriptor, KEY).end()
    with pytest.raises(TakenOver):
        before.flush()
    with pytest.raises(TakenOver), before.noting():
        pytest.fail("noted something")
    assert read(descriptor) == b""


def test_less_than_was_noted_is_said(descriptor: int) -> None:
    Writer(descriptor, KEY).flush()
    with pytest.raises(SealBroken, match="less is there"):
        Writer(descriptor, KEY, Mark(1, 10, 50))


def test_another_key_opens_nothing(descriptor: int) -> None:
    written(descriptor, b"x")
    with pytest.raises(SealBroken):
        read(descriptor, bytes(32))


def segments(descriptor: int) -> list[bytes]:
    """The head, and each segment as it lies on the disk."""
    reader = Reader(os.dup(descriptor), KEY)
    edges = [0, *(position for _begin, position in reader._begins), os.fstat(descriptor).st_size]
    reader.close()
    return [os.pread(descriptor, end - begin, begin) for begin, end in pairwise(edges)]


def laid(descriptor: int, pieces: list[bytes]) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, b"".join(pieces), 0)


@pytest.mark.parametrize(
    "order",
    [(0, 2, 1, 3), (0, 1, 3), (0, 1, 2), (0, 1, 1, 2, 3), (0, 1, 2, 3, 3), (1, 2, 3), (0,), ()],
    ids=["exchanged", "one missing", "cut", "one twice", "two ends", "no head", "head alone", "nothing"],
)
def test_segments_in_another_order_or_number_are_no_file(descriptor: int, order: tuple[int, ...]) -> None:
    written(descriptor, content(2 * SEGMENT))
    pieces = segments(descriptor)
    assert len(pieces) == 4
    assert len(pieces[3]) < 40  # the end is a segment of its own
    laid(descriptor, [pieces[number] for number in order])
    with pytest.raises(SealBroken):
        read(descriptor)


def test_a_forged_end_behind_a_cut_file_is_found(descriptor: int) -> None:
    written(descriptor, content(SEGMENT + 5))
    laid(descriptor, [*segments(descriptor)[:2], b"\x80\x00\x00\x00" + bytes(28)])
    with pytest.raises(SealBroken):
        Reader(os.dup(descriptor), KEY)


def test_any_flipped_byte_behind_the_turn_is_found(descriptor: int) -> None:
    written(descriptor, content(40))
    sound = os.pread(descriptor, 1000, 0)
    for place in (0, *range(8, len(sound))):
        laid(descriptor, [sound[:place], bytes([sound[place] ^ 1]), sound[place + 1 :]])
        with pytest.raises(SealBroken):
            read(descriptor)
