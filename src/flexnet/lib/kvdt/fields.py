"""The fields of a billing file that have a form of their own, and which rule asks for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from flexnet.lib.identifiers import BadIdentifier, Bsnr, Lanr
from flexnet.lib.kvdt.rules import Id
from flexnet.lib.quarters import BadQuarter, Quarter

Check = Callable[[bytes], Id | None]
"""Answers the rule that the content breaks; the content is ISO 8859-15 without control characters."""

# Two digits each (KVDT, rule 532).
_RECEIVERS = rb"0[123]|1[789]|2[014578]|3[179]|4[0-57-9]|5[015]|6[0-9]|7[02389]|8[013567]|9[34569]"
# Some that certainly exist, without a look into the calendar; day and month may be 00.
_USUAL_BIRTH_DAY = re.compile(rb"(?:19|20)[0-9]{2}(?:0[0-9]|1[0-2])(?:[01][0-9]|2[0-8])").fullmatch
_NO_DOCTOR, _OBSOLETE, _HOSPITAL_DOCTOR = b"999999900", b"888888800", b"555555"


def day(content: bytes) -> date | None:
    """JJJJMMTT."""
    if len(content) == 8 and content.isdigit():
        try:
            return date(int(content[:4]), int(content[4:6]), int(content[6:]))
        except ValueError:
            return None
    return None


def quarter(content: bytes) -> Quarter | None:
    """QJJJJ (KVDT, rule 016)."""
    try:
        return Quarter.parse_kvdt(content.decode("latin-1"))
    except BadQuarter:
        return None


def is_bsnr(content: bytes) -> bool:
    """KVDT, rules 049, 061, 062, 162, 750."""
    try:
        return Bsnr.parse(content.decode("latin-1")) == content.decode("latin-1")
    except BadIdentifier:
        return False


def why_no_doctor(content: bytes) -> Id | None:
    """KVDT, rules 050, 063, 762: the substitutes for no number and for hospital doctors count as numbers."""
    if content == _OBSOLETE:
        return Id.LANR_OBSOLETE
    if len(content) != 9 or not content.isdigit():
        return Id.LANR
    if content == _NO_DOCTOR or content.startswith(_HOSPITAL_DOCTOR):
        return None
    return None if Lanr.check_digit(content.decode()) == chr(content[6]) else Id.LANR


def _matches(pattern: bytes, rule: Id) -> Check:
    whole = re.compile(pattern).fullmatch
    return lambda content: None if whole(content) else rule


def _day(content: bytes) -> Id | None:
    return None if day(content) else Id.DAY


def _birth_day(content: bytes) -> Id | None:
    """Month and day may be 00, where they are unknown."""
    if _USUAL_BIRTH_DAY(content):
        return None
    if not re.fullmatch(rb"[0-9]{8}", content):
        return Id.BIRTH_DAY
    year, month, day_of = content[:4], content[4:6], content[6:]
    known = year + (b"01" if month == b"00" else month) + (b"01" if day_of == b"00" else day_of)
    return None if day(known) else Id.BIRTH_DAY


def _quarter(content: bytes) -> Id | None:
    return None if quarter(content) else Id.QUARTER


def _bsnr(content: bytes) -> Id | None:
    return None if is_bsnr(content) else Id.BSNR


def _ik(content: bytes) -> Id | None:
    """Positions 3 to 8 count twice and once in turn, as cross sums (Gemeinsames Rundschreiben IK)."""
    if not re.fullmatch(rb"[0-9]{9}", content):
        return Id.IK
    doubled = (int(chr(digit)) * (2 - at % 2) for at, digit in enumerate(content[2:8]))
    total = sum(value // 10 + value % 10 for value in doubled)
    return None if total % 10 == int(chr(content[8])) else Id.IK_CHECK_DIGIT


def _team(content: bytes) -> Id | None:
    """`00nnnnnnP`: the check digit over positions 3 to 8 is reckoned as a doctor's."""
    if not re.fullmatch(rb"00[0-9]{7}", content):
        return Id.TEAM
    return None if Lanr.check_digit(content[2:8].decode()) == chr(content[8]) else Id.TEAM


FIELDS: dict[bytes, Check] = {
    b"9106": _matches(rb"4", Id.CHARSET_CODE),
    b"9132": _matches(rb"[1367]", Id.PACKAGE_CODE),
    b"0201": _bsnr,
    b"0203": _matches(rb".{1,60}", Id.NAME_TOO_LONG),
    b"0211": _matches(rb".{1,60}", Id.NAME_TOO_LONG),
    b"0212": why_no_doctor,
    b"0213": _matches(rb"[0-9]{9}", Id.HOSPITAL_IK),
    b"0215": _matches(rb".{1,7}", Id.POSTAL_CODE),
    b"0222": _team,
    b"0223": _matches(rb"555555[0-9]{3}", Id.LANR_PSEUDO),
    b"0300": _matches(rb"[01]", Id.CODE_OF_RVSA),
    b"0301": _matches(rb"[012]", Id.CODE_OF_RVSA),
    b"0105": _matches(rb"[A-Za-z]/[0-9]{1,3}/[0-9]{4}/[0-9]{2}/[0-9A-Za-z]{3}", Id.TEST_NUMBER),
    b"9102": _matches(_RECEIVERS, Id.RECEIVER),
    b"9204": _quarter,
    b"9260": _matches(rb"0[2-9]|[1-9][0-9]", Id.PART_CODE),
    b"9261": _matches(rb"0[1-9]|[1-9][0-9]", Id.PART_CODE),
    b"3103": _birth_day,
    b"4101": _quarter,
    b"4104": _matches(rb"[0-9]{5}", Id.VKNR),
    b"4111": _ik,
    b"5000": _day,
    b"5098": _bsnr,
    b"5099": why_no_doctor,
    b"9235": _matches(rb"(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9])?", Id.TIME),
    **dict.fromkeys((b"9103", b"9115", b"9116", b"9117", b"9122", b"9234"), _day),
}
