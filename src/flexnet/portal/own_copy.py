"""A copy of everything stored about whoever is signed in with a personal access (Art. 15 GDPR)."""

from datetime import UTC, datetime
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from flexnet.access import copies
from flexnet.access.models import Access
from flexnet.portal import copying, step_up
from flexnet.portal.middleware import MemberRequest


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """What it holds, said beforehand; sent, it is made at once, and kept nowhere."""
    member = cast(MemberRequest, request).access
    if member.kind != Access.Kind.PERSONAL:
        raise Http404
    if request.method != "POST":
        return render(request, "portal/own_copy.html")
    return step_up.ask(request) or _given(member, datetime.now(UTC))


def _given(member: Access, now: datetime) -> HttpResponse:
    made = copying.archive(copying.of(member, now), now)
    copies.note(member, by=f"portal:{member}")
    name = f"Datenkopie_{member}_{timezone.localdate(now).isoformat()}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(made, content_type="application/zip", headers=headers)
