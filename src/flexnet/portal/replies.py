"""What the KV replied to a delivery: read here, and whoever is first leaves the receipt."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from flexnet.access.rules import day_of
from flexnet.billing import queries, replies, report_papers, reports
from flexnet.billing.models import Delivery, Reply, ReplyKind
from flexnet.lib.file_kinds import FileKind
from flexnet.lib.kvdt.rules import Level
from flexnet.portal import words
from flexnet.portal.middleware import MemberRequest
from flexnet.web import attached
from flexnet.web import words as web_words
from flexnet.web.billing_words import reply_title
from flexnet.web.status import Status


@dataclass(frozen=True)
class Entry:
    """A reply in the list of its delivery."""

    title: str
    url: str
    status: Status
    facts: str


def entries(row: Delivery) -> list[Entry]:
    """The newest first."""
    return [_entry(one) for one in queries.replies_to(row)]


@require_safe
def page(request: HttpRequest, key: uuid.UUID, reply: uuid.UUID) -> HttpResponse:
    """A text and what a check found stand here; of a PDF only that it is there."""
    row = _mine(request, key, reply)
    context = {"delivery": row.delivery, "reply": row, "title": reply_title(row), "told": _told(row)}
    if row.kind == ReplyKind.CHECK:
        context |= _causes(row)
    elif row.kind == ReplyKind.TEXT:
        context["text"] = replies.content(row).decode()
    answer = render(request, "portal/reply.html", context)
    if row.kind != ReplyKind.PDF:
        _note(request, row)
    return answer


@require_safe
def file(request: HttpRequest, key: uuid.UUID, reply: uuid.UUID) -> HttpResponse:
    """To be saved."""
    row = _mine(request, key, reply)
    if row.kind == ReplyKind.CHECK:
        content, kind = report_papers.pdf(row, report_papers.FULL_CHECK), FileKind.PDF
        name = f"Pruefergebnis_{row.delivery.receipt}.pdf"
    else:
        content, kind, name = replies.content(row), replies.file_kind(row), row.file_name
    _note(request, row)
    return attached.response(content, kind=kind, name=name)


def _note(request: HttpRequest, row: Reply) -> None:
    if request.method == "GET":
        access = cast(MemberRequest, request).access
        replies.note_read(reply=row, access=access, by=f"portal:{access}", now=datetime.now(UTC))


def _causes(row: Reply) -> dict[str, object]:
    found = reports.causes(row)
    return {
        "errors": [cause for cause in found if cause.level > Level.WARNING],
        "hints": [cause for cause in found if cause.level is Level.WARNING],
    }


def _mine(request: HttpRequest, key: uuid.UUID, reply: uuid.UUID) -> Reply:
    access = cast(MemberRequest, request).access
    delivery = queries.delivery_for(access, key, day_of(datetime.now(UTC)))
    row = queries.reply_to(delivery, reply) if delivery else None
    if row is None:
        raise Http404
    return row


def _entry(row: Reply) -> Entry:
    status = Status(_("Gelesen"), "check", "ok") if row.read_at else Status(_("Neu"), "mail", "warning")
    facts = web_words.short_moment(row.put_at)
    if row.kind == ReplyKind.PDF:
        facts += f" · PDF, {web_words.size(row.size)}"
    url = reverse("reply", args=[row.delivery_id, row.pk])
    return Entry(reply_title(row), url, status, f"{facts}. {_told(row)}" if row.read_at else facts)


def _told(row: Reply) -> str:
    if row.read_at is None or row.read_by is None:
        return ""
    values = {"when": web_words.short_moment(row.read_at), "who": words.access(row.read_by)}
    return _("Zuerst gelesen am %(when)s: %(who)s.") % values
