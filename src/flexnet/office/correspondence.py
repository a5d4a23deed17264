"""Messages with practices and third parties: who waits, what was written, answers; for clerks alone."""

import uuid
from datetime import UTC, datetime
from typing import Any, Final, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from flexnet.accounts.errors import AlreadySubmitted
from flexnet.accounts.models import Role, Staff
from flexnet.correspondence import actions, queries, sealing
from flexnet.correspondence.models import Message, Thread
from flexnet.correspondence.queries import Party
from flexnet.members.models import Practice
from flexnet.office import acting, finding, happening_words
from flexnet.office.middleware import StaffRequest
from flexnet.office.roles import only
from flexnet.sealed_store import StoreFull
from flexnet.web import attached, words, writing
from flexnet.web.writing import Answer, NewMessage, Shown

_MOST: Final = 100
_clerks: Final = only(Role.CLERK, auditors_read=False)


@_clerks
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Who waits for us; or all, whoever wrote last first."""
    state = request.GET.get("stand", "offen")
    lines = queries.newest(_MOST) if state == "alle" else queries.waiting(_MOST)
    context = {"lines": lines, "state": state, "is_cut": len(lines) == _MOST, "most": _MOST}
    return render(request, "office/correspondence/list.html", context)


@_clerks
@require_safe
def with_practice(request: HttpRequest, practice: int) -> HttpResponse:
    """All that was written with a practice."""
    return _with(request, finding.practice(practice))


@_clerks
@require_safe
def with_third_party(request: HttpRequest, third_party: int) -> HttpResponse:
    """All that was written with a third party."""
    return _with(request, finding.third_party(third_party))


@csrf_exempt
@_clerks
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, practice: int) -> HttpResponse:
    """The form's token is checked below, once it is said how files are read."""
    writing.read_files(request)
    return _write(request, finding.practice(practice))


@csrf_exempt
@_clerks
@require_http_methods(["GET", "POST"])
def write_to_third_party(request: HttpRequest, third_party: int) -> HttpResponse:
    """As above."""
    writing.read_files(request)
    return _write(request, finding.third_party(third_party))


