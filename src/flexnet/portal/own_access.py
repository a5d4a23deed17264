"""„Mein Zugang“: what holds now, what is to come, the keys, and the way to everything one can do about it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from flexnet.access import mandates, notices, overview, own_keys, programs
from flexnet.access.present import Present
from flexnet.access.rules import Channel
from flexnet.configuration import current
from flexnet.portal import words
from flexnet.portal.middleware import MemberRequest
from flexnet.web import explaining

_DOORS: Final = (Channel.PORTAL, Channel.SUBMISSION)


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The same answers as the office reads them."""
    who = cast(MemberRequest, request).present
    member, now = who.access, who.now
    keys = list(own_keys.held(member, now))
    answers = _answers(who, has_key=any(row.access_id == member.pk for row in keys))
    context = {
        "access": member,
        "name": words.access(member),
        "answers": answers,
        "changes": _changes(answers),
        "keys": keys,
        "speaks_for_practice": who.speaks_for_practice,
        "hands_in_for_others": mandates.is_submitters(member),
        "may_give_notice": bool(notices.of(member, now)),
        "may_connect": programs.may_connect(member, now),
        "applies": any(kind != "third_party" for kind in current().profile.applications),
    }
    return render(request, "portal/own_access.html", context)


@require_http_methods(["GET", "POST"])
def lock_key(request: HttpRequest, serial: str) -> HttpResponse:
    """Lost: asked once more, then locked at once."""
    member, now = cast(MemberRequest, request).access, datetime.now(UTC)
    row = own_keys.held(member, now).filter(key__serial=serial).first()
    if row is None:
        raise Http404
    if request.method == "POST":
        own_keys.lock_lost(member=member, serial=serial, now=now)
        messages.success(request, _("Der YubiKey %(key)s ist gesperrt.") % {"key": serial})
        return redirect("own-access")
    return render(request, "portal/lock_key.html", {"row": row, "name": words.access(row.access)})


def _changes(answers: Sequence[explaining.Answer]) -> list[tuple[explaining.Change, str]]:
    """What is to come, with the doors that it is about; in their order."""
    doors: dict[explaining.Change, list[str]] = {}
    for answer in answers:
        for change in answer.changes:
            doors.setdefault(change, []).append(str(answer.channel))
    return [(one, ", ".join(doors[one])) for one in sorted(doors, key=lambda change: change.at)]


def _answers(who: Present, *, has_key: bool) -> list[explaining.Answer]:
    """Each door; the tunnel only for whom it is meant."""
    main = explaining.main_channel(who.access, has_key=has_key)
    doors = (Channel.VPN_SIGN_IN, *_DOORS) if main is Channel.VPN_SIGN_IN else _DOORS
    return [
        explaining.answer(overview.explained(who.access.user_name, who.facts, door, who.now))
        for door in doors
    ]
