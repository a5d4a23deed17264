"""Documents for practices: put and fetched, one put by hand or withdrawn, what the folder refused."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, cast

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from flexnet import configuration, transactions
from flexnet.accounts import submissions
from flexnet.accounts.errors import AlreadySubmitted
from flexnet.accounts.models import Role, Staff
from flexnet.documents import actions, queries
from flexnet.documents.actions import New
from flexnet.documents.errors import AlreadyThere, AlreadyWithdrawn, BadDocument
from flexnet.documents.models import Document
from flexnet.documents.rules import Why
from flexnet.lib.quarters import BadQuarter, Quarter
from flexnet.members.models import Practice, Site
from flexnet.office import act_forms, acting, finding
from flexnet.office.acting import Act, Deed, Done, Place, Says, Wish
from flexnet.office.entry_forms import MISSING
from flexnet.office.middleware import StaffRequest
from flexnet.office.roles import only
from flexnet.sealed_store import StoreFull
from flexnet.web import words
from flexnet.web.in_memory import InMemory
from flexnet.web.status import Status

_MOST: Final = 200
_WHY: Final = {
    Why.NAME: gettext_lazy("Der Name folgt nicht der Regel. Benennen Sie die Datei um."),
    Why.KIND: gettext_lazy("Eine solche Art von Dokument gibt es nicht. Benennen Sie die Datei um."),
    Why.QUARTER_AHEAD: gettext_lazy("Dieses Quartal hat noch nicht begonnen."),
    Why.UNKNOWN_SITE: gettext_lazy(
        "Zu dieser BSNR ist keine Betriebsstätte eingetragen. Prüfen Sie die Nummer."
    ),
    Why.EMPTY: gettext_lazy("Die Datei ist leer. Lassen Sie sie neu erzeugen."),
    Why.TOO_LARGE: gettext_lazy("Die Datei ist zu groß."),
    Why.NOT_PDF: gettext_lazy("Das ist keine vollständige PDF-Datei. Lassen Sie sie neu erzeugen."),
    Why.NOT_A_FILE: gettext_lazy("Das ist keine gewöhnliche Datei, sondern zum Beispiel eine Verknüpfung."),
    Why.UNREADABLE: gettext_lazy("Die Datei lässt sich nicht lesen. Dem Programm fehlt das Recht dazu."),
    Why.DOUBLE: gettext_lazy("Zwei Dateien geben sich als dasselbe Dokument aus, mit verschiedenem Inhalt."),
    Why.OTHER_THERE: gettext_lazy(
        "Für BSNR, Quartal und Art liegt schon eine andere Datei da. Eine Berichtigung legen Sie einzeln ab."
    ),
}
_clerks: Final = only(Role.CLERK, auditors_read=False)


@dataclass(frozen=True)
class Line:
    """A document in the list of a practice."""

    row: Document
    title: str
    status: Status


class PutForm(forms.Form):
    """For which site and quarter, of which kind, and the file."""

    site = forms.ChoiceField(
        label=gettext_lazy("Betriebsstätte"), widget=forms.RadioSelect, error_messages={"required": MISSING}
    )
    quarter = forms.CharField(
        label=gettext_lazy("Quartal"),
        help_text=gettext_lazy("Zum Beispiel 1/2026"),
        max_length=20,
        error_messages={"required": MISSING},
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Art"), widget=forms.RadioSelect, error_messages={"required": MISSING}
    )
    file = forms.FileField(
        label=gettext_lazy("Datei"), allow_empty_file=True, error_messages={"required": MISSING}
    )

    def __init__(self, *args: Any, sites: Sequence[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        settings = configuration.current().documents
        self._choose("site", [(site.bsnr, f"BSNR {site.bsnr}") for site in sites])
        self._choose("kind", [(kind.slug, kind.title) for kind in settings.kinds])
        self.fields["file"].help_text = _("PDF, höchstens %(limit)d MB.") % {"limit": settings.max_mib}

    def clean_quarter(self) -> Quarter:
        try:
            return Quarter.parse(self.cleaned_data["quarter"])
        except BadQuarter as error:
            raise forms.ValidationError(str(error)) from None

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - narrows the type
        field.choices = choices
        if len(choices) == 1:
            field.initial = choices[0][0]


@_clerks
@require_safe
def of_practice(request: HttpRequest, practice: int) -> HttpResponse:
    """What was put for it, whether anybody fetched it; what it says stands here nowhere."""
    row = finding.practice(practice)
    lines = [_line(one) for one in queries.of_practice(row)[:_MOST]]
    context = {"practice": row, "lines": lines, "is_cut": len(lines) == _MOST, "most": _MOST}
    return render(request, "office/documents/practice.html", context)


@csrf_exempt
@_clerks
@require_http_methods(["GET", "POST"])
def put(request: HttpRequest, practice: int) -> HttpResponse:
    """The form's token is checked below, once it is said how files are read."""
    request.upload_handlers = [InMemory(request, configuration.current().documents.max_bytes)]
    return _put(request, finding.practice(practice))


@csrf_protect
def _put(request: HttpRequest, practice: Practice) -> HttpResponse:
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    sites = list(practice.sites.order_by("-is_main", "bsnr"))
    form = PutForm(*sent, sites=sites)
    if sent and form.is_valid() and _is_put(request, form, sites):
        return redirect("documents", practice=practice.pk)
    context = {"form": form, "practice": practice, "once": uuid.uuid4()}
    return render(request, "office/documents/put.html", context, status=422 if form.errors else 200)


