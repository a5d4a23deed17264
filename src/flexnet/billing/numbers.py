"""Receipt numbers: quarter, running number, check digit; made to be read out over the telephone. Pure."""

import re

from flexnet.lib.check_digits import mod_11_10
from flexnet.lib.quarters import Quarter

_SHAPE = re.compile(r"(?:E-)?([0-9]{4})-([1-4])-([0-9]{6,})-([0-9])")


def number(quarter: Quarter, running: int) -> str:
    """`2027-1-000042-7`: first quarter of 2027, the 42nd, check digit 7."""
    digits = f"{quarter.year:04d}{quarter.number}{running:06d}"
    return f"{quarter.year:04d}-{quarter.number}-{running:06d}-{mod_11_10(digits)}"


def declaration(quarter: Quarter, running: int) -> str:
    """`E-2027-1-000042-7`: the 42nd collective declaration (Erklärung) of that quarter."""
    return f"E-{number(quarter, running)}"


def is_number(text: str) -> bool:
    """Whether this is a receipt number without a slip of a single digit or of two that changed places."""
    match = _SHAPE.fullmatch(text)
    return match is not None and mod_11_10("".join(match.groups()[:3])) == int(match[4])
