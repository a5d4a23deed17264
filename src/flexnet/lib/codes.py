"""The one field that holds password and code: how it is split, for whatever kind of code a key types."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

MAX_PASSWORD_BYTES = 64  # a gateway cuts the field silently at 112 bytes, and 44 of them may be a code


@dataclass(frozen=True)
class CodeKind:
    """What the codes of one kind look like: so many characters of one alphabet, typed last.

    `shifted` is what a German keyboard types for this alphabet while Shift-Lock is on.
    """

    alphabet: frozenset[str]
    length: int
    shifted: frozenset[str] = frozenset()


class Fault(StrEnum):
    """Why a field cannot be split."""

    EMPTY = "empty"
    ONLY_CODE = "only_code"
    NO_CODE = "no_code"
    SHIFTED_DIGITS = "shifted_digits"
    TOO_LONG = "too_long"
    NOT_TEXT = "not_text"


@dataclass(frozen=True)
class Field:
    """A field that was split; neither half shows in its repr."""

    password: str = field(repr=False)
    code: str = field(repr=False)


@dataclass(frozen=True)
class Malformed:
    """A field that could not be split, and why."""

    kind: Fault


def split(text: str, kind: CodeKind, *, identifier: str | None) -> Field | Malformed:
    """Cut the code off the end by its kind's length, never by guessing: a password may end in digits.

    The key's identifier before the code is removed only where it equals the one stored for that key.
    Trailing CR and LF are the key's Enter. A password may have 64 bytes of UTF-8.
    """
    typed = text.rstrip("\r\n")
    code = typed[-kind.length :]
    if fault := _why_no_code(code, kind):
        return Malformed(fault)
    password = typed[: -kind.length].removesuffix(identifier or "")
    if fault := _why_no_password(password):
        return Malformed(fault)
    return Field(password, code)


def _why_no_code(tail: str, kind: CodeKind) -> Fault | None:
    if not tail:
        return Fault.EMPTY
    if len(tail) == kind.length and kind.alphabet.issuperset(tail):
        return None
    if len(tail) == kind.length and kind.shifted.issuperset(tail):
        return Fault.SHIFTED_DIGITS
    return Fault.NO_CODE


def _why_no_password(password: str) -> Fault | None:
    if not password:
        return Fault.ONLY_CODE
    try:
        size = len(password.encode())
    except UnicodeEncodeError:
        return Fault.NOT_TEXT
    return Fault.TOO_LONG if size > MAX_PASSWORD_BYTES else None
