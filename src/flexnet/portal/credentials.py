"""New credentials, or a revocation word alone, by letter: asked for by whoever is signed in."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import cast

from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from flexnet.access import credentials, requests
from flexnet.access.errors import BadRequest
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


@require_http_methods(["GET", "POST"])
def word(request: HttpRequest) -> HttpResponse:
    """The one before holds until the letter is printed."""
    access, now = cast(MemberRequest, request).access, datetime.now(UTC)
    if request.method == "POST":
        with suppress(BadRequest):  # new credentials were printed this instant, and bring a word along
            credentials.order_word(
                access=access, way=CredentialRequest.Way.PORTAL, by=f"portal:{access}", reason="", now=now
            )
        messages.success(request, _("Bestellt. Das neue Sperrkennwort kommt per Brief."))
        return redirect("own-access")
    context = {"ordered": requests.word_on_its_way(access), "waits": requests.address_waits(access, now)}
    return render(request, "portal/revocation_word.html", context)


def _answer(request: HttpRequest, *, is_locked: bool) -> HttpResponse:
    """Whoever locked the password is signed out with it."""
    done = _("Ihre Bitte ist angekommen. Die neuen Zugangsdaten kommen per Brief.")
    if is_locked:
        auth.logout(request)
        locked = _("Ihre bisherigen Zugangsdaten sind gesperrt.")
        done = f"{done} {locked}"
    messages.success(request, done)
    return redirect("start")
