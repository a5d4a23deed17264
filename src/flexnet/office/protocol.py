"""The audit trail for whoever audits: read, looked at closely, verified, downloaded with a second person."""

import json
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final, cast
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from flexnet import transactions
from flexnet.accounts import four_eyes, staff_queries
from flexnet.accounts.models import Approval, Role, Staff
from flexnet.audit import actions as audit
from flexnet.audit import queries, reading
from flexnet.audit.models import Event
from flexnet.office import happening_words, happenings, trail_names
from flexnet.office.entry_forms import MISSING
from flexnet.office.middleware import StaffRequest
from flexnet.office.roles import fresh, only

DOWNLOAD_FOR: Final = timedelta(hours=24)
_NOTHING: Final = "–"
_TECHNICAL: Final = {
    "act": gettext_lazy("Vorgang"),
    "approval": gettext_lazy("Freigabe Nr."),
    "payload": gettext_lazy("Angaben dazu"),
    "version": gettext_lazy("Fassung"),
}


def day_input() -> forms.DateInput:
    """A calendar where the browser has one; the day is sent as 2027-01-15."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class Filter(forms.Form):
    """What the list is narrowed to; it lives in the address of the page."""

    subject = forms.CharField(
        label=gettext_lazy("Wen oder was"),
        help_text=gettext_lazy("Der Name genügt, etwa clara oder ein Zugang; genau: staff:clara."),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"list": "people", "autocomplete": "off"}),
    )
    kind = forms.CharField(
        label=gettext_lazy("Ereignis"),
        help_text=gettext_lazy("Der Anfang genügt, zum Beispiel sign_in oder lock."),
        required=False,
        max_length=80,
    )
    by = forms.CharField(
        label=gettext_lazy("Wer"),
        help_text=gettext_lazy("Der Name genügt, etwa Clara Klug oder clara; genau: office:clara."),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"list": "people", "autocomplete": "off"}),
    )
    since = forms.DateField(label=gettext_lazy("Von"), required=False, widget=day_input())
    until = forms.DateField(label=gettext_lazy("Bis"), required=False, widget=day_input())

    def wanted(self) -> reading.Wanted:
        data = self.cleaned_data
        until = data["until"] + timedelta(days=1) if data["until"] else None
        return reading.Wanted(
            trail_names.subject(data["subject"]),
            data["kind"],
            trail_names.actor(data["by"]),
            _midnight(data["since"]),
            _midnight(until),
        )


class Reason(forms.Form):
    """Why the trail is downloaded."""

    reason = forms.CharField(
        label=gettext_lazy("Wozu?"),
        help_text=gettext_lazy("Zum Beispiel für welche Prüfung. Das steht im Protokoll."),
        max_length=500,
        error_messages={"required": MISSING},
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@dataclass(frozen=True)
class Said:
    """One value of an entry: in words where it has some, and as it was recorded."""

    name: str
    recorded: str
    label: str = ""
    value: str = ""


@dataclass(frozen=True)
class Download:
    """A granted wish, and until when its file may be fetched."""

    row: Approval
    until: datetime


@only(Role.AUDITOR)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The newest entries first, narrowed by what stands in the address."""
    form = Filter(request.GET)
    below = request.GET.get("vor", "")
    wanted = form.wanted() if form.is_valid() else reading.Wanted()
    found = reading.page(wanted, below=int(below) if below.isdecimal() and len(below) < 19 else None)
    kept = {name: value for name in form.fields if (value := request.GET.get(name))}
    context = {
        "form": form,
        "page": found,
        "is_narrowed": bool(kept),
        "is_deeper": bool(below),
        "older": urlencode({**kept, "vor": found.next_below}) if found.next_below else "",
        "newest": urlencode(kept),
        "people": staff_queries.names(),
    }
    return render(request, "office/audit.html", context, status=422 if form.errors else 200)


@only(Role.AUDITOR)
@require_safe
def entry(request: HttpRequest, number: int) -> HttpResponse:
    """One entry with all it says, but for what is personal."""
    return _entry(request, number, None)


