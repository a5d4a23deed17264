"""What a file says of whom, each thing once: rows in, things and contradictions between rows out. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from flexnet.members.addresses import PostalAddress
from flexnet.members.findings import Wrong
from flexnet.members.register_rows import Entry, Problem, Role

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class SiteSaid:
    """A site as its rows say; what is empty is not said."""

    bsnr: str
    main_bsnr: str
    practice: str
    kind: str
    address: PostalAddress | None
    contact: tuple[tuple[str, str], ...]

    @property
    def is_main(self) -> bool:
        return self.bsnr == self.main_bsnr


@dataclass(frozen=True, slots=True)
class PersonSaid:
    lanr: str
    name: str


@dataclass(frozen=True, slots=True)
class BondSaid:
    """A person and a practice, known by its main site, in one role."""

    main_bsnr: str
    lanr: str
    role: Role
    from_on: date
    until_on: date | None


@dataclass(frozen=True, slots=True)
class ActivitySaid:
    lanr: str
    from_on: date
    until_on: date | None


@dataclass
class Plan:
    """Each thing by its key, with the first row that says it; main sites come first."""

    sites: dict[str, tuple[int, SiteSaid]] = field(default_factory=dict)
    people: dict[str, tuple[int, PersonSaid]] = field(default_factory=dict)
    bonds: dict[tuple[str, str, Role], tuple[int, BondSaid]] = field(default_factory=dict)
    activities: dict[str, tuple[int, ActivitySaid]] = field(default_factory=dict)
    rows: dict[tuple[str, str, Role], int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def size(self) -> int:
        return len(self.sites) + len(self.people) + len(self.bonds) + len(self.activities)


def of(entries: Iterable[Entry]) -> Plan:
    """A row that contradicts an earlier one, or repeats it, is a problem and says nothing."""
    plan = Plan()
    for entry in entries:
        said = _said(entry)
        wrong = [
            _conflict(entry.row, "BSNR", plan.sites.get(entry.bsnr), said[0], Wrong.SITE_DIFFERS),
            _conflict(entry.row, "LANR", plan.people.get(entry.lanr), said[1], Wrong.NAME_DIFFERS),
            _conflict(
                entry.row, "Tätigkeit von", plan.activities.get(entry.lanr), said[3], Wrong.ACTIVITY_DIFFERS
            ),
            _repeated(entry.row, plan, entry, said[2]),
            _directs_nothing(entry),
        ]
        problems = [problem for problem in wrong if problem]
        if problems:
            plan.problems += problems
        else:
            _note(plan, entry, *said)
    plan.sites = dict(sorted(plan.sites.items(), key=lambda item: not item[1][1].is_main))
    return plan


def _note(
    plan: Plan,
    entry: Entry,
    site: SiteSaid,
    person: PersonSaid,
    bond: BondSaid,
    activity: ActivitySaid | None,
) -> None:
    plan.rows[entry.bsnr, entry.lanr, entry.role] = entry.row
    plan.sites.setdefault(entry.bsnr, (entry.row, site))
    plan.people.setdefault(entry.lanr, (entry.row, person))
    plan.bonds.setdefault((entry.main_bsnr, entry.lanr, entry.role), (entry.row, bond))
    if activity:
        plan.activities.setdefault(entry.lanr, (entry.row, activity))


def _said(entry: Entry) -> tuple[SiteSaid, PersonSaid, BondSaid, ActivitySaid | None]:
    address = None
    if entry.street:
        address = PostalAddress(entry.street, entry.postcode, entry.town, entry.extra)
    contact = (("phone", entry.phone), ("fax", entry.fax), ("email", entry.email))
    site = SiteSaid(
        entry.bsnr,
        entry.main_bsnr,
        entry.practice,
        entry.kind,
        address,
        tuple((name, value) for name, value in contact if value),
    )
    bond = BondSaid(entry.main_bsnr, entry.lanr, entry.role, entry.from_on, entry.until_on)
    active = entry.active_from_on
    activity = ActivitySaid(entry.lanr, active, entry.active_until_on) if active else None
    return site, PersonSaid(entry.lanr, entry.name), bond, activity


def _conflict(
    row: int, column: str, before: tuple[int, Thing] | None, said: Thing | None, why: Wrong
) -> Problem | None:
    if before is None or said is None or before[1] == said:
        return None
    return Problem(row, column, why, {"row": str(before[0])})


def _directs_nothing(entry: Entry) -> Problem | None:
    if entry.role is not Role.DIRECTOR or entry.kind == "mvz":
        return None
    return Problem(entry.row, "Rolle", Wrong.NO_MVZ)


def _repeated(row: int, plan: Plan, entry: Entry, said: BondSaid) -> Problem | None:
    """The same person in the same role at another site of the practice is no repetition."""
    same = plan.rows.get((entry.bsnr, entry.lanr, entry.role))
    if same:
        return Problem(row, "LANR", Wrong.REPEATED, {"row": str(same)})
    before = plan.bonds.get((entry.main_bsnr, entry.lanr, entry.role))
    return _conflict(row, "Von", before, said, Wrong.DAYS_DIFFER)
