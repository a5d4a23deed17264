"""What the portal asks for: shape and message; whether it may happen is asked elsewhere."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet import configuration
from flexnet.access import delegating, objections, resync_requests
from flexnet.access.delegating import NotDone
from flexnet.lib import plain_text
from flexnet.lib.quarters import Quarter
from flexnet.web import words
from flexnet.web.passwords import password_input


class CodesInARow(forms.Form):
    """What three touches typed: each code and the Enter behind it make a line."""

    codes = forms.CharField(
        label=gettext_lazy("Drei Codes hintereinander"),
        help_text=gettext_lazy(
            "Klicken Sie in dieses Feld und drücken Sie dreimal auf den YubiKey, jedes Mal etwa eine "
            "Sekunde. Es entstehen drei Zeilen."
        ),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Drücken Sie dreimal auf den YubiKey.")},
    )

    def clean_codes(self) -> list[str]:
        lines: list[str] = self.cleaned_data["codes"].split()
        if len(lines) < resync_requests.CODES:
            raise forms.ValidationError(_("Es fehlen Codes. Drücken Sie, bis drei Zeilen da sind."))
        return lines[-resync_requests.CODES :]


class SignIn(forms.Form):
    """User name and password, without the key."""

    user_name = forms.CharField(
        max_length=64,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={"required": gettext_lazy("Bitte füllen Sie dieses Feld aus.")},
    )
    password = forms.CharField(
        max_length=200,
        strip=False,
        widget=password_input(autocomplete="current-password"),
        error_messages={"required": gettext_lazy("Bitte füllen Sie dieses Feld aus.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user_name"].label = words.user_name()
        self.fields["password"].label = words.password()
        if configuration.current().profile.second_factor:
            self.fields["password"].help_text = _("Den YubiKey brauchen Sie hier nicht.")


class _OfTerms(forms.Form):
    """Which terms were on the page: a tick counts for these and no others."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    sha256 = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def shown(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("version", "sha256")}


class AcceptTerms(_OfTerms):
    """One tick, of one's own hand."""

    tick = forms.BooleanField(
        label=gettext_lazy("Ich habe die Nutzungsbedingungen gelesen und nehme sie an."),
        error_messages={"required": gettext_lazy("Kreuzen Sie bitte an, dass Sie sie annehmen.")},
    )


class ObjectToTerms(_OfTerms):
    """Why somebody does not agree, in their own words."""

    text = forms.CharField(
        label=gettext_lazy("Womit sind Sie nicht einverstanden?"),
        help_text=gettext_lazy("Nennen Sie bitte möglichst den Paragrafen und den Grund."),
        max_length=objections.LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={
            "max_length": gettext_lazy("Das ist zu lang: höchstens %(limit_value)d Zeichen haben hier Platz.")
        },
    )


class NewCredentials(forms.Form):
    """Whether what is replaced is locked at once."""

    lock = forms.BooleanField(
        label=gettext_lazy("Meine bisherigen Zugangsdaten sofort sperren"), required=False
    )


class NewEmployee(forms.Form):
    """Who gets an access, and whether this person hands in."""

    holder = forms.CharField(
        label=gettext_lazy("Vor- und Nachname"),
        help_text=gettext_lazy("Jede Person braucht einen eigenen Zugang."),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": gettext_lazy("Bitte geben Sie den Namen an."),
            "max_length": gettext_lazy("Höchstens %(limit_value)d Zeichen. Bitte kürzen Sie."),
        },
    )
    hands_in = forms.BooleanField(label=gettext_lazy("Darf Abrechnungen einreichen"), required=False)
    is_another = forms.BooleanField(
        label=gettext_lazy("Es ist eine andere Person mit demselben Namen"), required=False
    )
    asks_for_another = False

    def clean_holder(self) -> str:
        """What nobody sees goes; what no letter can show is told."""
        name = plain_text.line(self.cleaned_data["holder"])
        if not name:
            raise forms.ValidationError(_("Bitte geben Sie den Namen an."))
        if sign := plain_text.unwritten(name):
            text = _("Das Zeichen „%(sign)s“ können wir nicht drucken. Bitte lassen Sie es weg.")
            raise forms.ValidationError(text % {"sign": sign})
        return name

    def refuse(self, why: NotDone) -> None:
        """Say why nothing happened; somebody of the same name may be somebody else."""
        if why is NotDone.TOO_MANY:
            text = _("Mehr als %(most)d Zugänge gehen hier nicht. Rufen Sie uns bitte an.")
            self.add_error(None, text % {"most": delegating.MOST})
            return
        self.asks_for_another = True
        self.add_error(
            "holder",
            _(
                "Diesen Namen hat schon jemand mit einem Zugang. "
                "Ist es eine andere Person, kreuzen Sie es an."
            ),
        )


