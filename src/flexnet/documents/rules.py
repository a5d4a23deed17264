"""May this file be taken, for whom is it, and who of a practice may see it? Pure."""

import re
from collections.abc import Set
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from flexnet.configuration import DocumentKind, Documents
from flexnet.lib import file_kinds
from flexnet.lib.file_kinds import FileKind
from flexnet.lib.quarters import BadQuarter, Quarter

LONGEST_NAME: Final = 120


class Why(StrEnum):
    """Why a file is not taken; `CURES` says what to do."""

    NAME = "name"
    KIND = "kind"
    QUARTER_AHEAD = "quarter_ahead"
    UNKNOWN_SITE = "unknown_site"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_PDF = "not_pdf"
    NOT_A_FILE = "not_a_file"
    UNREADABLE = "unreadable"
    DOUBLE = "double"
    OTHER_THERE = "other_there"


# For whoever drops files; the office says them in German.
CURES: Final = {
    Why.NAME: "The name does not follow the rule ([documents] pattern). Rename the file.",
    Why.KIND: "No kind of document has this name ([[documents.kinds]]). Rename the file, or enter the kind.",
    Why.QUARTER_AHEAD: "The quarter has not begun yet. Rename the file.",
    Why.UNKNOWN_SITE: "There is no site with this BSNR. Rename the file, or enter the practice.",
    Why.EMPTY: "The file has 0 bytes. Have it made anew.",
    Why.TOO_LARGE: "The file is larger than [documents] max_mib. Have it made smaller.",
    Why.NOT_PDF: "The file is no whole PDF. Have it made anew.",
    Why.NOT_A_FILE: "This is no ordinary file. Put the file itself here.",
    Why.UNREADABLE: "The file cannot be read. Give FlexNet's user the right to read it.",
    Why.DOUBLE: "Two files say that they are this document, and differ. Drop the right one alone.",
    Why.OTHER_THERE: "Another file is there for this BSNR, quarter and kind. Put a correction in the office.",
}


class Reader(StrEnum):
    """Who of a practice asks: with its access, as who owns or directs it, works there, or as staff."""

    PRACTICE = "practice"
    OWNER = "owner"
    EMPLOYED = "employed"
    STAFF = "staff"


@dataclass(frozen=True)
class Named:
    """What a file's name says."""

    bsnr: str
    quarter: Quarter
    kind: DocumentKind


def read_name(name: str, settings: Documents, *, today: date) -> Named | Why:
    """By the configured pattern."""
    found = re.fullmatch(settings.pattern, name)
    quarter = _quarter(found["quarter"]) if found else None
    if found is None or quarter is None or len(name) > LONGEST_NAME:
        return Why.NAME
    kind = next((one for one in settings.kinds if one.slug == found["kind"].lower()), None)
    if kind is None:
        return Why.KIND
    if quarter > Quarter.of(today):
        return Why.QUARTER_AHEAD
    return Named(found["bsnr"], quarter, kind)


def why_refused(content: bytes, *, largest: int) -> Why | None:
    """By what it holds."""
    if not content:
        return Why.EMPTY
    if len(content) > largest:
        return Why.TOO_LARGE
    return None if file_kinds.of_content(content) is FileKind.PDF else Why.NOT_PDF


def may_read(kind: DocumentKind, readers: Set[Reader]) -> bool:
    """Whether a kind is for all that somebody is: staff also need that theirs may."""
    return bool(readers) and readers <= set(kind.readers)


def _quarter(text: str) -> Quarter | None:
    """As people write it, or as KVDT does."""
    for parse in (Quarter.parse, Quarter.parse_kvdt):
        try:
            return parse(text)
        except BadQuarter:
            continue
    return None
