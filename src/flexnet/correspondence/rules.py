"""May this file be sent, and what is it called afterwards? Pure."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from flexnet.lib import file_kinds, plain_text

LONGEST_SUBJECT: Final = 120
LONGEST_TEXT: Final = 10_000
_LONGEST_NAME: Final = 120
_NOT_IN_NAMES: Final = str.maketrans(dict.fromkeys('/\\:*?"<>|', "_"))


class Wrong(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_ALLOWED = "not_allowed"
    NOT_AS_NAMED = "not_as_named"


@dataclass(frozen=True)
class File:
    """A file as somebody sends it."""

    name: str
    content: bytes = field(repr=False)


def why_refused(file: File, *, largest: int) -> Wrong | None:
    """By its bytes; the name must promise the same, or a double click would open it with another program."""
    if not file.content:
        return Wrong.EMPTY
    if len(file.content) > largest:
        return Wrong.TOO_LARGE
    kind, promised = file_kinds.of_content(file.content), file_kinds.of_name(file.name)
    if kind is None or promised is None:
        return Wrong.NOT_ALLOWED
    return None if kind is promised else Wrong.NOT_AS_NAMED


def kept_name(name: str) -> str:
    """Without what nobody sees, without folders; a long one keeps its ending."""
    plain = plain_text.line(name).translate(_NOT_IN_NAMES).lstrip(". ")
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[: _LONGEST_NAME - len(ending) - 1]}{dot}{ending}"
