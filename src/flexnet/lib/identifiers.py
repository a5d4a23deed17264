"""The numbers of sites and doctors, BSNR and LANR: read once at the door, trusted afterwards."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

_NINE = re.compile(r"[0-9]{9}")
_KK = (
    r"(?:0[1-3]|0[6-9]|1[0-9]|2[01]|24|25|27|28|31|3[7-9]|[456][0-9]|7[0-3]|7[89]"
    r"|8[01]|83|8[5-8]|9[3-6]|98|99)"
)
_SITE = re.compile(_KK + r"[0-9]{7}")  # KVDT, rule 162
_HOSPITAL = re.compile(r"35" + _KK + r"[0-9]{5}")  # KVDT, rule 061
_SAPV = re.compile(r"74" + _KK + r"[0-9]{3}63")  # KVDT, rule 062


class Why(StrEnum):
    """Why a number was refused."""

    NOT_NINE_DIGITS = "not_nine_digits"
    UNKNOWN_REGION = "unknown_region"
    CHECK_DIGIT = "check_digit"
    NO_NUMBER = "no_number"
    OBSOLETE = "obsolete"
    HOSPITAL_DOCTOR = "hospital_doctor"


def N_(text: str) -> str:
    """Marks a sentence that pages translate."""
    return text


_MESSAGES = {
    Why.NOT_NINE_DIGITS: N_("Bitte geben Sie die Nummer mit genau neun Ziffern ein."),
    Why.UNKNOWN_REGION: N_(
        "Die ersten beiden Ziffern gehören zu keiner Kassenärztlichen Vereinigung. "
        "Bitte vergleichen Sie die Nummer mit Ihrem Praxisstempel."
    ),
    Why.CHECK_DIGIT: N_(
        "Die Nummer hat einen Tippfehler: Die siebte Ziffer passt nicht zu den sechs davor. "
        "Bitte vergleichen Sie sie mit dem Arztstempel."
    ),
    Why.NO_NUMBER: N_(
        "999999900 steht für Ärztinnen und Ärzte ohne Arztnummer. "
        "Bitte geben Sie die eigene lebenslange Arztnummer ein."
    ),
    Why.OBSOLETE: N_(
        "888888800 ist eine frühere Ersatznummer und nicht mehr zulässig. "
        "Bitte geben Sie die eigene lebenslange Arztnummer ein."
    ),
    Why.HOSPITAL_DOCTOR: N_(
        "Nummern mit 555555 am Anfang sind Ersatznummern für Krankenhausärzte. "
        "Bitte geben Sie die eigene lebenslange Arztnummer ein."
    ),
}


class BadIdentifier(ValueError):
    """A number that is none; `why` for programs, `message` (German) for the person who typed it."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why
        self.message = _MESSAGES[why]


class SiteKind(StrEnum):
    SITE = "site"
    HOSPITAL = "hospital"
    SAPV = "sapv"


@dataclass(frozen=True)
class Region:
    """The KV, by its usual short name, and its district office, where the key names one."""

    kv: str
    office: str | None = None


_REGIONS = {
    "01": Region("SH"),
    "02": Region("HH"),
    "03": Region("HB"),
    "17": Region("NI"),
    "20": Region("WL"),
    "38": Region("NO"),
    "46": Region("HE"),
    "51": Region("RP"),
    "52": Region("BW"),
    "71": Region("BY"),
    "72": Region("BE"),
    "73": Region("SL"),
    "78": Region("MV"),
    "83": Region("BB"),
    "85": Region("ST", "Magdeburg"),
    "86": Region("ST", "Halle"),
    "87": Region("ST", "Dessau"),
    "88": Region("ST"),
    "93": Region("TH"),
    "94": Region("SN", "Chemnitz"),
    "95": Region("SN", "Dresden"),
    "96": Region("SN", "Leipzig"),
    "98": Region("SN"),
    "99": Region("Knappschaft"),
}


class Bsnr(str):
    """A site's number (Betriebsstättennummer, also NBSNR); nine digits, no check digit."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Bsnr:
        """Read a BSNR, blanks inside and around it left out. Raises BadIdentifier."""
        digits = _nine_digits(text)
        if not (_SITE.fullmatch(digits) or _HOSPITAL.fullmatch(digits) or _SAPV.fullmatch(digits)):
            raise BadIdentifier(Why.UNKNOWN_REGION)
        return cls(digits)

    @property
    def kind(self) -> SiteKind:
        """A site, or one of the special forms `35kknnnnn` (hospital) and `74kknnn63` (palliative care)."""
        if self.startswith("35"):
            return SiteKind.HOSPITAL
        return SiteKind.SAPV if self.startswith("74") else SiteKind.SITE

    @property
    def region_key(self) -> str:
        """The two digits that name the KV or its district office."""
        return self[:2] if self.kind is SiteKind.SITE else self[2:4]

    @property
    def region(self) -> Region | None:
        """The KV; None for keys of district offices that we keep no name for."""
        return _REGIONS.get(self.region_key)


class Lanr(str):
    """A doctor's number for life (lebenslange Arztnummer): six digits, check digit, two for the specialty."""

    __slots__ = ()
    _WEIGHTS: ClassVar = (4, 9, 4, 9, 4, 9)
    _TEST_BASE: ClassVar = "1234566"  # KBV's own test doctor

    @classmethod
    def parse(cls, text: str) -> Lanr:
        """Read a LANR, blanks left out. Raises BadIdentifier (KVDT, rules 050, 063, 762).

        The pseudo numbers are refused by value: their check digits are right.
        """
        digits = _nine_digits(text)
        if why := _why_pseudo(digits):
            raise BadIdentifier(why)
        if digits[6] != cls.check_digit(digits):
            raise BadIdentifier(Why.CHECK_DIGIT)
        return cls(digits)

    @classmethod
    def check_digit(cls, base: str) -> str:
        """The seventh digit for the first six (KVDT, rule 050); products are not reduced to cross sums."""
        total = sum(weight * int(digit) for weight, digit in zip(cls._WEIGHTS, base[:6], strict=True))
        return str(-total % 10)

    @property
    def doctor_group(self) -> str:
        """The Arztgruppe, two digits (BAR2, Anlage 35); `00` stands in for an unknown one."""
        return self[7:]

    @property
    def is_test(self) -> bool:
        """Whether it is KBV's test doctor, who exists nowhere."""
        return self.startswith(self._TEST_BASE)


def _nine_digits(text: str) -> str:
    digits = "".join(text.split())
    if not _NINE.fullmatch(digits):
        raise BadIdentifier(Why.NOT_NINE_DIGITS)
    return digits


def _why_pseudo(digits: str) -> Why | None:
    if digits == "999999900":
        return Why.NO_NUMBER
    if digits == "888888800":
        return Why.OBSOLETE
    return Why.HOSPITAL_DOCTOR if digits.startswith("555555") else None
