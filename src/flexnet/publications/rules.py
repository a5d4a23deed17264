"""In which order is shown what must not be ranked? Pure."""

import random
import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Literal, Protocol, TypeVar

Order = Literal["alphabetical", "shuffled"]


class Named(Protocol):
    @property
    def name(self) -> str: ...


N = TypeVar("N", bound=Named)


def ordered(rows: Iterable[N], *, order: Order, on: date) -> list[N]:
    """By the alphabet, or in an order that each day draws anew: nobody stands on top for good."""
    found = sorted(rows, key=lambda row: _letters(row.name))
    if order == "shuffled":
        random.Random(on.toordinal()).shuffle(found)  # noqa: S311 - a lot that all may foresee
    return found


def _letters(name: str) -> str:
    """As a German telephone list sorts them: ä like a, ß like ss, small like big."""
    apart = unicodedata.normalize("NFD", name.casefold())
    return "".join(one for one in apart if not unicodedata.combining(one))
