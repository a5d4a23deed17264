"""Files of the member register: all of them; one with its progress, its report, and what is decided."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from flexnet.accounts import four_eyes
from flexnet.accounts.models import Approval, Role
from flexnet.members import register_file, register_imports
from flexnet.members.errors import NotEntered
from flexnet.members.findings import BadFile
from flexnet.members.import_models import RegisterImport
from flexnet.members.register_imports import State
from flexnet.office import act_forms, acting
from flexnet.office.acting import Act, Place
from flexnet.office.importing import acts, progress, report, words
from flexnet.office.lists import export
from flexnet.office.middleware import StaffRequest
from flexnet.office.roles import fresh, only
from flexnet.web.in_memory import InMemory
from flexnet.web.status import Status

_SHOWN: Final = 20
_STATES: Final = {
    State.READING: Status(gettext_lazy("Wird geprüft"), "clock"),
    State.UNREADABLE: Status(gettext_lazy("Nicht lesbar"), "error", "error"),
    State.LOOKED_AT: Status(gettext_lazy("Geprüft, wartet auf Sie"), "warning", "warning"),
    State.WRITING: Status(gettext_lazy("Wird eingelesen"), "clock"),
    State.WRITTEN: Status(gettext_lazy("Eingelesen"), "check", "ok"),
    State.ENDINGS_WAIT: Status(gettext_lazy("Eingelesen, Beendigungen warten"), "warning", "warning"),
    State.ENDING: Status(gettext_lazy("Beendigungen werden eingetragen"), "clock"),
    State.DISCARDED: Status(gettext_lazy("Verworfen"), "remove"),
}
_WORKING: Final = (State.READING, State.WRITING, State.ENDING)


class Upload(forms.Form):
    """The file, and whether silence in it means something."""

    file = forms.FileField(
        label=gettext_lazy("CSV-Datei des Arztregisters"),
        allow_empty_file=True,
        error_messages={"required": gettext_lazy("Bitte wählen Sie die Datei.")},
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )
    extent = act_forms.choice(
        gettext_lazy("Was steht in der Datei?"),
        (
            ("all", gettext_lazy("Das ganze Arztregister: Wer darin fehlt, nach dem wird gefragt")),
            ("part", gettext_lazy("Nur ein Teil: Wer darin fehlt, spielt keine Rolle")),
        ),
    )


@csrf_exempt
@only(Role.CLERK)
@require_http_methods(["GET", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """The form's token is checked below, once it is said how files are read."""
    request.upload_handlers = [InMemory(request, register_file.MOST_BYTES)]
    return _listing(request)


@csrf_protect
def _listing(request: HttpRequest) -> HttpResponse:
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = Upload(*sent)
    if request.method == "POST" and form.is_valid():
        try:
            row = _upload(request, form.cleaned_data)
        except BadFile as bad:
            form.add_error("file", words.of_bad_file(bad))
        else:
            return redirect("import", number=row.pk)
    rows = register_imports.newest()[:_SHOWN]
    entries = [(row, _STATES[register_imports.state(row)]) for row in rows]
    context = {"form": form, "entries": entries, "most": register_file.MOST_ROWS}
    return render(request, "office/importing/listing.html", context, status=422 if form.errors else 200)


def _upload(request: HttpRequest, data: dict[str, Any]) -> RegisterImport:
    return register_imports.upload(
        content=data["file"].read(),
        file_name=data["file"].name,
        is_complete=data["extent"] == "all",
        by=f"office:{cast(StaffRequest, request).staff}",
        now=datetime.now(UTC),
    )


@only(Role.CLERK)
@require_safe
def page(request: HttpRequest, number: int) -> HttpResponse:
    """Where it stands; while somebody works on it the page asks again by itself."""
    row, now = _named(number), datetime.now(UTC)
    state = register_imports.state(row)
    after = request.GET.get("nach", "")
    is_told = state not in (*_WORKING, State.UNREADABLE, State.DISCARDED) or state is State.ENDING
    context: dict[str, Any] = {
        "row": row,
        "state": state,
        "status": _STATES[state],
        "progress": progress.of(row, now) if state in _WORKING else None,
        "why": words.of_unreadable(row) if state is State.UNREADABLE else "",
        "filters": report.FILTERS,
        "is_asked": four_eyes.is_waiting(Approval.Act.END_MANY, f"import:{row.pk}", now=now),
    }
    if is_told:
        last = int(after) if after.isascii() and after.isdigit() and len(after) < 10 else 0
        context["report"] = report.page(row, kind=request.GET.get("art", ""), after=last)
    return render(request, "office/importing/import.html", context)


@only(Role.CLERK)
@require_safe
def file(request: HttpRequest, number: int) -> HttpResponseBase:
    """The whole report, for whoever mends the register."""
    row, now = _named(number), datetime.now(UTC)
    by = f"office:{cast(StaffRequest, request).staff}"
    name = f"arztregister-{row.pk}"
    return export.answer(report.HEADINGS, report.cells(row), name=name, filters={}, by=by, now=now)


def _deciding(act: Act[RegisterImport], *states: State) -> Callable[..., HttpResponseBase]:
    @only(Role.CLERK, auditors_read=False)
    @require_http_methods(["GET", "POST"])
    @fresh
    def view(request: HttpRequest, number: int) -> HttpResponseBase:
        row = _named(number)
        place = Place(reverse("import", args=[row.pk]), _("Datei „%(name)s“") % {"name": row.file_name})
        if register_imports.state(row) not in states:
            messages.warning(request, _("Das steht bei dieser Datei nicht mehr an."))
            return redirect(place.url)
        return acting.perform(request, act, row, place)

    return view


order = _deciding(acts.ORDER, State.LOOKED_AT)
discard = _deciding(acts.DISCARD, State.LOOKED_AT)
end = _deciding(acts.END, State.ENDINGS_WAIT)
keep = _deciding(acts.KEEP, State.ENDINGS_WAIT)


def _named(number: int) -> RegisterImport:
    try:
        return register_imports.named(number)
    except NotEntered:
        raise Http404 from None
