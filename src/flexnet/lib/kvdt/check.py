"""Checks a plain billing file (KVDT) while it arrives: bytes in, findings out, nothing of a patient kept."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import date

from flexnet.lib import file_name, xkm
from flexnet.lib.identifiers import Bsnr, Lanr
from flexnet.lib.kvdt import Facts, Finding, Module, Package, Result, Site, Software
from flexnet.lib.kvdt import fields as kvdt_fields
from flexnet.lib.kvdt import marks as kvdt_marks
from flexnet.lib.kvdt import order as kvdt_order
from flexnet.lib.kvdt.heads import Heads
from flexnet.lib.kvdt.marks import BODIES, CASES, KIND_OF, OF_KIND, Context, Marks
from flexnet.lib.kvdt.rules import RULES, Id, Level
from flexnet.lib.quarters import Quarter

BLOCK_BYTES = 1 << 18
_LONGEST_OPEN = 2 * kvdt_marks.LONGEST  # kept of a line without an end: enough to see that it is too long
_FIRST = b"8000con0"
_MOST_BROKEN = 1_000  # lines
_MOST_FINDINGS = 200  # kinds of them
_FIRST_LINES = 5
_turn = threading.Lock()  # many threads that check at once would keep those that make pages waiting

_PACKAGES = {"adt": Package.ADT, "kad": Package.KADT, "sad": Package.SADT, "hdrg": Package.HDRG}
_BROKEN = frozenset((Id.LINE_HEAD, Id.LINE_LENGTH, Id.LINE_TOO_LONG, Id.CHARACTERS, Id.NO_CONTENT, Id.BLANKS))


class Check:
    """Feed it the bytes as they come, in pieces of any size; then ask for the result.

    Takes no more memory for a longer file, and raises nothing, whatever the bytes are.
    """

    def __init__(self) -> None:
        self._waiting: list[bytes] = []
        self._waits = 0
        self._rest = b""
        self._line = 1
        self._findings: dict[tuple[Id, str, str], _Tally] = {}
        self._broken = 0
        self._is_over = False
        self._marks = Marks(Context())
        self._has_learned = False
        self._heads = Heads(self._report)
        self._kind = ""
        self._case: _Case | None = None
        self._counts: Counter[str] = Counter()
        self._size = 0

    def feed(self, chunk: bytes) -> None:
        """The next bytes of the file."""
        self._size += len(chunk)
        if self._is_over:
            return
        self._waiting.append(chunk)
        self._waits += len(chunk)
        if self._waits >= BLOCK_BYTES:
            with _turn:
                self._take_waiting()

    def finish(self, name: str | None = None) -> Result:
        """What was found; with the file's name, whether it fits the content."""
        if not self._is_over:
            with _turn:
                self._take_waiting(is_last=True)
        if not self._is_over:
            self._end()
        facts = self._facts()
        if name is not None:
            self._compare(name, facts)
        findings = (tally.finding(*key) for key, tally in self._findings.items())
        kept = [finding for finding in findings if RULES[finding.rule].holds(facts.quarter)]
        return Result(facts, tuple(sorted(kept, key=lambda one: (-RULES[one.rule].level, one.lines))))

    def _report(self, rule: Id, line: int, fk: str = "", value: str = "", count: int = 1) -> None:
        key = (rule, fk, value)
        if key not in self._findings and len(self._findings) >= _MOST_FINDINGS:
            key = (rule, "", "")
        tally = self._findings.setdefault(key, _Tally())
        tally.count += count
        if len(tally.lines) < _FIRST_LINES and line:
            tally.lines.append(line)
        if rule in _BROKEN:
            self._broken += 1
            if self._broken == _MOST_BROKEN:
                self._abort(Id.TOO_MANY, line)
        if RULES[rule].level is Level.ABORT:
            self._is_over = True

    def _abort(self, rule: Id, line: int = 0) -> None:
        self._is_over = True
        self._report(rule, line)

    def _take_waiting(self, *, is_last: bool = False) -> None:
        text = b"".join((self._rest, *self._waiting))
        self._waiting, self._waits = [], 0
        if self._line == 1:
            if len(text) < xkm.HEAD_BYTES and not is_last:
                self._rest = text
                return
            if not self._begins_well(text):
                return
        end = text.rfind(b"\n") + 1
        self._rest = text[end:] if len(text) - end <= _LONGEST_OPEN else text[end : end + _LONGEST_OPEN]
        if end:
            self._take(self._split(text[:end]))

    def _begins_well(self, text: bytes) -> bool:
        beginning = text[3 : 3 + len(_FIRST)]
        if text and (beginning != _FIRST or not text[:3].isdigit()):
            self._abort(Id.ENCRYPTED if xkm.is_container(text) else Id.NO_BILLING_FILE, 1)
        return not self._is_over

    def _split(self, text: bytes) -> list[bytes]:
        lines = text.split(b"\r\n")
        if text.count(b"\n") != len(lines) - 1 or lines[-1]:
            return self._split_oddly(text)
        lines.pop()
        return lines

    def _split_oddly(self, text: bytes) -> list[bytes]:
        """Some lines end otherwise: that is said, and they are read all the same."""
        lines = text.split(b"\n")
        lines.pop()
        for at, line in enumerate(lines):
            if line.endswith(b"\r"):
                lines[at] = line[:-1]
            else:
                self._report(Id.LINE_END, self._line + at)
        return lines

    def _take(self, lines: list[bytes]) -> None:
        marks = self._marks.of(lines)
        start = kvdt_order.START.search(marks)
        at = start.start() if start else len(lines)
        self._go_on(lines, marks, 0, at)
        while at < len(lines) and not self._is_over:
            if kvdt_order.BODY.match(marks, at):
                if not self._has_learned:
                    self._learn()
                    marks = marks[:at] + self._marks.of(lines[at:])
                at = self._take_bodies(lines, marks, at)
            else:
                at = self._take_head(lines, marks, at)
        self._line += len(lines)

    def _go_on(self, lines: list[bytes], marks: bytes, begin: int, end: int) -> None:
        """Lines of the record that began before."""
        if self._case:
            self._walk(lines, marks, begin, end)
        elif self._kind in kvdt_order.ORDERS and self._kind not in kvdt_order.ALL_BODIES:
            self._read(lines, marks, begin, end)
        else:
            self._blame(lines, marks, begin, end)

    def _take_head(self, lines: list[bytes], marks: bytes, at: int) -> int:
        self._end_case()
        found = kvdt_order.START.search(marks, at + 1)
        end = found.start() if found else len(lines)
        kind = KIND_OF.get(marks[at])
        if kind is None:
            self._heads.end()
            self._blame(lines, marks, at, end)
            return end
        self._enter(kind, self._line + at)
        self._heads.begin(kind, self._line + at)
        self._read(lines, marks, at + 1, end)
        return end

    def _enter(self, kind: str, line: int) -> None:
        if kind not in kvdt_order.ORDERS.get(self._kind, ()):
            self._report(self._why_not_here(kind), line, "8000", kind)
        self._kind = kind

    def _why_not_here(self, kind: str) -> Id:
        if "con9" in self._heads.starts:
            return Id.BEHIND_END
        return Id.RECORD_TWICE if kind in self._heads.starts else Id.RECORD_ORDER

    def _read(self, lines: list[bytes], marks: bytes, begin: int, end: int) -> None:
        """The fields of a head record."""
        self._blame(lines, marks, begin, end)
        for at in range(begin, end):
            line, fault = lines[at], self._marks.faults.get(lines[at])
            if fault is None or fault.fk:
                fk, content = line[3:7].decode(), line[7:].decode("iso8859-15")
                self._heads.take(self._line + at, fk, content, is_sound=fault is None)

    def _blame(self, lines: list[bytes], marks: bytes, begin: int, end: int) -> None:
        """Report every faulty line there."""
        for at in range(begin, end):
            if fault := self._marks.faults.get(lines[at]):
                self._report(fault.rule, self._line + at, fault.fk, fault.value)
                if self._is_over:
                    return

    def _learn(self) -> None:
        """The head is over: cases are held against what it says."""
        self._heads.end()
        quarter = kvdt_fields.quarter((self._heads.first("adt0", "9204") or "").encode())
        sites = self._heads.sites
        named = {number.encode() for site in sites for number in (*site.doctors, *site.pseudo)}
        bsnrs = frozenset(site.bsnr.encode() for site in sites)
        # Where the head names none, that is the finding; not every line that names one.
        self._marks = Marks(Context(quarter, bsnrs or None, frozenset(named) or None))
        self._has_learned = True

    def _take_bodies(self, lines: list[bytes], marks: bytes, begin: int) -> int:
        """All body records in a row; the last one may go on in the next block."""
        self._end_case()
        self._heads.end()
        found = kvdt_order.NO_BODY.search(marks, begin)
        end = found.start() if found else len(lines)
        self._order_bodies(marks, begin, end)
        for kind in kvdt_order.ALL_BODIES:
            self._counts[kind] += marks.count(OF_KIND[kind], begin, end)
        last = end if found else max(marks.rfind(OF_KIND[kind], begin, end) for kind in kvdt_order.ALL_BODIES)
        for case in kvdt_order.WITHOUT_QUARTER.finditer(marks, begin, last):
            self._report(Id.CASE_QUARTER_MISSING, self._line + case.start(), "4101")
        for case in kvdt_order.ODD_BODY.finditer(marks, begin, last):
            self._open_case(marks, case.start())
            self._walk(lines, marks, case.start() + 1, case.end())
            self._case = None
        if last < end:
            self._open_case(marks, last)
            self._walk(lines, marks, last + 1, end)
        return end

    def _order_bodies(self, marks: bytes, begin: int, end: int) -> None:
        name = kvdt_order.PACKAGE_OF.get(self._kind)
        if name is None:
            kind = KIND_OF[marks[begin]]
            rule = Id.BEHIND_END if "con9" in self._heads.starts else Id.RECORD_ORDER
            self._report(rule, self._line + begin, "8000", kind)
            name = kvdt_order.PACKAGE_OF[kind]
        for other in kvdt_order.ELSEWHERE[name].finditer(marks, begin, end):
            self._report(Id.RECORD_ORDER, self._line + other.start(), "8000", KIND_OF[other[0][0]])
        self._kind = BODIES[name][0]

    def _open_case(self, marks: bytes, at: int) -> None:
        self._case = _Case(self._line + at, KIND_OF[marks[at]] in CASES)

    def _end_case(self) -> None:
        if self._case and self._case.needs_quarter and not self._case.has_quarter:
            self._report(Id.CASE_QUARTER_MISSING, self._case.line, "4101")
        self._case = None

    def _walk(self, lines: list[bytes], marks: bytes, begin: int, end: int) -> None:
        """Line by line through a case that has something odd, or that a block cuts."""
        case, context = self._case, self._marks.context
        assert case  # noqa: S101 - whoever walks has opened it
        for at in range(begin, end):
            mark = marks[at : at + 1]
            if mark == kvdt_marks.PLAIN:
                continue
            if mark in kvdt_order.QUARTERS:
                case.has_quarter = True
                case.quarter = kvdt_fields.quarter(lines[at][7:]) if mark != kvdt_marks.BAD_QUARTER else None
            if fault := self._marks.faults.get(lines[at]):
                self._report(fault.rule, self._line + at, fault.fk, fault.value)
            elif rule := _why_odd(mark, lines[at], case, context):
                is_day = rule is Id.SERVICE_DAY
                value = "" if is_day else lines[at][7:].decode()
                self._report(rule, self._line + at, lines[at][3:7].decode(), value)
            if self._is_over:
                return

    def _end(self) -> None:
        """The last byte has come."""
        if not self._size:
            self._abort(Id.EMPTY_FILE)
            return
        self._end_case()
        self._heads.end()
        has_end = "con9" in self._heads.starts
        if self._rest and has_end:
            self._report(Id.BEHIND_END, self._line)
        elif not has_end:
            self._abort(Id.CUT_OFF, self._line if self._rest else self._line - 1)
        if has_end:
            self._compare_packages()

    def _compare_packages(self) -> None:
        announced = {value: line for line, value in self._heads.all("con0", "9132")}
        there = {
            _PACKAGES[name].value: self._heads.starts[f"{name}0"]
            for name in BODIES
            if f"{name}0" in self._heads.starts
        }
        for value in announced.keys() - there.keys():
            self._report(Id.PACKAGE_MISSING, announced[value], "9132", value)
        if announced:
            for value in there.keys() - announced.keys():
                self._report(Id.PACKAGE_EXTRA, there[value], "8000", value)
        starts = self._heads.starts
        if "adt0" in starts and self._heads.sites and "rvsa" not in starts:
            self._report(Id.RVSA_MISSING, starts["adt0"], "8000")

    def _compare(self, name: str, facts: Facts) -> None:
        try:
            parsed = file_name.parse(name)
        except file_name.BadFileName:
            self._report(Id.NAME_FORM, 0)
            return
        if not self._is_over:
            for mismatch in file_name.mismatches(parsed, facts):
                self._report(_OF_MISMATCH[mismatch], 0)

    def _facts(self) -> Facts:
        heads = self._heads
        record = next((kind for kind in ("adt0", "hdrg0") if kind in heads.starts), "")
        number, version = heads.first(record, "0105"), heads.first(record, "9212")
        software = None
        if number and version:
            software = Software(number, version, heads.first(record, "0103"), heads.first(record, "0132"))
        return Facts(
            created_on=_day(heads.first("con0", "9103")),
            packages=tuple(package for name, package in _PACKAGES.items() if f"{name}0" in heads.starts),
            sites=tuple(
                Site(Bsnr(site.bsnr), tuple(map(Lanr, site.doctors)), tuple(site.pseudo))
                for site in heads.sites
            ),
            hospital_ik=heads.hospital,
            quarter=kvdt_fields.quarter((heads.first("adt0", "9204") or "").encode()),
            receiver=heads.first("adt0", "9102"),
            software=software,
            parts=_parts(heads.first("adt0", "9261"), heads.first("adt0", "9260")),
            counts={kind: count for kind, count in sorted(self._counts.items()) if count},
            lines=self._line - 1,
            size=self._size,
            modules=tuple(_modules(heads)),
        )


