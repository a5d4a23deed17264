"""Revocation words (Sperrkennwort): with one of them its owner locks an access, and nothing else."""

import functools
import importlib.resources
import secrets

from flexnet.accounts import passwords

_KIND = "revocation_word"
_WORDS = 4
_LONGEST = 200


def generate() -> str:
    """Four nouns that are easily told over the telephone, of 574: 36 bits."""
    return "-".join(secrets.choice(_nouns()) for _ in range(_WORDS))


def sealed_hash(word: str, *, user_name: str) -> str:
    """Hash and seal a word as a password; takes about 20 ms: never inside a transaction."""
    return passwords.sealed_hash(_normal(word), user_name=user_name, kind=_KIND)


def nobodys(*, user_name: str) -> str:
    """What no word fits, for an account whose word is yet to be made."""
    return passwords.nobodys(user_name=user_name, kind=_KIND)


def check(word: str, sealed_one: str | None, *, user_name: str) -> passwords.Check:
    """Whether a word fits is still to be found out; without one to fit it takes as long, and does not."""
    typed = _normal(word).encode()
    if sealed_one is None:
        return passwords.pretended(typed)
    return passwords.check(typed, sealed_one, user_name=user_name, kind=_KIND)


def resealed(sealed_one: str, user_name: str) -> str:
    """The same hash under the ring's current key."""
    return passwords.resealed(sealed_one, user_name, kind=_KIND)


def _normal(word: str) -> str:
    """Letters alone, small: how it is divided, and by which marks, is nobody's mistake."""
    return "".join(filter(str.isalpha, word[:_LONGEST].casefold()))


@functools.cache
def _nouns() -> tuple[str, ...]:
    text = importlib.resources.files("flexnet.accounts").joinpath("words_aloud.txt").read_text("ascii")
    return tuple(text.split())
