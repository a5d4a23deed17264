"""Another YubiKey in place of one that is lost or broken: ordered by a message, a lost one locked at once."""

from datetime import UTC, datetime
from typing import Final, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from flexnet.access import own_keys
from flexnet.access.models import KeyAssignment
from flexnet.accounts.errors import AlreadySubmitted
from flexnet.correspondence import actions, queries
from flexnet.correspondence.actions import Draft
from flexnet.correspondence.errors import TooManyWaiting
from flexnet.correspondence.models import Thread
from flexnet.portal import once
from flexnet.portal.correspondence import why_not
from flexnet.portal.middleware import MemberRequest

_LOST: Final = "lost"
_WHY: Final = {
    "broken": gettext_lazy("Er ist kaputt oder wird nicht mehr erkannt"),
    _LOST: gettext_lazy("Er ist verloren oder gestohlen: bitte sofort sperren"),
}


class NewKey(forms.Form):
    """Why, and what the office should know besides."""

    why = forms.ChoiceField(
        label=gettext_lazy("Was ist mit dem YubiKey?"),
        choices=list(_WHY.items()),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Bitte wählen Sie, was mit dem YubiKey ist.")},
    )
    note = forms.CharField(
        label=gettext_lazy("Anmerkung (nicht nötig)"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": gettext_lazy("Höchstens %(limit_value)d Zeichen. Bitte kürzen Sie.")},
    )


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, serial: str) -> HttpResponse:
    """For a key of one's own, locked or not."""
    member, now = cast(MemberRequest, request).access, datetime.now(UTC)
    row = own_keys.held(member, now).filter(key__serial=serial).first()
    if row is None or not queries.parties_of(member, now):
        raise Http404
    form = NewKey(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = _ordered(request, row, form)
        if done:
            return done
    context = {"form": form, "row": row, "once": once.new()}
    return render(request, "portal/new_key.html", context, status=422 if form.errors else 200)


def _ordered(request: HttpRequest, row: KeyAssignment, form: NewKey) -> HttpResponse | None:
    """None: the form says why not; what is lost is locked all the same."""
    member, now = cast(MemberRequest, request).access, datetime.now(UTC)
    if form.cleaned_data["why"] == _LOST:
        own_keys.lock_lost(member=member, serial=row.key.serial, now=now)
    try:
        thread = _sent(request, row, form, now)
    except AlreadySubmitted:
        messages.success(request, once.said())
        return redirect("messages")
    except TooManyWaiting as refused:
        form.add_error(None, why_not(refused))
        return None
    messages.success(request, _("Ihre Bestellung ist bei uns. Was daraus wird, lesen Sie hier."))
    return redirect("message-thread", key=thread.pk)


def _sent(request: HttpRequest, row: KeyAssignment, form: NewKey, now: datetime) -> Thread:
    """To the desk of the practice whose key it is. Raises AlreadySubmitted, TooManyWaiting."""
    member = cast(MemberRequest, request).access
    parties = queries.parties_of(member, now)
    of_site = row.access.site.practice if row.access.site else None
    party = next((one for one in parties if one == of_site), parties[0])
    with translation.override("de"):  # the office reads it
        subject = _("Ersatz für den YubiKey %(key)s") % {"key": row.key}
        parts = (_("Zugang: %(name)s") % {"name": row.access}, str(_WHY[form.cleaned_data["why"]]))
    text = "\n".join((*parts, "", form.cleaned_data["note"])).strip()
    draft, by = Draft(once.number(request), text), f"portal:{member}"
    return actions.open_thread(party=party, subject=subject, draft=draft, author=member, by=by, now=now)
