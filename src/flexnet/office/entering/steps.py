"""What a practice or a third party still needs, said as steps; the first that is needed is the next one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet import configuration
from flexnet.access.models import Access, Declaration
from flexnet.access.standing import Member, Opened, Place, Standing
from flexnet.members.models import Activity, Address, Direction, Employment, Ownership, Practice, ThirdParty
from flexnet.office.posting.equipment import Line
from flexnet.web import words
from flexnet.web.status import Status

Equipped: TypeAlias = Mapping[int, Line]  # by the number of the access

DONE = Status(gettext_lazy("Erledigt"), "check", "ok")
MISSING = Status(gettext_lazy("Fehlt noch"), "warning", "warning")
UNDER_WAY = Status(gettext_lazy("Unterwegs"), "clock")
POSSIBLE = Status(gettext_lazy("Bei Bedarf"), "circle")


@dataclass(frozen=True)
class Step:
    """What it is about, where it stands, and the button that does it, if one is left."""

    title: str
    status: Status
    facts: str = ""
    url: str = ""
    button: str = ""

    @property
    def is_needed(self) -> bool:
        return self.status is MISSING


@dataclass(frozen=True)
class Group:
    """Steps under one heading."""

    heading: str | Promise
    steps: Sequence[Step]


def of_practice(found: Standing, equipped: Equipped, on: date) -> list[Group]:
    """In the order in which they are done."""
    return [
        Group(_("Praxis"), [_place(place) for place in found.places]),
        Group(_("Personen"), list(_people(found, on))),
        Group(_("Zugänge"), list(_accesses(found, equipped))),
    ]


def of_third_party(
    party: ThirdParty, signed: Declaration | None, opened: Sequence[Opened], equipped: Equipped
) -> list[Group]:
    """The same for a third party."""
    opens = reverse("third-party-access-enter", args=[party.pk])
    declares = reverse("third-party-declaration-enter", args=[party.pk])
    more = Step(_("Zugang für eine Person"), POSSIBLE if opened else MISSING, "", opens, _("Zugang eröffnen"))
    return [
        Group(_("Erklärung"), [_declared(signed, declares)]),
        Group(_("Zugänge"), [*(step for one in opened for step in _opened(one, equipped)), more]),
    ]


def next_step(groups: Sequence[Group]) -> Step | None:
    """The first one that is needed."""
    return next((step for group in groups for step in group.steps if step.is_needed), None)


def address_line(address: Address | None) -> str:
    if address is None:
        return _("Die Anschrift fehlt.")
    return f"{address.street}, {address.postcode} {address.town}"


def _place(place: Place) -> Step:
    kind = _("Hauptbetriebsstätte") if place.site.is_main else _("Nebenbetriebsstätte")
    return Step(
        _("Betriebsstätte %(bsnr)s") % {"bsnr": place.site},
        DONE if place.address else MISSING,
        f"{kind} · {address_line(place.address)}",
    )


def _people(found: Standing, on: date) -> Iterator[Step]:
    url, has_owner = (
        reverse("person-enter", args=[found.practice.pk]),
        any(one.is_owner for one in found.members),
    )
    for member in found.members:
        yield Step(member.person.name, DONE, " · ".join(_roles(member)))
        yield _activity(found.practice, member, on)
        if member.is_owner or member.declaration or member.accesses:
            declares = reverse("declaration-enter", args=[found.practice.pk, member.person.pk])
            yield _declared(member.declaration, declares, member.person.name)
    title = _("Weitere Person") if has_owner else _("Inhaberin oder Inhaber")
    yield Step(title, POSSIBLE if has_owner else MISSING, "", url, _("Person eintragen"))


def _roles(member: Member) -> Iterator[str]:
    yield _("LANR %(lanr)s") % {"lanr": member.person}
    for bond in member.bonds:
        yield _("%(role)s seit %(day)s") % {"role": _role(bond), "day": words.day(bond.from_on)}


def _role(bond: Ownership | Employment | Direction) -> str:
    if isinstance(bond, Ownership):
        return _("Inhaberin oder Inhaber")
    if isinstance(bond, Direction):
        return _("ärztliche Leitung")
    return _("angestellt") if bond.kind == Employment.Kind.EMPLOYED else _("ermächtigt")


def _activity(practice: Practice, member: Member, on: date) -> Step:
    title = _("Vertragsärztliche Tätigkeit von %(name)s") % {"name": member.person.name}
    url = reverse("activity-enter", args=[practice.pk, member.person.pk])
    last = member.activities[-1] if member.activities else None
    if last is None:
        return Step(title, MISSING, "", url, _("Tätigkeit eintragen"))
    is_over = last.until_on is not None
    return Step(title, DONE, _period(last), url, _("Tätigkeit eintragen") if is_over else _("Ende eintragen"))


def _period(activity: Activity) -> str:
    since = words.day(activity.from_on)
    if activity.until_on is None:
        return _("seit %(since)s") % {"since": since}
    return _("von %(since)s bis %(until)s") % {"since": since, "until": words.day(activity.until_on)}


def _declared(signed: Declaration | None, url: str, name: str = "") -> Step:
    title = _("Teilnahmeerklärung von %(name)s") % {"name": name} if name else _("Teilnahmeerklärung")
    if signed is None:
        return Step(title, MISSING, "", url, _("Erklärung eintragen"))
    values = {"version": signed.terms, "day": words.day(signed.signed_on)}
    return Step(title, DONE, _("Fassung %(version)s, unterschrieben am %(day)s") % values)


def _accesses(found: Standing, equipped: Equipped) -> Iterator[Step]:
    for place in found.places:
        if not place.accesses:
            url = reverse("practice-access-enter", args=[found.practice.pk, place.site.pk])
            title = _("Praxiszugang der Betriebsstätte %(bsnr)s") % {"bsnr": place.site}
            yield Step(title, MISSING, "", url, _("Zugang eröffnen"))
        for one in place.accesses:
            yield from _opened(one, equipped)
    for member in found.members:
        for one in member.accesses:
            yield from _opened(one, equipped)
        if not member.accesses:
            url = reverse("personal-access-enter", args=[found.practice.pk, member.person.pk])
            title = _("Persönlicher Zugang für %(name)s") % {"name": member.person.name}
            yield Step(title, POSSIBLE, "", url, _("Zugang eröffnen"))


def _opened(one: Opened, equipped: Equipped) -> Iterator[Step]:
    if _may_have_key(one.access):
        yield _key(one)
    letters = reverse("access-letters", args=[one.access])
    title = _("Zugang „%(name)s“: Briefe") % {"name": one.access}
    if not one.access.account.password_is_initial:
        word = configuration.current().profile.words.password
        yield Step(title, DONE, _("Das eigene %(word)s ist gewählt.") % {"word": word})
    else:
        coming = equipped[one.access.pk].next
        is_missing = coming is None or bool(coming.url)
        facts = coming.text if coming else ""
        yield Step(title, MISSING if is_missing else UNDER_WAY, facts, letters, _("Zu den Briefen"))


def _key(one: Opened) -> Step:
    title = _("Zugang „%(name)s“: YubiKey") % {"name": one.access}
    if one.key:
        return Step(title, DONE, _("Seriennummer %(serial)s") % {"serial": one.key})
    is_needed = one.access.kind in (Access.Kind.PRACTICE, Access.Kind.THIRD_PARTY)
    url = reverse("key-assign", args=[one.access])
    return Step(title, MISSING if is_needed else POSSIBLE, "", url, _("YubiKey zuordnen"))


def _may_have_key(access: Access) -> bool:
    return configuration.current().profile.second_factor and access.kind != Access.Kind.EMPLOYEE
