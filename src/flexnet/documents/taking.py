"""Make it happen: files of a folder become documents, each by itself or all, and none is lost.

A file leaves the folder only when it is in the store and its row holds, or with its reason into quarantine.
Whatever breaks off is done again and leads to the same: what is there already is known by its SHA-256.
"""

import hashlib
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from flexnet import configuration, transactions
from flexnet.access.rules import day_of
from flexnet.audit import actions as audit
from flexnet.configuration import Documents
from flexnet.documents import actions, adapters, rules, telling
from flexnet.documents.actions import New
from flexnet.documents.models import Document, RefusedFile
from flexnet.documents.rules import CURES, Named, Why
from flexnet.lib import dropped_files
from flexnet.lib.dropped_files import FolderInUse, Odd, Waits
from flexnet.members.models import Site
from flexnet.quarter_field import written

log = logging.getLogger("flexnet.documents")
_MOST_FILES: Final = 200
_MOST_BYTES: Final = 64 * 1024 * 1024  # in memory at once, and in one transaction
Key = tuple[str, str, str]


class What(StrEnum):
    """What became of a file."""

    TAKEN = "taken"
    THERE_ALREADY = "there_already"
    WAITS = "waits"
    REFUSED = "refused"
    NOT_MOVED = "not_moved"  # refused, and still where it was: quarantine did not take it


@dataclass(frozen=True)
class Line:
    """One file of the report."""

    name: str
    what: What
    why: Why | None = None

    @property
    def shown(self) -> str:
        """As a database and a terminal can hold it: of a name that is no UTF-8 the bytes escaped."""
        return self.name.encode("utf-8", "backslashreplace").decode()[:300]


Report = Sequence[Line]
_Look = New | Why | Waits


def take(
    *,
    folder: Path,
    by: str,
    now: datetime,
    all_or_none: bool = False,
    only_look: bool = False,
    is_stopping: Callable[[], bool] = lambda: False,
) -> Report:
    """Every file that lies there and is no longer written to.

    `all_or_none`: if one would be refused or waits, nothing is taken and nothing moved. Raises FolderInUse,
    NoFolder, StoreFull.
    """
    with dropped_files.alone_in(folder):
        names = dropped_files.names_in(folder)
        if only_look or all_or_none:
            seen = [line for batch in _batches(folder, names, now) for line in _foreseen(batch)]
            if only_look or any(line.what in (What.REFUSED, What.WAITS) for line in seen):
                return seen
        report = list[Line]()
        for batch in _batches(folder, names, now):
            if is_stopping():
                break
            report += _settle(folder, batch, by=by, now=now)
    return report


