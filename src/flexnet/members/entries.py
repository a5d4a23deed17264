"""What may stand in a field? Pure: text in, the text as it is kept out, or BadEntry."""

import re
from datetime import date

from flexnet.lib import plain_text
from flexnet.members.errors import BadEntry, BadPeriod
from flexnet.members.findings import Wrong

_POSTCODE = re.compile(r"[0-9]{5}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")
_PHONE = re.compile(r"[0-9+(][0-9 ()/.-]*")


def required(text: str, *, field: str, longest: int) -> str:
    """One line that says something."""
    line = optional(text, field=field, longest=longest)
    if not line:
        raise BadEntry(f"The {field} is missing.")
    return line


def optional(text: str, *, field: str, longest: int) -> str:
    """One line, perhaps empty."""
    line = plain_text.line(text)
    if len(line) > longest:
        said = f"The {field} is too long: up to {longest} characters."
        raise BadEntry(said, Wrong.TOO_LONG, longest=str(longest))
    if sign := plain_text.unwritten(line):
        said = f"The {field} holds {sign!r}, which no letter can show. Leave it out."
        raise BadEntry(said, Wrong.UNWRITTEN, sign=sign)
    return line


def several_lines(text: str, *, field: str) -> str:
    """Text of at least one line."""
    lines = plain_text.lines(text)
    if not lines:
        raise BadEntry(f"The {field} is missing.")
    return lines


def postcode(text: str) -> str:
    line = plain_text.line(text)
    if not _POSTCODE.fullmatch(line):
        said = f"{line!r} is no postcode: five digits, as 39106."
        raise BadEntry(said, Wrong.NO_POSTCODE, shown=line)
    return line


def email(text: str) -> str:
    line = optional(text, field="e-mail address", longest=254)
    if line and not _EMAIL.fullmatch(line):
        raise BadEntry(f"{line!r} is no e-mail address.", Wrong.NO_EMAIL, shown=line)
    return line


def phone(text: str, *, field: str = "telephone number") -> str:
    line = optional(text, field=field, longest=40)
    if line and not _PHONE.fullmatch(line):
        said = f"{line!r} is no {field}: digits, blanks and + ( ) / - only."
        raise BadEntry(said, Wrong.NO_PHONE, shown=line)
    return line


def check_period(from_on: date, until_on: date) -> None:
    """Raises BadPeriod."""
    if until_on < from_on:
        raise BadPeriod(f"It began on {from_on}; it cannot end on {until_on}.")
