"""The name of a billing file (KVDT, 1.9.2), and whether it fits the content."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flexnet.lib.kvdt import Facts, Package

EXAMPLE = "Z01859999900_15.01.2026_13.58.CON"
_NAME = re.compile(
    r"Z([0-9]{2})([0-9]{9})_([0-9]{2}\.[0-9]{2}\.[0-9]{4}_[0-9]{2}\.[0-9]{2})\.CON(\.XKM)?", re.IGNORECASE
)
# `hh` is the sum of these, as hexadecimal.
_CODES = {Package.ADT: 0x01, Package.KADT: 0x04, Package.SADT: 0x20, Package.HDRG: 0x30}


def _sums() -> dict[int, tuple[Package, ...]]:
    together = (Package.ADT, Package.KADT, Package.SADT)
    sums: dict[int, tuple[Package, ...]] = {}
    for chosen in range(1, 8):
        packages = tuple(package for bit, package in enumerate(together) if chosen >> bit & 1)
        sums[sum(_CODES[package] for package in packages)] = packages
    return {**sums, _CODES[Package.HDRG]: (Package.HDRG,)}


_SUMS = _sums()


class BadFileName(ValueError):
    """The name is none of a billing file; `message` says in German how one looks."""

    def __init__(self) -> None:
        super().__init__("not the name of a billing file")
        self.message = (
            f"So heißt keine Abrechnungsdatei. Ein Beispiel: {EXAMPLE}. Bitte wählen Sie die Datei so, "
            "wie Ihr Praxisprogramm sie erzeugt hat, ohne sie umzubenennen."
        )


@dataclass(frozen=True)
class FileName:
    """What `Zhh<sender>_TT.MM.JJJJ_hh.mm.CON[.XKM]` says.

    `sender` is a BSNR, or a hospital's IK; `created_at` is the practice's own clock.
    """

    packages: tuple[Package, ...]
    sender: str
    created_at: datetime
    is_encrypted: bool


class Mismatch(StrEnum):
    """In what name and content differ; no reason to refuse: KBV's own sample differs in its BSNR."""

    PACKAGES = "packages"
    SENDER = "sender"
    DAY = "day"

    @property
    def message(self) -> str:
        return _MESSAGES[self]


_MESSAGES = {
    Mismatch.PACKAGES: "Der Dateiname nennt andere Teile der Abrechnung, als die Datei enthält.",
    Mismatch.SENDER: "Die Betriebsstättennummer im Dateinamen kommt in der Datei nicht vor.",
    Mismatch.DAY: "Der Tag im Dateinamen ist nicht der, an dem die Datei erzeugt wurde.",
}


def parse(name: str) -> FileName:
    """Read a name, upper or lower case. Raises BadFileName."""
    match = _NAME.fullmatch(name)
    packages = _SUMS.get(int(match[1], 16)) if match else None
    if not match or not packages:
        raise BadFileName
    try:
        created_at = datetime.strptime(match[3], "%d.%m.%Y_%H.%M")  # noqa: DTZ007 - the name has no zone
    except ValueError:
        raise BadFileName from None
    return FileName(packages, match[2], created_at, is_encrypted=bool(match[4]))


def mismatches(name: FileName, facts: Facts) -> Iterator[Mismatch]:
    """In what the name of a plain file differs from its content."""
    if set(name.packages) != set(facts.packages):
        yield Mismatch.PACKAGES
    senders = {*facts.bsnrs, facts.hospital_ik} - {None}
    if senders and name.sender not in senders:
        yield Mismatch.SENDER
    if facts.created_on and name.created_at.date() != facts.created_on:
        yield Mismatch.DAY
