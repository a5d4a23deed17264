"""Texts in one form, so that the same words have the same SHA-256 wherever they were written."""

import hashlib
import re
import unicodedata

_BYTE_ORDER_MARK = "\ufeff"
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # general categories of what has no shape on paper
_BLANKS_AT_LINE_ENDS = re.compile(r"[^\S\n]+(?=\n|\Z)")


class BadText(Exception):
    """The text is empty or holds characters that nobody sees; the message says which and where."""


def canonical(text: str) -> str:
    """Unicode NFC, lines ended by LF and without blanks at their ends, one LF at the end of the whole.

    A mark of byte order in front is dropped. Raises BadText.
    """
    lines = text.removeprefix(_BYTE_ORDER_MARK).replace("\r\n", "\n").replace("\r", "\n")
    _check(lines)
    trimmed = _BLANKS_AT_LINE_ENDS.sub("", unicodedata.normalize("NFC", lines)).strip("\n")
    if not trimmed:
        raise BadText("The text is empty.")
    return f"{trimmed}\n"


def visible(text: str) -> str:
    """What somebody wrote, without what nobody sees: for words that are read and not agreed to."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(char for char in lines if not _is_unseen(char))
    return unicodedata.normalize("NFC", kept).strip()


def sha256(text: str) -> str:
    """Of a canonical text in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def _check(lines: str) -> None:
    """What is read must be what is hashed: nothing invisible, nothing that turns the direction of reading."""
    for number, line in enumerate(lines.split("\n"), 1):
        for char in line:
            if _is_unseen(char):
                raise BadText(
                    f"Line {number} holds U+{ord(char):04X}, which nobody sees on paper. Take it out."
                )


def _is_unseen(char: str) -> bool:
    return char not in "\n\t" and unicodedata.category(char) in _UNSEEN
