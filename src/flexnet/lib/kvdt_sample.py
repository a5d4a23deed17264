"""Makes billing files for tests and measurements: sound to the byte, and of people who exist nowhere."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from flexnet.lib.identifiers import Bsnr, Lanr
from flexnet.lib.quarters import Quarter

_NAMES = ("Prüffall", "Übungsmann", "Mustergröße", "Beispiel-Jäger", "Erfundén", "Testperson")
_FIRST_NAMES = ("Änne", "Jörg", "Zoë", "Test", "Lückenfüller", "Niemand")
_DIAGNOSES = ("Z00.0", "Z01.7", "Z76.9")
_SERVICES = ("03000", "03040", "03220", "35100")
_KINDS = ("0101", "0101", "0101", "0101", "0102", "0104")


def make(
    *,
    bsnr: Bsnr,
    lanr: Lanr,
    quarter: Quarter,
    cases: int = 3,
    seed: int = 0,
    created_on: date | None = None,
    has_check_record: bool = False,
) -> bytes:
    """A sound ADT delivery of `cases` cases; the same arguments give the same bytes.

    `created_on` is the last day of the quarter unless given; `has_check_record` appends XPM's KOMU.
    """
    day = created_on or quarter.last_day
    parts = [_opening(bsnr, lanr, quarter, day)]
    parts += _cases(random.Random(seed), bsnr, lanr, quarter, cases)  # noqa: S311 - nobody is to be surprised
    parts.append(_lines(("8000", "adt9"), ("8000", "con9")))
    if has_check_record:
        parts.append(_check_record(day))
    return b"".join(parts)


def file_name(*, bsnr: Bsnr, created_at: datetime) -> str:
    """The name that belongs to a plain ADT delivery (KVDT, 1.9.2)."""
    return f"Z01{bsnr}_{created_at:%d.%m.%Y_%H.%M}.CON"


def line(fk: str, content: str) -> bytes:
    """One line: `LLL FFFF content CR LF` in ISO 8859-15."""
    text = content.encode("iso8859-15")
    return b"%03d%s%s\r\n" % (len(text) + 9, fk.encode(), text)


def _lines(*fields: tuple[str, str]) -> bytes:
    return b"".join(line(fk, content) for fk, content in fields)


def _opening(bsnr: Bsnr, lanr: Lanr, quarter: Quarter, day: date) -> bytes:
    return _lines(
        ("8000", "con0"),
        ("9103", f"{day:%Y%m%d}"),
        ("9106", "4"),
        ("9132", "1"),
        ("8000", "besa"),
        ("0201", bsnr),
        ("0203", "Praxis Übungsgröße (erfunden)"),
        ("0212", lanr),
        ("0220", "Änne"),
        ("0211", "Mustergröße"),
        ("0205", "Erfundene Straße 1"),
        ("0215", "00000"),
        ("0216", "Nirgendwo"),
        ("0208", "0000 000000"),
        ("8000", "adt0"),
        ("0105", "Y/1/2601/36/243"),
        ("9102", bsnr.region_key),
        ("9212", "ADT0126.01"),
        ("0102", "FlexNet (Prüfdaten)"),
        ("0103", "FlexNet Probedatei"),
        ("0132", "1"),
        ("9115", f"{day:%Y%m%d}"),
        ("9204", quarter.kvdt),
    )


def _cases(chance: random.Random, bsnr: Bsnr, lanr: Lanr, quarter: Quarter, count: int) -> Iterator[bytes]:
    for number in range(1, count + 1):
        yield _person(chance, number, quarter)
        for _ in range(chance.randint(1, 3)):
            yield _service(chance, bsnr, lanr, quarter)
        yield _lines(("6001", chance.choice(_DIAGNOSES)), ("6003", "G"))


def _person(chance: random.Random, number: int, quarter: Quarter) -> bytes:
    return _lines(
        ("8000", chance.choice(_KINDS)),
        ("3000", str(number)),
        ("3101", chance.choice(_NAMES)),
        ("3102", chance.choice(_FIRST_NAMES)),
        ("3103", f"{chance.randint(1930, 2020)}0000"),
        ("3112", "00000"),
        ("3113", "Nirgendwo"),
        ("3110", chance.choice("MWDX")),
        ("4101", quarter.kvdt),
        ("4104", "00000"),
        ("4111", "260326822"),
        ("4239", "00"),
    )


def _service(chance: random.Random, bsnr: Bsnr, lanr: Lanr, quarter: Quarter) -> bytes:
    day = quarter.first_day + timedelta(days=chance.randrange(90))
    return _lines(
        ("5000", f"{day:%Y%m%d}"),
        ("5001", chance.choice(_SERVICES)),
        ("5098", bsnr),
        ("5099", lanr),
    )


def _check_record(day: date) -> bytes:
    return _lines(
        ("8000", "KOMU"),
        ("9230", "2026.1.1"),
        ("9237", "1"),
        ("9232", "0"),
        ("9234", f"{day:%Y%m%d}"),
        ("9235", "120000"),
    )