class _ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class BillingFiles(forms.FileField):
    """One or many, as they came."""

    widget = _ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(BillingFiles, self).clean(one, initial) for one in data or [None]]


class NewProgram(forms.Form):
    """What the practice calls a program that is to hand in by itself."""

    name = forms.CharField(
        label=gettext_lazy("Wie heißt das Programm?"),
        help_text=gettext_lazy(
            "Zum Beispiel der Name Ihrer Praxissoftware und der Computer, auf dem sie läuft."
        ),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Bitte geben Sie dem Programm einen Namen.")},
    )

    def clean_name(self) -> str:
        name = plain_text.line(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(_("Bitte geben Sie dem Programm einen Namen."))
        return name


class PlainFile(forms.Form):
    """A billing file that is only checked."""

    file = forms.FileField(
        label=gettext_lazy("Unverschlüsselte Abrechnungsdatei"),
        help_text=gettext_lazy("Die Datei vor dem Verschlüsseln; ihr Name endet auf .con."),
        allow_empty_file=True,
        max_length=255,
        error_messages={
            "required": gettext_lazy("Bitte wählen Sie eine Datei."),
            "max_length": gettext_lazy("Der Dateiname ist zu lang. Wählen Sie die Datei so, wie sie heißt."),
        },
    )


class Declare(forms.Form):
    """One tick below the text of the collective declaration; `seen` says which text and sites were shown."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    tick = forms.BooleanField(
        label=gettext_lazy("Ich habe den Text gelesen und gebe die Erklärung ab."),
        error_messages={"required": gettext_lazy("Kreuzen Sie bitte an, dass Sie die Erklärung abgeben.")},
    )


class Paper(forms.Form):
    """A file with the KV's seal, or what somebody takes for one."""

    file = forms.FileField(
        label=gettext_lazy("Bestätigung (PDF oder JSON)"),
        help_text=gettext_lazy(
            "Die Datei, wie Sie sie bei uns heruntergeladen haben. Sie wird nicht gespeichert."
        ),
        max_length=255,
        allow_empty_file=True,
        error_messages={"required": gettext_lazy("Bitte wählen Sie eine Datei.")},
    )

    def clean_file(self) -> object:
        """None of ours is as long."""
        found = self.cleaned_data["file"]
        if found.size > LONGEST_PAPER:
            raise forms.ValidationError(_("Diese Datei ist zu groß, um von uns zu sein: höchstens 2 MB."))
        return found


LONGEST_PAPER: Final = 2 * 1024 * 1024


class Upload(forms.Form):
    """Billing files and the quarter they are for."""

    quarter = forms.TypedChoiceField(
        label=gettext_lazy("Für welches Quartal rechnen Sie ab?"),
        coerce=Quarter.parse,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Bitte wählen Sie das Quartal.")},
    )
    file = BillingFiles(
        label=gettext_lazy("Abrechnungsdatei"),
        allow_empty_file=True,
        max_length=255,
        error_messages={
            "required": gettext_lazy("Bitte wählen Sie eine Datei."),
            "max_length": gettext_lazy("Der Dateiname ist zu lang. Wählen Sie die Datei so, wie sie heißt."),
        },
    )

    def __init__(self, *args: Any, quarters: list[Quarter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["quarter"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 - narrows the type
        shape = _("%(number)s. Quartal %(year)s")
        field.choices = [(str(q), shape % {"number": q.number, "year": q.year}) for q in quarters]
        self.fields["file"].help_text = _help_with_file()


def _help_with_file() -> str:
    limit = configuration.current().billing.max_upload_mib
    sentences = [
        _(
            "Die Datei, die Ihr Praxisprogramm erzeugt hat; ihr Name endet auf .con oder .con.xkm. "
            "Höchstens %(limit)s MB. "
            "Sie können mehrere Dateien auf einmal wählen."
        )
        % {"limit": limit}
    ]
    if configuration.current().profile.second_factor:
        sentences.append(_("Die Datei muss auf diesem Computer oder einem USB-Stick liegen."))
    return " ".join(sentences)
