"""What the office's door asks for: shape and message; whether it fits is asked elsewhere."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet.accounts.proofs import AppCode, PaperCode, Proof, Signature
from flexnet.web import words
from flexnet.web.passwords import password_input

_SIX_DIGITS = re.compile(r"\s*(?:\d\s*){6}")
_LONGEST_ANSWER = 20_000  # characters of JSON that an authenticator may need
MISSING = gettext_lazy("Bitte füllen Sie dieses Feld aus.")


def code_input(**attributes: str) -> forms.TextInput:
    plain = {"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}
    return forms.TextInput(attrs={**plain, **attributes})


class SignIn(forms.Form):
    """User name and password: the first step."""

    user_name = forms.CharField(
        max_length=64, widget=code_input(autocomplete="username"), error_messages={"required": MISSING}
    )
    password = forms.CharField(
        max_length=200,
        strip=False,
        widget=password_input(autocomplete="current-password"),
        error_messages={"required": MISSING},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user_name"].label = words.user_name()
        self.fields["password"].label = words.password()


class SecondFactor(forms.Form):
    """A code, typed; or what a security key signed, filled in by the script."""

    prefix = "confirm"
    code = forms.CharField(
        label=gettext_lazy("Code"),
        help_text=gettext_lazy("Sechs Ziffern aus Ihrer App oder einer Ihrer Notfallcodes."),
        max_length=40,
        required=False,
        widget=code_input(autocomplete="one-time-code"),
    )
    signature = forms.CharField(max_length=_LONGEST_ANSWER, required=False, widget=forms.HiddenInput)

    def clean(self) -> None:
        if not self.errors and not self.cleaned_data["code"] and not self.cleaned_data["signature"]:
            self.add_error("code", MISSING)

    def proof(self, kept: Mapping[str, str]) -> Proof:
        """What was shown; six digits are the app's, for no code on paper looks like them."""
        if self.cleaned_data["signature"]:
            return Signature(self.cleaned_data["signature"], kept)
        code = self.cleaned_data["code"]
        return AppCode(code) if _SIX_DIGITS.fullmatch(code) else PaperCode(code)


class EnrolmentCode(forms.Form):
    """The code that allows to set up the first factor."""

    code = forms.CharField(
        label=gettext_lazy("Einrichtungscode"),
        help_text=gettext_lazy(
            "Zwölf Zeichen, zum Beispiel ACDE-FHJK-LMNP. Sie haben ihn von der Verwaltung der Mitarbeiter."
        ),
        max_length=40,
        widget=code_input(),
        error_messages={"required": MISSING},
    )


class NewApp(forms.Form):
    """The first code that a new app shows."""

    code = forms.CharField(
        label=gettext_lazy("Code aus der App"),
        help_text=gettext_lazy("Die sechs Ziffern, die die App jetzt anzeigt."),
        max_length=20,
        widget=code_input(autocomplete="one-time-code", inputmode="numeric"),
        error_messages={"required": MISSING},
    )


class NewKey(forms.Form):
    """How the key is called, and what it answered."""

    name = forms.CharField(
        label=gettext_lazy("Wie soll dieser Schlüssel heißen?"),
        help_text=gettext_lazy("Damit Sie ihn später wiedererkennen, zum Beispiel „am Schlüsselbund“."),
        max_length=60,
        error_messages={"required": MISSING},
    )
    signature = forms.CharField(max_length=_LONGEST_ANSWER, required=False, widget=forms.HiddenInput)

    def clean(self) -> None:
        if not self.errors and not self.cleaned_data["signature"]:
            self.add_error(None, _("Vom Schlüssel ist nichts angekommen. Versuchen Sie es noch einmal."))
