"""For each rule a billing file that breaks this one and no other, made from a sound one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from flexnet.lib.identifiers import Bsnr, Lanr
from flexnet.lib.kvdt import Package
from flexnet.lib.kvdt import sample as kvdt_sample
from flexnet.lib.kvdt.rules import Id
from flexnet.lib.kvdt.sample import line
from flexnet.lib.quarters import Quarter

BSNR, LANR, QUARTER = Bsnr("859999900"), Lanr("123456640"), Quarter(2026, 1)
_MADE_AT = datetime(2026, 3, 31, 11, 6)  # noqa: DTZ001 - names have no zone
_OTHER_SITE, _OTHER_DOCTOR = "869999900", "765432201"


@dataclass(frozen=True)
class Sample:
    """A file and its name."""

    name: str
    content: bytes


def sound(*packages: Package, cases: int = 3) -> Sample:
    """The file that the others are made from."""
    parts = packages or (Package.ADT,)
    content = kvdt_sample.make(
        bsnr=BSNR, lanr=LANR, quarter=QUARTER, cases=cases, has_check_record=True, packages=parts
    )
    return Sample(kvdt_sample.file_name(bsnr=BSNR, created_at=_MADE_AT, packages=parts), content)


def broken(rule: Id) -> Sample:
    """A file that only this rule finds something in."""
    sample = sound()
    change = _CHANGES.get(rule)
    return Sample(_NAMES.get(rule, sample.name), change(sample.content) if change else sample.content)


_Change = Callable[[bytes], bytes]


def _swap(old: tuple[str, str], *new: tuple[str, str]) -> _Change:
    """The first such line, changed into others, or into none."""
    lines = b"".join(line(*field) for field in new)
    return lambda content: _replaced(content, line(*old), lines)


def _behind(old: tuple[str, str], *new: tuple[str, str]) -> _Change:
    return _swap(old, old, *new)


def _as_bytes(old: tuple[str, str], new: bytes) -> _Change:
    return lambda content: _replaced(content, line(*old), new)


def _first(fk: str, new: str) -> _Change:
    """The first line with this field says something else."""

    def change(content: bytes) -> bytes:
        old = next(one for one in content.split(b"\r\n") if one[3:7] == fk.encode())
        return _replaced(content, old + b"\r\n", line(fk, new))

    return change


def _without(fk: str, record: tuple[str, str]) -> _Change:
    """The record has this field no more."""

    def change(content: bytes) -> bytes:
        before, start, behind = content.partition(line(*record))
        old = next(one for one in behind.split(b"\r\n") if one[3:7] == fk.encode())
        return before + start + _replaced(behind, old + b"\r\n", b"")

    return change


def _replaced(content: bytes, old: bytes, new: bytes) -> bytes:
    assert old in content  # noqa: S101 - the sound file has it
    return content.replace(old, new, 1)


def _many_bad_lines(content: bytes) -> bytes:
    return content.replace(line("8000", "adt9"), b"01560010Z00\r\n" * 1_500 + line("8000", "adt9"))


def _named(stem: str) -> str:
    return f"{stem}_{_MADE_AT:%d.%m.%Y_%H.%M}.CON"


_STREET = ("0205", "Erfundene Straße 1")
_CASE_QUARTER = ("4101", QUARTER.kvdt)
_SITE, _DOCTOR = ("0201", BSNR), ("0212", LANR)

_RVSA = line("8000", "rvsa") + line(*_SITE) + line("0300", "0")
_KADT = line("8000", "kad0") + line("9116", "20260331") + line("8000", "kad9")

_NAMES = {
    Id.NAME_FORM: "Abrechnung.con",
    Id.PACKAGE_EXTRA: _named(f"Z05{BSNR}"),  # what it really holds
    Id.NAME_PACKAGES: _named(f"Z05{BSNR}"),
    Id.NAME_SITE: _named(f"Z01{_OTHER_SITE}"),
    Id.NAME_DAY: kvdt_sample.file_name(bsnr=BSNR, created_at=_MADE_AT.replace(day=30)),
}

_CHANGES: dict[Id, _Change] = {
    Id.EMPTY_FILE: lambda _: b"",
    Id.ENCRYPTED: lambda _: b"Arztnummer/BSNR: 859999900\r\n\r\n*XKM*\r\n1.26  \r\n" + bytes(range(256)),
    Id.NO_BILLING_FILE: lambda _: b"PK\x03\x04 no billing file\r\n",
    Id.CUT_OFF: lambda content: content[: content.index(line("8000", "adt9"))],
    Id.TOO_MANY: _many_bad_lines,
    Id.LINE_END: _as_bytes(_STREET, line(*_STREET).replace(b"\r\n", b"\n")),
    Id.LINE_HEAD: _as_bytes(_STREET, b"Erfundene 1\r\n"),
    Id.LINE_LENGTH: _as_bytes(_STREET, b"999" + line(*_STREET)[3:]),
    Id.LINE_TOO_LONG: _as_bytes(_STREET, b"9990205" + b"x" * 991 + b"\r\n"),
    Id.CHARACTERS: _as_bytes(_STREET, line("0205", "Erfundene Stra\x83e 1")),
    Id.NO_CONTENT: _as_bytes(_STREET, line("0205", "")),
    Id.BLANKS: _swap(_STREET, ("0205", "Erfundene Straße 1 ")),
    Id.RECORD_UNKNOWN: _behind(("0300", "0"), ("8000", "zzz9")),
    Id.RECORD_ORDER: _swap(("8000", "adt9")),
    Id.RECORD_TWICE: lambda content: _replaced(content, _RVSA, _RVSA + _RVSA),
    Id.BEHIND_END: lambda content: content + line("8000", "con9"),
    Id.PACKAGE_MISSING: _behind(("9132", "1"), ("9132", "3")),
    Id.PACKAGE_EXTRA: _as_bytes(("8000", "con9"), _KADT + line("8000", "con9")),
    Id.RVSA_MISSING: lambda content: _replaced(content, _RVSA, b""),
    Id.FIELD_MISSING: _without("9102", ("8000", "adt0")),
    Id.FIELD_TWICE: _behind(("9106", "4"), ("9106", "4")),
    Id.SITE_MISSING: _without("0201", ("8000", "besa")),
    Id.DOCTOR_MISSING: _without("0212", ("8000", "besa")),
    Id.SITE_TWICE: _behind(("0208", "0000 000000"), _SITE, _DOCTOR),
    Id.DOCTOR_TWICE: _behind(_DOCTOR, _DOCTOR),
    Id.CHARSET_CODE: _swap(("9106", "4"), ("9106", "1")),
    Id.PACKAGE_CODE: _behind(("9132", "1"), ("9132", "2")),
    Id.DAY: _first("9115", "20260230"),
    Id.BIRTH_DAY: _first("3103", "19801300"),
    Id.TIME: _first("9235", "250000"),
    Id.QUARTER: _first("4101", "20261"),
    Id.BSNR: _first("5098", "229999900"),
    Id.LANR: _first("5099", "123456740"),
    Id.LANR_OBSOLETE: _first("5099", "888888800"),
    Id.LANR_PSEUDO: _behind(_DOCTOR, ("0223", "123456640")),
    Id.TEAM: _behind(_DOCTOR, ("0222", "001234560")),
    Id.HOSPITAL_IK: _behind(("0208", "0000 000000"), ("0213", "26032682")),
    Id.IK: _first("4111", "26032682"),
    Id.IK_CHECK_DIGIT: _first("4111", "260326823"),
    Id.VKNR: _first("4104", "0000"),
    Id.POSTAL_CODE: _first("0215", "0000000X"),
    Id.NAME_TOO_LONG: _first("0203", "x" * 61),
    Id.TEST_NUMBER: _first("0105", "Y-1-2601-36-243"),
    Id.RECEIVER: _first("9102", "88"),
    Id.CODE_OF_RVSA: _first("0300", "2"),
    Id.PART_CODE: _behind(("9102", "85"), ("9260", "02"), ("9261", "2")),
    Id.PARTS: _behind(("9102", "85"), ("9260", "02"), ("9261", "03")),
    Id.CASE_QUARTER_MISSING: _swap(_CASE_QUARTER),
    Id.CASE_QUARTER_AHEAD: _swap(_CASE_QUARTER, ("4101", (QUARTER + 1).kvdt)),
    Id.SERVICE_DAY: _first("5000", f"{date(2026, 4, 1):%Y%m%d}"),
    Id.SERVICE_SITE: _first("5098", _OTHER_SITE),
    Id.SERVICE_DOCTOR: _first("5099", _OTHER_DOCTOR),
    Id.MODULE_WARNS: _first("9232", "1"),
    Id.MODULE_REFUSES: _first("9232", "2"),
}
