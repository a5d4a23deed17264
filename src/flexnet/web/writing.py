"""The forms in which messages are written, the same in portal and office; and how messages are shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from flexnet import configuration
from flexnet.correspondence import rules
from flexnet.correspondence.actions import Draft
from flexnet.correspondence.models import Attachment
from flexnet.correspondence.rules import File, Wrong
from flexnet.lib import plain_text
from flexnet.web import words
from flexnet.web.in_memory import InMemory

_WRONG: Final = {
    Wrong.EMPTY: gettext_lazy("„%(name)s“ ist leer. Wählen Sie die Datei noch einmal."),
    Wrong.TOO_LARGE: gettext_lazy("„%(name)s“ hat mehr als %(limit)d MB. Teilen oder verkleinern Sie sie."),
    Wrong.NOT_ALLOWED: gettext_lazy(
        "„%(name)s“ ist keine vollständige PDF-, PNG-, JPEG- oder Textdatei. Speichern Sie sie zum Beispiel "
        "als PDF."
    ),
    Wrong.NOT_AS_NAMED: gettext_lazy(
        "„%(name)s“ ist etwas anderes, als die Endung sagt. Geben Sie der Datei die richtige Endung."
    ),
}
_MISSING: Final = gettext_lazy("Bitte füllen Sie dieses Feld aus.")
_TOO_LONG: Final = gettext_lazy("Das ist zu lang: höchstens %(limit_value)d Zeichen haben hier Platz.")


@dataclass(frozen=True)
class Attached:
    """A file of a message, to be downloaded."""

    name: str
    url: str
    facts: str


@dataclass(frozen=True)
class Shown:
    """A message on a page; `receipt` says who read it, to the side that wrote it."""

    author: str
    at: datetime
    text: str
    is_own: bool
    is_new: bool = False
    receipt: str = ""
    attachments: Sequence[Attached] = ()


class _ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class _Text(forms.CharField):
    """What nobody sees is left out before anything else is asked of it."""

    def to_python(self, value: Any) -> str:
        is_long = isinstance(self.widget, forms.Textarea)
        return (plain_text.lines if is_long else plain_text.line)(str(value or ""))


class Files(forms.FileField):
    """Several at once, each of a kind that is taken, by its content."""

    widget = _ManyFiles

    def __init__(self) -> None:
        super().__init__(label=gettext_lazy("Anlagen"), required=False, allow_empty_file=True)

    def clean(self, data: Any, initial: Any = None) -> list[File]:
        limits = configuration.current().messages
        sent: list[UploadedFile[bytes]] = [one for one in data or [] if one]
        if len(sent) > limits.max_attachments:
            text = ngettext(
                "Höchstens %(count)d Datei kann mit einer Nachricht gehen.",
                "Höchstens %(count)d Dateien können mit einer Nachricht gehen.",
                limits.max_attachments,
            )
            raise forms.ValidationError(text % {"count": limits.max_attachments})
        files = [File(str(one.name), one.read()) for one in sent]
        wrong = [text for file in files if (text := _why_not(file))]
        if wrong:
            raise forms.ValidationError(wrong)
        return files


class Answer(forms.Form):
    """A text and what goes with it."""

    text = _Text(
        label=gettext_lazy("Ihre Nachricht"),
        max_length=rules.LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _MISSING, "max_length": _TOO_LONG},
    )
    attachments = Files()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limits = configuration.current().messages
        if not limits.max_attachments:
            del self.fields["attachments"]
            return
        self.fields["attachments"].help_text = _(
            "Bis zu %(count)d Dateien: PDF, PNG, JPEG oder Text (.txt), jede höchstens %(limit)d MB."
        ) % {"count": limits.max_attachments, "limit": limits.max_attachment_mib}

    def draft(self, number: UUID) -> Draft:
        return Draft(number, self.cleaned_data["text"], self.cleaned_data.get("attachments", ()))


class NewMessage(Answer):
    """What it is about, and for whom somebody writes where there are several."""

    party = forms.ChoiceField(
        label=gettext_lazy("Für welche Praxis schreiben Sie?"),
        widget=forms.RadioSelect,
        required=False,
        error_messages={
            "required": gettext_lazy("Bitte wählen Sie."),
            "invalid_choice": gettext_lazy("Bitte wählen Sie."),
        },
    )
    subject = _Text(
        label=gettext_lazy("Betreff"),
        help_text=gettext_lazy("Worum geht es? In wenigen Wörtern."),
        max_length=rules.LONGEST_SUBJECT,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _MISSING, "max_length": _TOO_LONG},
    )
    field_order = ("party", "subject", "text", "attachments")

    def __init__(self, *args: Any, parties: Sequence[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["party"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - narrows the type
        if len(parties) < 2:
            del self.fields["party"]
            return
        field.required, field.choices = True, [(str(number), name) for number, name in parties]


def read_files(request: HttpRequest) -> None:
    """How a page that takes messages reads files; before anything asks for the form."""
    limits = configuration.current().messages
    handler = InMemory(request, limits.max_attachment_bytes, most=limits.max_attachments)
    request.upload_handlers = [handler]


def sent(request: HttpRequest) -> tuple[Any, ...]:
    """What binds a form, if it was sent."""
    return (request.POST, request.FILES) if request.method == "POST" else ()


def attached(rows: Sequence[Attachment]) -> list[Attached]:
    """As a page lists them."""
    return [
        Attached(row.name, reverse("message-attachment", args=[row.pk]), words.size(row.size)) for row in rows
    ]


def _why_not(file: File) -> str:
    limits = configuration.current().messages
    why = rules.why_refused(file, largest=limits.max_attachment_bytes)
    if why is None:
        return ""
    return str(_WRONG[why]) % {"name": rules.kept_name(file.name), "limit": limits.max_attachment_mib}
