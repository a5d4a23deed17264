"""New credentials by letter, asked for by whoever is signed in."""

from datetime import UTC, datetime
from typing import cast

from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from flexnet.access import credentials
from flexnet.access.models import CredentialRequest
from flexnet.portal.forms import NewCredentials
from flexnet.portal.middleware import MemberRequest


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The letter goes to the registered address; what it replaces is locked at once if that is wished."""
    member = cast(MemberRequest, request)
    form = NewCredentials(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        is_locked = form.cleaned_data["lock"]
        credentials.request(
            access=member.access,
            way=CredentialRequest.Way.PORTAL,
            by=f"portal:{member.access}",
            reason="",
            now=datetime.now(UTC),
            lock_replaced=is_locked,
        )
        return _answer(request, is_locked=is_locked)
    return render(request, "portal/credentials.html", {"form": form})


def _answer(request: HttpRequest, *, is_locked: bool) -> HttpResponse:
    """Whoever locked the password is signed out with it."""
    done = _("Ihre Bitte ist angekommen. Die neuen Zugangsdaten kommen per Brief.")
    if is_locked:
        auth.logout(request)
        locked = _("Ihre bisherigen Zugangsdaten sind gesperrt.")
        done = f"{done} {locked}"
    messages.success(request, done)
    return redirect("start")
