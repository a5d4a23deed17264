"""How pages take a new password: the fields, and the rules that the script ticks off."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet import configuration
from flexnet.accounts import rules


class _Secret(forms.PasswordInput):
    template_name = "web/components/secret.html"


def password_input(**attributes: str) -> forms.PasswordInput:
    """A field that the script can show in the clear."""
    show = {"data-show": gettext_lazy("Anzeigen"), "data-hide": gettext_lazy("Verbergen")}
    return _Secret(attrs={"spellcheck": "false", **show, **attributes})


class ChangePassword(forms.Form):
    """The old one, and the new one twice."""

    old = forms.CharField(max_length=200, strip=False, widget=password_input(autocomplete="current-password"))
    new = forms.CharField(max_length=200, strip=False, widget=password_input(autocomplete="new-password"))
    again = forms.CharField(max_length=200, strip=False, widget=password_input(autocomplete="new-password"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word = configuration.current().profile.words.password
        labels = {
            "old": _("Bisheriges %(word)s"),
            "new": _("Neues %(word)s"),
            "again": _("Neues %(word)s noch einmal"),
        }
        for name, field in self.fields.items():
            field.label = labels[name] % {"word": word}
            field.error_messages["required"] = _("Bitte füllen Sie dieses Feld aus.")

    def clean(self) -> None:
        new, again = self.cleaned_data.get("new"), self.cleaned_data.get("again")
        if new and again and new != again:
            self.add_error("again", _("Die beiden Eingaben sind verschieden."))


@dataclass(frozen=True)
class Rule:
    """One rule of the policy, as the page states it and the script ticks it off."""

    name: str
    value: str
    text: str


def stated(names: Sequence[str]) -> list[Rule]:
    """Every rule; `names` must not stand inside the password."""
    policy = configuration.current().password
    values = {
        "length": str(policy.minimum_length),
        "bytes": str(policy.maximum_bytes),
        "classes": str(policy.classes),
        "names": " ".join(names),
    }
    demands = rules.demands("", policy=policy, names=tuple(names))
    return [Rule(demand.name, values.get(demand.name, ""), demand.text) for demand in demands]
