"""Verifies an exported audit trail with nothing but the public keys; needs Python and `cryptography` only.

    python standalone.py EXPORT.jsonl PUBLIC_KEYS.pem [ANCHOR_FOLDER_OR_FILE ...]

Exit code 0: every entry stands as it was sealed; 1: not so, the first bad one is named; 2: a file is missing.
"""

import argparse
import base64
import binascii
import hashlib
import heapq
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

GENESIS = "0" * 64
_PEM_END = b"-----END PUBLIC KEY-----\n"


@dataclass(frozen=True)
class Entry:
    """One link of the chain with the event it covers; no event if that is gone."""

    seq: int
    previous: str
    hash: str
    event: Mapping[str, Any] | None

    def record(self) -> dict[str, Any]:
        return {"seq": self.seq, "previous": self.previous, "hash": self.hash, "event": self.event}


@dataclass(frozen=True)
class Head:
    """A signed statement that the chain's entry `seq` has this hash; anchored if it comes from outside."""

    seq: int
    hash: str
    at: str
    key: int
    signature: str
    is_anchor: bool = False

    def record(self) -> dict[str, Any]:
        return {key: value for key, value in asdict(self).items() if key != "is_anchor"}


@dataclass(frozen=True)
class Report:
    """What was found. `first_bad` is empty where all is well, or names the first bad entry."""

    entries: int = 0
    checkpoints: int = 0
    first_bad: str = ""
    anchored_up_to: int = 0

    @property
    def ok(self) -> bool:
        return not self.first_bad


def canonical(value: object) -> bytes:
    """The one form in which things are hashed and signed: ASCII JSON, keys sorted, no blanks."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")


def entry_hash(seq: int, previous: str, event: Mapping[str, Any]) -> str:
    """The hash of an entry: SHA-256 over its place, the hash before it and the whole event."""
    return hashlib.sha256(canonical({"seq": seq, "previous": previous, "event": event})).hexdigest()


def head_text(seq: int, hash: str, at: str, key: int) -> bytes:
    """What a head's signature covers."""
    return b"flexnet audit head\n" + canonical({"seq": seq, "hash": hash, "at": at, "key": key})


def verify(stream: Iterable[Entry | Head | None], keys: Sequence[Ed25519PublicKey]) -> Report:
    """Walk the chain once. Heads come behind the entry they name (`in_order`); None is no record."""
    walk = _Walk(keys)
    for record in stream:
        walk.step(record)
    return walk.report()


def in_order(*streams: Iterable[Entry | Head]) -> Iterator[Entry | Head]:
    """Merge streams that are sorted by their entries' numbers; heads come behind the entry they name."""
    return heapq.merge(*streams, key=lambda record: (record.seq, isinstance(record, Head)))


class _Walk:
    """Where the walk along the chain stands; only the first bad thing is kept."""

    def __init__(self, keys: Sequence[Ed25519PublicKey]) -> None:
        self._keys = keys
        self._seq, self._last = 0, GENESIS
        self._ahead: Head | None = None
        self._entries = self._checkpoints = self._anchored_up_to = 0
        self._first_bad = ""

    def step(self, record: Entry | Head | None) -> None:
        match record:
            case Entry():
                self._blame(self._why_bad_entry(record))
                self._seq, self._last, self._entries = record.seq, record.hash, self._entries + 1
            case Head():
                self._blame(self._why_bad_head(record))
                self._count(record)
            case None:
                self._blame(f"after entry {self._seq} there is a line that is no record")

    def report(self) -> Report:
        if self._ahead:
            self._blame(f"entry {self._seq + 1} is cut off: entry {self._ahead.seq} has a signed head")
        return Report(self._entries, self._checkpoints, self._first_bad, self._anchored_up_to)

    def _blame(self, why: str) -> None:
        self._first_bad = self._first_bad or why

    def _count(self, head: Head) -> None:
        if not head.is_anchor:
            self._checkpoints += 1
        elif not self._first_bad and not self._ahead:
            self._anchored_up_to = head.seq

    def _why_bad_entry(self, entry: Entry) -> str:
        if entry.seq > self._seq + 1:
            return f"entry {self._seq + 1} is deleted"
        if entry.seq <= self._seq:
            return f"entry {entry.seq} is there twice or in the wrong place"
        if entry.event is None:
            return f"entry {entry.seq} is deleted"
        if entry.previous != self._last or entry.hash != entry_hash(entry.seq, entry.previous, entry.event):
            return f"entry {entry.seq} is altered"
        return ""

    def _why_bad_head(self, head: Head) -> str:
        name = f"{'anchor' if head.is_anchor else 'checkpoint'} of entry {head.seq}"
        if not _is_signed(head, self._keys):
            return f"the {name} bears no valid signature"
        if head.seq > self._seq:
            self._ahead = self._ahead or head  # the next entry will tell a gap from an end
            return ""
        if head.seq < self._seq:
            return f"the {name} stands in the wrong place"
        if head.hash != self._last:
            return f"entry {head.seq} or one before it is rewritten: the {name} differs"
        return ""


