"""How an act goes: what is asked, what will happen in plain words with one button, then it happens."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Generic, TypeVar, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from flexnet import transactions
from flexnet.accounts import submissions
from flexnet.accounts.errors import AlreadySubmitted
from flexnet.accounts.models import Staff
from flexnet.office import about
from flexnet.office.middleware import StaffRequest

T = TypeVar("T")
Words = str | Promise
OURS: Final = ("csrfmiddlewaretoken", "confirmed", "once", "change", "confirm-code", "confirm-signature")


@dataclass(frozen=True)
class Wish(Generic[T]):
    """What somebody wants done to a thing, checked for its shape."""

    thing: T
    data: Mapping[str, Any]
    staff: Staff
    now: datetime

    @property
    def by(self) -> str:
        return f"office:{self.staff}"


@dataclass(frozen=True)
class Says:
    """What will happen; `undone` says what of it cannot be taken back."""

    sentences: Sequence[Words]
    undone: Words
    needs_second_person: bool = False


@dataclass(frozen=True)
class Done:
    """What is said afterwards; `page` instead of a message where something must be shown this once.

    `is_in_vain`: it was done and led to nothing, which the message says, and what to do now.

    `url` is where it goes on, if not on the page from which it came.
    """

    message: Words = ""
    page: HttpResponse | None = None
    url: str = ""
    is_in_vain: bool = False


Deed = Callable[[], Done]
Refusals = Mapping[type[Exception], Words]


@dataclass(frozen=True)
class Act(Generic[T]):
    """One act.

    `form` makes the form for a thing. `ready` is called outside of any transaction, so it may hash; what it
    answers is called inside the one in which the form's number is spent. What either raises and `refusals`
    knows is told at the form.
    """

    title: Words
    button: Words
    form: Callable[[T, QueryDict | None], forms.Form]
    says: Callable[[Wish[T]], Says]
    ready: Callable[[Wish[T]], Deed]
    lead: Words = ""
    refusals: Refusals = field(default_factory=dict)
    is_dangerous: bool = False


@dataclass(frozen=True)
class Place:
    """Where an act is done: the page it came from and goes back to, and what is said on top."""

    url: str
    name: str


def perform(request: HttpRequest, act: Act[T], thing: T, place: Place) -> HttpResponse:
    """The form; once it is filled in, what will happen; once that is confirmed, it happens."""
    is_sent = request.method == "POST"
    form = act.form(thing, request.POST if is_sent else None)
    if not is_sent or "change" in request.POST or not form.is_valid():
        return _form(request, act, form, thing, place, is_wrong=is_sent and "change" not in request.POST)
    wish = Wish(thing, form.cleaned_data, cast(StaffRequest, request).staff, datetime.now(UTC))
    try:
        if "confirmed" in request.POST:
            return _done(request, act, wish, place)
        return _check(request, act, wish, place)
    except tuple(act.refusals) as refused:
        form.add_error(None, str(act.refusals[type(refused)]))
        return _form(request, act, form, thing, place, is_wrong=True)


def _done(request: HttpRequest, act: Act[T], wish: Wish[T], place: Place) -> HttpResponse:
    deed = act.ready(wish)
    try:
        with transactions.writing():
            submissions.spend(number_of(request), staff=wish.staff, now=wish.now)
            done = deed()
    except AlreadySubmitted:
        messages.success(request, _("Das ist erledigt. Es ist nur einmal geschehen."))
        return redirect(place.url)
    if done.page is not None:
        return done.page
    (messages.warning if done.is_in_vain else messages.success)(request, str(done.message))
    return redirect(done.url or place.url)


def over(request: HttpRequest, url: str) -> HttpResponse:
    """There is nothing left to do here: somebody did it, perhaps the same person a click ago."""
    messages.info(request, _("Das ist schon erledigt."))
    return redirect(url)


def number_of(request: HttpRequest) -> uuid.UUID:
    """The page's number; a form without one was not made by us, and takes effect as often as it comes."""
    try:
        return uuid.UUID(request.POST.get("once", ""))
    except ValueError:
        return uuid.uuid4()


def _form(
    request: HttpRequest, act: Act[T], form: forms.Form, thing: T, place: Place, *, is_wrong: bool
) -> HttpResponse:
    context = {
        "act": act,
        "form": form,
        "place": place,
        "is_wrong": is_wrong,
        "facts": about.facts(thing),
    }
    return render(request, "office/act.html", context, status=422 if is_wrong else 200)


def _check(request: HttpRequest, act: Act[T], wish: Wish[T], place: Place) -> HttpResponse:
    says = act.says(wish)
    typed = [(name, value) for name, values in request.POST.lists() for value in values if name not in OURS]
    button = _("Freigabe beantragen") if says.needs_second_person else act.button
    context = {
        "act": act,
        "says": says,
        "place": place,
        "typed": typed,
        "once": uuid.uuid4(),
        "button": button,
        "facts": about.facts(wish.thing),
    }
    return render(request, "office/act_check.html", context)
