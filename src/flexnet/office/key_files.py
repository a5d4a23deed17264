"""Files of keys: uploaded and looked at, key by key; taken over when somebody says so, or dropped."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, cast

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from flexnet.accounts.models import Role
from flexnet.keys import uploads
from flexnet.keys.errors import NotNow
from flexnet.keys.importing import Format, Line, What
from flexnet.keys.models import KeyFile
from flexnet.keys.uploads import State
from flexnet.lib import key_files, pskc
from flexnet.lib.key_rows import BadKeyFile, Why
from flexnet.office import act_forms, acting, finding
from flexnet.office.acting import Act, Deed, Done, Place, Refusals, Says, Wish
from flexnet.office.middleware import StaffRequest
from flexnet.office.roles import fresh, only
from flexnet.web import words
from flexnet.web.in_memory import InMemory
from flexnet.web.status import Status

_SHOWN: Final = 200
_STATES: Final = {
    State.LOOKED_AT: Status(gettext_lazy("Geprüft, wartet auf Sie"), "warning", "warning"),
    State.TAKING: Status(gettext_lazy("Wird eingelesen"), "clock"),
    State.TAKEN: Status(gettext_lazy("Eingelesen"), "check", "ok"),
    State.DROPPED: Status(gettext_lazy("Verworfen"), "remove"),
}
_WHAT: Final = {
    What.NEW: Status(gettext_lazy("Neu"), "plus", "ok"),
    What.THERE: Status(gettext_lazy("Schon da"), "check"),
    What.OTHER_SEED: Status(gettext_lazy("Falsch"), "error", "error"),
    What.REFUSED: Status(gettext_lazy("Falsch"), "error", "error"),
}
_WHY: Final[Mapping[str, Any]] = {
    Why.TOO_FEW_COLUMNS: gettext_lazy("Die Zeile hat zu wenige Spalten für dieses Format."),
    Why.NO_SERIAL: gettext_lazy("Die Seriennummer fehlt."),
    Why.BAD_SERIAL: gettext_lazy("Eine Seriennummer hat bis zu 20 Buchstaben, Ziffern und Striche."),
    Why.NO_SEED: gettext_lazy("Der geheime Schlüssel fehlt."),
    Why.BAD_SEED: gettext_lazy("Der geheime Schlüssel ist nicht lesbar oder hat die falsche Länge."),
    Why.NOT_HOTP: gettext_lazy("Es ist eine andere Art von Codes als OATH-HOTP."),
    Why.BAD_DIGITS: gettext_lazy("Ein Code hat 6 oder 8 Ziffern."),
    Why.BAD_COUNTER: gettext_lazy("Der Zähler ist keine Zahl von 0 bis 1048560."),
    Why.COUNTER_STEP: gettext_lazy("Der erste Zähler eines YubiKeys ist ein Vielfaches von 16."),
    Why.BAD_IDENTIFIER: gettext_lazy("Diese Kennung kann ein YubiKey nicht tippen."),
    Why.SERIAL_TWICE: gettext_lazy("Die Seriennummer steht zweimal in der Datei."),
    Why.SEED_TWICE: gettext_lazy("Ein anderer YubiKey der Datei hat denselben geheimen Schlüssel."),
    Why.BAD_MAC: gettext_lazy(
        "Die Prüfsumme passt nicht: verändert, oder Schlüssel oder Kennwort sind andere."
    ),
    Why.NO_MAC: gettext_lazy("Er ist verschlüsselt, aber ohne eine Prüfsumme, die wir verstehen."),
    Why.UNKNOWN_ENCRYPTION: gettext_lazy("Er ist auf eine Art verschlüsselt, die wir nicht lesen."),
    Why.UNKNOWN_POLICY: gettext_lazy("Er verlangt eine PIN."),
}
_OTHER: Final = gettext_lazy(
    "Er ist mit einem anderen geheimen Schlüssel schon da. Ein zurückgekommener wird am Schlüsselplatz neu "
    "programmiert."
)
_FORMATS: Final = (
    (Format.YUBICO, gettext_lazy("CSV von Yubico")),
    (Format.LOG, gettext_lazy("Protokoll des Programmierwerkzeugs („Traditional“)")),
    (Format.OATH, gettext_lazy("OATH-CSV: Seriennummer, Schlüssel, hotp, Ziffern, Zähler")),
    (Format.PSKC, gettext_lazy("PSKC (RFC 6030), auch verschlüsselt")),
)


class Upload(forms.Form):
    """The file, what it is, and what opens it."""

    file = forms.FileField(
        label=gettext_lazy("Schlüsseldatei"),
        allow_empty_file=True,
        error_messages={"required": gettext_lazy("Bitte wählen Sie die Datei.")},
    )
    form = act_forms.choice(gettext_lazy("Was für eine Datei ist es?"), _FORMATS)
    digits = forms.ChoiceField(
        label=gettext_lazy("Ziffern eines Codes"),
        help_text=gettext_lazy("Nur für die CSV von Yubico: Sie sagt es nicht."),
        choices=(("6", "6"), ("8", "8")),
    )
    reason = act_forms.Line(
        gettext_lazy("Woher?"),
        help_text=gettext_lazy("Zum Beispiel die Nummer des Lieferscheins."),
        required=False,
    )
    key = forms.CharField(
        label=gettext_lazy("Vereinbarter Schlüssel"),
        help_text=gettext_lazy("Nur für PSKC mit vorab vereinbartem Schlüssel, hexadezimal."),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    password = forms.CharField(
        label=format_lazy(gettext_lazy("{password} der Datei"), password=words.PASSWORD),
        help_text=gettext_lazy("Nur für PSKC, das damit verschlossen ist."),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def clean_key(self) -> bytes | None:
        try:
            return bytes.fromhex(self.cleaned_data["key"]) or None
        except ValueError:
            raise forms.ValidationError(_("Das ist nicht hexadezimal: nur Ziffern und a bis f.")) from None


@dataclass(frozen=True)
class Shown:
    """A key of the file as the report has it."""

    line: Line
    status: Status
    why: str


@csrf_exempt
@only(Role.CLERK, Role.KEY_DESK)
@sensitive_post_parameters("key", "password")
@require_http_methods(["GET", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """The form's token is checked below, once it is said how files are read: into memory, never to a disk."""
    request.upload_handlers = [InMemory(request, key_files.MOST_BYTES)]
    return _listing(request)