class _Tally:
    """How often something was found, and where first."""

    def __init__(self) -> None:
        self.count = 0
        self.lines: list[int] = []

    def finding(self, rule: Id, fk: str, value: str) -> Finding:
        return Finding(rule, fk, value, self.count, tuple(self.lines))


class _Case:
    """The case that is walked through."""

    def __init__(self, line: int, needs_quarter: bool) -> None:
        self.line = line
        self.needs_quarter = needs_quarter
        self.has_quarter = False
        self.quarter: Quarter | None = None


def _why_odd(mark: bytes, line: bytes, case: _Case, context: Context) -> Id | None:
    """KVDT, fields 5000, 5098, 5099: sites and doctors are asked of cases of the billing's own quarter."""
    if mark in (kvdt_marks.IN_QUARTER, kvdt_marks.ELSEWHEN):
        day = kvdt_fields.day(line[7:])
        return Id.SERVICE_DAY if case.quarter and day and day not in case.quarter else None
    if case.quarter and case.quarter == context.quarter:
        if mark == kvdt_marks.OTHER_SITE:
            return Id.SERVICE_SITE
        return Id.SERVICE_DOCTOR if mark == kvdt_marks.OTHER_DOCTOR else None
    return None


_OF_MISMATCH = {
    file_name.Mismatch.PACKAGES: Id.NAME_PACKAGES,
    file_name.Mismatch.SENDER: Id.NAME_SITE,
    file_name.Mismatch.DAY: Id.NAME_DAY,
}


def _day(text: str | None) -> date | None:
    return kvdt_fields.day((text or "").encode("latin-1", "replace"))


def _parts(part: str | None, parts: str | None) -> tuple[int, int] | None:
    return (int(part), int(parts)) if part and parts else None


def _modules(heads: Heads) -> Iterator[Module]:
    for found in heads.modules[:9]:
        yield Module(
            found.get("9230", ""), found.get("9237", ""), found.get("9232", ""), _day(found.get("9234"))
        )


def whole(content: bytes, name: str | None = None) -> Result:
    """Check a file that is there already."""
    check = Check()
    for begin in range(0, len(content), BLOCK_BYTES):
        check.feed(content[begin : begin + BLOCK_BYTES])
    return check.finish(name)
