"""What the check of billing files is held against: a bare walk over the lines, and a plain loop of checks."""

import re

from flexnet.lib.kvdt.fields import FIELDS
from flexnet.lib.kvdt.marks import OF_KIND

_LINE = re.compile(rb"([0-9]{3})([0-9]{4})([^\r\n]*)\r\n")


def walk(content: bytes) -> int:
    """Finds the lines and does nothing with them."""
    return sum(1 for _ in _LINE.finditer(content))


def check(content: bytes) -> int:
    """One line after the other, as one would write it first: length, characters, blanks, form, record.

    Less than the real check asks: no order, no cases, no cross references.
    """
    return sum(_is_bad(line) for line in content.split(b"\r\n")[:-1])


def _is_bad(line: bytes) -> bool:
    length, fk, said = line[:3], line[3:7], line[7:].decode("iso8859-15")
    if not length.isdigit() or int(length) != len(line) + 2 or not fk.isdigit():
        return True
    if said.strip(" ") != said or not said or not said.isprintable():
        return True
    if fk == b"8000":
        return said not in OF_KIND
    return fk in FIELDS and FIELDS[fk](line[7:]) is not None
