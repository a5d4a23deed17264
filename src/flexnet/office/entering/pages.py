"""The one page that all entering shares: a form, what is wrong with it, and what saving would end."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise

from flexnet.access.foresight import Loss
from flexnet.office.entering import once
from flexnet.office.entering.forms import Entry
from flexnet.office.middleware import StaffRequest

CONFIRMED = "confirmed"


@dataclass(frozen=True)
class Page:
    """What stands around the form; `back` is the address of the page that led here."""

    title: str | Promise
    button: str | Promise
    back: str
    back_to: str | Promise
    lead: str | Promise = ""
    done: str | Promise = ""
    hidden: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Problem:
    """A sentence for the summary, with a link to what it speaks of."""

    what: str
    cure: str = ""
    link: str = ""
    link_text: str | Promise = ""


class Refused(Exception):
    """It was not entered: why, at which field, and where to look."""

    def __init__(self, field: str | None, text: str, *problems: Problem) -> None:
        super().__init__(text)
        self.field, self.text, self.problems = field, text, problems


Foresee = Callable[[], Sequence[Loss]]


def answer(
    request: HttpRequest,
    form: Entry,
    page: Page,
    *,
    save: Callable[[], str],
    foresee: Foresee | None = None,
) -> HttpResponse:
    """Check, ask back what would end, save, go on to the address that `save` answers."""
    problems: Sequence[Problem] = ()
    if request.method == "POST" and form.is_valid():
        try:
            losses = foresee() if foresee and CONFIRMED not in request.POST else ()
            if losses:
                return _ask_back(request, page, losses)
            url = save()
        except Refused as refused:
            form.add_error(refused.field, refused.text)
            problems = refused.problems
        else:
            if page.done:
                messages.success(request, str(page.done))
            return once.done(request, url)
    if form.errors and (before := once.earlier(request)):
        return redirect(before)
    context = {"form": form, "page": page, "problems": problems}
    return render(request, "office/entering/form.html", context, status=422 if form.errors else 200)


def typed(request: HttpRequest) -> dict[str, Any]:
    """What a form is made with: nothing before it was sent."""
    return {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}


def who(request: HttpRequest) -> str:
    """Whoever acts here, as actions want it said."""
    return f"office:{cast(StaffRequest, request).staff}"


def now() -> datetime:
    return datetime.now(UTC)


def _ask_back(request: HttpRequest, page: Page, losses: Sequence[Loss]) -> HttpResponse:
    """What was typed travels along, hidden."""
    sent = [(name, value) for name, values in request.POST.lists() for value in values]
    kept = [pair for pair in sent if pair[0] != "csrfmiddlewaretoken"]
    context = {"page": page, "losses": losses, "typed": kept, "confirmed": CONFIRMED}
    return render(request, "office/entering/ask_back.html", context)
