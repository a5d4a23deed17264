"""What people type, made harmless before it is kept: nothing that nobody sees."""

import unicodedata

_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}  # general categories of what has no shape, or turns the direction


def line(text: str) -> str:
    """One line: every blank and line break is one blank, the ends are trimmed."""
    return " ".join(_harmless(text).split())


def lines(text: str) -> str:
    """Several lines, each as `line`; not more than one empty one in a row, none at the ends."""
    found = [line(one) for one in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    kept = [one for before, one in zip(["", *found], found, strict=False) if one or before]
    return "\n".join(kept).strip()


def _harmless(text: str) -> str:
    shown = "".join(one for one in text if one.isspace() or unicodedata.category(one) not in _UNSEEN)
    return unicodedata.normalize("NFC", shown)
