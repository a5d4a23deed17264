"""Parts of a file that are asked for (RFC 9110, 14) and that were given. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_ONE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
MOST_PARTS: Final = 64  # kept of one download; what is scattered wider counts as not given


@dataclass(frozen=True, order=True)
class Span:
    """Bytes from `start` on, without that at `end`."""

    start: int
    end: int

    @property
    def size(self) -> int:
        return self.end - self.start


class NotThere(Exception):
    """No byte of what was asked for is in the file (416)."""


def asked(header: str | None, if_range: str | None, *, size: int, etag: str) -> Span | None:
    """The part; None: the whole file, also for several parts or what nobody can read.

    `if_range` must be exactly our `etag`, or the part may be one of another file. Raises NotThere.
    """
    if header is None or (if_range is not None and if_range.strip() != etag):
        return None
    found = _ONE.fullmatch(header.replace(" ", ""))
    if found is None or found[1] == found[2] == "":
        return None
    if found[1] == "":
        return _there(max(0, size - int(found[2])), size, size)
    end = min(size, int(found[2]) + 1) if found[2] else size
    if found[2] and int(found[2]) < int(found[1]):
        return None
    return _there(int(found[1]), end, size)


def _there(start: int, end: int, size: int) -> Span:
    if start >= size or start >= end:
        raise NotThere
    return Span(start, end)


def read(text: str) -> tuple[Span, ...]:
    """As `written` wrote it."""
    return tuple(Span(*map(int, one.split("-"))) for one in text.split(",") if one)


def written(spans: Iterable[Span]) -> str:
    return ",".join(f"{one.start}-{one.end}" for one in spans)


def together(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Sorted, and what touches or overlaps made one; the largest, if they are too many."""
    merged: list[Span] = []
    for one in sorted(one for one in spans if one.size > 0):
        if merged and one.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, one.end))
        else:
            merged.append(one)
    largest = sorted(merged, key=lambda one: one.size, reverse=True)[:MOST_PARTS]
    return tuple(sorted(largest))


def total(spans: Iterable[Span]) -> int:
    """Bytes in spans that do not overlap."""
    return sum(one.size for one in spans)
