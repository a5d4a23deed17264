"""What an application in the portal asks for; what is known is not asked, what is wrong the domain says."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet import configuration
from flexnet.applications import checks, content, words
from flexnet.applications.kinds import Channel, Kind, Role
from flexnet.applications.prefilled import Colleague, Place

PERSON, PRACTICE, SOMEBODY_ELSE = "person:", "practice:", "person:other"
_OF_OTHERS: Final = {
    "role": gettext_lazy(
        "Es fehlt, ob der Person die Praxis gehört oder ob sie angestellt oder ermächtigt ist."
    )
}
_CHOOSE: Final = gettext_lazy("Bitte wählen Sie.")


def _text(**attributes: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off", **attributes})
    return forms.CharField(required=False, max_length=300, widget=widget)


def _choice() -> forms.ChoiceField:
    messages = {"invalid_choice": _CHOOSE, "required": _CHOOSE}
    return forms.ChoiceField(required=False, widget=forms.RadioSelect, error_messages=messages)


class Wish(forms.Form):
    """For whom or for what."""

    wish = forms.ChoiceField(
        label=gettext_lazy("Welchen Zugang brauchen Sie?"),
        widget=forms.RadioSelect,
        error_messages={"required": _CHOOSE, "invalid_choice": _CHOOSE},
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["wish"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - narrows the type
        field.choices = list(choices)


class Details(forms.Form):
    """Of all that an application may say only what is not known; `known` is the rest."""

    bsnr = _choice()
    name = _text()
    lanr = _text(inputmode="numeric")
    role = _choice()
    since_on = forms.DateField(
        required=False,
        input_formats=["%d.%m.%Y", "%Y-%m-%d"],
        widget=forms.DateInput(format="%d.%m.%Y", attrs={"autocomplete": "off"}),
        error_messages={"invalid": gettext_lazy("Schreiben Sie den Tag so: 1.4.2027.")},
    )
    organisation = _text()
    street = _text()
    postcode = _text(inputmode="numeric")
    town = _text()
    district_office = _choice()
    phone = _text(inputmode="tel")
    email = _text(inputmode="email")

    def __init__(
        self,
        *args: Any,
        kind: Kind,
        asked: Sequence[str],
        known: Mapping[str, Any],
        places: Sequence[Place] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.known = kind, known
        self.fields = {name: field for name, field in self.fields.items() if name in asked}
        for name, field in self.fields.items():
            field.label = words.label(name, kind)
        self._choices("bsnr", [(one.site.bsnr, shown(one)) for one in places])
        self._choices("role", Role.choices)
        offices = configuration.current().profile.district_offices
        self._choices("district_office", [(office.slug, office.name) for office in offices])
        self._help("lanr", _("Neun Ziffern; sie stehen auf dem Arztstempel."))
        self._help("since_on", _("Nur, wenn die Person dort neu ist, zum Beispiel 1.4.2027."))
        self._help("phone", _("Für Rückfragen; eines von beiden genügt."))

    def values(self) -> dict[str, Any]:
        """Everything that the application says."""
        return {**self.known, **self.cleaned_data}

    def clean(self) -> dict[str, Any]:
        said = content.read({**self.known, **self.cleaned_data})
        profile, today = configuration.current().profile, self.known["signed_on"]
        found = (
            *checks.wrong(self.kind, said, profile=profile, today=today),
            *checks.missing(self.kind, said, profile=profile, channel=Channel.PORTAL),
        )
        for problem in found:
            name = problem.field if problem.field in self.fields else None
            if name not in self.errors:
                self.add_error(name, str(_OF_OTHERS.get(problem.field, problem.text)))
        return self.cleaned_data

    def _choices(self, name: str, choices: Sequence[tuple[str, str | Promise]]) -> None:
        field = self.fields.get(name)
        if isinstance(field, forms.ChoiceField):
            field.choices = list(choices)

    def _help(self, name: str, text: str) -> None:
        if name in self.fields:
            self.fields[name].help_text = text


class Signature(forms.Form):
    """One tick, of one's own hand."""

    tick = forms.BooleanField(
        label=gettext_lazy("Ich stelle diesen Antrag für die Praxis. Die Angaben stimmen."),
        error_messages={"required": gettext_lazy("Kreuzen Sie bitte an, dass Sie den Antrag stellen.")},
    )


def wishes(places: Sequence[Place], colleagues: Sequence[Colleague]) -> list[tuple[str, str]]:
    """Who is entered without an access, anybody else, and the sites without one."""
    own = _("Persönlicher Zugang für %(name)s (LANR %(lanr)s)")
    without = [one for one in places if one.lacks_access]
    of_practice = _("Praxiszugang für die Betriebsstätte %(site)s")
    return [
        *((PERSON + one.person.lanr, own % one.values) for one in colleagues),
        (SOMEBODY_ELSE, _("Persönlicher Zugang für jemand anderen, der in der Praxis Patienten behandelt")),
        *((PRACTICE + one.site.bsnr, of_practice % {"site": shown(one)}) for one in without),
    ]


def shown(place: Place) -> str:
    """A site as people know it."""
    address = place.address
    return f"{place.site}, {address.street}, {address.town}" if address else str(place.site)
