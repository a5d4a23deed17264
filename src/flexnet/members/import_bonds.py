"""Steps of an import: who owns, directs or works in a practice, and the activities of people."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from flexnet import transactions
from flexnet.audit.actions import Act
from flexnet.members.findings import Wrong
from flexnet.members.import_plan import ActivitySaid, BondSaid
from flexnet.members.import_steps import Change, Ending, Known, Outcome, What
from flexnet.members.models import Activity, Direction, Employment, Ownership, Person, Practice, Site
from flexnet.members.register_rows import Problem, Role

Bond = Ownership | Employment | Direction

_EVENTS: Final[dict[type[Bond], str]] = {
    Ownership: "ownership",
    Employment: "employment",
    Direction: "direction",
}
_MODELS: Final[dict[Role, type[Bond]]] = {
    Role.OWNER: Ownership,
    Role.EMPLOYED: Employment,
    Role.AUTHORISED: Employment,
    Role.DIRECTOR: Direction,
}


@dataclass(frozen=True, slots=True)
class Period:
    """What is entered: from when, until when, and as what."""

    from_on: date
    until_on: date | None
    role: str = ""


class Bonds:
    """A person and a practice, in one role."""

    def __init__(self, known: Known) -> None:
        self._known = known

    def take(self, chunk: Sequence[tuple[int, BondSaid]], *, writes: bool, now: datetime) -> Outcome:
        """Inside a transaction."""
        found, fresh = Outcome(), list[Bond]()
        stored = self._stored([said for _, said in chunk])
        for row, said in chunk:
            if self._is_possible(row, said, found):
                there = stored.get((_MODELS[said.role], said.main_bsnr, said.lanr), ())
                self._weigh(row, said, there, found, fresh)
        if writes:
            for model in _EVENTS:
                transactions.insert_all([row for row in fresh if isinstance(row, model)])
        return found

    def _is_possible(self, row: int, said: BondSaid, found: Outcome) -> bool:
        practice = self._known.practices.get(said.main_bsnr)
        if practice is None and said.main_bsnr not in self._known.new:
            values = {"main": said.main_bsnr}
            found.problems.append(Problem(row, "Haupt-BSNR", Wrong.NO_MAIN_SITE, values))
            return False
        return True

    def _weigh(
        self, row: int, said: BondSaid, stored: Iterable[Period], found: Outcome, fresh: list[Bond]
    ) -> None:
        there = _same_or_going_on(stored, said.from_on)
        if there is None:
            self._add(row, said, found, fresh)
        elif there.role and there.role != said.role:
            values = {"lanr": said.lanr, "role": there.role, "wanted": said.role}
            found.problems.append(Problem(row, "Rolle", Wrong.OTHER_ROLE, values))
        else:
            ending = Ending(row, said.role, said.lanr, said.main_bsnr, said.until_on or date.max)
            _end_or_differ(ending, there, said, "Von", found)

    def _add(self, row: int, said: BondSaid, found: Outcome, fresh: list[Bond]) -> None:
        subject = f"person:{said.lanr}"
        values = {"role": said.role, "main": said.main_bsnr, "from": said.from_on.isoformat()}
        change = Change(row, subject, What.BOUND, values)
        practice, person = self._known.practices.get(said.main_bsnr), self._known.people.get(said.lanr)
        if practice is None or person is None:  # new in this file, and nothing is written yet
            found.changes.append(change)
            return
        fresh.append(_bond(said, practice, person))
        event = f"{_EVENTS[_MODELS[said.role]]}.entered"
        data = {**_days(said.from_on, said.until_on), "practice": practice}
        found.note(change, Act(event, subject, data))
        found.people.add(person)
        found.practices.add(practice)

    def _stored(self, chunk: Sequence[BondSaid]) -> dict[tuple[type[Bond], str, str], list[Period]]:
        """Of the people of this batch, by practice and person."""
        bsnr_of = {
            self._known.practices[said.main_bsnr]: said.main_bsnr
            for said in chunk
            if said.main_bsnr in self._known.practices
        }
        lanr_of = {
            self._known.people[said.lanr]: said.lanr for said in chunk if said.lanr in self._known.people
        }
        found: dict[tuple[type[Bond], str, str], list[Period]] = {}
        for model in _EVENTS:
            kind = ["kind"] if model is Employment else []
            rows = model._default_manager.filter(person__in=lanr_of, practice__in=bsnr_of)
            for practice, person, *period in rows.order_by("from_on").values_list(
                "practice", "person", "from_on", "until_on", *kind
            ):
                key = model, bsnr_of[int(practice)], lanr_of[int(person)]
                found.setdefault(key, []).append(_period(*period))
        return found


class Activities:
    """Contracted activities of people."""

    def __init__(self, known: Known) -> None:
        self._known = known

    def take(self, chunk: Sequence[tuple[int, ActivitySaid]], *, writes: bool, now: datetime) -> Outcome:
        """Inside a transaction."""
        found, fresh = Outcome(), list[Activity]()
        ids = [self._known.people[said.lanr] for _, said in chunk if said.lanr in self._known.people]
        stored: dict[int, list[Period]] = {}
        rows = Activity.objects.filter(person__in=ids).order_by("from_on")
        for person, first, last in rows.values_list("person", "from_on", "until_on"):
            stored.setdefault(person, []).append(Period(first, last))
        for row, said in chunk:
            there = _same_or_going_on(stored.get(self._known.people.get(said.lanr, 0), ()), said.from_on)
            if there is None:
                self._add(row, said, found, fresh)
            else:
                ending = Ending(row, "activity", said.lanr, "", said.until_on or date.max)
                _end_or_differ(ending, there, said, "Tätigkeit von", found)
        if writes:
            transactions.insert_all(fresh)
        return found

    def _add(self, row: int, said: ActivitySaid, found: Outcome, fresh: list[Activity]) -> None:
        subject, person = f"person:{said.lanr}", self._known.people.get(said.lanr)
        change = Change(row, subject, What.ACTIVE, {"from": said.from_on.isoformat()})
        found.note(change, Act("activity.entered", subject, _days(said.from_on, said.until_on)))
        if person:
            fresh.append(Activity(person_id=person, from_on=said.from_on, until_on=said.until_on))
            found.people.add(person)


def end(endings: Sequence[Ending]) -> Outcome:
    """Inside a transaction: what still goes on ends with its day; all else is left."""
    found = Outcome()
    sites = Site.objects.filter(bsnr__in={one.main_bsnr for one in endings}).select_related("practice")
    practices = {site.bsnr: site.practice for site in sites}
    people = {one.lanr: one for one in Person.objects.filter(lanr__in={one.lanr for one in endings})}
    for one in endings:
        practice, person = practices.get(one.main_bsnr), people.get(one.lanr)
        if person is None or (practice is None and one.main_bsnr):
            continue
        model: type[Bond] | type[Activity] = _MODELS[Role(one.kind)] if practice else Activity
        bound = {"practice": practice} if practice else {}
        rows = model._default_manager.filter(person=person, until_on=None, **bound)
        if rows.filter(from_on__lte=one.until_on).update(until_on=one.until_on):
            _note_end(one, practice, person, found)
    return found


def _note_end(one: Ending, practice: Practice | None, person: Person, found: Outcome) -> None:
    data: dict[str, object] = {"until": one.until_on.isoformat()}
    event, subject = "activity.ended", f"person:{one.lanr}"
    if practice:
        event, data["practice"] = f"{_EVENTS[_MODELS[Role(one.kind)]]}.ended", practice.pk
        found.practices.add(practice.pk)
    found.people.add(person.pk)
    found.note(Change(one.row, subject, What.ENDED, one.values), Act(event, subject, data))


def _end_or_differ(
    ending: Ending, there: Period, said: BondSaid | ActivitySaid, column: str, found: Outcome
) -> None:
    """It may end; that it began on another day, or ended on another, is for a person to find out."""
    if there.from_on != said.from_on:
        days = {"entered": there.from_on.isoformat(), "said": said.from_on.isoformat()}
        values = {"lanr": said.lanr, **days}
        found.problems.append(Problem(ending.row, column, Wrong.BEGAN_OTHERWISE, values))
    elif there.until_on is None and said.until_on:
        found.endings.append(ending)
    elif there.until_on != said.until_on:
        values = {"lanr": said.lanr, "entered": there.until_on.isoformat() if there.until_on else ""}
        last = column.replace("von", "bis").replace("Von", "Bis")
        found.problems.append(Problem(ending.row, last, Wrong.ENDED_OTHERWISE, values))


def _same_or_going_on(stored: Iterable[Period], from_on: date) -> Period | None:
    """The one that began on this day; else the one that goes on."""
    rows = list(stored)
    same = [one for one in rows if one.from_on == from_on]
    return next(iter(same), None) or next((one for one in rows if one.until_on is None), None)


def _period(from_on: Any, until_on: Any, role: str = "") -> Period:
    return Period(from_on, until_on, role)


def _bond(said: BondSaid, practice: int, person: int) -> Bond:
    days: dict[str, Any] = {"from_on": said.from_on, "until_on": said.until_on}
    model = _MODELS[said.role]
    if model is Employment:
        return Employment(practice_id=practice, person_id=person, kind=said.role, **days)
    return model(practice_id=practice, person_id=person, **days)


def _days(from_on: date, until_on: date | None) -> dict[str, object]:
    return {"from": from_on.isoformat(), "until": until_on.isoformat() if until_on else None}
