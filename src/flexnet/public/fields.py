"""Fields for what people read from a letter."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from flexnet.web import words


class FromPaper(forms.CharField):
    """Shown while it is typed, and changed by no browser."""

    default_error_messages = {"required": _("Bitte füllen Sie dieses Feld aus.")}  # noqa: RUF012 - Django's own form

    def __init__(self, *, autocomplete: str = "off", max_length: int = 200, **kwargs: Any) -> None:
        attributes = {"autocomplete": autocomplete, "autocapitalize": "none", "spellcheck": "false"}
        super().__init__(max_length=max_length, widget=forms.TextInput(attrs=attributes), **kwargs)


class UserName(FromPaper):
    """Called as the KV calls it."""

    def __init__(self) -> None:
        super().__init__(autocomplete="username", max_length=64, label=words.USER_NAME)
