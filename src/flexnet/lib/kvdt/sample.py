"""Makes billing files for tests and measurements: sound to the byte, and of people who exist nowhere."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flexnet.lib.identifiers import Bsnr, Lanr
from flexnet.lib.kvdt import Package
from flexnet.lib.quarters import Quarter

_NAMES = ("Prüffall", "Übungsmann", "Mustergröße", "Beispiel-Jäger", "Erfundén", "Testperson")
_FIRST_NAMES = ("Änne", "Jörg", "Zoë", "Test", "Lückenfüller", "Niemand")
_DIAGNOSES = ("Z00.0", "Z01.7", "Z76.9")
_SERVICES = ("03000", "03040", "03220", "35100")
_KINDS = ("0101", "0101", "0101", "0101", "0102", "0104")
_SYLLABLES = (
    "Prü",
    "Fik",
    "Mus",
    "Ter",
    "Übun",
    "Gro",
    "Bei",
    "Spie",
    "Nie",
    "Lü",
    "Erf",
    "Tes",
    "Wä",
    "Ohn",
)
# No KV takes files under its own key, where it has district offices (KVDT, rule 532).
_RECEIVERS = {"88": "85", "98": "94"}
_HEX_OF = {Package.ADT: 0x01, Package.KADT: 0x04, Package.SADT: 0x20, Package.HDRG: 0x30}


def make(
    *,
    bsnr: Bsnr,
    lanr: Lanr,
    quarter: Quarter,
    cases: int = 3,
    seed: int = 0,
    created_on: date | None = None,
    has_check_record: bool = False,
    packages: Sequence[Package] = (Package.ADT,),
    is_varied: bool = False,
) -> bytes:
    """A sound delivery, with `cases` cases in each package; the same arguments give the same bytes.

    `created_on` is the last day of the quarter unless given; `has_check_record` appends XPM's KOMU.
    """
    day = created_on or quarter.last_day
    giver = Giver(bsnr, lanr, quarter, day)
    parts = list(pieces(giver, cases=cases, seed=seed, packages=packages, is_varied=is_varied))
    return b"".join([*parts, _check_record(day)] if has_check_record else parts)


@dataclass(frozen=True)
class Giver:
    """Who hands in, for which quarter, and when the file was made."""

    bsnr: Bsnr
    lanr: Lanr
    quarter: Quarter
    day: date


def pieces(
    giver: Giver,
    *,
    cases: int,
    seed: int = 0,
    packages: Sequence[Package] = (Package.ADT,),
    is_varied: bool = False,
) -> Iterator[bytes]:
    """The same file piece by piece, for one that is larger than the memory.

    Of a varied file of 4 MB nearly a fifth of the lines are distinct: numbers, names, streets. Of any other
    it is some twentieth. In small files it is more.
    """
    chance = random.Random(seed)  # noqa: S311 - nobody is to be surprised
    yield _opening(giver, packages)
    for package in packages:
        yield _HEAD_OF[package](giver)
        body = _BODY_OF[package]
        for number in range(1, cases + 1):
            yield body(chance, giver, number, is_varied)
        yield _lines(("8000", _NAME_OF[package] + "9"))
    yield _lines(("8000", "con9"))


def file_name(*, bsnr: Bsnr, created_at: datetime, packages: Sequence[Package] = (Package.ADT,)) -> str:
    """The name that belongs to a plain delivery (KVDT, 1.9.2)."""
    return f"Z{sum(_HEX_OF[one] for one in packages):02X}{bsnr}_{created_at:%d.%m.%Y_%H.%M}.CON"


def line(fk: str, content: str) -> bytes:
    """One line: `LLL FFFF content CR LF` in ISO 8859-15."""
    text = content.encode("iso8859-15")
    return b"%03d%s%s\r\n" % (len(text) + 9, fk.encode(), text)


def _lines(*fields: tuple[str, str]) -> bytes:
    return b"".join(line(fk, content) for fk, content in fields)


def _opening(giver: Giver, packages: Sequence[Package]) -> bytes:
    fields = [("8000", "con0"), ("9103", f"{giver.day:%Y%m%d}"), ("9106", "4")]
    fields += [("9132", package.value) for package in packages]
    return _lines(*fields) if Package.HDRG in packages else _lines(*fields, *_sites(giver))


def _sites(giver: Giver) -> list[tuple[str, str]]:
    return [
        ("8000", "besa"),
        ("0201", giver.bsnr),
        ("0203", "Praxis Übungsgröße (erfunden)"),
        ("0212", giver.lanr),
        ("0220", "Änne"),
        ("0211", "Mustergröße"),
        ("0205", "Erfundene Straße 1"),
        ("0215", "00000"),
        ("0216", "Nirgendwo"),
        ("0208", "0000 000000"),
        ("8000", "rvsa"),
        ("0201", giver.bsnr),
        ("0300", "0"),
    ]


def _system(kind: str) -> list[tuple[str, str]]:
    return [
        ("8000", kind),
        ("0105", "Y/1/2601/36/243"),
        ("0102", "FlexNet (Prüfdaten)"),
        ("0103", "FlexNet Probedatei"),
        ("0132", "1"),
    ]


def _head_of_adt(giver: Giver) -> bytes:
    region = giver.bsnr.region_key
    return _lines(
        *_system("adt0"),
        ("9102", _RECEIVERS.get(region, region)),
        ("9212", "ADT0126.01"),
        ("9115", f"{giver.day:%Y%m%d}"),
        ("9204", giver.quarter.kvdt),
    )


def _head_of_hdrg(giver: Giver) -> bytes:
    return _lines(*_system("hdrg0"), ("9212", "HDRG0126.01"), ("9117", f"{giver.day:%Y%m%d}"))


def _case(chance: random.Random, giver: Giver, number: int, is_varied: bool) -> bytes:
    lines = [_person(chance, giver, number, chance.choice(_KINDS), is_varied)]
    lines += [_service(chance, giver, is_varied) for _ in range(chance.randint(1, 3))]
    for _ in range(chance.randint(1, 3) if is_varied else 1):
        lines.append(_lines(("6001", _diagnosis(chance, is_varied)), ("6003", "G")))
    return b"".join(lines)


def _in_spa(chance: random.Random, giver: Giver, number: int, is_varied: bool) -> bytes:
    return _person(chance, giver, number, "0109", is_varied) + _service(chance, giver, is_varied)


def _other(kind: str) -> _Body:
    return lambda chance, giver, number, is_varied: _lines(("8000", kind), ("3000", str(number)))


def _person(chance: random.Random, giver: Giver, number: int, kind: str, is_varied: bool) -> bytes:
    name, first_name = chance.choice(_NAMES), chance.choice(_FIRST_NAMES)
    born, more = f"{chance.randint(1930, 2020)}0000", []
    if is_varied:
        name = "".join(chance.choices(_SYLLABLES, k=4)).capitalize()
        born = f"{chance.randint(1930, 2020)}{chance.randint(1, 12):02}{chance.randint(1, 28):02}"
        insured = f"X{chance.randrange(10**9):09}"
        more = [("3119", insured), ("3107", f"{name}straße"), ("3109", str(chance.randint(1, 199)))]
    return _lines(
        ("8000", kind),
        ("3000", str(number)),
        ("3101", name),
        ("3102", first_name),
        ("3103", born),
        *more,
        ("3112", "00000"),
        ("3113", "Nirgendwo"),
        ("3110", chance.choice("MWDX")),
        ("4101", giver.quarter.kvdt),
        ("4104", "00000"),
        ("4111", "260326822"),
        ("4239", "00"),
    )


def _service(chance: random.Random, giver: Giver, is_varied: bool) -> bytes:
    day = giver.quarter.first_day + timedelta(days=chance.randrange(90))
    service = f"{chance.randrange(1_000, 1_400):05}" if is_varied else chance.choice(_SERVICES)
    return _lines(("5000", f"{day:%Y%m%d}"), ("5001", service), ("5098", giver.bsnr), ("5099", giver.lanr))


def _diagnosis(chance: random.Random, is_varied: bool) -> str:
    return f"Z{chance.randrange(100):02}.{chance.randrange(10)}" if is_varied else chance.choice(_DIAGNOSES)


def _check_record(day: date) -> bytes:
    return _lines(
        ("8000", "KOMU"),
        ("9230", "2026.1.1"),
        ("9237", "1"),
        ("9232", "0"),
        ("9234", f"{day:%Y%m%d}"),
        ("9235", "120000"),
    )


_Body = Callable[[random.Random, Giver, int, bool], bytes]
_NAME_OF = {Package.ADT: "adt", Package.KADT: "kad", Package.SADT: "sad", Package.HDRG: "hdrg"}
_HEAD_OF: dict[Package, Callable[[Giver], bytes]] = {
    Package.ADT: _head_of_adt,
    Package.KADT: lambda giver: _lines(("8000", "kad0"), ("9116", f"{giver.day:%Y%m%d}")),
    Package.SADT: lambda giver: _lines(("8000", "sad0"), ("9122", f"{giver.day:%Y%m%d}")),
    Package.HDRG: _head_of_hdrg,
}
_BODY_OF: dict[Package, _Body] = {
    Package.ADT: _case,
    Package.KADT: _in_spa,
    Package.SADT: _other("sad1"),
    Package.HDRG: _other("hdrg1"),
}
