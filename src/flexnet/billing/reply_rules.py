"""May this be a reply to a delivery, and to which? Pure."""

import re
from enum import StrEnum
from typing import Final

from flexnet.billing import numbers
from flexnet.configuration import Replies
from flexnet.lib import file_kinds
from flexnet.lib.file_kinds import FileKind

LONGEST_NAME: Final = 120
KINDS: Final = (FileKind.PDF, FileKind.TEXT)


class Why(StrEnum):
    """Why a file is not taken; `CURES` says what to do."""

    NAME = "name"
    NUMBER = "number"
    UNKNOWN = "unknown"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    FORMAT = "format"
    NOT_A_FILE = "not_a_file"
    UNREADABLE = "unreadable"


# For whoever drops files; the office says them in German.
CURES: Final = {
    Why.NAME: "The name does not follow the rule ([billing.replies] pattern). Rename the file.",
    Why.NUMBER: "The receipt number has a slip: its check digit does not fit. Rename the file.",
    Why.UNKNOWN: "There is no receipt of this number. Rename the file.",
    Why.EMPTY: "The file has 0 bytes. Have it made anew.",
    Why.TOO_LARGE: "The file is larger than [billing.replies] max_mib. Have it made smaller.",
    Why.FORMAT: "The file is no whole PDF and no text in UTF-8, or not what its name ends in.",
    Why.NOT_A_FILE: "This is no ordinary file. Put the file itself here.",
    Why.UNREADABLE: "The file cannot be read. Give FlexNet's user the right to read it.",
}


def read_name(name: str, settings: Replies) -> str | Why:
    """The receipt's number, by the configured pattern."""
    found = re.fullmatch(settings.pattern, name)
    if found is None or len(name) > LONGEST_NAME:
        return Why.NAME
    return found["receipt"] if numbers.is_number(found["receipt"]) else Why.NUMBER


def kind_of(name: str, content: bytes, *, largest: int) -> FileKind | Why:
    """By what it holds, which must be what its name promises."""
    if not content:
        return Why.EMPTY
    if len(content) > largest:
        return Why.TOO_LARGE
    kind = file_kinds.of_content(content)
    return kind if kind in KINDS and kind is file_kinds.of_name(name) else Why.FORMAT