@only(Role.AUDITOR)
@fresh
@require_POST
def personal(request: HttpRequest, number: int) -> HttpResponse:
    """What is personal in it; that somebody looked is recorded."""
    event = _found(number)
    return _entry(request, number, audit.read_personal(event, by=_by(request)) or {})


@only(Role.AUDITOR)
@require_http_methods(["GET", "POST"])
def standing(request: HttpRequest) -> HttpResponse:
    """How far it is sealed; on demand every entry is verified now."""
    report = queries.verify() if request.method == "POST" else None
    return render(request, "office/audit_standing.html", {"standing": reading.standing(), "report": report})


@only(Role.AUDITOR)
@fresh
@require_http_methods(["GET", "POST"])
def export(request: HttpRequest) -> HttpResponse:
    """Ask for the whole trail as a file; what was granted is fetched here."""
    form, now = Reason(request.POST or None), datetime.now(UTC)
    if request.method == "POST" and form.is_valid():
        four_eyes.ask(
            act=Approval.Act.EXPORT_AUDIT,
            subject="audit",
            payload={"for": str(_me(request))},
            staff=_me(request),
            reason=form.cleaned_data["reason"],
            now=now,
        )
        messages.success(request, _("Beantragt. Eine zweite Person entscheidet darüber."))
        return redirect("audit-export")
    waiting = four_eyes.waiting(now=now).filter(act=Approval.Act.EXPORT_AUDIT, asked_by=_me(request))
    context = {"form": form, "downloads": _downloads(request, now), "waiting": waiting}
    return render(request, "office/audit_export.html", context, status=422 if form.errors else 200)


@only(Role.AUDITOR)
@fresh
@require_POST
def download(request: HttpRequest, number: int) -> HttpResponseBase:
    """The file, for the stand-alone verifier; every time it is fetched is recorded."""
    now = datetime.now(UTC)
    if number not in {found.row.pk for found in _downloads(request, now)}:
        raise Http404
    with transactions.writing():
        audit.record("audit.exported", by=_by(request), subject="audit", data={"approval": number})
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    queries.export(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"flexnet-protokoll-{now:%Y-%m-%d}.jsonl")


def _entry(request: HttpRequest, number: int, opened: dict[str, Any] | None) -> HttpResponse:
    found = reading.entry(number)
    if found is None:
        raise Http404
    event, link = found
    context = {
        "event": event,
        "link": link,
        "data": _said(json.loads(event.data)),
        "has_personal": event.personal is not None,
        "opened": None if opened is None else _said(opened),
    }
    return render(request, "office/audit_entry.html", context)


def _said(values: dict[str, Any]) -> list[Said]:
    return [_one(name, value) for name, value in values.items()]


def _one(name: str, value: Any) -> Said:
    known, recorded = happening_words.LABELS.get(name) or _TECHNICAL.get(name), _shown(value)
    if known is None or recorded == _NOTHING or recorded.startswith(("{", "[")):
        return Said(name, recorded, str(known or ""))
    said = happenings.shown(name, value)
    return Said(name, recorded, str(known), said if said != recorded else "")


def _shown(value: Any) -> str:
    if value in (None, "", [], {}):
        return _NOTHING
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _found(number: int) -> Event:
    found = reading.entry(number)
    if found is None:
        raise Http404
    return found[0]


def _downloads(request: HttpRequest, now: datetime) -> list[Download]:
    granted = four_eyes.seen_by(_me(request)).filter(
        act=Approval.Act.EXPORT_AUDIT, asked_by=_me(request), granted=True, decided_at__gt=now - DOWNLOAD_FOR
    )
    return [Download(row, row.decided_at + DOWNLOAD_FOR) for row in granted if row.decided_at]


def _midnight(day: Any) -> datetime | None:
    """When a day begins in Germany."""
    return timezone.make_aware(datetime.combine(day, time())) if day else None


def _me(request: HttpRequest) -> Staff:
    return cast(StaffRequest, request).staff


def _by(request: HttpRequest) -> str:
    return f"office:{_me(request)}"
