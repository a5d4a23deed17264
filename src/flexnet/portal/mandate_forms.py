"""What is asked when a practice lets a collective submitter hand in: shape and message."""

from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet.access.mandating import NotGiven, Wanted
from flexnet.members.models import Site, ThirdParty

_DAYS: Final = ("%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d")
_PLAIN: Final = {"autocomplete": "off", "spellcheck": "false", "inputmode": "decimal"}
_WHY: Final = {
    NotGiven.NO_SUBMITTER: ("submitter", gettext_lazy("Bitte wählen Sie, wer für Sie einreichen soll.")),
    NotGiven.NO_SITE: ("sites", gettext_lazy("Bitte wählen Sie mindestens eine Betriebsstätte.")),
    NotGiven.BAD_DAYS: (
        "until_on",
        gettext_lazy("Der letzte Tag liegt vor dem ersten. Lassen Sie ihn leer, wenn noch keiner feststeht."),
    ),
    NotGiven.GIVEN_ALREADY: (
        None,
        gettext_lazy(
            "In dieser Zeit gilt für eine dieser Betriebsstätten schon eine Vollmacht. Wählen Sie andere "
            "Tage, oder widerrufen Sie zuerst jene."
        ),
    ),
}


def day_field(label: Any, help_text: Any, *, required: bool) -> forms.DateField:
    wrong = gettext_lazy("Das ist kein Datum. Schreiben Sie es so: 31.12.2026")
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        input_formats=_DAYS,
        widget=forms.DateInput(format="%d.%m.%Y", attrs=_PLAIN),
        error_messages={"invalid": wrong, "required": gettext_lazy("Bitte füllen Sie dieses Feld aus.")},
    )


class Give(forms.Form):
    """Who, for which sites, from when, until when."""

    submitter = forms.ChoiceField(
        label=gettext_lazy("Wer soll für Sie einreichen?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _WHY[NotGiven.NO_SUBMITTER][1],
            "invalid_choice": _WHY[NotGiven.NO_SUBMITTER][1],
        },
    )
    sites = forms.MultipleChoiceField(
        label=gettext_lazy("Für welche Betriebsstätten?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _WHY[NotGiven.NO_SITE][1],
            "invalid_choice": _WHY[NotGiven.NO_SITE][1],
        },
    )
    from_on = day_field(gettext_lazy("Ab wann?"), gettext_lazy("Frühestens heute."), required=True)
    until_on = day_field(
        gettext_lazy("Bis wann? (nicht nötig)"),
        gettext_lazy("Der letzte Tag. Leer heißt: bis Sie widerrufen."),
        required=False,
    )

    def __init__(
        self, *args: Any, submitters: list[ThirdParty], sites: list[Site], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"from_on": today, "sites": [sites[0].bsnr] if len(sites) == 1 else []}
        self.today = today
        submitter, site = self.fields["submitter"], self.fields["sites"]
        assert isinstance(submitter, forms.ChoiceField)  # noqa: S101 - narrows the type
        assert isinstance(site, forms.ChoiceField)  # noqa: S101 - as above
        submitter.choices = [(str(one.pk), one.name) for one in submitters]
        site.choices = [(one.bsnr, f"{one.bsnr}, {one.practice.name}") for one in sites]

    def clean_from_on(self) -> date:
        day: date = self.cleaned_data["from_on"]
        if day < self.today:
            raise forms.ValidationError(_("Dieser Tag ist schon vorbei. Frühestens geht es ab heute."))
        return day

    def wanted(self) -> Wanted:
        data = self.cleaned_data
        return Wanted(int(data["submitter"]), data["sites"], data["from_on"], data["until_on"])

    def refuse(self, why: NotGiven) -> None:
        """Say why nothing happened."""
        field, text = _WHY[why]
        self.add_error(field, str(text))
