"""The order of records in a billing file, asked of their marks: patterns over a row of bytes."""

from __future__ import annotations

import re

from flexnet.lib.kvdt.marks import (
    BAD_QUARTER,
    BODIES,
    CASE_QUARTER,
    CASES,
    EARLIER_QUARTER,
    ELSEWHEN,
    FAULTY,
    HEADS,
    OF_KIND,
    OTHER_DOCTOR,
    OTHER_SITE,
    UNKNOWN,
)

PACKAGE_OF = {kind: name for name, kinds in BODIES.items() for kind in (f"{name}0", *kinds)}


def _class(marks: str | bytes, *kinds: str) -> bytes:
    """The inside of a character class of a pattern."""
    inside = marks if isinstance(marks, bytes) else marks.encode()
    return b"".join(b"\\x%02x" % mark for mark in inside + b"".join(OF_KIND[kind] for kind in kinds))


ALL_BODIES = tuple(kind for kinds in BODIES.values() for kind in kinds)
_ODD = FAULTY + EARLIER_QUARTER + BAD_QUARTER
_ODD += ELSEWHEN + OTHER_SITE + OTHER_DOCTOR
QUARTERS = CASE_QUARTER + EARLIER_QUARTER + BAD_QUARTER
START = re.compile(rb"[\x80-\xfe]")
NO_BODY = re.compile(b"[%s]" % _class(UNKNOWN, *HEADS))
BODY = re.compile(b"[%s]" % _class("", *ALL_BODIES))
# A record with a line that needs a second look, to its end.
ODD_BODY = re.compile(rb"[\x80-\xfe][^\x80-\xfe%s]*+[%s][^\x80-\xfe]*+" % (_class(_ODD), _class(_ODD)))
# A case that does not name its quarter.
WITHOUT_QUARTER = re.compile(
    rb"[%s][^\x80-\xfe%s]*+(?![%s])" % (_class("", *CASES), _class(QUARTERS), _class(QUARTERS))
)
# Records of other packages than this.
ELSEWHERE = {
    name: re.compile(b"[%s]" % _class("", *(kind for kind in ALL_BODIES if kind not in kinds)))
    for name, kinds in BODIES.items()
}


def _orders() -> dict[str, tuple[str, ...]]:
    """Which head may follow which record: packages at most once, in this order."""
    after: dict[str, tuple[str, ...]] = {"": ("con0",), "con0": ("besa", "hdrg0"), "con9": ("KOMU",)}
    after |= {"KOMU": ("KOMU",), "besa": ("rvsa", "adt0", "kad0", "sad0"), "rvsa": ("adt0", "kad0", "sad0")}
    after |= {"adt9": ("kad0", "sad0", "con9"), "kad9": ("sad0", "con9")}
    after |= {"sad9": ("con9",), "hdrg9": ("con9",)}
    return after | {kind: (f"{name}9",) for kind, name in PACKAGE_OF.items()}


ORDERS = _orders()
