"""A mail on its page: what it says, what became of it, and what to do where it did not arrive."""

from datetime import UTC, datetime
from typing import Any, Final, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from flexnet.accounts.models import Role
from flexnet.mail import actions, queries, rules
from flexnet.mail.errors import NoSuchMail, NotNow
from flexnet.mail.kinds import FIELDS, Kind
from flexnet.mail.models import Mail, Trouble
from flexnet.office import act_forms, happenings, mail_words
from flexnet.office.middleware import StaffRequest
from flexnet.office.roles import only

READERS: Final = (Role.CLERK, Role.RECEPTION, Role.IT)
_PLACES: Final = {
    "access": "access",
    "key": "key",
    "practice": "practice",
    "site": "site-by-bsnr",
    "third_party": "third-party",
}


class Settle(forms.Form):
    """How somebody saw to it that they hear of it all the same."""

    note = act_forms.Lines(
        gettext_lazy("Was haben Sie stattdessen getan?"),
        help_text=gettext_lazy("Zum Beispiel: angerufen, Adresse berichtigt, Brief geschrieben."),
    )


@only(*READERS)
@require_safe
def page(request: HttpRequest, number: int) -> HttpResponse:
    """With its text, but for what only its reader may know."""
    return _shown(request, _mail(number), Settle())


@only(Role.CLERK, Role.IT)
@require_POST
def try_again(request: HttpRequest, number: int) -> HttpResponse:
    """It waits once more."""
    row, (by, now) = _mail(number), _who(request)
    try:
        actions.try_again(number=row.pk, by=by, now=now)
    except NotNow:
        messages.info(request, _("Diese Mail ist nicht mehr unter denen, die nicht ankamen."))
    else:
        messages.success(request, _("Die Mail geht noch einmal hinaus."))
    return redirect("mail", number=number)


@only(Role.CLERK)
@require_POST
def settle(request: HttpRequest, number: int) -> HttpResponse:
    """Somebody has seen to it in another way."""
    row, form, (by, now) = _mail(number), Settle(request.POST), _who(request)
    if not form.is_valid():
        return _shown(request, row, form)
    try:
        actions.settle(number=row.pk, note=form.cleaned_data["note"], by=by, now=now)
    except NotNow:
        messages.info(request, _("Diese Mail ist nicht mehr unter denen, die nicht ankamen."))
    else:
        messages.success(request, _("Vermerkt: Die Mail ist erledigt."))
    return redirect("mail", number=number)


def _shown(request: HttpRequest, row: Mail, form: Settle) -> HttpResponse:
    state = rules.state_of(row)
    context: dict[str, Any] = {
        "mail": row,
        "status": mail_words.STATES[state],
        "has_failed": state in (rules.State.GIVEN_UP, rules.State.BOUNCED),
        "waits": state is rules.State.WAITING,
        "may_try_again": rules.may_try_again(row),
        "trouble": mail_words.TROUBLES[Trouble(row.trouble)] if row.trouble else "",
        "text": _readable(row),
        "about": happenings.about(row.about),
        "about_url": _place_of(row.about),
        "form": form,
    }
    return render(request, "office/mail.html", context, status=422 if form.errors else 200)


def _readable(row: Mail) -> str:
    """Its text, where gaps say what stood there."""
    text = row.text
    for name in FIELDS[Kind(row.kind)].sealed:
        text = text.replace(rules.gap(name), _("[Dieser Link ist nur für den Empfänger.]"))
    return text


def _place_of(subject: str) -> str:
    """The page of what a mail is about, where there is one."""
    kind, _colon, name = subject.partition(":")
    return reverse(_PLACES[kind], args=[name]) if kind in _PLACES and name else ""


def _mail(number: int) -> Mail:
    try:
        return queries.mail(number)
    except NoSuchMail:
        raise Http404 from None


def _who(request: HttpRequest) -> tuple[str, datetime]:
    return f"office:{cast(StaffRequest, request).staff}", datetime.now(UTC)