@_clerks
@require_safe
def thread(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Whoever opens it has read it."""
    row, (staff, now) = finding.there(queries.thread(key)), _who(request)
    response = _shown(request, row, Answer())
    if request.method == "GET":
        actions.note_read(thread=row, reader=staff, by=f"office:{staff}", now=now)
    return response


@csrf_exempt
@_clerks
@require_POST
def answer(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """As `write`."""
    writing.read_files(request)
    return _answer(request, finding.there(queries.thread(key)))


@_clerks
@require_POST
def settle(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """It needs no answer."""
    row, (staff, now) = finding.there(queries.thread(key)), _who(request)
    if actions.settle(thread=row, by=f"office:{staff}", now=now):
        messages.success(request, _("Vermerkt: Diese Nachricht braucht keine Antwort."))
    else:
        messages.info(request, _("Das ist schon erledigt."))
    return redirect("messages")


@_clerks
@require_safe
def attachment(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One file, to be saved."""
    row = finding.there(queries.attachment(key))
    return attached.response(sealing.content_of(row), kind=row.kind, name=row.name)


def _with(request: HttpRequest, party: Party) -> HttpResponse:
    context = {"lines": queries.lines_with(party), "party": party, **_places(party)}
    return render(request, "office/correspondence/with.html", context)


@csrf_protect
def _write(request: HttpRequest, party: Party) -> HttpResponse:
    form = NewMessage(*writing.sent(request))
    if request.method == "POST" and form.is_valid():
        found = _opened(request, form, party)
        if found:
            return found
    context = {"form": form, "party": party, "once": uuid.uuid4(), **_places(party)}
    return render(request, "office/correspondence/new.html", context, status=422 if form.errors else 200)


@csrf_protect
def _answer(request: HttpRequest, row: Thread) -> HttpResponse:
    form = Answer(*writing.sent(request))
    if form.is_valid() and _is_sent(request, row, form):
        return redirect("message-thread", key=row.pk)
    return _shown(request, row, form)


def _opened(request: HttpRequest, form: NewMessage, party: Party) -> HttpResponse | None:
    """None: the form says why not."""
    staff, now = _who(request)
    try:
        row = actions.open_thread(
            party=party,
            subject=form.cleaned_data["subject"],
            draft=form.draft(acting.number_of(request)),
            author=staff,
            by=f"office:{staff}",
            now=now,
        )
    except AlreadySubmitted:
        messages.success(request, _sent())
        return redirect(_places(party)["messages_url"])
    except StoreFull:
        form.add_error(None, _full())
        return None
    messages.success(request, _sent())
    return redirect("message-thread", key=row.pk)


def _is_sent(request: HttpRequest, row: Thread, form: Answer) -> bool:
    """Otherwise the form says why not."""
    staff, now = _who(request)
    try:
        draft = form.draft(acting.number_of(request))
        actions.answer(thread=row, draft=draft, author=staff, by=f"office:{staff}", now=now)
    except AlreadySubmitted:
        messages.success(request, _sent())
    except StoreFull:
        form.add_error(None, _full())
        return False
    else:
        messages.success(request, _sent())
    return True


def _who(request: HttpRequest) -> tuple[Staff, datetime]:
    return cast(StaffRequest, request).staff, datetime.now(UTC)


def _sent() -> str:
    return _("Die Nachricht liegt im Portal. Hier sehen Sie, wann sie gelesen wird.")


def _full() -> str:
    return _("Auf dem Server ist kein Platz mehr. Bitte sagen Sie dem IT-Service Bescheid.")


def _places(party: Party) -> dict[str, str]:
    """Where a party's page is, where its messages are, and where one writes to it."""
    if isinstance(party, Practice):
        names, parts = ("practice", "messages-with-practice", "message-new"), [party.pk]
    else:
        names, parts = ("third-party", "messages-with-third-party", "message-new-third-party"), [party.pk]
    keys = ("party_url", "messages_url", "write_url")
    return {key: reverse(name, args=parts) for key, name in zip(keys, names, strict=True)}


def _shown(request: HttpRequest, row: Thread, form: Answer) -> HttpResponse:
    rows = queries.messages_of(row)
    context: dict[str, Any] = {
        "row": row,
        "party": row.party,
        "subject": sealing.subject_of(row),
        "thread": [_message(one) for one in rows],
        "waits": any(one.access and not one.settled_at for one in rows),
        "form": form,
        "once": uuid.uuid4(),
        **_places(row.party),
    }
    status = 422 if form.errors else 200
    return render(request, "office/correspondence/thread.html", context, status=status)


def _message(row: Message) -> Shown:
    return Shown(
        author=_author(row),
        at=row.at,
        text=sealing.text_of(row),
        is_own=row.staff is not None,
        is_new=row.access is not None and row.read_at is None,
        receipt=_receipt(row) if row.staff else "",
        attachments=writing.attached(list(row.attachments.all())),
    )


def _author(row: Message) -> str:
    if row.access:
        return f"{happening_words.ACCESSES[row.access.kind]} {row.access}, {finding.holder(row.access)}"
    assert row.staff is not None  # noqa: S101 - one of them is set, the database holds it
    return row.staff.name


def _receipt(row: Message) -> str:
    if row.read_at is None or row.reading_access is None:
        return _("Noch nicht gelesen.")
    values = {"when": words.short_moment(row.read_at), "access": row.reading_access}
    return _("Zuerst gelesen am %(when)s mit dem Zugang %(access)s.") % values


ADDRESSES: Final[list[URLPattern]] = [
    path("nachrichten/", listing, name="messages"),
    path("nachrichten/<uuid:key>/", thread, name="message-thread"),
    path("nachrichten/<uuid:key>/antworten/", answer, name="message-answer"),
    path("nachrichten/<uuid:key>/erledigt/", settle, name="message-settle"),
    path("nachrichten/anlage/<uuid:key>/", attachment, name="message-attachment"),
    path("praxen/<int:practice>/nachrichten/", with_practice, name="messages-with-practice"),
    path("praxen/<int:practice>/nachrichten/neu/", write, name="message-new"),
    path("dritte/<int:third_party>/nachrichten/", with_third_party, name="messages-with-third-party"),
    path("dritte/<int:third_party>/nachrichten/neu/", write_to_third_party, name="message-new-third-party"),
]
