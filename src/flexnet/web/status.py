"""A state in word, icon and colour, for the badge."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Status:
    """`colour` is one of "", ok, warning, error; it never says anything that the word does not."""

    word: str | Promise
    icon: str
    colour: str = ""
