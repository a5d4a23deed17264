"""What an access needs to be used, as one picture: user name, key, password; and what comes next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet.access.models import Access, KeyAssignment
from flexnet.keys.models import Place
from flexnet.office.happening_words import contents
from flexnet.office.lists.tables import place_status
from flexnet.office.posting import words
from flexnet.post import due, queries, waits
from flexnet.post.due import Due
from flexnet.post.models import Item
from flexnet.post.rules import Kind, State, Why
from flexnet.web.status import Status

_NOT_YET: Final = Status(gettext_lazy("Noch nicht verschickt"), "circle")
_NOT_NEEDED: Final = Status(gettext_lazy("Nicht nötig"), "circle")
_IN_USE: Final = Status(gettext_lazy("Selbst gewählt"), "check", "ok")
_NO_KEY: Final = Status(gettext_lazy("Keiner zugeordnet"), "circle")
_WANTED: Final = Status(gettext_lazy("Ein neues ist nötig"), "clock")
_ARRIVED: Final = Status(gettext_lazy("Angekommen"), "check", "ok")
_CARRIED: Final = frozenset({State.POSTED, State.ARRIVED, State.RETURNED})
_LAST: Final = frozenset({Place.IN_USE, Place.LOST, Place.DEFECTIVE, Place.TO_BE_RETURNED, Place.RETURNED})


@dataclass(frozen=True)
class Next:
    """What comes next; with `url` it is for a clerk to do, else it is waited for."""

    text: str
    url: str = ""
    button: str = ""


@dataclass(frozen=True)
class Part:
    """One thing that has to arrive: where it stands, since when, on which letter."""

    status: Status
    at: datetime | None = None
    item: Item | None = None
    note: str = ""


@dataclass(frozen=True)
class Line:
    """An access with its parts."""

    access: Access
    user_name: Part
    key: Part
    password: Part
    word: Part
    next: Next | None


def of(
    accesses: Sequence[Access], held: Iterable[KeyAssignment], places: Mapping[int, Place], now: datetime
) -> list[Line]:
    """`places` of their keys; in a fixed number of queries, however many they are."""
    sent, due_now = queries.of_accesses(accesses), due.of_accesses(accesses, now=now)
    states = queries.states(sent)
    owned = {row.access_id: row for row in held if row.until_at is None}
    return [
        _line(
            access,
            [(item, states[item.pk]) for item in sent if item.access_id == access.pk],
            due_now[access.pk],
            owned.get(access.pk),
            places,
        )
        for access in accesses
    ]


def first_to_do(lines: Sequence[Line]) -> Line | None:
    """The first in which a clerk can do something; or else one that waits."""
    waiting = [line for line in lines if line.next]
    return next((line for line in waiting if line.next and line.next.url), waiting[0] if waiting else None)


def _line(
    access: Access,
    sent: Sequence[tuple[Item, State]],
    found: Sequence[Due],
    held: KeyAssignment | None,
    places: Mapping[int, Place],
) -> Line:
    has_own = not access.account.password_is_initial
    welcome = _part(_newest(sent, Kind.WELCOME), _ARRIVED if has_own else _NOT_YET)
    return Line(
        access,
        welcome if waits.is_separate() else Part(_NOT_NEEDED),
        _key(access, _newest(sent, Kind.KEY, held), held, places),
        _part(_newest(sent, Kind.PASSWORD), _IN_USE if has_own else _NOT_YET, is_done=has_own),
        _word(sent, found, has_own=has_own),
        _next(access, sent, found),
    )


def _newest(
    sent: Sequence[tuple[Item, State]], kind: Kind, held: KeyAssignment | None = None
) -> tuple[Item, State] | None:
    """The last of this kind that was not let go; of a key's parcels one with the key that is there now."""
    of_kind = (one for one in sent if one[0].kind == kind and one[1] is not State.WITHDRAWN)
    return next((one for one in of_kind if held is None or one[0].key_id == held.key_id), None)


def _part(one: tuple[Item, State] | None, else_: Status, *, is_done: bool = False) -> Part:
    if one is None or (is_done and one[1] in _CARRIED):
        return Part(else_, item=one[0] if one else None)
    item, state = one
    return Part(words.STATES[state], words.since(item, state), item)


def _key(
    access: Access, one: tuple[Item, State] | None, held: KeyAssignment | None, places: Mapping[int, Place]
) -> Part:
    if held is None:
        return Part(_NOT_NEEDED if access.kind == Access.Kind.EMPLOYEE else _NO_KEY)
    place, item = places[held.key_id], one[0] if one else None
    at = words.since(*one) if one and place not in _LAST else None
    return Part(place_status(place), at, item, held.key.serial)


def _word(sent: Sequence[tuple[Item, State]], found: Sequence[Due], *, has_own: bool) -> Part:
    """It comes with the password, and alone when it was used up or another one was ordered."""
    if any(one.wanted.kind == Kind.WORD for one in found):
        return Part(_WANTED)
    carry_one = (Kind.WORD, Kind.PASSWORD)
    newest = next((one for one in sent if one[0].kind in carry_one and one[1] is not State.WITHDRAWN), None)
    is_done = has_own and newest is not None and newest[0].kind == Kind.PASSWORD
    return _part(newest, _ARRIVED if has_own else _NOT_YET, is_done=is_done)


def _next(access: Access, sent: Sequence[tuple[Item, State]], found: Sequence[Due]) -> Next | None:
    """What hinders most comes first."""
    return (
        _uncleared(sent)
        or _without_key(access, found)
        or _under_way(sent)
        or _to_print(found)
        or _waiting(access, sent, found)
    )


def _uncleared(sent: Sequence[tuple[Item, State]]) -> Next | None:
    back = [item for item, state in sent if state is State.RETURNED and item.cleared_at is None]
    text = _("Ein Brief kam zurück: Anschrift klären.")
    return Next(text, reverse("letter", args=[back[0]]), _("Zum Brief")) if back else None


def _without_key(access: Access, found: Sequence[Due]) -> Next | None:
    if not any(one.waits and one.waits.why is Why.KEY_MISSING for one in found):
        return None
    return Next(_("YubiKey zuordnen."), reverse("key-assign", args=[access]), _("YubiKey zuordnen"))


def _under_way(sent: Sequence[tuple[Item, State]]) -> Next | None:
    says = {
        State.CHOSEN: _("Ausgewählt: jetzt drucken."),
        State.AT_PRINTER: _("Am Drucker: sagen, was herauskam."),
        State.PRINTED: _("Gedruckt: zur Post geben und das eintragen."),
    }
    item, state = next(((item, state) for item, state in sent if state in says), (None, None))
    if item is None or state is None:
        return None
    return Next(says[state], reverse("batch", args=[item.batch_id]), _("Zum Druckauftrag"))


def _to_print(found: Sequence[Due]) -> Next | None:
    kinds = [contents(one.wanted.kind) for one in found if one.waits is None]
    text = _("Zu drucken: %(what)s.") % {"what": ", ".join(kinds)}
    return Next(text, reverse("post"), _("Zur Post")) if kinds else None


def _waiting(access: Access, sent: Sequence[tuple[Item, State]], found: Sequence[Due]) -> Next | None:
    for one in found:
        if one.waits:
            return Next(f"{contents(one.wanted.kind)}: {words.waits(one.waits)}")
    if access.account.password_is_initial and any(state is State.POSTED for _item, state in sent):
        return Next(_("Wartet auf die erste Anmeldung."))
    return None
