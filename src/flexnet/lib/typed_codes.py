"""What a key typed into a field: one code, or several in a row when somebody touched it twice."""

from __future__ import annotations


def last(typed: str, *, digits: int, identifier: str) -> str:
    """The last code of what was typed, without what the key types before each; empty if it is none.

    A second touch types on in the same field: 123456789012 are two codes, and the second one counts.
    """
    text = "".join(typed.split())
    length = len(identifier) + digits
    if not text or len(text) % length or len(text) > 4 * length:
        return ""
    parts = [text[at : at + length] for at in range(0, len(text), length)]
    if not all(part.startswith(identifier) and _is_code(part[len(identifier) :]) for part in parts):
        return ""
    return parts[-1][len(identifier) :]


def _is_code(text: str) -> bool:
    return text.isascii() and text.isdigit()
