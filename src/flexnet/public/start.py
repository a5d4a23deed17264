"""What everyone may read: what this is, what it needs, terms, providers, maintenance."""

from datetime import UTC, datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from flexnet import configuration
from flexnet.access import queries as access
from flexnet.access.errors import NoSuchTerms
from flexnet.access.rules import day_of
from flexnet.publications import queries as publications
from flexnet.web import texts


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The same for everyone: nobody signs in here."""
    now = datetime.now(UTC)
    context = {
        "coming": publications.maintenance(now)[:1],
        "now": now,
        "is_flexnet": "member" in configuration.current().profile.applications,
    }
    return render(request, "public/start.html", context)


@require_safe
def requirements(request: HttpRequest) -> HttpResponse:
    """What a practice's equipment must be (§ 4(2)), from the configuration."""
    return render(request, "public/requirements.html")


@require_safe
def all_terms(request: HttpRequest) -> HttpResponse:
    """Every version: the one in force first, then what is to come and what was."""
    current = access.terms_in_force(day_of(datetime.now(UTC)))
    context = {"current": current, "versions": access.all_terms()}
    return render(request, "public/all_terms.html", context)


@require_safe
def terms(request: HttpRequest, version: int) -> HttpResponse:
    """One version with its text and its hash, to be read and printed."""
    try:
        row = access.terms(version)
    except NoSuchTerms:
        raise Http404 from None
    today = day_of(datetime.now(UTC))
    current = access.terms_in_force(today)
    context = {
        "terms": row,
        "blocks": texts.blocks(row.text),
        "current": current,
        "is_to_come": row.effective_on > today,
    }
    return render(request, "public/terms.html", context)


@require_safe
def terms_text(request: HttpRequest, version: int) -> HttpResponse:
    """The very bytes whose hash is told, so that everybody can count it."""
    del request
    try:
        row = access.terms(version)
    except NoSuchTerms:
        raise Http404 from None
    name = f"Nutzungsbedingungen_{row.version}.txt"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(row.text.encode(), content_type="text/plain; charset=utf-8", headers=headers)


@require_safe
def providers(request: HttpRequest) -> HttpResponse:
    """Who is certified today; the KV recommends none of them."""
    today = day_of(datetime.now(UTC))
    return render(
        request, "public/providers.html", {"providers": publications.certified(today), "today": today}
    )


@require_safe
def maintenance(request: HttpRequest) -> HttpResponse:
    """When services will be limited (§ 8(1))."""
    now = datetime.now(UTC)
    return render(request, "public/maintenance.html", {"windows": publications.maintenance(now), "now": now})
