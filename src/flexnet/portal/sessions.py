"""Who is signed in for the practice, seen and ended by who answers for it; and signing out everywhere."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from django.contrib import auth, messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from flexnet.access import answered_for
from flexnet.access.present import Present
from flexnet.accounts import actions as accounts
from flexnet.accounts import browsers
from flexnet.accounts.browsers import Browser
from flexnet.accounts.sessions import VIA
from flexnet.gateway import actions, effects, queries
from flexnet.gateway.models import Session
from flexnet.portal import words
from flexnet.portal.middleware import MemberRequest, forgetting
from flexnet.portal.who_is_here import Here


@dataclass(frozen=True)
class BrowserLine:
    """A browser that is signed in, and whether it is the one that asks."""

    row: Browser
    name: str
    is_this: bool

    @property
    def way(self) -> str:
        return words.way(self.row.way, self.row.provider)


@dataclass(frozen=True)
class TunnelLine:
    """A tunnel that is open, and whether whoever asks came through it."""

    row: Session
    name: str
    is_this: bool


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Who is here now, and who came before."""
    here = Here.of(cast(MemberRequest, request).present)
    older_than = request.GET.get("vor", "")
    past, older = here.past(int(older_than) if older_than.isdecimal() and len(older_than) < 19 else None)
    session = request.session
    context = {
        "browsers": [
            BrowserLine(one, here.names[one.account_id], one.session_key == session.session_key)
            for one in here.browsers
        ],
        "tunnels": [
            TunnelLine(one, here.names[one.access.account_id], str(one.pk) == session.get(VIA))
            for one in here.tunnels
        ],
        "several": here.through_several(),
        "are_many": len(here.accesses) > 1,
        "past": past,
        "older": older,
        "is_older": bool(older_than),
    }
    return render(request, "portal/sign_ins.html", context)


@require_POST
def end_browser(request: HttpRequest, handle: str) -> HttpResponse:
    """At once; a second time finds it done. What is another practice's is not there."""
    member, now = cast(MemberRequest, request).access, datetime.now(UTC)
    here = Here.of(Present(member, now))
    whose = browsers.account_in(handle)
    access = next((one for one in here.accesses if one.account_id == whose), None)
    if access is None:
        raise Http404
    keys = [one.session_key for one in here.browsers if one.handle == handle]
    accounts.end_browsers(Q(pk__in=keys), account=access.account, by=f"portal:{member}")
    messages.success(request, _("Der Browser ist abgemeldet."))
    return redirect("sign-ins")


@require_safe
def tunnel(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One that was ended, and what its gateway said of it; until then the page looks again by itself."""
    row = _tunnel(request, key)
    if row.ended_at is None:
        return redirect("sign-ins")
    return render(request, "portal/tunnel.html", {"row": row, "ended": effects.of_session(row)})


@require_POST
def end_tunnel(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """At once, with every browser that came through it; a second time finds it done."""
    row = _tunnel(request, key)
    actions.end_session(row, by=f"portal:{cast(MemberRequest, request).access}", now=datetime.now(UTC))
    return redirect("tunnel", key=key)


@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """One click: every browser that is signed in with this access, and this one too."""
    member = cast(MemberRequest, request).access
    accounts.end_browsers(Q(), account=member.account, by=f"portal:{member}")
    auth.logout(request)
    messages.success(request, _("Sie sind in allen Browsern abgemeldet."))
    return forgetting(redirect("start"))


def _tunnel(request: HttpRequest, key: uuid.UUID) -> Session:
    member, now = cast(MemberRequest, request).access, datetime.now(UTC)
    row = queries.session_of([one.pk for one in answered_for.by(Present(member, now))], key)
    if row is None:
        raise Http404
    return row