def watch(now: datetime, *, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """What the worker does with the configured folder; answers how many files it took."""
    folder = configuration.current().documents.folder
    if folder is None:
        return 0
    try:
        report = take(folder=folder, by="worker", now=now, is_stopping=is_stopping)
    except FolderInUse:
        return 0
    for line in report:
        if line.what in (What.REFUSED, What.NOT_MOVED):
            log.warning("refused %r: %s", line.name, line.why)
    return sum(line.what is What.TAKEN for line in report)


def _batches(folder: Path, names: Sequence[str], now: datetime) -> Iterator[dict[str, _Look]]:
    """Files as they were looked at, some at a time; sites in one query for each."""
    settings = configuration.current().documents
    named = {name: rules.read_name(name, settings, today=day_of(now)) for name in names}
    doubles = _doubles(folder, named, settings, now)
    batch, size = dict[str, bytes | Why | Waits](), 0
    for name, said in named.items():
        batch[name] = Why.DOUBLE if name in doubles else _read(folder / name, said, settings, now)
        size += len(content) if isinstance(content := batch[name], bytes) else 0
        if len(batch) >= _MOST_FILES or size >= _MOST_BYTES:
            yield _whole(batch, named)
            batch, size = {}, 0
    if batch:
        yield _whole(batch, named)


def _doubles(folder: Path, named: Mapping[str, Named | Why], settings: Documents, now: datetime) -> set[str]:
    """Names that say that they are the same document, and differ."""
    of = dict[Key, list[str]]()
    for name, said in named.items():
        if isinstance(said, Named):
            of.setdefault(_key(said), []).append(name)
    found = set[str]()
    for names in (names for names in of.values() if len(names) > 1):
        contents = [_read(folder / name, named[name], settings, now) for name in names]
        sums = {hashlib.sha256(one).digest() for one in contents if isinstance(one, bytes)}
        found |= set(names) if len(sums) > 1 else set()
    return found


def _read(path: Path, said: Named | Why, settings: Documents, now: datetime) -> bytes | Why | Waits:
    """A wrong name waits too, until its file is whole: it is moved as it is."""
    content = dropped_files.read(
        path, largest=settings.max_bytes, settle_seconds=settings.settle_seconds, now=now
    )
    if isinstance(content, Waits):
        return content
    if isinstance(said, Why):
        return said
    if isinstance(content, Odd):
        return Why(content.value)
    return rules.why_refused(content, largest=settings.max_bytes) or content


def _whole(batch: Mapping[str, bytes | Why | Waits], named: Mapping[str, Named | Why]) -> dict[str, _Look]:
    """With the sites that the names say."""
    bsnrs = {said.bsnr for name in batch if isinstance(said := named[name], Named)}
    sites = {site.bsnr: site for site in Site.objects.filter(bsnr__in=bsnrs)}
    found = dict[str, _Look]()
    for name, content in batch.items():
        said = named[name]
        if not isinstance(content, bytes):
            found[name] = content
        elif isinstance(said, Named) and said.bsnr in sites:
            found[name] = New(sites[said.bsnr], said.quarter, said.kind, name, content)
        else:
            found[name] = Why.UNKNOWN_SITE
    return found


def _foreseen(batch: Mapping[str, _Look]) -> list[Line]:
    """What becomes of them, one after the other: the second of two that are the same is there already."""
    there, lines = _there(batch), list[Line]()
    for name, look in batch.items():
        line = _line(name, look, there)
        if isinstance(look, New) and line.what is What.TAKEN:
            there.setdefault(_key_of(look), set()).add(look.sha256)
        lines.append(line)
    return lines


def _line(name: str, look: _Look, there: Mapping[Key, set[str]]) -> Line:
    if isinstance(look, Waits):
        return Line(name, What.WAITS)
    if isinstance(look, Why):
        return Line(name, What.REFUSED, look)
    sums = there.get(_key_of(look), set())
    if look.sha256 in sums:
        return Line(name, What.THERE_ALREADY)
    return Line(name, What.REFUSED, Why.OTHER_THERE) if sums else Line(name, What.TAKEN)


def _settle(folder: Path, batch: Mapping[str, _Look], *, by: str, now: datetime) -> list[Line]:
    """Into the store, then the rows, and only then out of the folder."""
    lines = _foreseen(batch)
    taken = [batch[line.name] for line in lines if line.what is What.TAKEN]
    news = [look for look in taken if isinstance(look, New)]
    rows = [actions.prepared(new, by=by, now=now) for new in news]
    contents = [(str(row.pk), new.content) for row, new in zip(rows, news, strict=True)]
    with adapters.STORE.kept(contents), transactions.writing():
        transactions.insert_all(rows)
        for row in rows:
            actions.record_put(row, by=by)
        telling.tell(rows, now=now)
        _note_refused([line for line in lines if line.what is What.REFUSED], by=by, now=now)
    return [_moved(folder, line, now) for line in lines]


def _note_refused(lines: Sequence[Line], *, by: str, now: datetime) -> None:
    """For the desk; what was noted and could not be moved is noted once."""
    if not lines:
        return
    names = [line.shown for line in lines]
    noted = set(
        RefusedFile.objects.filter(settled_at=None, file_name__in=names).values_list("file_name", "why")
    )
    said = {(line.shown, line.why) for line in lines if line.why}
    rows = [RefusedFile(file_name=name, why=why, refused_at=now) for name, why in sorted(said - noted)]
    RefusedFile.objects.bulk_create(rows)
    if rows:
        audit.record("documents.refused", by=by, subject="documents", data={"count": len(rows)})


def _moved(folder: Path, line: Line, now: datetime) -> Line:
    path = folder / line.name
    try:
        if line.what in (What.TAKEN, What.THERE_ALREADY):
            dropped_files.forget(path)
        elif line.why:
            dropped_files.put_aside(path, line.why, cure=CURES[line.why], now=now)
    except OSError as error:
        log.warning("%r stays in the folder: %s", line.name, error)
        return Line(line.name, What.NOT_MOVED, line.why) if line.why else line
    return line


def _there(batch: Mapping[str, _Look]) -> dict[Key, set[str]]:
    """What the database has of these documents: their sums."""
    sites = {look.site.pk for look in batch.values() if isinstance(look, New)}
    rows = Document.objects.filter(site__in=sites, withdrawn_at=None)
    found = dict[Key, set[str]]()
    for bsnr, quarter, kind, sha256 in rows.values_list("site__bsnr", "quarter", "kind", "sha256"):
        found.setdefault((bsnr, written(quarter), kind), set()).add(sha256)
    return found


def _key_of(new: New) -> Key:
    return new.site.bsnr, written(new.quarter), new.kind.slug


def _key(said: Named) -> Key:
    return said.bsnr, written(said.quarter), said.kind.slug
