"""Numbers of letters and parcels: year, running number, check digit; to be scanned or read out. Pure."""

import re

from flexnet.lib.check_digits import mod_11_10

_SHAPE = re.compile(r"B-([0-9]{4})-([0-9]{5,})-([0-9])")


def number(year: int, running: int) -> str:
    """`B-2027-00042-6`: the 42nd thing ever sent, made in 2027, check digit 6."""
    return f"B-{year:04d}-{running:05d}-{mod_11_10(f'{year:04d}{running:05d}')}"


def running(text: str) -> int | None:
    """The running number in a letter's number; None for anything else, and for a slip of a single digit."""
    match = _SHAPE.fullmatch(normal(text))
    if match is None or mod_11_10(match[1] + match[2]) != int(match[3]):
        return None
    return int(match[2])


def normal(text: str) -> str:
    """As people type it: blanks left out, a small letter made big."""
    return "".join(text.split()).upper()
