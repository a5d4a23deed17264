"""Second pair of eyes: what waits for me, what would happen, and my answer."""

import dataclasses
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from flexnet.accounts import four_eyes as wishes
from flexnet.accounts.errors import NotDecidable
from flexnet.accounts.four_eyes import State, Why
from flexnet.accounts.models import Approval, Staff
from flexnet.office import acting, four_eyes
from flexnet.office.entry_forms import MISSING
from flexnet.office.middleware import StaffRequest
from flexnet.office.plans import Outdated
from flexnet.office.roles import everyone, fresh
from flexnet.web.status import Status

_SHOWN = 30
_PLACES = {"access": "access", "practice": "practice", "import": "import"}
_STATES = {
    State.WAITING: Status(gettext_lazy("Wartet"), "clock", "warning"),
    State.GRANTED: Status(gettext_lazy("Freigegeben"), "check", "ok"),
    State.REFUSED: Status(gettext_lazy("Abgelehnt"), "error", "error"),
    State.RUN_OUT: Status(gettext_lazy("Verfallen"), "clock"),
}
_WHY = {
    Why.OWN_WISH: gettext_lazy("Das haben Sie selbst beantragt. Entscheiden muss jemand anderes."),
    Why.WRONG_ROLE: gettext_lazy("Entscheiden kann das nur jemand mit der Rolle dafür."),
    Why.DECIDED: gettext_lazy("Darüber ist schon entschieden."),
    Why.RUN_OUT: gettext_lazy("Die sieben Tage sind um. Es kann neu beantragt werden."),
}


class Answer(forms.Form):
    """Yes or no, with a reason for a no."""

    decision = forms.ChoiceField(
        label=gettext_lazy("Ihre Entscheidung"),
        choices=[
            ("grant", gettext_lazy("Freigeben: es geschieht sofort")),
            ("refuse", gettext_lazy("Ablehnen")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Bitte wählen Sie.")},
    )
    answer = forms.CharField(
        label=gettext_lazy("Begründung"),
        help_text=gettext_lazy("Bei einer Ablehnung nötig. Sie steht im Protokoll."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> None:
        if self.cleaned_data.get("decision") == "refuse" and not self.cleaned_data.get("answer"):
            self.add_error("answer", MISSING)


@dataclass(frozen=True)
class Entry:
    """A wish as a line of a list."""

    row: Approval
    title: str | Promise
    status: Status
    runs_out_at: datetime
    gist: str = ""


@everyone
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """What waits for me first, then what I asked, then what was decided."""
    me, now = _me(request), datetime.now(UTC)
    seen = wishes.seen_by(me)
    mine = wishes.waiting(now=now).filter(asked_by=me)
    over = seen.exclude(pk__in=wishes.waiting(now=now).values("pk")).order_by("-asked_at")[:_SHOWN]
    context = {
        "waiting": [_telling(row, now) for row in wishes.waiting_for(me, now=now)],
        "mine": [_telling(row, now) for row in mine],
        "over": [_entry(row, now) for row in over],
    }
    return render(request, "office/approvals.html", context)


@everyone
@require_safe
def page(request: HttpRequest, number: int) -> HttpResponse:
    """What would happen, in plain words, and who wants it why."""
    return _page(request, _mine(request, number), Answer())


@everyone
@fresh
@require_POST
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """Grant or refuse; what is granted is carried out before the page answers."""
    approval, form = _mine(request, number), Answer(request.POST)
    if not form.is_valid():
        return _page(request, approval, form)
    is_granted = form.cleaned_data["decision"] == "grant"
    if _is_mine(request, number, granted=is_granted):
        return _again(request, approval, is_granted=is_granted)
    try:
        return _decided(request, approval, **form.cleaned_data)
    except NotDecidable as refused:
        if _is_mine(request, number, granted=is_granted):
            return _again(request, approval, is_granted=is_granted)
        form.add_error(None, str(_WHY[Why(refused.why)]))
    except Outdated as changed:
        form.add_error(None, _("%(why)s Lehnen Sie ab; es kann neu beantragt werden.") % {"why": changed})
    return _page(request, approval, form)


def _is_mine(request: HttpRequest, number: int, *, granted: bool) -> bool:
    """This very decision was taken by the same person a click ago."""
    row = _mine(request, number)
    return row.decided_by == _me(request) and row.granted == granted


def _again(request: HttpRequest, approval: Approval, *, is_granted: bool) -> HttpResponse:
    """To where the first click led."""
    if is_granted and approval.act == Approval.Act.RESET_STAFF:
        return redirect("staff-hand-over", user_name=approval.subject.removeprefix("staff:"))
    return acting.over(request, reverse("approvals"))


def _decided(request: HttpRequest, approval: Approval, decision: str, answer: str) -> HttpResponse:
    me, now = _me(request), datetime.now(UTC)
    if decision == "refuse":
        four_eyes.refuse(approval, by=me, answer=answer, now=now)
        messages.success(request, _("Abgelehnt. Es ist nichts geschehen."))
        return redirect("approvals")
    done = four_eyes.grant(approval, by=me, answer=answer, now=now)
    if done is not None:
        return redirect("staff-hand-over", user_name=done.staff)
    messages.success(request, str(four_eyes.plan(approval).told))
    return redirect("approvals")


def _page(request: HttpRequest, approval: Approval, form: Answer) -> HttpResponse:
    now = datetime.now(UTC)
    fresh_row = _mine(request, approval.pk)
    why = wishes.why_not_decidable(fresh_row, staff=_me(request), now=now)
    context: dict[str, Any] = {
        "entry": _entry(fresh_row, now),
        "says": _says(fresh_row),
        "place": _place(fresh_row.subject),
        "form": None if why else form,
        "summary": form,
        "why": _WHY[why] if why else "",
    }
    return render(request, "office/approval.html", context, status=422 if form.errors else 200)


def _place(subject: str) -> str:
    """The page of what it is about, for those who want to see all of it."""
    kind, _colon, name = subject.partition(":")
    if kind == "questions":
        return reverse("questions")
    return reverse(_PLACES[kind], args=[name]) if kind in _PLACES else ""


def _says(approval: Approval) -> list[str]:
    try:
        return list(four_eyes.plan(approval).says(approval))
    except Outdated as changed:
        return [str(changed)]


def _entry(row: Approval, now: datetime) -> Entry:
    title = four_eyes.plan(row).title
    return Entry(row, title, _STATES[wishes.state(row, now)], wishes.runs_out_at(row))


def _telling(row: Approval, now: datetime) -> Entry:
    """With the first sentence of what would happen: it says to whom."""
    return dataclasses.replace(_entry(row, now), gist=_says(row)[0])


def _me(request: HttpRequest) -> Staff:
    return cast(StaffRequest, request).staff


def _mine(request: HttpRequest, number: int) -> Approval:
    row = wishes.seen_by(_me(request)).filter(pk=number).first()
    if row is None:
        raise Http404
    return row
