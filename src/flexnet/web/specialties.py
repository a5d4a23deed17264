"""Specialties by the last two digits of an LANR (KBV, S_BAR2_ARZTNRFACHGRUPPE), in the words of pages."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

_INTERNAL: Final = gettext_lazy("Innere Medizin mit Schwerpunkt")
_CHILDREN: Final = gettext_lazy("Kinder- und Jugendmedizin")
_SURGERY: Final = gettext_lazy("Chirurgie")
_ORTHOPAEDICS: Final = gettext_lazy("Orthopädie und Unfallchirurgie")
_WOMEN: Final = gettext_lazy("Frauenheilkunde")
_NERVES: Final = gettext_lazy("Neurologie und Neurochirurgie")
_SOULS: Final = gettext_lazy("Psychiatrie und Psychosomatik")
_RADIOLOGY: Final = gettext_lazy("Radiologie")
# Groups of numbers have one name; the number stands beside it.
NAMES: Final[Mapping[str, Promise]] = {
    "01": gettext_lazy("Allgemeinmedizin"),
    "02": gettext_lazy("Praktische Ärztin, praktischer Arzt"),
    "03": gettext_lazy("Hausärztliche Innere Medizin"),
    "04": gettext_lazy("Anästhesiologie"),
    "05": gettext_lazy("Augenheilkunde"),
    **dict.fromkeys(("06", "07", "08", "09", "13", "14"), _SURGERY),
    **dict.fromkeys(("10", "11", "12"), _ORTHOPAEDICS),
    **dict.fromkeys(("15", "16", "17", "18"), _WOMEN),
    **dict.fromkeys(("19", "20"), gettext_lazy("Hals-Nasen-Ohrenheilkunde")),
    "21": gettext_lazy("Hautkrankheiten"),
    "22": gettext_lazy("Humangenetik"),
    "23": gettext_lazy("Fachärztliche Innere Medizin"),
    **dict.fromkeys(map(str, range(24, 34)), _INTERNAL),
    **dict.fromkeys(map(str, range(34, 47)), _CHILDREN),
    "47": gettext_lazy("Kinder- und Jugendpsychiatrie"),
    "48": gettext_lazy("Laboratoriumsmedizin"),
    "49": gettext_lazy("Mikrobiologie"),
    "50": gettext_lazy("Mund-Kiefer-Gesichtschirurgie"),
    "51": gettext_lazy("Nervenheilkunde"),
    **dict.fromkeys(("52", "53"), _NERVES),
    "54": gettext_lazy("Nuklearmedizin"),
    **dict.fromkeys(("55", "56"), gettext_lazy("Pathologie und Neuropathologie")),
    "57": gettext_lazy("Physikalische und Rehabilitative Medizin"),
    **dict.fromkeys(("58", "59", "60"), _SOULS),
    "61": gettext_lazy("Ärztliche Psychotherapie"),
    **dict.fromkeys(("62", "63", "64"), _RADIOLOGY),
    "65": gettext_lazy("Strahlentherapie"),
    "66": gettext_lazy("Transfusionsmedizin"),
    "67": gettext_lazy("Urologie"),
    "68": gettext_lazy("Psychologische Psychotherapie"),
    "69": gettext_lazy("Kinder- und Jugendlichenpsychotherapie"),
}


def name(digits: str) -> str:
    """With the number behind it; of what KBV leaves to KVs the number alone."""
    found = NAMES.get(digits)
    return f"{found} ({digits})" if found else digits or "–"
