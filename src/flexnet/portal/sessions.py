"""Who is signed in: ending it everywhere."""

from typing import cast

from django.contrib import auth, messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from flexnet.accounts import actions as accounts
from flexnet.portal.middleware import MemberRequest, forgetting


@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """One click: every browser that is signed in with this access, and this one too."""
    member = cast(MemberRequest, request).access
    accounts.end_browsers(Q(), account=member.account, by=f"portal:{member}")
    auth.logout(request)
    messages.success(request, _("Sie sind in allen Browsern abgemeldet."))
    return forgetting(redirect("start"))
