"""What the steps of an import have in common: what they find, change, and leave to somebody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, Protocol

from flexnet.audit.actions import Act
from flexnet.members.register_rows import Problem
from flexnet.members.signals import Touched


class What(StrEnum):
    """What an import does to a record."""

    NEW = "new"
    DIFFERS = "differs"
    MOVED = "moved"
    ADDRESS = "address"
    BOUND = "bound"
    ACTIVE = "active"
    ENDED = "ended"


_SAID: Final = {
    What.NEW: "is new",
    What.DIFFERS: "differs: {names}",
    What.MOVED: "has another address",
    What.ADDRESS: "has an address",
    What.BOUND: "is {role} at {main} from {from}",
    What.ACTIVE: "is active from {from}",
    What.ENDED: "{kind} ends with {until}",
}


@dataclass(frozen=True, slots=True)
class Change:
    """A record that is new or different; of what differs `values` holds before and after."""

    row: int
    subject: str
    what: What
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        said = _SAID[self.what].format(**self.values, names=", ".join(self.values))
        return f"{self.subject} {said}"


@dataclass(frozen=True, slots=True)
class Ending:
    """Something that goes on, and ends with a day by what the file says."""

    row: int
    kind: str
    lanr: str
    main_bsnr: str
    until_on: date

    def __str__(self) -> str:
        where = f" at {self.main_bsnr}" if self.main_bsnr else ""
        return f"{self.lanr}: {self.kind}{where} ends with {self.until_on}"

    @property
    def values(self) -> dict[str, object]:
        return {"kind": self.kind, "main": self.main_bsnr, "until": self.until_on.isoformat()}

    @property
    def payload(self) -> dict[str, object]:
        """As plain values, to be kept until a second person has decided."""
        return {
            "row": self.row,
            "kind": self.kind,
            "lanr": self.lanr,
            "main_bsnr": self.main_bsnr,
            "until": self.until_on.isoformat(),
        }

    @classmethod
    def restored(cls, payload: Any) -> "Ending":
        until = date.fromisoformat(payload["until"])
        return cls(payload["row"], payload["kind"], payload["lanr"], payload["main_bsnr"], until)


@dataclass
class Outcome:
    """Of one batch, or of all."""

    changes: list[Change] = field(default_factory=list)
    endings: list[Ending] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    people: set[int] = field(default_factory=set)
    practices: set[int] = field(default_factory=set)

    def add(self, other: "Outcome") -> None:
        """Entries and whom they touch are done with when their batch is."""
        self.changes += other.changes
        self.endings += other.endings
        self.problems += other.problems

    def note(self, change: Change, act: Act) -> None:
        self.changes.append(change)
        self.acts.append(act)

    @property
    def touched(self) -> Touched:
        return Touched(people=self.people, practices=self.practices)


@dataclass
class Known:
    """What the steps before found or entered: ids by number; `new` sites come with the file."""

    practices: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)


class Step(Protocol):
    """One kind of thing: compares a batch with what is entered, and writes what differs."""

    def take(self, chunk: Sequence[Any], *, writes: bool, now: datetime) -> Outcome:
        """Inside a transaction."""
