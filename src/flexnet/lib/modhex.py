"""Modhex: sixteen letters that lie alike on most keyboards, which YubiKeys type for 0 to f."""

from typing import Final

_LETTERS: Final = "cbdefghijklnrtuv"
_TO_HEX: Final = str.maketrans(_LETTERS, "0123456789abcdef")


def is_modhex(text: str) -> bool:
    return set(text) <= set(_LETTERS)


def to_hex(text: str) -> str:
    """`ubhe` is `e163`."""
    return text.translate(_TO_HEX)
