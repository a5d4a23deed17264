"""Fields as clerks fill them in: without what nobody sees, and with German sentences for what is wrong."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet import configuration
from flexnet.lib import plain_text
from flexnet.lib.identifiers import BadIdentifier, Bsnr, Lanr
from flexnet.members import actions as members
from flexnet.members import entries
from flexnet.members.errors import BadEntry, ForeignSite
from flexnet.office.entry_forms import MISSING

CHOOSE = gettext_lazy("Bitte wählen Sie.")
_TOO_LONG = gettext_lazy("Höchstens %(limit_value)d Zeichen. Bitte kürzen Sie.")
_FIRST, _LAST = date(1900, 1, 1), date(2099, 12, 31)
_DAYS = ("%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d")
_PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class Line(forms.CharField):
    """One line of text."""

    def __init__(self, **options: Any) -> None:
        messages = {"max_length": _TOO_LONG}
        super().__init__(error_messages=messages, **options)

    def to_python(self, value: Any) -> str:
        return plain_text.line(super().to_python(value) or "")

    def validate(self, value: str) -> None:
        super().validate(value)
        if sign := plain_text.unwritten(value):
            text = _("Das Zeichen „%(sign)s“ können wir nicht drucken. Bitte lassen Sie es weg.")
            raise ValidationError(text % {"sign": sign})


class Lines(Line):
    """Several lines of text."""

    widget = forms.Textarea(attrs={"rows": 4})

    def to_python(self, value: Any) -> str:
        return plain_text.lines(forms.CharField.to_python(self, value) or "")


class Phone(Line):
    """A telephone or fax number."""

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        try:
            return entries.phone(text)
        except BadEntry as bad:
            wrong = _("Das ist keine Telefonnummer: Nehmen Sie Ziffern, Leerzeichen und + ( ) / -")
            raise ValidationError(wrong) from bad


class Email(Line):
    """Where mail goes; whether somebody reads it only a mail can tell."""

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        try:
            return entries.email(text)
        except BadEntry as bad:
            wrong = _("Das ist keine E-Mail-Adresse. Sie sieht so aus: praxis@beispiel.de")
            raise ValidationError(wrong) from bad

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), **_PLAIN, "inputmode": "email"}


class Code(Line):
    """A name or number that is no word of any language."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), **_PLAIN, "autocapitalize": "none"}


class Number(Code):
    """Digits, perhaps typed in groups."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "numeric"}


class BsnrField(Number):
    """The number of a site of this KV."""

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if not text:
            return text
        try:
            return members.own_site(text)
        except BadIdentifier as bad:
            raise ValidationError(_(bad.message)) from bad
        except ForeignSite as foreign:
            raise ValidationError(_of_another_kv(Bsnr.parse(text))) from foreign


class LanrField(Number):
    """The number of a doctor or psychotherapist."""

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if not text:
            return text
        try:
            return Lanr.parse(text)
        except BadIdentifier as bad:
            raise ValidationError(_(bad.message)) from bad


class Day(forms.DateField):
    """A day, typed as in a letter; typed wrong it stands there to be mended."""

    widget = forms.DateInput(format="%d.%m.%Y", attrs={**_PLAIN, "inputmode": "decimal"})

    def __init__(self, **options: Any) -> None:
        wrong = gettext_lazy("Das ist kein Datum. Schreiben Sie es so: 31.12.2026")
        messages = {"invalid": wrong, "required": MISSING}
        super().__init__(input_formats=_DAYS, error_messages=messages, **options)

    def clean(self, value: Any) -> date | None:
        found: date | None = super().clean(value)
        if found and not _FIRST <= found <= _LAST:
            raise ValidationError(_("Bitte prüfen Sie die Jahreszahl."))
        return found


def choice(label: Any, choices: Any, *, required: bool = True, help_text: Any = "") -> forms.ChoiceField:
    """One of a few, all of them to be seen."""
    return forms.ChoiceField(
        label=label,
        choices=choices,
        required=required,
        help_text=help_text,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": CHOOSE},
    )


def _of_another_kv(number: Bsnr) -> str:
    profile = configuration.current().profile
    own = ", ".join(profile.site_prefixes)
    values = {"bsnr": number, "kv": profile.short_name, "own": own}
    return _("%(bsnr)s gehört zu einer anderen KV. Nummern der %(kv)s beginnen mit %(own)s.") % values
