"""Documents are dropped into the folder, taken as the worker does, and looked for by each practice."""

import json
import random
import time
from datetime import UTC, datetime
from pathlib import Path

from bench import results
from bench.crowd import Crowd
from flexnet import configuration
from flexnet.access.models import Access
from flexnet.access.rules import day_of
from flexnet.documents import adapters, queries, taking
from flexnet.documents.models import Document
from flexnet.lib import dropped_files
from flexnet.lib.quarters import Quarter


class DoesNotAddUp(Exception):
    """A document is missing, lies twice, or is another one's."""


def main(step: str, crowd: str, kilobytes: str = "0") -> None:
    people = Crowd.read(Path(crowd))
    if step == "drop":
        _drop(people, int(kilobytes))
    else:
        print(json.dumps(_take(people) if step == "take" else _find(people, int(kilobytes))))


def _folder() -> Path:
    folder = configuration.current().documents.folder
    assert folder is not None  # noqa: S101 - the benchmark configures one
    return folder


def _drop(crowd: Crowd, kilobytes: int) -> None:
    """One file for each practice, no two alike."""
    folder, quarter = _folder(), Quarter.of(day_of(datetime.now(UTC)))
    folder.mkdir()
    for number in range(crowd.size):
        name = f"{crowd.bsnr(number)}_{quarter.year}q{quarter.number}_honorarbescheid.pdf"
        folder.joinpath(name).write_bytes(_content(crowd, number, kilobytes))


def _content(crowd: Crowd, number: int, kilobytes: int) -> bytes:
    """What cannot be packed, as most of a PDF."""
    head, tail = f"%PDF-1.7\n%{crowd.bsnr(number)}\n".encode(), b"\n%%EOF\n"
    return head + random.Random(number).randbytes(kilobytes * 1000 - len(head) - len(tail)) + tail


def _take(crowd: Crowd) -> dict[str, float]:
    """A turn of the worker, or as many as it needs; then a last one, which must find nothing."""
    before, begun = results.peak_mb(), time.perf_counter()
    count = taking.watch(datetime.now(UTC))
    seconds = time.perf_counter() - begun
    if count != crowd.size or dropped_files.names_in(_folder()) or taking.watch(datetime.now(UTC)):
        raise DoesNotAddUp(f"{count} of {crowd.size} files were taken")
    return {"take_s": round(seconds, 2), "memory_before_mb": before, "memory_peak_mb": results.peak_mb()}


def _find(crowd: Crowd, kilobytes: int) -> dict[str, float | bool]:
    """Each practice asks with its own access, and sees one document: its own, byte by byte."""
    now, begun = datetime.now(UTC), time.perf_counter()
    for number in range(crowd.size):
        access = Access.objects.get(user_name=crowd.user_name(number))
        rows = list(queries.for_(access, now))
        if [row.site.bsnr for row in rows] != [crowd.bsnr(number)]:
            raise DoesNotAddUp(f"{access} sees {len(rows)} documents")
        if adapters.STORE.read(str(rows[0].pk)) != _content(crowd, number, kilobytes):
            raise DoesNotAddUp(f"{access} sees other bytes than were dropped")
    seconds = time.perf_counter() - begun
    if Document.objects.count() != crowd.size:
        raise DoesNotAddUp(f"{Document.objects.count()} documents of {crowd.size} files")
    return {"find_s": round(seconds, 2), "adds_up": True}
