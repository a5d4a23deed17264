"""The lists of the office, each as its filters, its orders and its lines."""

import functools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet.access import registers
from flexnet.access.models import Access, Lock, Notice
from flexnet.access.registers import KeyState, NoticeState
from flexnet.access.rules import Reason, day_of
from flexnet.keys import queries as keys
from flexnet.keys.models import Key, Place
from flexnet.members import registers as members
from flexnet.members.models import Practice
from flexnet.office import happening_words
from flexnet.office.lists import filters
from flexnet.office.lists.listing import Cell, Listing, Sort
from flexnet.web import explaining, words
from flexnet.web.status import Status

_NEWEST: Final = Sort(gettext_lazy("Neueste zuerst"), "pk", is_descending=True)
_PLACES: Final = {
    Place.IN_STOCK: ("check", "ok"),
    Place.LOST: ("warning", "error"),
    Place.DEFECTIVE: ("warning", "warning"),
    Place.TO_BE_RETURNED: ("clock", "warning"),
    Place.DISPOSED_OF: ("leave", ""),
}


def _accesses(chosen: Mapping[str, Any], *, are_many: bool = False) -> QuerySet[Access]:
    state = chosen.get("state", "")
    is_granted = state == filters.GRANTED
    return registers.accesses(
        _now(),
        kind=chosen.get("kind", ""),
        reason=Reason(state) if state and not is_granted else None,
        is_granted=is_granted,
        begins=chosen.get("begins", ""),
        are_many=are_many,
    )


def _access_lines(rows: Sequence[Access]) -> list[list[Cell]]:
    ids = [row.pk for row in rows]
    states, held = registers.states(ids, _now()), registers.held_keys(ids)
    return [
        [
            Cell(str(row), reverse("access", args=[row])),
            Cell(str(filters.ACCESSES[row.kind])),
            Cell(_whose(row)),
            _badge(explaining.status(states[row.pk], registers.main_door(row)))
            if row.pk in states
            else Cell("–"),
            Cell(held.get(row.pk, "")),
            Cell(words.short_day(day_of(row.unlocked_at))),
        ]
        for row in rows
    ]


def _practice_lines(rows: Sequence[Practice]) -> list[list[Cell]]:
    ids = [row.pk for row in rows]
    sites, owners = members.sites(ids), members.owners(ids, day_of(_now()))
    return [
        [
            Cell(row.name, reverse("practice", args=[row.pk])),
            Cell(str(filters.PRACTICES[row.kind])),
            Cell(", ".join(site.bsnr for site in sites.get(row.pk, ()))),
            Cell(", ".join(owners.get(row.pk, ()))),
        ]
        for row in rows
    ]


def _key_lines(rows: Sequence[Key]) -> list[list[Cell]]:
    ids = [row.pk for row in rows]
    holders, locked, places = registers.holders(ids), registers.locked_keys(ids), keys.places(ids)
    return [_key_line(row, holders.get(row.pk, ""), places[row.pk], row.pk in locked) for row in rows]


def _key_line(row: Key, holder: str, place: Place, is_locked: bool) -> list[Cell]:
    lock = Status(filters.KEYS[KeyState.LOCKED], "lock", "error")
    return [
        Cell(row.serial, reverse("key", args=[row.serial])),
        _badge(place_status(place)),
        _badge(lock) if is_locked else Cell(""),
        Cell(holder, reverse("access", args=[holder]) if holder else ""),
        Cell(words.short_day(day_of(row.added_at))),
    ]


def place_status(place: Place) -> Status:
    """Where a key is, as a badge."""
    icon, colour = _PLACES.get(place, ("key", ""))
    return Status(happening_words.PLACES[place], icon, colour)


def _locks(chosen: Mapping[str, Any]) -> QuerySet[Lock]:
    state = chosen.get("state", "")
    standing = None if not state else state == filters.OPEN
    return registers.locks(cause=chosen.get("cause", ""), scope=chosen.get("scope", ""), is_standing=standing)


def _lock_lines(rows: Sequence[Lock]) -> list[list[Cell]]:
    gone, stands = Status(_("Aufgehoben"), "leave"), Status(_("Gilt"), "lock", "error")
    return [
        [
            Cell(words.short_moment(row.imposed_at)),
            Cell(str(filters.SCOPES[row.scope])),
            _locked(row),
            Cell(str(filters.CAUSES[row.cause])),
            _badge(gone if row.lifted_at else stands),
        ]
        for row in rows
    ]


