"""What an application says: the fields of its form, the same on paper, in a browser and in the database."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from flexnet.lib import plain_text

LONGEST = {
    "bsnr": 9,
    "organisation": 200,
    "street": 100,
    "postcode": 5,
    "town": 80,
    "lanr": 9,
    "name": 120,
    "role": 10,
    "email": 120,
    "phone": 40,
    "interest": 2000,
    "services": 500,
    "district_office": 20,
}
_SEVERAL_LINES = ("interest", "services")
_NUMBERS = ("bsnr", "lanr", "postcode")


@dataclass(frozen=True)
class Content:
    """Everything that a form may hold; what is not filled in is empty, or None for days."""

    bsnr: str = ""
    organisation: str = ""
    street: str = ""
    postcode: str = ""
    town: str = ""
    lanr: str = ""
    name: str = ""
    role: str = ""
    email: str = ""
    phone: str = ""
    wants_practice_access: bool = False
    wants_personal_access: bool = False
    since_on: date | None = None
    until_on: date | None = None
    interest: str = ""
    services: str = ""
    district_office: str = ""
    terms_version: int | None = None
    signed_on: date | None = None


NOTHING = Content()
NAMES = tuple(field.name for field in fields(Content))


def read(values: Mapping[str, Any]) -> Content:
    """From whatever door: texts without what cannot be seen, numbers without blanks, other keys left out."""
    known = {name: values[name] for name in NAMES if values.get(name) not in (None, "")}
    return Content(**{name: _harmless(name, value) for name, value in known.items()})


def several_lines(text: str) -> str:
    """A reason as a clerk writes it."""
    return plain_text.lines(text)[: LONGEST["interest"]]


def changes(before: Content, after: Content) -> dict[str, tuple[Any, Any]]:
    """What differs, by field: before and after."""
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in NAMES}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _harmless(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if name in _NUMBERS:
        return plain_text.line(value).replace(" ", "")
    return plain_text.lines(value) if name in _SEVERAL_LINES else plain_text.line(value)
