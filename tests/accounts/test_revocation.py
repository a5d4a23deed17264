"""Revocation words: told over the telephone, kept as a sealed slow hash, of use for nothing else."""

import itertools

import pytest

from flexnet.accounts import passwords, revocation
from flexnet.lib.sealed import SealBroken


def is_right(word: str, sealed_one: str | None, *, user_name: str = "alice") -> bool:
    return revocation.check(word, sealed_one, user_name=user_name).run()


def test_it_is_four_of_many_words() -> None:
    words = [revocation.generate() for _ in range(50)]
    assert all(len(word.split("-")) == 4 for word in words)
    assert len(set(words)) == 50


def test_the_words_are_short_plain_and_not_mistaken_for_each_other() -> None:
    nouns = [noun.lower() for noun in revocation._nouns()]
    assert len(nouns) >= 512
    assert all(noun.isascii() and noun.isalpha() and 4 <= len(noun) <= 9 for noun in nouns)
    assert not [pair for pair in itertools.combinations(nouns, 2) if is_a_slip(*pair)]


def is_a_slip(one: str, other: str) -> bool:
    """Whether one letter makes the difference."""
    short, long = sorted((one, other), key=len)
    if len(short) == len(long):
        return sum(a != b for a, b in zip(short, long, strict=True)) <= 1
    return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))


def test_it_fits_however_it_is_written() -> None:
    kept = revocation.sealed_hash("Birke-Tafel-Wolke-Regen", user_name="alice")
    for said in ("birke tafel wolke regen", "BIRKETAFELWOLKEREGEN", " Birke, Tafel; Wolke\tRegen!"):
        assert is_right(said, kept)
    for wrong in ("Tafel-Birke-Wolke-Regen", "Birke-Tafel-Wolke", "", "Bírke-Tafel-Wolke-Regen"):
        assert not is_right(wrong, kept)
    assert not is_right("birke tafel wolke regen", None)


def test_it_is_sealed_for_its_account_and_its_use() -> None:
    kept = revocation.sealed_hash("Birke-Tafel-Wolke-Regen", user_name="alice")
    assert "irke" not in kept
    with pytest.raises(SealBroken):
        is_right("Birke-Tafel-Wolke-Regen", kept, user_name="bob")
    with pytest.raises(SealBroken):
        passwords.is_right(b"birketafelwolkeregen", kept, user_name="alice")


def test_it_does_not_show_itself() -> None:
    kept = revocation.sealed_hash("Birke-Tafel-Wolke-Regen", user_name="alice")
    assert "birke" not in repr(revocation.check("Birke-Tafel", kept, user_name="alice")).lower()