def _is_signed(head: Head, keys: Sequence[Ed25519PublicKey]) -> bool:
    if not 1 <= head.key <= len(keys):
        return False
    text = head_text(head.seq, head.hash, head.at, head.key)
    try:
        keys[head.key - 1].verify(base64.b64decode(head.signature, validate=True), text)
    except (InvalidSignature, binascii.Error):
        return False
    return True


def parsed(line: bytes) -> object:
    """A line's JSON, or None."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def head_of(record: object, *, is_anchor: bool = False) -> Head | None:
    """The head that a record says, or None."""
    match record:
        case {
            "seq": int(seq),
            "hash": str(hash),
            "at": str(at),
            "key": int(key),
            "signature": str(signature),
        } if signature.isascii():
            return Head(seq, hash, at, key, signature, is_anchor)
    return None


def entry_of(record: object) -> Entry | None:
    """The entry that a record says, or None."""
    match record:
        case {"seq": int(seq), "previous": str(previous), "hash": str(hash), "event": dict() | None as event}:
            return Entry(seq, previous, hash, event) if _is_flat(event or {}) else None
    return None


def _is_flat(event: Mapping[str, object]) -> bool:
    return all(value is None or isinstance(value, str | int) for value in event.values())


def read_keys(pem: bytes) -> tuple[Ed25519PublicKey, ...]:
    """Public keys in their order. Raises ValueError."""
    keys = tuple(load_pem_public_key(block + _PEM_END) for block in pem.split(_PEM_END)[:-1])
    ed25519 = tuple(key for key in keys if isinstance(key, Ed25519PublicKey))
    if not keys or len(keys) != len(ed25519):
        raise ValueError("no Ed25519 public keys in PEM form")
    return ed25519


def read_export(path: Path) -> Iterator[Entry | Head | None]:
    """The records of an export, line by line."""
    with path.open("rb") as file:
        for line in file:
            record = parsed(line)
            yield entry_of(record) or head_of(record)


def read_anchors(path: Path) -> list[Head]:
    """Anchored heads of a file, or of a folder of them, by number; torn lines are passed over."""
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    lines = (line for file in files for line in file.read_bytes().splitlines())
    heads = (head_of(parsed(line), is_anchor=True) for line in lines)
    return sorted((head for head in heads if head), key=lambda head: head.seq)


def verify_export(export: Path, keys: Path, anchors: Sequence[Path]) -> Report:
    """Raises OSError for a missing file, ValueError for keys that are none."""
    heads = sorted((head for path in anchors for head in read_anchors(path)), key=lambda head: head.seq)
    return verify(_behind(read_export(export), heads), read_keys(keys.read_bytes()))


def _behind(records: Iterable[Entry | Head | None], heads: Sequence[Head]) -> Iterator[Entry | Head | None]:
    """Each head behind the last record of its entry; the export's own order stays as it is."""
    waiting = list(reversed(heads))
    for record in records:
        while isinstance(record, Entry) and waiting and waiting[-1].seq < record.seq:
            yield waiting.pop()
        yield record
    yield from reversed(waiting)


def _said(report: Report) -> str:
    anchored = (
        f"anchored up to entry {report.anchored_up_to}" if report.anchored_up_to else "nothing anchored"
    )
    counts = f"{report.entries} entries, {report.checkpoints} checkpoints, {anchored}"
    return f"OK: {counts}" if report.ok else f"BAD: {report.first_bad} ({counts})"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="Verify an exported audit trail.")
    parser.add_argument("export", type=Path)
    parser.add_argument("public_keys", type=Path)
    parser.add_argument("anchors", type=Path, nargs="*")
    given = parser.parse_args(arguments)
    try:
        report = verify_export(given.export, given.public_keys, given.anchors)
    except (OSError, ValueError) as error:
        print(f"cannot verify: {error}", file=sys.stderr)
        return 2
    print(_said(report))
    return 0 if report.ok else 1


if __name__ == "__main__":
    raise SystemExit(main())
