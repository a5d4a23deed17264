"""What is known of a billing file (KVDT) after it was checked: values that hold nothing of a patient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from flexnet.lib.identifiers import Bsnr, Lanr
from flexnet.lib.kvdt.rules import RULES, Id, Level
from flexnet.lib.quarters import Quarter


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
class Software:
    """Which program made the file; `test_number` is KBV's (field 0105)."""

    test_number: str
    version: str
    name: str | None
    release: str | None


@dataclass(frozen=True)
class Module:
    """What KBV's own module (XPM) found before the file was encrypted: the record KOMU behind the end."""

    version: str
    package: str
    result: str  # 0 sound, 1 warnings, 2 errors, 3 given up
    on: date | None


@dataclass(frozen=True)
class Facts:
    """What the file says of itself, as far as it could be read; `receiver` is field 9102.

    `counts` says how many body records of each kind it holds; `parts` is (x, of n) of a part billing.
    """

    created_on: date | None
    packages: tuple[Package, ...]
    sites: tuple[Site, ...]
    hospital_ik: str | None
    quarter: Quarter | None
    receiver: str | None
    software: Software | None
    parts: tuple[int, int] | None
    counts: Mapping[str, int]
    lines: int
    size: int
    modules: tuple[Module, ...]

    @property
    def bsnrs(self) -> tuple[Bsnr, ...]:
        return tuple(dict.fromkeys(site.bsnr for site in self.sites))

    @property
    def lanrs(self) -> tuple[Lanr, ...]:
        return tuple(dict.fromkeys(lanr for site in self.sites for lanr in site.lanrs))

    @property
    def cases(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class Finding:
    """How often a rule was broken in one field, and in which lines first.

    `value` is a site's or doctor's number, a quarter, a record's or a package's name, or nothing.
    """

    rule: Id
    fk: str
    value: str
    count: int
    lines: tuple[int, ...]

    @property
    def level(self) -> Level:
        return RULES[self.rule].level


@dataclass(frozen=True)
class Result:
    """What a check found, the worst first."""

    facts: Facts
    findings: tuple[Finding, ...]

    @property
    def level(self) -> Level:
        return max((finding.level for finding in self.findings), default=Level.OK)
