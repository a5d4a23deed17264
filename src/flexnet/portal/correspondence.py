"""Messages between this practice and the KV: read, write, answer, download what was attached."""

import uuid
from datetime import UTC, datetime
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from flexnet import configuration
from flexnet.access.models import Access
from flexnet.accounts.errors import AlreadySubmitted
from flexnet.correspondence import actions, queries, sealing
from flexnet.correspondence.errors import TooManyWaiting
from flexnet.correspondence.models import Message, Thread
from flexnet.correspondence.queries import Line, Party
from flexnet.members.models import Practice
from flexnet.portal import once, words
from flexnet.portal.billing import Entry
from flexnet.portal.middleware import MemberRequest
from flexnet.sealed_store import StoreFull
from flexnet.web import attached, writing
from flexnet.web import words as web_words
from flexnet.web.status import Status
from flexnet.web.writing import Answer, NewMessage, Shown


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """All threads, the newest first."""
    access, now = _who(request)
    entries = [_entry(line) for line in queries.lines_for(access, now)]
    return render(request, "portal/correspondence/list.html", {"entries": entries})


@csrf_exempt
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """The form's token is checked below, once it is said how files are read."""
    writing.read_files(request)
    return _write(request)


@csrf_protect
def _write(request: HttpRequest) -> HttpResponse:
    access, now = _who(request)
    parties = queries.parties_of(access, now)
    if not parties:
        raise Http404
    form = NewMessage(*writing.sent(request), parties=[(one.pk, _named(one)) for one in parties])
    if request.method == "POST" and form.is_valid():
        found = _opened(request, form, _chosen(parties, form))
        if found:
            return found
    context = {"form": form, "once": once.new()}
    return render(request, "portal/correspondence/new.html", context, status=422 if form.errors else 200)


@require_safe
def thread(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Whoever opens it has read it."""
    row = _mine(request, key)
    access, now = _who(request)
    response = _shown(request, row, Answer())
    if request.method == "GET":
        actions.note_read(thread=row, reader=access, by=f"portal:{access}", now=now)
    return response


@csrf_exempt
@require_POST
def answer(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """As `write`."""
    writing.read_files(request)
    return _answer(request, key)


@csrf_protect
def _answer(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    row, form = _mine(request, key), Answer(*writing.sent(request))
    if form.is_valid() and _is_sent(request, row, form):
        return redirect("message-thread", key=row.pk)
    return _shown(request, row, form)


@require_safe
def attachment(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One file, to be saved."""
    access, now = _who(request)
    row = queries.attachment_for(access, key, now)
    if row is None:
        raise Http404
    return attached.response(sealing.content_of(row), kind=row.kind, name=row.name)


def _who(request: HttpRequest) -> tuple[Access, datetime]:
    return cast(MemberRequest, request).access, datetime.now(UTC)


def _mine(request: HttpRequest, key: uuid.UUID) -> Thread:
    """Of others there is none."""
    access, now = _who(request)
    row = queries.thread_for(access, key, now)
    if row is None:
        raise Http404
    return row


def _chosen(parties: tuple[Party, ...], form: NewMessage) -> Party:
    """The one that was chosen, or the only one."""
    number = form.cleaned_data.get("party") or str(parties[0].pk)
    return next(one for one in parties if str(one.pk) == number)


def _opened(request: HttpRequest, form: NewMessage, party: Party) -> HttpResponse | None:
    """None: the form says why not."""
    access, now = _who(request)
    try:
        row = actions.open_thread(
            party=party,
            subject=form.cleaned_data["subject"],
            draft=form.draft(once.number(request)),
            author=access,
            by=f"portal:{access}",
            now=now,
        )
    except AlreadySubmitted:
        messages.success(request, once.said())
        return redirect("messages")
    except (TooManyWaiting, StoreFull) as refused:
        form.add_error(None, why_not(refused))
        return None
    messages.success(request, _sent())
    return redirect("message-thread", key=row.pk)


def _is_sent(request: HttpRequest, row: Thread, form: Answer) -> bool:
    """Otherwise the form says why not."""
    access, now = _who(request)
    try:
        draft = form.draft(once.number(request))
        actions.answer(thread=row, draft=draft, author=access, by=f"portal:{access}", now=now)
    except AlreadySubmitted:
        messages.success(request, once.said())
    except (TooManyWaiting, StoreFull) as refused:
        form.add_error(None, why_not(refused))
        return False
    else:
        messages.success(request, _sent())
    return True


def _sent() -> str:
    text = _("Ihre Nachricht ist bei der %(kv)s. Hier sehen Sie, wann sie gelesen wird.")
    return text % {"kv": configuration.current().profile.short_name}


def why_not(refused: Exception) -> str:
    """What a page says that could not send a message."""
    hotline = configuration.current().profile.hotline
    if isinstance(refused, TooManyWaiting):
        text = _(
            "Von Ihnen warten schon sehr viele Nachrichten auf eine Antwort. Rufen Sie uns an: %(hotline)s."
        )
    else:
        text = _("Bei uns ist gerade kein Platz für Anlagen. Rufen Sie uns bitte an: %(hotline)s.")
    return text % {"hotline": hotline}


def _shown(request: HttpRequest, row: Thread, form: Answer) -> HttpResponse:
    context: dict[str, Any] = {
        "row": row,
        "subject": sealing.subject_of(row),
        "thread": [_message(one) for one in queries.messages_of(row)],
        "form": form,
        "once": once.new(),
    }
    return render(request, "portal/correspondence/thread.html", context, status=422 if form.errors else 200)


def _message(row: Message) -> Shown:
    return Shown(
        author=words.access(row.access) if row.access else _kv(),
        at=row.at,
        text=sealing.text_of(row),
        is_own=row.access is not None,
        is_new=row.staff is not None and row.read_at is None,
        receipt=_receipt(row) if row.access else "",
        attachments=writing.attached(list(row.attachments.all())),
    )


def _kv() -> str:
    """Who wrote for the KV: the office, not the person."""
    return _("%(kv)s, Sachbearbeitung") % {"kv": configuration.current().profile.short_name}


def _receipt(row: Message) -> str:
    if row.read_at is None:
        return _("Noch nicht gelesen.")
    values = {"when": web_words.short_moment(row.read_at), "who": _kv()}
    return _("Gelesen am %(when)s: %(who)s.") % values


def _named(party: Party) -> str:
    if isinstance(party, Practice):
        bsnrs = ", ".join(site.bsnr for site in party.sites.all())
        return f"{party.name} (BSNR {bsnrs})"
    return party.name


def _entry(line: Line) -> Entry:
    count = ngettext("%(count)d Nachricht", "%(count)d Nachrichten", line.count) % {"count": line.count}
    facts = f"{count} · {web_words.short_moment(line.newest_at)}"
    return Entry(line.subject, reverse("message-thread", args=[line.thread.pk]), _status(line), facts)


def _status(line: Line) -> Status:
    if line.unread:
        return Status(_("Neu"), "mail", "warning")
    if line.waits_since:
        return Status(_("Bei uns"), "clock")
    return Status(_("Nichts Neues"), "check", "ok")
