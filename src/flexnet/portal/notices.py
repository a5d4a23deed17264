"""Notice in the portal: its last day is said before; where it does not bind, it is printed to be signed."""

from datetime import UTC, date, datetime
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from flexnet.access import endings, notices
from flexnet.access.endings import NotGiven
from flexnet.access.models import Access, Notice
from flexnet.access.notices import Noticeable
from flexnet.access.rules import day_of
from flexnet.portal import statements, words
from flexnet.portal.billing import Entry
from flexnet.portal.middleware import MemberRequest
from flexnet.portal.step_up import fresh
from flexnet.web import words as web_words
from flexnet.web.status import Status


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Each access that this visitor may end."""
    member = cast(MemberRequest, request).access
    found = notices.of(member, datetime.now(UTC))
    if not found:
        raise Http404
    return render(request, "portal/notices.html", {"entries": [_entry(one) for one in found]})


@require_http_methods(["GET", "POST"])
@fresh
def one(request: HttpRequest, user_name: str) -> HttpResponse:
    """What will happen and when; then it happens."""
    member, now = cast(MemberRequest, request).access, datetime.now(UTC)
    found = _found(member, user_name, now)
    if request.method == "POST":
        return _give(request, found, now)
    context: dict[str, Any] = {
        "found": found,
        "access": found.access,
        "name": words.access(found.access),
        "ends_on": endings.last_day(Notice.Kind.MEMBER, day_of(now)),
    }
    return render(request, "portal/notice.html", context)


@require_safe
def form(request: HttpRequest, user_name: str) -> HttpResponse:
    """The sheet to be signed and posted."""
    member, now = cast(MemberRequest, request).access, datetime.now(UTC)
    found = _found(member, user_name, now)
    headers = {"Content-Disposition": f'attachment; filename="Kuendigung_{found.access}.pdf"'}
    sheet = statements.notice(found, now=now)
    return HttpResponse(sheet, content_type="application/pdf", headers=headers)


def _give(request: HttpRequest, found: Noticeable, now: datetime) -> HttpResponse:
    member = cast(MemberRequest, request).access
    ends_on = _day(request.POST.get("ends_on", ""))
    given = endings.give_in_portal(member=member, user_name=str(found.access), ends_on=ends_on, now=now)
    if given is NotGiven.NOT_YOURS:
        raise Http404
    if isinstance(given, Notice):
        said = _("Ihre Kündigung ist eingegangen. Der letzte Tag ist der %(day)s.")
        messages.success(request, said % {"day": web_words.day(given.ends_on)})
    elif given is NotGiven.OTHER_DAY:
        messages.warning(request, _("Inzwischen ist ein neuer Tag. Bitte lesen Sie noch einmal, was gilt."))
    return redirect("notice", user_name=found.access)


def _found(member: Access, user_name: str, now: datetime) -> Noticeable:
    found = notices.one(member, user_name, now)
    if found is None:
        raise Http404
    return found


def _entry(found: Noticeable) -> Entry:
    ends_on = found.running.ends_on if found.running else None
    status, facts = Status(_("Nicht gekündigt"), "check", "ok"), [words.access(found.access)]
    if ends_on:
        status = Status(_("Gekündigt"), "clock", "warning")
        facts.append(_("letzter Tag %(day)s") % {"day": web_words.short_day(ends_on)})
    return Entry(str(found.access), reverse("notice", args=[found.access]), status, " · ".join(facts))


def _day(text: str) -> date:
    """A day that was not said by us is no day on which anything ends."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min
