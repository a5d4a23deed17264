"""Reads a billing file (KVDT): bytes in, a frozen value out that holds nothing about patients."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType
from typing import TypeVar

from flexnet.lib import kvdt_lines
from flexnet.lib.identifiers import BadIdentifier, Bsnr, Lanr
from flexnet.lib.kvdt_lines import AGAIN, Block, Fault, Stream
from flexnet.lib.kvdt_lines import BadFile as BadFile
from flexnet.lib.quarters import Quarter

Value = TypeVar("Value")


class Package(StrEnum):
    """The parts that a delivery is made of (field 9132)."""

    ADT = "1"
    KADT = "3"
    SADT = "6"
    HDRG = "7"


@dataclass(frozen=True)
class Site:
    """A site named in `besa`, with the doctors that bill there."""

    bsnr: Bsnr
    lanrs: tuple[Lanr, ...] = ()
    pseudo_lanrs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """Something odd that does not keep the file from being read; `why` in German, without content."""

    line: int
    fk: str
    why: str


@dataclass(frozen=True)
class Software:
    """Which program made the file; `test_number` is KBV's (field 0105)."""

    test_number: str
    version: str
    name: str | None
    release: str | None


@dataclass(frozen=True)
class Billing:
    """A billing file. `counts` says how many body records of each kind it holds; `receiver` is field 9102."""

    created_on: date
    packages: tuple[Package, ...]
    sites: tuple[Site, ...]
    hospital_ik: str | None
    quarter: Quarter | None
    receiver: str | None
    software: Software | None
    counts: Mapping[str, int]
    lines: int
    has_check_record: bool
    findings: tuple[Finding, ...]

    @property
    def bsnrs(self) -> tuple[Bsnr, ...]:
        return tuple(site.bsnr for site in self.sites)

    @property
    def lanrs(self) -> tuple[Lanr, ...]:
        return tuple(dict.fromkeys(lanr for site in self.sites for lanr in site.lanrs))

    @property
    def cases(self) -> int:
        return sum(self.counts.values())


def read(source: bytes | Stream) -> Billing:
    """Read a whole file, a quarter of a megabyte at a time. Raises BadFile, and nothing else.

    What XPM appends behind con9 (KOMU) is passed over (KVDT, P5-20).
    """
    reading = _Reading()
    for block in kvdt_lines.blocks(io.BytesIO(source) if isinstance(source, bytes) else source):
        reading.take(block)
    return _billing(reading)


_BODIES: dict[str, tuple[str, ...]] = {
    "adt": ("0101", "0102", "0103", "0104"),
    "kad": ("0109",),
    "sad": ("sad1", "sad2", "sad3"),
    "hdrg": ("hdrg1",),
}
_PACKAGES = {"adt": Package.ADT, "kad": Package.KADT, "sad": Package.SADT, "hdrg": Package.HDRG}
_COUNTED = frozenset(kind.encode() for kinds in _BODIES.values() for kind in kinds)


def _orders() -> dict[str, frozenset[str]]:
    """Which record may follow which (KVDT, file structure): packages at most once, in this order."""
    after = {"": ("con0",), "con0": ("besa", "hdrg0"), "con9": ("KOMU",), "KOMU": ("KOMU",)}
    after["besa"] = ("rvsa", "adt0", "kad0", "sad0")
    after["rvsa"] = ("adt0", "kad0", "sad0")
    after |= {"adt9": ("kad0", "sad0", "con9"), "kad9": ("sad0", "con9")}
    after |= {"sad9": ("con9",), "hdrg9": ("con9",)}
    for package, bodies in _BODIES.items():
        after |= dict.fromkeys((f"{package}0", *bodies), (*bodies, f"{package}9"))
    return {kind: frozenset(follow) for kind, follow in after.items()}


_ORDERS = {kind.encode(): frozenset(map(str.encode, follow)) for kind, follow in _orders().items()}
_READ_FIELDS: dict[bytes, frozenset[bytes]] = {
    b"con0": frozenset((b"9103", b"9106", b"9132")),
    b"besa": frozenset((b"0201", b"0212", b"0223", b"0213")),
    b"adt0": frozenset((b"0105", b"9102", b"9212", b"9204", b"0103", b"0132")),
    b"hdrg0": frozenset((b"0105", b"9212", b"0103", b"0132")),
}
_MOST_FIELDS = 20_000  # no billing names so many doctors; a file made to fill the memory does
_NONE: frozenset[bytes] = frozenset()


