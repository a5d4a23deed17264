"""What the application asks for, a step at a time; what is wrong or missing is said by the domain's rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from flexnet import configuration
from flexnet.applications import checks, content, words
from flexnet.applications.kinds import Kind, Role

_WISHES = "wants_practice_access"  # where it is said that neither access is wished for


def _text(**attributes: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"spellcheck": "false", **attributes})
    return forms.CharField(required=False, max_length=300, widget=widget)


def _number(**attributes: str) -> forms.CharField:
    return _text(**{"inputmode": "numeric", "class": "short", **attributes})


def _lines(rows: int) -> forms.CharField:
    return forms.CharField(required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": str(rows)}))


def _day() -> forms.DateField:
    return forms.DateField(
        required=False,
        input_formats=["%d.%m.%Y", "%Y-%m-%d"],
        widget=forms.DateInput(format="%d.%m.%Y", attrs={"class": "short", "autocomplete": "off"}),
        error_messages={"invalid": _("Schreiben Sie den Tag so: 1.4.2027.")},
    )


class StepForm(forms.Form):
    """Shape only: whether it may be so is asked of the same rules that the office asks."""

    def __init__(self, *args: Any, kind: Kind, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.today = kind, today
        for name, field in self.fields.items():
            field.label = words.label(name, kind)

    @property
    def ticks(self) -> list[forms.BoundField]:
        """What can be ticked, as one question."""
        return [field for field in self if field.widget_type == "checkbox"]

    @property
    def others(self) -> list[forms.BoundField]:
        return [field for field in self if field.widget_type != "checkbox"]

    def clean(self) -> dict[str, Any]:
        said, profile = content.read(self.cleaned_data), configuration.current().profile
        found = (
            *checks.wrong(self.kind, said, profile=profile, today=self.today),
            *checks.missing(self.kind, said, profile=profile),
        )
        for problem in found:
            name = _WISHES if problem.field == "wants" else problem.field
            if name in self.fields and name not in self.errors:
                self.add_error(name, problem.text)
        return self.cleaned_data


class _Place(StepForm):
    organisation = _text(autocomplete="organization")
    street = _text(autocomplete="street-address")
    postcode = _number(autocomplete="postal-code")
    town = _text(autocomplete="address-level2")


class Practice(_Place):
    """The site and where letters go."""

    bsnr = _number(autocomplete="off")
    field_order = ("bsnr", "organisation")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bsnr"].help_text = _("Neun Ziffern; sie stehen auf Ihrem Praxisstempel.")
        self.fields["street"].help_text = _("An diese Anschrift senden wir Ihre Zugangsdaten.")


class Organisation(_Place):
    """A third party and where letters go."""


class _Reachable(StepForm):
    name = _text(autocomplete="name")
    phone = _text(autocomplete="tel", inputmode="tel")
    email = _text(autocomplete="email", inputmode="email")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].help_text = _("Für Rückfragen; eines von beiden genügt.")


class Doctor(_Reachable):
    """Who applies."""

    lanr = _number(autocomplete="off")
    role = forms.ChoiceField(required=False, choices=Role.choices, widget=forms.RadioSelect)
    field_order = ("name", "lanr", "role")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lanr"].help_text = _("Neun Ziffern; sie stehen auf dem Arztstempel.")


class Contact(_Reachable):
    """Who will use a third party's access."""


class Wishes(StepForm):
    """Which accesses; the role came before, and with it whether the practice access may be wished for."""

    wants_practice_access = forms.BooleanField(required=False)
    wants_personal_access = forms.BooleanField(required=False)
    since_on = _day()

    def __init__(self, *args: Any, role: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role = role
        self.fields["since_on"].help_text = _("Nur wenn Sie dort neu sind, zum Beispiel 1.4.2027.")
        if self.kind is Kind.PORTAL_ACCESS:
            del self.fields["since_on"]
        self.fields["wants_practice_access"].help_text = _(
            "Für die Betriebsstätte: Ihr Praxispersonal reicht damit die Abrechnung ein."
        )
        self.fields["wants_personal_access"].help_text = _(
            "Für Sie selbst: Damit können Sie auch Erklärungen abgeben."
        )

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["role"] = self.role
        return super().clean()


class Purpose(StepForm):
    """What a third party's access is for (§ 1(1))."""

    interest = _lines(5)
    services = _lines(3)
    since_on = _day()
    until_on = _day()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["since_on"].help_text = _("Zum Beispiel 1.4.2027.")
        self.fields["until_on"].help_text = _("Wenn Sie es wissen; sonst lassen Sie das Feld leer.")


class Office(StepForm):
    """Which district office, where the number does not say it."""

    district_office = forms.ChoiceField(required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["district_office"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - narrows the type
        field.help_text = _("Aus Ihrer BSNR geht sie nicht hervor. Sie bekommt Ihren Antrag.")
        field.choices = [
            (office.slug, office.name) for office in configuration.current().profile.district_offices
        ]


@dataclass(frozen=True)
class Step:
    """A page of the application."""

    slug: str
    title: Promise
    form: type[StepForm]
    is_one_more_question: bool = False


_PRACTICE = Step("praxis", _("Ihre Praxis"), Practice)
_OFFICE = Step("bezirk", _("Ihre Bezirksgeschäftsstelle"), Office, is_one_more_question=True)
_DOCTOR = Step("person", _("Ihre Person"), Doctor)
_WISH = Step("zugang", _("Ihr Zugang"), Wishes)
_STEPS = {
    Kind.MEMBER: (_PRACTICE, _DOCTOR, _WISH),
    Kind.PORTAL_ACCESS: (_PRACTICE, _OFFICE, _DOCTOR, _WISH),
    Kind.THIRD_PARTY: (
        Step("einrichtung", _("Ihre Einrichtung"), Organisation),
        Step("person", _("Wer den Zugang nutzt"), Contact),
        Step("zweck", _("Wofür Sie ihn brauchen"), Purpose),
    ),
}


def place(step: Step, among: tuple[Step, ...]) -> tuple[int, int]:
    """Which one it is, of how many: so many before the number is typed as after.

    Where one must choose the district office, that is one more question of the step before.
    """
    counted = [one for one in among if not one.is_one_more_question]
    return sum(one in counted for one in among[: among.index(step) + 1]), len(counted)


def all_steps(kind: Kind) -> tuple[Step, ...]:
    """The pages that there may be for this kind."""
    return _STEPS[kind]


def steps(kind: Kind, typed: Mapping[str, str]) -> tuple[Step, ...]:
    """The pages for this kind; the district office is asked for only where the number does not name it."""
    profile = configuration.current().profile
    number = content.read({"bsnr": typed.get("bsnr", "")}).bsnr
    is_clear = not (profile.district_offices and number) or checks.district_office(number, profile=profile)
    return tuple(step for step in _STEPS[kind] if step is not _OFFICE or not is_clear)
