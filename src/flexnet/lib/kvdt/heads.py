"""The head and end records of a billing file: what they say, and what is missing in them or there twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from flexnet.lib.kvdt.rules import Id

Report = Callable[[Id, int, str, str], None]
"""Takes rule, line, field and a value that may be shown."""

_NEEDED = {
    "con0": ("9103", "9106", "9132"),
    "adt0": ("0105", "9102", "9212", "9204", "9115"),
    "kad0": ("9116",),
    "sad0": ("9122",),
    "hdrg0": ("0105", "9212", "9117"),
    "KOMU": ("9232",),
}
_ONCE = {**_NEEDED, "con0": ("9103", "9106"), "adt0": (*_NEEDED["adt0"], "9260", "9261")}
_KEPT = frozenset(
    (
        *("9103", "9106", "9132", "0201", "0212", "0213", "0223", "0105", "9102", "9212", "9204"),
        *("0103", "0132", "9260", "9261", "9230", "9232", "9234", "9237"),
    )
)
_MOST_SITES = 20_000  # no billing names so many sites and doctors; a file made to fill the memory does


@dataclass
class Site:
    """A site of `besa` while it is read."""

    line: int
    bsnr: str
    doctors: dict[str, None] = field(default_factory=dict)
    pseudo: dict[str, None] = field(default_factory=dict)


class Heads:
    """Takes the lines of the head records one after the other."""

    def __init__(self, report: Report) -> None:
        self.sites: list[Site] = []
        self.hospital: str | None = None
        self.values: dict[tuple[str, str], list[tuple[int, str]]] = {}
        self.modules: list[dict[str, str]] = []
        self.starts: dict[str, int] = {}
        self._report = report
        self._kind, self._line = "", 0
        self._there: Counter[str] = Counter()
        self._bsnrs: set[str] = set()
        self._kept = 0

    def begin(self, kind: str, line: int) -> None:
        """A record begins; the one before is over."""
        self.end()
        self._kind, self._line = kind, line
        self._there.clear()
        self.starts.setdefault(kind, line)
        if kind == "KOMU":
            self.modules.append({})

    def take(self, line: int, fk: str, content: str, *, is_sound: bool) -> None:
        """A field of the record; one that is not sound is there, and says nothing."""
        self._there[fk] += 1
        if self._there[fk] == 2 and fk in _ONCE.get(self._kind, ()):
            self._report(Id.FIELD_TWICE, line, fk, "")
        if not is_sound or fk not in _KEPT or self._kept >= _MOST_SITES:
            return
        self._kept += 1
        if self._kind == "besa":
            self._of_site(line, fk, content)
        elif self._kind == "KOMU":
            self.modules[-1][fk] = content
            self._of_module(line, fk, content)
        else:
            self.values.setdefault((self._kind, fk), []).append((line, content))

    def end(self) -> None:
        """The record is over: what it should have had is asked."""
        for fk in _NEEDED.get(self._kind, ()):
            if not self._there[fk]:
                self._report(Id.FIELD_MISSING, self._line, fk, "")
        if self._kind == "besa":
            self._end_of_sites()
        if self._kind == "adt0":
            self._end_of_parts()
        self._kind = ""

    def first(self, kind: str, fk: str) -> str | None:
        """What the field says first."""
        found = self.values.get((kind, fk))
        return found[0][1] if found else None

    def all(self, kind: str, fk: str) -> list[tuple[int, str]]:
        """Every line of the field, and what it says."""
        return self.values.get((kind, fk), [])

    def _of_site(self, line: int, fk: str, content: str) -> None:
        if fk == "0201":
            if content in self._bsnrs:
                self._report(Id.SITE_TWICE, line, fk, content)
            self._bsnrs.add(content)
            self.sites.append(Site(line, content))
        elif fk == "0213":
            self.hospital = content
        elif self.sites:
            numbers = self.sites[-1].doctors if fk == "0212" else self.sites[-1].pseudo
            if content in numbers:
                self._report(Id.DOCTOR_TWICE, line, fk, content)
            numbers[content] = None

    def _of_module(self, line: int, fk: str, content: str) -> None:
        if fk == "9232" and content != "0":
            self._report(Id.MODULE_WARNS if content == "1" else Id.MODULE_REFUSES, line, fk, "")

    def _end_of_sites(self) -> None:
        if not (self._there["0201"] or self._there["0213"]):
            self._report(Id.SITE_MISSING, self._line, "0201", "")
        if not (self._there["0212"] or self._there["0223"]):
            self._report(Id.DOCTOR_MISSING, self._line, "0212", "")

    def _end_of_parts(self) -> None:
        parts, part = self.first("adt0", "9260"), self.first("adt0", "9261")
        is_told = self._there["9260"], self._there["9261"]
        if bool(is_told[0]) != bool(is_told[1]) or (parts and part and part > parts):
            self._report(Id.PARTS, self._line, "9261" if is_told[1] else "9260", "")