@csrf_protect
def _listing(request: HttpRequest) -> HttpResponse:
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = Upload(*sent)
    if request.method == "POST" and form.is_valid():
        try:
            row = _upload(request, form.cleaned_data)
        except BadKeyFile:
            form.add_error("file", _UNREADABLE)
        else:
            return redirect("key-file", number=row.pk)
    entries = [(row, _STATES[uploads.state(row)]) for row in KeyFile.objects.order_by("-pk")[:20]]
    context = {"form": form, "entries": entries}
    return render(request, "office/key_files.html", context, status=422 if form.errors else 200)


_UNREADABLE: Final = gettext_lazy(
    "Darin sind keine YubiKeys in diesem Format zu lesen. Prüfen Sie, was für eine Datei es ist, und bei "
    "PSKC den Schlüssel oder das Kennwort. Höchstens 10 MB und 20.000 YubiKeys."
)


def _upload(request: HttpRequest, data: Mapping[str, Any]) -> KeyFile:
    return uploads.upload(
        content=data["file"].read(),
        file_name=data["file"].name,
        form=Format(data["form"]),
        digits=int(data["digits"]),
        secrets=pskc.Secrets(data["key"], data["password"] or None),
        reason=data["reason"],
        by=f"office:{cast(StaffRequest, request).staff}",
        now=datetime.now(UTC),
    )


@only(Role.CLERK, Role.KEY_DESK)
@require_safe
def page(request: HttpRequest, number: int) -> HttpResponse:
    """What would become of each key, or did."""
    row = _named(number)
    state, found = uploads.state(row), uploads.report(row)
    lines = [*found.wrong, *(line for line in found.lines if not line.is_wrong)]
    context = {
        "row": row,
        "state": state,
        "status": _STATES[state],
        "report": found,
        "counts": {"new": found.count(What.NEW), "there": found.count(What.THERE), "wrong": len(found.wrong)},
        "lines": [_shown(line) for line in lines[:_SHOWN]],
        "more": max(0, len(lines) - _SHOWN),
    }
    return render(request, "office/key_file.html", context)