def _notice_lines(rows: Sequence[Notice]) -> list[list[Cell]]:
    today = day_of(_now())
    return [
        [
            Cell(str(row.access), reverse("access", args=[row.access])),
            Cell(str(filters.NOTICES[row.kind])),
            Cell(words.short_day(row.received_on)),
            Cell(words.short_day(row.ends_on)),
            _badge(_of_notice(row, is_over=row.ends_on < today)),
        ]
        for row in rows
    ]


ACCESSES: Final = Listing(
    gettext_lazy("Zugänge"),
    [
        gettext_lazy("Zugang"),
        gettext_lazy("Art"),
        gettext_lazy("Für"),
        gettext_lazy("Stand"),
        gettext_lazy("YubiKey"),
        gettext_lazy("Freigeschaltet am"),
    ],
    filters.Accesses,
    _accesses,
    _access_lines,
    {"name": Sort(gettext_lazy("Nach Namen"), "user_name"), "new": _NEWEST},
    many=functools.partial(_accesses, are_many=True),
    of_keys=gettext_lazy("YubiKey"),
)
PRACTICES: Final = Listing(
    gettext_lazy("Praxen"),
    [
        gettext_lazy("Praxis"),
        gettext_lazy("Art"),
        gettext_lazy("Betriebsstätten"),
        gettext_lazy("Inhaberinnen und Inhaber"),
    ],
    filters.Practices,
    lambda chosen: members.practices(**chosen),
    _practice_lines,
    {"name": Sort(gettext_lazy("Nach Namen"), "name"), "new": _NEWEST},
    beside=("third-parties", gettext_lazy("Dritte")),
    many=lambda chosen: members.practices(**chosen, are_many=True),
)
KEYS: Final = Listing(
    gettext_lazy("YubiKeys"),
    [
        gettext_lazy("Seriennummer"),
        gettext_lazy("Wo er ist"),
        gettext_lazy("Sperre"),
        gettext_lazy("Zugang"),
        gettext_lazy("Aufgenommen am"),
    ],
    filters.Keys,
    lambda chosen: registers.keys(**chosen),
    _key_lines,
    {"serial": Sort(gettext_lazy("Nach Seriennummer"), "serial"), "new": _NEWEST},
    beside=("key-desk", gettext_lazy("Schlüsselplatz")),
)
LOCKS: Final = Listing(
    gettext_lazy("Sperren"),
    [
        gettext_lazy("Gesperrt am"),
        gettext_lazy("Was"),
        gettext_lazy("Welche"),
        gettext_lazy("Anlass"),
        gettext_lazy("Stand"),
    ],
    filters.Locks,
    _locks,
    _lock_lines,
    {"new": _NEWEST, "old": Sort(gettext_lazy("Älteste zuerst"), "pk")},
    beside=("lock-by-telephone", gettext_lazy("Notsperre am Telefon")),
)
NOTICES: Final = Listing(
    gettext_lazy("Kündigungen"),
    [
        gettext_lazy("Zugang"),
        gettext_lazy("Art"),
        gettext_lazy("Eingegangen am"),
        gettext_lazy("Letzter Tag"),
        gettext_lazy("Stand"),
    ],
    filters.Notices,
    lambda chosen: registers.notices(day_of(_now()), **chosen),
    _notice_lines,
    {"end": Sort(gettext_lazy("Nach letztem Tag"), "ends_on"), "new": _NEWEST},
)


def _now() -> datetime:
    return datetime.now(UTC)


def _badge(status: Status) -> Cell:
    return Cell(str(status.word), status=status)


def _whose(row: Access) -> str:
    if row.site:
        return f"{row.site.practice.name}, {row.site.bsnr}"
    if row.person:
        return f"{row.person.name}, {row.person.lanr}"
    return row.holder if row.third_party is None else f"{row.holder}, {row.third_party.name}"


def _locked(row: Lock) -> Cell:
    if row.practice:
        return Cell(row.practice.name, reverse("practice", args=[row.practice.pk]))
    if row.access:
        return Cell(str(row.access), reverse("access", args=[row.access]))
    return Cell(str(row.key))


def _of_notice(row: Notice, *, is_over: bool) -> Status:
    if row.withdrawn_at:
        return Status(filters.NOTICE_STATES[NoticeState.WITHDRAWN], "leave")
    if is_over:
        return Status(filters.NOTICE_STATES[NoticeState.OVER], "lock", "error")
    return Status(filters.NOTICE_STATES[NoticeState.RUNNING], "clock", "warning")
