"""What the KV put for this practice: found by quarter and kind, downloaded."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from flexnet.access.models import Access
from flexnet.documents import actions, queries
from flexnet.documents.adapters import STORE
from flexnet.documents.models import Document
from flexnet.lib.quarters import BadQuarter, Quarter
from flexnet.portal import words
from flexnet.portal.middleware import MemberRequest
from flexnet.web import attached, refusals
from flexnet.web import words as web_words
from flexnet.web.status import Status

_MOST = 200


@dataclass(frozen=True)
class Entry:
    """A document as a line of the list."""

    title: str
    url: str
    status: Status
    facts: str
    gist: str = ""


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The newest quarter first; `quartal` and `art` in the address choose."""
    access, now = _who(request)
    rows = queries.for_(access, now)
    quarters = list(rows.order_by("-quarter").values_list("quarter", flat=True).distinct())
    slugs = list(rows.order_by("kind").values_list("kind", flat=True).distinct())
    quarter, kind = _quarter(request.GET.get("quartal", "")), request.GET.get("art", "")
    chosen = rows.filter(**({"quarter": quarter} if quarter else {}), **({"kind": kind} if kind else {}))
    entries = [_entry(row) for row in chosen.select_related("fetched_by")[:_MOST]]
    context: dict[str, Any] = {
        "entries": entries,
        "is_cut": len(entries) == _MOST,
        "quarters": [(str(one), str(one)) for one in quarters],
        "kinds": [(slug, queries.kind(slug).title) for slug in slugs],
        "quarter": str(quarter or ""),
        "kind": kind,
        "why_kept": _why_kept() if queries.is_kept_from(access) else None,
        "is_filtered": bool(quarter or kind),
    }
    return render(request, "portal/documents.html", context)


@require_safe
def download(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One of them, to be saved; whoever is first leaves the receipt."""
    access, now = _who(request)
    row = queries.one_for(access, key, now)
    if row is None:
        raise Http404
    content = STORE.read(str(row.pk))
    if request.method == "GET":
        actions.note_fetched(document=row, access=access, by=f"portal:{access}", now=now)
    return attached.response(content, kind="application/pdf", name=row.file_name)


def _who(request: HttpRequest) -> tuple[Access, datetime]:
    """For third parties there are none."""
    access = cast(MemberRequest, request).access
    if access.third_party_id:
        raise Http404
    return access, datetime.now(UTC)


def _why_kept() -> refusals.Why:
    """Staff sees what the member shows; that is no door, so no decision says it."""
    return refusals.Why(
        _("Das Mitglied, das für Ihren Zugang verantwortlich ist, zeigt Ihnen die Dokumente nicht."),
        _("Es kann sie im Portal zeigen: unter „Praxispersonal“, bei Ihrem Zugang, mit „Dokumente zeigen“."),
        refusals.rule("§ 1(2)"),
    )


def _quarter(text: str) -> Quarter | None:
    try:
        return Quarter.parse(text)
    except BadQuarter:
        return None


def _entry(row: Document) -> Entry:
    facts = f"BSNR {row.site} · {web_words.size(row.size)} · {web_words.short_moment(row.put_at)}"
    title = f"{queries.kind(row.kind).title} {row.quarter}"
    return Entry(title, reverse("document", args=[row.pk]), _status(row), facts, _fetched(row))


def _fetched(row: Document) -> str:
    if row.fetched_at is None or row.fetched_by is None:
        return ""
    values = {"when": web_words.short_moment(row.fetched_at), "who": words.access(row.fetched_by)}
    return _("Zuerst heruntergeladen am %(when)s: %(who)s.") % values


def _status(row: Document) -> Status:
    if row.fetched_at is None:
        return Status(_("Neu"), "file", "warning")
    return Status(_("Heruntergeladen"), "check", "ok")
