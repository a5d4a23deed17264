"""Applying in steps. What was typed travels in the form itself: nothing is kept here before it is sent."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import ceil
from typing import Any, Final

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from flexnet import configuration
from flexnet.access import queries as access
from flexnet.access.rules import day_of
from flexnet.applications import content, paper, queries, sending, words
from flexnet.applications.errors import NoSuchApplication
from flexnet.applications.kinds import Kind, Role
from flexnet.applications.models import Application
from flexnet.applications.sending import Throttled
from flexnet.public import forms
from flexnet.public.forms import Step, StepForm

KINDS: Final = {"mitglied": Kind.MEMBER, "dritte": Kind.THIRD_PARTY, "portal": Kind.PORTAL_ACCESS}
_SHOWN_FOR = timedelta(hours=24)
_LONGEST = 5000
_signer = signing.TimestampSigner(salt="flexnet.public.application")


@dataclass(frozen=True)
class Draft:
    """What somebody has typed so far, and the pages it belongs to."""

    kind: Kind
    typed: Mapping[str, str]
    steps: tuple[Step, ...]
    today: date

    def form(self, step: Step, *, is_checked: bool) -> StepForm:
        """With errors if it is checked, and else as it was left."""
        more: dict[str, Any] = {"role": self.typed.get("role", "")} if step.form is forms.Wishes else {}
        data = self.typed if is_checked else None
        return step.form(data, initial=self.typed, kind=self.kind, today=self.today, **more)

    def first_wrong(self) -> Step | None:
        return next((step for step in self.steps if self.form(step, is_checked=True).errors), None)

    def at(self, slug: str) -> Step:
        return next((step for step in self.steps if step.slug == slug), self.steps[0])


@dataclass(frozen=True)
class Answer:
    """A line of the page on which answers are checked."""

    label: str
    text: str


@require_safe
def choice(request: HttpRequest) -> HttpResponse:
    """Who applies for what; where there is but one kind, its form at once."""
    offered = [slug for slug, kind in KINDS.items() if kind in _offered()]
    if len(offered) == 1:
        return redirect("apply", slug=offered[0])
    return render(request, "public/choice.html", {"offered": offered})


@require_http_methods(["GET", "POST"])
def apply(request: HttpRequest, slug: str) -> HttpResponse:
    """One page after the other; each button says where it leads."""
    draft = _draft(request, _kind(slug))
    if request.method != "POST":
        return _page(request, draft, draft.steps[0])
    here, to = draft.at(request.POST.get("at", "")), request.POST.get("to", "next")
    if to == "send":
        return _send(request, draft)
    if to == "back":
        return _page(request, draft, draft.steps[max(0, draft.steps.index(here) - 1)])
    if to.startswith("change-"):
        return _page(request, draft, draft.at(to.removeprefix("change-")), is_review=True)
    return _onward(request, draft, here)


@require_safe
def received(request: HttpRequest, token: str) -> HttpResponse:
    """It is here: its number, and what to do now."""
    row = _sent(token)
    return render(request, "public/received.html", {"application": row, "token": token, "to": _goes_to(row)})


@require_safe
def document(request: HttpRequest, token: str) -> HttpResponse:
    """The application as PDF, to be signed."""
    del request
    row = _sent(token)
    return _pdf(paper.pdf(row), f"Antrag_{row.number}.pdf")


@require_safe
def blank(request: HttpRequest, slug: str) -> HttpResponse:
    """The form to be filled in by hand."""
    del request
    kind = _kind(slug)
    return _pdf(paper.blank(kind, on=day_of(datetime.now(UTC))), f"Antrag_{slug}.pdf")


def _offered() -> tuple[str, ...]:
    return configuration.current().profile.applications


def _kind(slug: str) -> Kind:
    kind = KINDS.get(slug)
    if kind is None or kind not in _offered():
        raise Http404
    return kind


def _draft(request: HttpRequest, kind: Kind) -> Draft:
    """Of what was sent only what a form of this kind asks for."""
    all_steps = forms.all_steps(kind)
    names = [name for step in all_steps for name in step.form.base_fields]
    typed = {name: request.POST.get(name, "").replace("\0", "")[:_LONGEST] for name in names}
    return Draft(kind, typed, forms.steps(kind, typed), day_of(datetime.now(UTC)))


def _onward(request: HttpRequest, draft: Draft, here: Step) -> HttpResponse:
    """After a page that is right comes the next; after one that was only changed, what is wrong, or all."""
    is_review = "review" in request.POST
    if draft.form(here, is_checked=True).errors:
        return _page(request, draft, here, is_checked=True, is_review=is_review)
    later = draft.steps[draft.steps.index(here) + 1 :]
    if later and not is_review:
        return _page(request, draft, later[0])
    wrong = draft.first_wrong()
    return _page(request, draft, wrong, is_checked=True, is_review=True) if wrong else _check(request, draft)


def _page(
    request: HttpRequest, draft: Draft, step: Step, *, is_checked: bool = False, is_review: bool = False
) -> HttpResponse:
    form = draft.form(step, is_checked=is_checked)
    number, count = forms.place(step, draft.steps)
    context = {
        "form_title": words.TITLES[draft.kind],
        "step": step,
        "number": number,
        "count": count,
        "is_first": step is draft.steps[0],
        "form": form,
        "carried": [pair for pair in draft.typed.items() if pair[0] not in form.fields and pair[1]],
        "is_review": is_review,
        "slug": _slug(draft.kind),
    }
    return render(request, "public/step.html", context, status=422 if form.errors else 200)


def _check(request: HttpRequest, draft: Draft, *, wait: timedelta | None = None) -> HttpResponse:
    context = {
        "form_title": words.TITLES[draft.kind],
        "sections": [(step, list(_answers(draft, step))) for step in draft.steps],
        "carried": [pair for pair in draft.typed.items() if pair[1]],
        "last": draft.steps[-1].slug,
        "key": uuid.uuid4(),
        "terms": access.terms_in_force(draft.today),
        "wait": wait,
        "wait_minutes": ceil(wait / timedelta(minutes=1)) if wait else 0,
        "needs_terms": draft.kind is not Kind.PORTAL_ACCESS,
    }
    return render(request, "public/check.html", context, status=429 if wait else 200)


def _send(request: HttpRequest, draft: Draft) -> HttpResponse:
    if wrong := draft.first_wrong():
        return _page(request, draft, wrong, is_checked=True, is_review=True)
    found = sending.send(
        kind=draft.kind,
        values=_values(draft),
        key=_key(request),
        source=request.META["REMOTE_ADDR"],
        now=datetime.now(UTC),
    )
    if isinstance(found, Throttled):
        return _check(request, draft, wait=found.wait)
    if not isinstance(found, Application):
        return _page(request, draft, draft.steps[0], is_checked=True, is_review=True)
    return redirect("received", token=_signer.sign(found.number))


def _values(draft: Draft) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for step in draft.steps:
        form = draft.form(step, is_checked=True)
        form.is_valid()
        values |= form.cleaned_data
    return values


def _key(request: HttpRequest) -> uuid.UUID:
    """Made with the page, so that the page sends once; whoever alters it sends anew."""
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid.uuid4()


def _answers(draft: Draft, step: Step) -> Iterator[Answer]:
    form = draft.form(step, is_checked=True)
    form.is_valid()
    said = content.read(form.cleaned_data)
    for name, field in form.fields.items():
        yield Answer(str(field.label), _shown(name, getattr(said, name)))


def _shown(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("ja") if value else _("nein")
    if isinstance(value, date):
        return date_format(value, "j. F Y")
    if name == "role" and value:
        return str(Role(value).label)
    if name == "district_office":
        names = {office.slug: office.name for office in configuration.current().profile.district_offices}
        return names.get(str(value), "")
    return str(value or "")


def _sent(token: str) -> Application:
    """For a day, and only for whoever sent it: nobody else has the token."""
    try:
        return queries.application(_signer.unsign(token, max_age=_SHOWN_FOR))
    except (signing.BadSignature, NoSuchApplication):
        raise Http404 from None


def _goes_to(row: Application) -> list[str]:
    return paper.goes_to(row.content)


def _slug(kind: Kind) -> str:
    return next(slug for slug, one in KINDS.items() if one is kind)


def _pdf(document: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(document, content_type="application/pdf", headers=headers)
