"""An application as it lies on the desk, and the reasons for what is done with it."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet import configuration
from flexnet.access import queries as access
from flexnet.applications import content, words
from flexnet.applications.content import Content
from flexnet.applications.kinds import Kind, Role
from flexnet.office.entering.fields import Code, Day, Line, Lines, Number, choice
from flexnet.office.entering.forms import Entry
from flexnet.web import words as web_words

_PLACE = ("organisation", "street", "postcode", "town")
_REACH = ("phone", "email")
_WISHES = ("wants_practice_access", "wants_personal_access")
_OF_MEMBERS: Final = (
    (gettext_lazy("Praxis"), ("bsnr", *_PLACE)),
    (gettext_lazy("Person"), ("name", "lanr", "role", *_REACH)),
    (gettext_lazy("Was beantragt ist"), ("wants", "since_on", "district_office")),
    (gettext_lazy("Unterschrift"), ("terms_version", "signed_on", "received_on")),
)
_PARTS: Final[Mapping[Kind, Any]] = {
    Kind.MEMBER: _OF_MEMBERS,
    Kind.PORTAL_ACCESS: _OF_MEMBERS,
    Kind.THIRD_PARTY: (
        (gettext_lazy("Einrichtung"), _PLACE),
        (gettext_lazy("Person"), ("name", *_REACH)),
        (gettext_lazy("Was beantragt ist"), ("interest", "services", "since_on", "until_on")),
        (gettext_lazy("Unterschrift"), ("terms_version", "signed_on", "received_on")),
    ),
}
_LEFT_OUT = {Kind.MEMBER: {"district_office"}, Kind.PORTAL_ACCESS: {"since_on", "terms_version"}}


class Paper(Entry):
    """Every field may be empty, as on paper; what cannot be right the domain says."""

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.PARTS = [(heading, self._there(names, kind)) for heading, names in _PARTS[kind]]
        for _heading, names in self.PARTS:
            for name in names:
                self.fields[name] = _field(name, kind)

    def values(self) -> dict[str, Any]:
        """As the domain reads them; what was left empty is said to be empty."""
        data = dict(self.cleaned_data)
        wants = data.pop("wants", [])
        data.pop("received_on")
        if "terms_version" in data:
            data["terms_version"] = int(data["terms_version"]) if data["terms_version"] else None
        return {**data, **{name: name in wants for name in _WISHES}}

    @staticmethod
    def _there(names: tuple[str, ...], kind: Kind) -> list[str]:
        absent = set(_LEFT_OUT.get(kind, ()))
        if not configuration.current().profile.district_offices:
            absent.add("district_office")
        return [name for name in names if name not in absent]


class Reason(Entry):
    """Why, as whoever applied will read it."""

    reason = Lines(label=gettext_lazy("Grund"), max_length=2000)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    PARTS = (("", ("reason", "seen")),)

    def __init__(self, *args: Any, help_text: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = help_text

    def clean_seen(self) -> int:
        """How many steps the page showed; one that does not say so showed none."""
        return self.cleaned_data["seen"] or 0


def filled_with(said: Content) -> dict[str, Any]:
    """What the form begins with when an application is mended."""
    wants = [name for name in _WISHES if getattr(said, name)]
    return {**vars(said), "wants": wants, "terms_version": str(said.terms_version or "")}


def _field(name: str, kind: Kind) -> forms.Field:
    if name in _MADE:
        return _MADE[name](kind)
    label, most = words.label(name, kind), content.LONGEST.get(name, 200)
    if name.endswith("_on"):
        return Day(label=label, required=False, help_text=_("Zum Beispiel 1.4.2026"))
    if name in ("bsnr", "lanr", "postcode"):
        return Number(label=label, required=False, max_length=20)
    made = Lines if name in ("interest", "services") else Code if name == "email" else Line
    return made(label=label, required=False, max_length=most)


def _role(kind: Kind) -> forms.Field:
    return choice(words.label("role", kind), Role.choices, required=False)


def _wants(kind: Kind) -> forms.Field:
    choices = [(name, words.label(name, kind)) for name in _WISHES]
    return forms.MultipleChoiceField(
        label=_("Welcher Zugang?"), choices=choices, required=False, widget=forms.CheckboxSelectMultiple
    )


def _office(kind: Kind) -> forms.Field:
    offices = configuration.current().profile.district_offices
    choices: list[tuple[str, str | Promise]] = [(one.slug, one.name) for one in offices]
    return choice(words.label("district_office", kind), choices, required=False)


def _version(_kind: Kind) -> forms.Field:
    text = _("Fassung %(version)s, gilt ab %(day)s")
    choices = [
        (str(one), text % {"version": one, "day": web_words.day(one.effective_on)})
        for one in access.all_terms()
    ]
    return choice(_("Welche Fassung ist unterschrieben?"), choices, required=False)


def _received(_kind: Kind) -> forms.Field:
    return Day(label=_("Eingegangen am"), help_text=_("Steht auf dem Eingangsstempel."))


_MADE: Final = {
    "role": _role,
    "wants": _wants,
    "district_office": _office,
    "terms_version": _version,
    "received_on": _received,
}
