"""What people type, made harmless before it is kept: nothing that nobody sees."""

import unicodedata

_MARKS = {"Mn", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "Sc", "Sm", "Zs"}  # general categories, as below
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}  # general categories of what has no shape, or turns the direction


def line(text: str) -> str:
    """One line: every blank and line break is one blank, the ends are trimmed."""
    return " ".join(_harmless(text).split())


def lines(text: str) -> str:
    """Several lines, each as `line`; not more than one empty one in a row, none at the ends."""
    found = [line(one) for one in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    kept = [one for before, one in zip(["", *found], found, strict=False) if one or before]
    return "\n".join(kept).strip()


def unwritten(text: str) -> str:
    """The first character that a German office neither writes nor prints; empty if there is none.

    As DIN 91379 has it for names in registers: Latin, Greek and Cyrillic letters, marks and punctuation.
    """
    if text.isascii():  # most of a hundred thousand rows
        return ""
    return next((one for one in text if not _is_written(one)), "")


def _is_written(character: str) -> bool:
    if character.isascii() or unicodedata.category(character) in _MARKS:
        return True
    return unicodedata.name(character, "").startswith(("LATIN ", "GREEK ", "CYRILLIC "))


def _harmless(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    shown = "".join(one for one in text if one.isspace() or unicodedata.category(one) not in _UNSEEN)
    return unicodedata.normalize("NFC", shown)