@_clerks
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """Put for the wrong practice, or wrong in itself."""
    row = finding.there(queries.document(key))
    place = Place(reverse("documents", args=[row.site.practice_id]), row.site.practice.name)
    if row.withdrawn_at:
        return acting.over(request, place.url)
    return acting.perform(request, WITHDRAW, row, place)


@_clerks
@require_safe
def refused(request: HttpRequest) -> HttpResponse:
    """What lies in quarantine, with the reason."""
    rows = list(queries.refused()[:_MOST])
    context = {
        "lines": [(row, _WHY[Why(row.why)]) for row in rows],
        "count": queries.refused().count(),
        "through": rows[-1].pk if rows else 0,
        "folder": configuration.current().documents.folder,
    }
    return render(request, "office/documents/refused.html", context)


@_clerks
@require_POST
def settle(request: HttpRequest) -> HttpResponse:
    """Somebody has seen to those that were shown."""
    staff, now = _who(request)
    through = request.POST.get("through", "")
    number = int(through) if through.isdecimal() and len(through) < 16 else 0
    if actions.settle_refused(through=number, by=f"office:{staff}", now=now):
        messages.success(request, _("Vermerkt: Um diese Dateien hat sich jemand gekümmert."))
    else:
        messages.info(request, _("Das ist schon erledigt."))
    return redirect("documents-refused")


def _is_put(request: HttpRequest, form: PutForm, sites: Sequence[Site]) -> bool:
    """Otherwise the form says why not."""
    staff, now = _who(request)
    try:
        with transactions.writing():
            submissions.spend(acting.number_of(request), staff=staff, now=now)
            row = actions.put(new=_new(form, sites), by=f"office:{staff}", now=now)
    except AlreadySubmitted:
        messages.success(request, _("Das Dokument liegt im Portal."))
        return True
    except BadDocument as refused:
        form.add_error("quarter" if refused.why is Why.QUARTER_AHEAD else "file", str(_WHY[refused.why]))
    except AlreadyThere:
        form.add_error("file", _("Genau diese Datei liegt schon da."))
    except StoreFull:
        form.add_error(
            None, _("Auf dem Server ist kein Platz mehr. Bitte sagen Sie dem IT-Service Bescheid.")
        )
    else:
        text = _("%(title)s liegt im Portal. Hier sehen Sie, ob es jemand heruntergeladen hat.")
        messages.success(request, text % {"title": _title(row)})
    return not form.errors


def _new(form: PutForm, sites: Sequence[Site]) -> New:
    data = form.cleaned_data
    file: UploadedFile[bytes] = data["file"]
    site = next(one for one in sites if one.bsnr == data["site"])
    return New(site, data["quarter"], queries.kind(data["kind"]), str(file.name), file.read())


def _who(request: HttpRequest) -> tuple[Staff, datetime]:
    return cast(StaffRequest, request).staff, datetime.now(UTC)


def _line(row: Document) -> Line:
    if row.withdrawn_at:
        status = Status(_("Zurückgezogen"), "remove")
    elif row.fetched_at:
        status = Status(_("Heruntergeladen"), "check", "ok")
    else:
        status = Status(_("Noch nicht heruntergeladen"), "clock")
    return Line(row, _title(row), status)


def _title(row: Document) -> str:
    return f"{queries.kind(row.kind).title} {row.quarter}"


def _says(wish: Wish[Document]) -> Says:
    row = wish.thing
    sentences = [
        _("%(title)s, BSNR %(bsnr)s, ist im Portal nicht mehr da.") % {"title": _title(row), "bsnr": row.site}
    ]
    if row.fetched_at and row.fetched_by:
        text = _(
            "Heruntergeladen wurde es schon, am %(when)s mit dem Zugang %(access)s. War es das Dokument "
            "einer anderen Praxis, ist das ein Datenschutzvorfall: Sagen Sie der Leitung Bescheid."
        )
        values = {"when": words.short_moment(row.fetched_at), "access": row.fetched_by}
        sentences.append(text % values)
    return Says(sentences, _("Die Datei wird gelöscht. Brauchen Sie sie noch, legen Sie sie neu ab."))


def _ready(wish: Wish[Document]) -> Deed:
    def deed() -> Done:
        actions.withdraw(document=wish.thing, by=wish.by, reason=wish.data["reason"], now=wish.now)
        return Done(_("Das Dokument ist zurückgezogen."))

    return deed


class _Reason(forms.Form):
    reason = act_forms.Lines(gettext_lazy("Warum wird es zurückgezogen?"))


WITHDRAW: Final = Act[Document](
    title=gettext_lazy("Dokument zurückziehen"),
    button=gettext_lazy("Dokument zurückziehen"),
    form=lambda _row, data: _Reason(data),
    says=_says,
    ready=_ready,
    refusals={AlreadyWithdrawn: gettext_lazy("Jemand hat es inzwischen zurückgezogen.")},
    is_dangerous=True,
)

ADDRESSES: Final[list[URLPattern]] = [
    path("praxen/<int:practice>/dokumente/", of_practice, name="documents"),
    path("praxen/<int:practice>/dokumente/neu/", put, name="document-put"),
    path("dokumente/<uuid:key>/zurueckziehen/", withdraw, name="document-withdraw"),
    path("dokumente/abgewiesen/", refused, name="documents-refused"),
    path("dokumente/abgewiesen/erledigt/", settle, name="documents-settle"),
]
