"""What is asked when own data shall be changed: shape and message."""

from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet.access.change_requests import NotTaken
from flexnet.access.changeable import Datum
from flexnet.portal.mandate_forms import day_field

_LONG: Final = gettext_lazy("Höchstens %(limit_value)d Zeichen. Bitte kürzen Sie.")
_MISSING: Final = gettext_lazy("Bitte schreiben Sie, wie es heißen soll.")
_SEEN: Final = "seen"
_MAY_BE_EMPTY: Final = (Datum.PHONE, Datum.FAX, Datum.EMAIL, Datum.PARTY_PHONE, Datum.PARTY_EMAIL)
_LINES: Final = {
    "value": (gettext_lazy("So soll es heißen"), 200),
    "street": (gettext_lazy("Straße und Hausnummer"), 100),
    "postcode": (gettext_lazy("Postleitzahl"), 5),
    "town": (gettext_lazy("Ort"), 100),
    "extra": (gettext_lazy("Zusatz (nicht nötig)"), 100),
}
_WRONG: Final = {
    Datum.EMAIL: gettext_lazy("Das ist keine E-Mail-Adresse. Sie sieht so aus: praxis@beispiel.de"),
    Datum.PARTY_EMAIL: gettext_lazy("Das ist keine E-Mail-Adresse. Sie sieht so aus: praxis@beispiel.de"),
    Datum.PHONE: gettext_lazy("Das ist keine Telefonnummer: Nehmen Sie Ziffern, Leerzeichen und + ( ) / -"),
    Datum.FAX: gettext_lazy("Das ist keine Telefonnummer: Nehmen Sie Ziffern, Leerzeichen und + ( ) / -"),
    Datum.PARTY_PHONE: gettext_lazy(
        "Das ist keine Telefonnummer: Nehmen Sie Ziffern, Leerzeichen und + ( ) / -"
    ),
    Datum.ADDRESS: gettext_lazy("Eine Postleitzahl hat fünf Ziffern."),
}
_NOT_TAKEN: Final = {
    NotTaken.SAME: gettext_lazy("So ist es schon eingetragen. Ändern Sie die Angabe, oder gehen Sie zurück."),
    NotTaken.ASKED_ALREADY: gettext_lazy(
        "Für diese Angabe liegt uns schon ein Wunsch vor. Ziehen Sie ihn unter „Meine Daten“ zurück, "
        "wenn es anders heißen soll."
    ),
    NotTaken.CHANGED: gettext_lazy(
        "Diese Angabe hat sich inzwischen geändert. Sehen Sie nach, was jetzt eingetragen ist."
    ),
}


class Change(forms.Form):
    """How it should be, from when, and what the office should know besides."""

    def __init__(self, *args: Any, kind: Datum, stored: dict[str, str], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.stored, self.today = kind, stored, today
        for name in stored:
            is_optional = name == "extra" or kind in _MAY_BE_EMPTY
            self.fields[name] = _line(name, required=not is_optional)
        self.fields["from_on"] = day_field(
            gettext_lazy("Ab wann?"), gettext_lazy("Frühestens heute."), required=True
        )
        self.fields["note"] = forms.CharField(
            label=gettext_lazy("Anmerkung (nicht nötig)"),
            max_length=1000,
            required=False,
            widget=forms.Textarea(attrs={"rows": 3}),
            error_messages={"max_length": _LONG},
        )
        self.initial = {**stored, "from_on": today}

    def clean_from_on(self) -> date:
        day: date = self.cleaned_data["from_on"]
        if day < self.today:
            raise forms.ValidationError(_("Dieser Tag ist schon vorbei. Frühestens geht es ab heute."))
        return day

    @property
    def lines(self) -> list[forms.BoundField]:
        """The fields of the datum itself."""
        return [self[name] for name in self.stored]

    @property
    def hidden_seen(self) -> list[tuple[str, str]]:
        """What stood there on the page: sent along, so that nobody changes what they did not see."""
        seen = self.seen() if self.is_bound else self.stored
        return [(f"{_SEEN}-{name}", value) for name, value in seen.items()]

    def seen(self) -> dict[str, str]:
        return {name: self.data.get(f"{_SEEN}-{name}", value) for name, value in self.stored.items()}

    def wanted(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in self.stored}

    def refuse(self, why: NotTaken) -> None:
        self.add_error(
            "value" if why is NotTaken.SAME and "value" in self.fields else None, str(_NOT_TAKEN[why])
        )

    def refuse_entry(self) -> None:
        """What was typed cannot be kept so."""
        field = "postcode" if self.kind is Datum.ADDRESS else "value"
        self.add_error(field, str(_WRONG.get(self.kind) or _("So können wir es nicht eintragen.")))


def _line(name: str, *, required: bool) -> forms.CharField:
    label, longest = _LINES[name]
    return forms.CharField(
        label=label,
        max_length=longest,
        required=required,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _MISSING, "max_length": _LONG},
    )
