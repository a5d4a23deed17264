"""What is asked before an act: shape and message; whether it may happen is asked elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from flexnet.lib import plain_text
from flexnet.office.entry_forms import MISSING

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Word: TypeAlias = str | _StrPromise

T = TypeVar("T")
_LONGEST = 1000
_NO_DAY = gettext_lazy("Das ist kein Tag. Schreiben Sie ihn so: 14.04.2026")


class Lines(forms.CharField):
    """Text of several lines; what nobody sees is left out."""

    def __init__(
        self, label: Word, *, required: bool = True, longest: int = _LONGEST, help_text: Word = ""
    ) -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            required=required,
            max_length=longest,
            widget=forms.Textarea(attrs={"rows": 3 if longest <= _LONGEST else 12}),
            error_messages={"required": MISSING},
        )

    def to_python(self, value: Any) -> str:
        return plain_text.lines(super().to_python(value) or "")


class Line(forms.CharField):
    """Text of one line."""

    def __init__(
        self,
        label: Word,
        *,
        required: bool = True,
        longest: int = 200,
        help_text: Word = "",
    ) -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            required=required,
            max_length=longest,
            error_messages={"required": MISSING},
        )

    def to_python(self, value: Any) -> str:
        return plain_text.line(super().to_python(value) or "")


class DayField(forms.DateField):
    """A day, as the browser or a person writes it."""

    def __init__(self, label: Word, *, help_text: Word = "", **options: Any) -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages={"required": MISSING, "invalid": _NO_DAY},
            **options,
        )

    def to_python(self, value: Any) -> date | None:
        """Also in the form in which browsers send it, whatever the language of the page."""
        if isinstance(value, str):
            try:
                return date.fromisoformat(value.strip())
            except ValueError:
                return super().to_python(value)
        return super().to_python(value)


def choice(label: Word, choices: Iterable[tuple[str, Any]], *, help_text: Word = "") -> forms.ChoiceField:
    """One of a few, all of them to be seen."""
    return forms.ChoiceField(
        label=label,
        help_text=help_text,
        choices=list(choices),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Bitte wählen Sie.")},
    )


def reason(help_text: Word = "") -> Lines:
    """Why; it stands in the timeline."""
    return Lines(
        gettext_lazy("Grund"), help_text=help_text or gettext_lazy("Er steht im Verlauf und im Protokoll.")
    )


def of(**fields: Callable[[T], forms.Field]) -> Callable[[T, QueryDict | None], forms.Form]:
    """A form for a thing; each field is made for it."""

    def make(thing: T, data: QueryDict | None) -> forms.Form:
        form = forms.Form(data)
        for name, field in fields.items():
            form.fields[name] = field(thing)
        return form

    return make