@dataclass(frozen=True)
class _Field:
    line: int
    record: str
    fk: str
    content: str


class _Reading:
    """Where the reader stands: the kind of the current record, and the few fields that are kept."""

    def __init__(self) -> None:
        self.kind = b""
        self.starts: dict[str, int] = {}
        self.counts: Counter[bytes] = Counter()
        self.fields: list[_Field] = []
        self.lines = 0

    def take(self, block: Block) -> None:
        begins = _all_of(b"8000", block.fks)
        self._read(block, 0, begins[0] if begins else len(block.lines))
        for begin, end in pairwise([*begins, len(block.lines)]):
            self._enter(block.lines[begin][7:], block.first + begin)
            self._read(block, begin + 1, end)
        self.lines += len(block.lines)

    def _enter(self, kind: bytes, line: int) -> None:
        if kind not in _ORDERS[self.kind]:
            raise BadFile(
                line,
                f"In Zeile {line} beginnt ein Satz, der dort nicht stehen darf. {AGAIN}",
                "8000",
                fault=Fault.BAD_ORDER,
            )
        if kind in _COUNTED:
            self.counts[kind] += 1
        else:
            self.starts[kind.decode()] = line
        self.kind = kind

    def _read(self, block: Block, begin: int, end: int) -> None:
        wanted = _READ_FIELDS.get(self.kind, _NONE)
        if not wanted:
            return
        for at in range(begin, end):
            if block.fks[at] in wanted:
                self._keep(block.first + at, block.fks[at].decode(), block.lines[at][7:])

    def _keep(self, line: int, fk: str, content: bytes) -> None:
        if len(self.fields) >= _MOST_FIELDS:
            raise BadFile(line, f"Die Datei nennt zu viele Betriebsstätten oder Ärzte. {AGAIN}", fk)
        self.fields.append(_Field(line, self.kind.decode(), fk, content.decode("iso8859-15")))


def _all_of(fk: bytes, fks: list[bytes]) -> list[int]:
    """Where the code stands; a third of the time of asking every line in Python."""
    found = []
    at = -1
    with suppress(ValueError):
        while True:
            at = fks.index(fk, at + 1)
            found.append(at)
    return found


def _billing(reading: _Reading) -> Billing:
    if "con9" not in reading.starts:
        raise kvdt_lines.truncated(reading.lines)
    head = _Head(reading)
    head.one("con0", "9106", _charset)
    sites, findings = _sites(reading.fields)
    if "besa" in reading.starts and not sites and not head.maybe("besa", "0213", _ik):
        raise _missing(reading, "besa", "0201")
    return Billing(
        created_on=head.one("con0", "9103", _date),
        packages=_packages(reading, head),
        sites=sites,
        hospital_ik=head.maybe("besa", "0213", _ik),
        quarter=head.one("adt0", "9204", Quarter.parse_kvdt) if "adt0" in reading.starts else None,
        receiver=head.one("adt0", "9102", _receiver) if "adt0" in reading.starts else None,
        software=_software(reading, head),
        counts=MappingProxyType({kind.decode(): count for kind, count in sorted(reading.counts.items())}),
        lines=reading.lines,
        has_check_record="KOMU" in reading.starts,
        findings=findings,
    )


class _Head:
    """The header records' fields, asked for by record and code."""

    def __init__(self, reading: _Reading) -> None:
        self._reading = reading

    def all(self, record: str, fk: str, parse: Callable[[str], Value]) -> list[Value]:
        """Every value of the field; BadFile if one is none."""
        return [
            _parsed(field, parse)
            for field in self._reading.fields
            if (field.record, field.fk) == (record, fk)
        ]

    def maybe(self, record: str, fk: str, parse: Callable[[str], Value]) -> Value | None:
        """The first value, or None."""
        return next(iter(self.all(record, fk, parse)), None)

    def one(self, record: str, fk: str, parse: Callable[[str], Value]) -> Value:
        """The value of a field that is there exactly once."""
        values = self.all(record, fk, parse)
        if len(values) != 1:
            raise _missing(self._reading, record, fk)
        return values[0]


