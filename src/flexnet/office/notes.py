"""Notes on a practice: written, and corrected by a later one; none is ever changed."""

import uuid
from datetime import UTC, datetime
from typing import Final, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from flexnet import transactions
from flexnet.accounts import submissions
from flexnet.accounts.errors import AlreadySubmitted
from flexnet.members import notes, overview
from flexnet.members.errors import AlreadyCorrected
from flexnet.members.models import Note, Practice
from flexnet.office import act_forms, acting, finding, practices
from flexnet.office.middleware import StaffRequest
from flexnet.office.roles import only

_WRITERS: Final = practices.READERS


class NoteForm(forms.Form):
    """What is to be remembered; medical matters have no place here."""

    text = act_forms.Lines(
        gettext_lazy("Notiz"),
        longest=notes.LONGEST,
        help_text=gettext_lazy(
            "Was die Nächsten wissen müssen, nichts über Patienten. Die Notiz bleibt stehen; berichtigen "
            "können Sie sie mit einer neuen."
        ),
    )


@only(*_WRITERS, auditors_read=False)
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, number: int) -> HttpResponse:
    """A new one."""
    return _write(request, finding.practice(number), None)


@only(*_WRITERS, auditors_read=False)
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, number: int, note: int) -> HttpResponse:
    """A new one that corrects an earlier one; both stay readable."""
    practice = finding.practice(number)
    return _write(request, practice, finding.there(overview.note(practice, note)))


def _write(request: HttpRequest, practice: Practice, former: Note | None) -> HttpResponse:
    initial = {"text": former.text} if former else None
    form = NoteForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            _keep(request, practice, former, form.cleaned_data["text"])
        except AlreadySubmitted:
            messages.success(request, _("Die Notiz ist gespeichert."))
            return redirect("practice", number=practice.pk)
        except AlreadyCorrected:
            form.add_error(
                None, _("Jemand hat diese Notiz inzwischen berichtigt. Sehen Sie zuerst dort nach.")
            )
        else:
            messages.success(request, _("Die Notiz ist gespeichert."))
            return redirect("practice", number=practice.pk)
    context = {"form": form, "practice": practice, "former": former, "once": uuid.uuid4()}
    return render(request, "office/note.html", context, status=422 if form.errors else 200)


def _keep(request: HttpRequest, practice: Practice, former: Note | None, text: str) -> None:
    staff, now = cast(StaffRequest, request).staff, datetime.now(UTC)
    with transactions.writing():
        submissions.spend(acting.number_of(request), staff=staff, now=now)
        notes.write(practice=practice, text=text, by=f"office:{staff}", now=now, corrects=former)