def _shown(line: Line) -> Shown:
    why = _OTHER if line.what is What.OTHER_SEED else _WHY.get(line.why, line.why)
    return Shown(line, _WHAT[line.what], str(why) if line.is_wrong else "")


def _order_form(row: KeyFile, data: QueryDict | None) -> forms.Form:
    form = forms.Form(data)
    if uploads.report(row).wrong:
        form.fields["mode"] = act_forms.choice(
            gettext_lazy("Manche YubiKeys der Datei sind falsch."),
            (("good", gettext_lazy("Nur die richtigen aufnehmen, die falschen bleiben weg")),),
        )
    return form


def _says_order(wish: Wish[KeyFile]) -> Says:
    new = uploads.report(wish.thing).count(What.NEW)
    return Says(
        [
            _("%(count)d YubiKeys kommen ins Lager.") % {"count": new},
            _("Die Datei selbst wird nicht aufgehoben. Löschen Sie auch Ihre."),
        ],
        _("Geheime Schlüssel kommen nie wieder heraus. Einen YubiKey können Sie später nur entsorgen."),
    )


def _ready_order(wish: Wish[KeyFile]) -> Deed:
    def deed() -> Done:
        uploads.order(wish.thing, only_good=wish.data.get("mode") == "good", by=wish.by, now=wish.now)
        return Done(_("Beauftragt. Das Einlesen läuft; Sie können diese Seite verlassen."))

    return deed


def _ready_drop(wish: Wish[KeyFile]) -> Deed:
    def deed() -> Done:
        uploads.drop(wish.thing, by=wish.by, now=wish.now)
        return Done(_("Verworfen. Es ist kein YubiKey aufgenommen."))

    return deed


_QUICKER: Final[Refusals] = {NotNow: gettext_lazy("Das hat inzwischen jemand anderes entschieden.")}
ORDER: Final = Act[KeyFile](
    title=gettext_lazy("YubiKeys aufnehmen"),
    button=gettext_lazy("Jetzt aufnehmen"),
    form=_order_form,
    says=_says_order,
    ready=_ready_order,
    refusals=_QUICKER,
)
DROP: Final = Act[KeyFile](
    title=gettext_lazy("Schlüsseldatei verwerfen"),
    button=gettext_lazy("Verwerfen"),
    form=act_forms.of(),
    says=lambda wish: Says(
        [_("Was aus der Datei gelesen wurde, wird gelöscht. Es kommt kein YubiKey ins Lager.")],
        _("Die Datei müssen Sie neu hochladen, wenn Sie sie doch noch brauchen."),
    ),
    ready=_ready_drop,
    refusals=_QUICKER,
)


def _deciding(act: Act[KeyFile]) -> Callable[..., HttpResponseBase]:
    @only(Role.CLERK, Role.KEY_DESK, auditors_read=False)
    @require_http_methods(["GET", "POST"])
    @fresh
    def view(request: HttpRequest, number: int) -> HttpResponseBase:
        row = _named(number)
        place = Place(reverse("key-file", args=[row.pk]), row.file_name)
        if uploads.state(row) is not State.LOOKED_AT:
            return acting.over(request, place.url)
        return acting.perform(request, act, row, place)

    return view


def _named(number: int) -> KeyFile:
    return finding.there(KeyFile.objects.filter(pk=number).first())


ADDRESSES: Final[list[URLPattern]] = [
    path("schluesseldateien/", listing, name="key-files"),
    path("schluesseldateien/<int:number>/", page, name="key-file"),
    path("schluesseldateien/<int:number>/aufnehmen/", _deciding(ORDER), name="key-file-order"),
    path("schluesseldateien/<int:number>/verwerfen/", _deciding(DROP), name="key-file-drop"),
]