def _missing(reading: _Reading, record: str, fk: str) -> BadFile:
    line = reading.starts[record]
    why = f"Im Satz „{record}“ ab Zeile {line} fehlt das Feld {fk}, oder es steht dort mehrmals. {AGAIN}"
    return BadFile(line, why, fk, fault=Fault.BAD_FIELD)


def _parsed(field: _Field, parse: Callable[[str], Value]) -> Value:
    try:
        return parse(field.content)
    except ValueError:
        why = f"Zeile {field.line}: Das Feld {field.fk} hat keinen gültigen Inhalt. {AGAIN}"
        # `from None`: the parser's error could quote the content.
        raise BadFile(field.line, why, field.fk, fault=Fault.BAD_FIELD) from None


def _packages(reading: _Reading, head: _Head) -> tuple[Package, ...]:
    announced = head.all("con0", "9132", Package)
    there = [package for name, package in _PACKAGES.items() if f"{name}0" in reading.starts]
    if sorted(announced) != sorted(there):
        why = f"Die Datei enthält nicht die Teile, die sie am Anfang ankündigt. {AGAIN}"
        raise BadFile(reading.starts["con0"], why, "9132", fault=Fault.BAD_FIELD)
    return tuple(there)


def _software(reading: _Reading, head: _Head) -> Software | None:
    record = next((name for name in ("adt0", "hdrg0") if name in reading.starts), None)
    if not record:
        return None
    return Software(
        test_number=head.one(record, "0105", _test_number),
        version=head.one(record, "9212", str),
        name=head.maybe(record, "0103", str),
        release=head.maybe(record, "0132", str),
    )


def _sites(fields: Sequence[_Field]) -> tuple[tuple[Site, ...], tuple[Finding, ...]]:
    """The sites of `besa`; an odd doctor's number is a finding: the file can be taken all the same."""
    sites: list[Site] = []
    findings: list[Finding] = []
    for group in _by_site([field for field in fields if field.record == "besa" and field.fk != "0213"]):
        site, found = _site(group)
        if any(site.bsnr == other.bsnr for other in sites):
            found = [*found, Finding(group[0].line, "0201", "Die Betriebsstätte ist doppelt genannt (878).")]
        sites.append(site)
        findings += found
    return tuple(sites), tuple(findings)


def _by_site(fields: Sequence[_Field]) -> list[list[_Field]]:
    groups: list[list[_Field]] = []
    for field in fields:
        if field.fk == "0201":
            groups.append([field])
        elif groups:
            groups[-1].append(field)
    return groups


def _site(group: list[_Field]) -> tuple[Site, list[Finding]]:
    lanrs: dict[Lanr, None] = {}
    findings: list[Finding] = []
    for field in group[1:]:
        if field.fk == "0212":
            finding = _why_odd(field, lanrs)
            findings += [finding] if finding else []
    pseudo = tuple(field.content for field in group if field.fk == "0223")
    return Site(_parsed(group[0], _bsnr), tuple(lanrs), pseudo), findings


def _why_odd(field: _Field, lanrs: dict[Lanr, None]) -> Finding | None:
    """Adds the doctor's number to those of the site, or says why it does not count."""
    try:
        lanr = Lanr.parse(field.content)
    except BadIdentifier as refused:
        return Finding(field.line, field.fk, refused.message)
    if lanr in lanrs:
        return Finding(field.line, field.fk, "Die Arztnummer steht bei dieser Betriebsstätte doppelt (875).")
    lanrs[lanr] = None
    return None


def _date(text: str) -> date:
    """JJJJMMTT."""
    if not re.fullmatch(r"[0-9]{8}", text):
        raise ValueError
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


def _charset(text: str) -> str:
    """ISO 8859-15 is number 4, and the only one allowed."""
    return _matching(r"4", text)


def _receiver(text: str) -> str:
    return _matching(r"[0-9]{2}", text)


def _ik(text: str) -> str:
    return _matching(r"[0-9]{9}", text)


def _bsnr(text: str) -> Bsnr:
    return Bsnr.parse(_matching(r"[0-9]{9}", text))


def _test_number(text: str) -> str:
    """KBV-Prüfnummer (KVDT, rule 052), as `Y/1/2601/36/243`."""
    return _matching(r"[A-Za-z]/[0-9]{1,3}/[0-9]{4}/[0-9]{2}/[0-9A-Za-z]{3}", text)


def _matching(pattern: str, text: str) -> str:
    if not re.fullmatch(pattern, text):
        raise ValueError
    return text
