"""Application numbers: year, running number, check digit; made to be read out over the telephone. Pure."""

import re

from flexnet.lib.check_digits import mod_11_10

_SHAPE = re.compile(r"A-([0-9]{4})-([0-9]{5,})-([0-9])")


def number(year: int, running: int) -> str:
    """`A-2027-00042-6`: the 42nd of 2027, check digit 6."""
    return f"A-{year:04d}-{running:05d}-{mod_11_10(f'{year:04d}{running:05d}')}"


def is_number(text: str) -> bool:
    """Whether this is an application's number, without a slip of a single digit."""
    match = _SHAPE.fullmatch(text)
    return match is not None and mod_11_10(match[1] + match[2]) == int(match[3])


def normal(text: str) -> str:
    """As people type it: blanks left out, a small letter made big."""
    return "".join(text.split()).upper()
