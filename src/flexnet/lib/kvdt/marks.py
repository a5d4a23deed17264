"""One byte for each line of a billing file, so that its order can be asked of a row of bytes.

The bytes 0x80 to 0xFE begin a record; the others are lines within one. A line that was seen before
is a look into a dictionary: that is what makes the check quick.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from flexnet.lib.kvdt import fields as kvdt_fields
from flexnet.lib.kvdt.rules import Id
from flexnet.lib.quarters import Quarter

PLAIN = b"."  # sound, and nothing else to ask
FAULTY = b"X"
CASE_QUARTER, EARLIER_QUARTER, BAD_QUARTER = b"q", b"e", b"L"  # 4101: of the billing, before it, wrong
IN_QUARTER, ELSEWHEN = b"d", b"D"  # 5000: in the quarter of the billing, or not
OTHER_SITE, OTHER_DOCTOR = b"B", b"A"  # 5098, 5099: not named in `besa`

HEADS = (
    *("con0", "besa", "rvsa", "adt0", "adt9", "kad0", "kad9", "sad0", "sad9"),
    *("hdrg0", "hdrg9", "con9", "KOMU"),
)
BODIES = {
    "adt": ("0101", "0102", "0103", "0104"),
    "kad": ("0109",),
    "sad": ("sad1", "sad2", "sad3"),
    "hdrg": ("hdrg1",),
}
CASES = (*BODIES["adt"], *BODIES["kad"])
UNKNOWN = b"\xfe"
OF_KIND = {
    kind: bytes((0x80 + at,))
    for at, kind in enumerate((*HEADS, *(kind for kinds in BODIES.values() for kind in kinds)))
}
KIND_OF = {mark[0]: kind for kind, mark in OF_KIND.items()}

LONGEST = 999  # LLL has three digits and counts itself, the field code and CR LF
_HEAD = 7  # LLL and FFFF
_MOST_KEPT = 50_000
_ASKED = frozenset((*kvdt_fields.FIELDS, b"8000"))
_NEVER_AGAIN = frozenset((b"3000", b"3119"))  # numbers of patients: no use in keeping them
_is_sound = re.compile(rb"[0-9]{7}(?! )[ -~\xa0-\xff]{1,990}+(?<! )").fullmatch
_BAD_CHARACTER = re.compile(rb"[^ -~\xa0-\xff]")
# What a line of so many bytes (without CR LF) begins with; 0xFF stands for lines without content.
_LENGTHS = [b"\xff"] * (_HEAD + 1) + [b"%03d" % (length + 2) for length in range(_HEAD + 1, LONGEST - 1)]


@dataclass(frozen=True)
class Context:
    """What the head of the file says, and the lines of cases are held against."""

    quarter: Quarter | None = None
    sites: frozenset[bytes] | None = None
    doctors: frozenset[bytes] | None = None


@dataclass(frozen=True)
class Fault:
    """Which rule a line breaks; `value` is shown, and is never anything of a patient."""

    rule: Id
    fk: str
    value: str = ""


class Marks(dict[bytes, bytes]):
    """The mark of each line seen, of the last ones only; a new line is looked at once."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.faults: dict[bytes, Fault] = {}

    def of(self, lines: Iterable[bytes]) -> bytes:
        """The marks of some lines in a row."""
        if len(self) > _MOST_KEPT:
            self.clear()
            self.faults.clear()
        return b"".join(map(self.__getitem__, lines))

    def __missing__(self, line: bytes) -> bytes:
        fk = line[3:7]
        if not (_is_sound(line) and line.startswith(_LENGTHS[len(line)])):
            mark = self._fault(line, why_bad(line))
        elif fk in _ASKED:
            mark = self._look(line, fk)
        elif fk in _NEVER_AGAIN:
            return PLAIN
        else:
            mark = PLAIN
        self[line] = mark
        return mark

    def _look(self, line: bytes, fk: bytes) -> bytes:
        if fk == b"8000":
            return self._record(line)
        rule = kvdt_fields.FIELDS[fk](line[_HEAD:])
        if rule:
            self._fault(line, rule)
            return BAD_QUARTER if fk == b"4101" else FAULTY
        return self._in_context(line, fk)

    def _fault(self, line: bytes, rule: Id, value: str = "") -> bytes:
        fk = line[3:_HEAD].decode("latin-1")
        self.faults[line] = Fault(rule, fk if re.fullmatch("[0-9]{4}", fk) else "", value)
        return FAULTY

    def _record(self, line: bytes) -> bytes:
        mark = OF_KIND.get(line[_HEAD:].decode("latin-1"))
        if mark is None:
            self._fault(line, Id.RECORD_UNKNOWN)
            return UNKNOWN
        return mark

    def _in_context(self, line: bytes, fk: bytes) -> bytes:
        content, context = line[_HEAD:], self.context
        if fk == b"4101":
            return self._case_quarter(line, content)
        if fk == b"5000":
            day = kvdt_fields.day(content)
            return IN_QUARTER if day and context.quarter and day in context.quarter else ELSEWHEN
        if fk == b"5098" and context.sites is not None and content not in context.sites:
            return OTHER_SITE
        if fk == b"5099" and context.doctors is not None and content not in context.doctors:
            return OTHER_DOCTOR
        return PLAIN

    def _case_quarter(self, line: bytes, content: bytes) -> bytes:
        quarter, of_file = kvdt_fields.quarter(content), self.context.quarter
        if quarter and of_file and quarter > of_file:
            self._fault(line, Id.CASE_QUARTER_AHEAD, content.decode())
            return BAD_QUARTER
        return CASE_QUARTER if quarter == of_file else EARLIER_QUARTER


def why_bad(line: bytes) -> Id:
    """Which rule of the form of a line this one breaks; asked only where one is broken."""
    if len(line) > LONGEST - 2:
        return Id.LINE_TOO_LONG
    if _BAD_CHARACTER.search(line):
        return Id.CHARACTERS
    if not (line[:_HEAD].isdigit() and len(line) >= _HEAD):
        return Id.LINE_HEAD
    content = line[_HEAD:]
    if not content.strip(b" "):
        return Id.NO_CONTENT
    if line[:3] != b"%03d" % (len(line) + 2):
        return Id.LINE_LENGTH
    return Id.BLANKS
