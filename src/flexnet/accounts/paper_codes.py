"""Codes that stand on paper: three groups of four, easy to read out, hard to mistake."""

import secrets

_ALPHABET = "ACDEFHJKLMNPRTUVWXY34679"  # nothing that looks like something else
_GROUPS, _GROUP = 3, 4  # 55 bits
LENGTH = _GROUPS * _GROUP + _GROUPS - 1  # with the hyphens


def generate() -> str:
    """A fresh code, as `ACDE-FHJK-LMNP`."""
    letters = [secrets.choice(_ALPHABET) for _ in range(_GROUPS * _GROUP)]
    return "-".join("".join(letters[at : at + _GROUP]) for at in range(0, len(letters), _GROUP))


def normal(typed: str) -> str:
    """What was typed, in the form in which codes are hashed: case, blanks and hyphens do not count."""
    letters = "".join(character for character in typed.upper() if character in _ALPHABET)
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))
