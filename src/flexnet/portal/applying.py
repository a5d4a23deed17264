"""Applying in the portal, in three steps: for whom, what is not known yet, and the signature."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, Final, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from flexnet import configuration
from flexnet.access import signers
from flexnet.access.models import Access
from flexnet.access.rules import day_of
from flexnet.applications import checks, content, prefilled, signing, words
from flexnet.applications.kinds import Kind, Role
from flexnet.applications.models import Application
from flexnet.applications.prefilled import Colleague, Place
from flexnet.applications.signing import NotSigned
from flexnet.portal import application_forms as forms
from flexnet.portal import once, step_up
from flexnet.portal.middleware import MemberRequest
from flexnet.web import words as web_words

_TYPED: Final = ("wish", *forms.Details.base_fields)
_PERSON: Final = ("name", "lanr", "role")
_ADDRESS: Final = ("street", "postcode", "town")
_LONGEST: Final = 5000


@dataclass(frozen=True)
class Draft:
    """What somebody has chosen and typed so far; it travels in the form itself."""

    member: Access
    kind: Kind
    typed: Mapping[str, str]
    today: date

    @cached_property
    def places(self) -> list[Place]:
        return prefilled.places(self.member, self.today)

    @cached_property
    def colleagues(self) -> list[Colleague]:
        return prefilled.colleagues(self.member, self.today)

    @property
    def wish(self) -> str:
        return self.typed["wish"]

    @cached_property
    def place(self) -> Place:
        """The one that is chosen, by the wish or apart from it; else the first."""
        bsnr = self.wish.removeprefix(forms.PRACTICE) if self.is_for_site else self.typed["bsnr"]
        return next((one for one in self.places if one.site.bsnr == bsnr), self.places[0])

    @property
    def is_for_site(self) -> bool:
        return self.wish.startswith(forms.PRACTICE)

    @property
    def is_for_somebody_new(self) -> bool:
        return self.wish == forms.SOMEBODY_ELSE

    @property
    def known(self) -> dict[str, Any]:
        """What nobody is asked for."""
        wants = "wants_practice_access" if self.is_for_site else "wants_personal_access"
        return {**self.place.values, **self._person(), wants: True, "signed_on": self.today}

    @property
    def asked(self) -> list[str]:
        several = len(self.places) > 1 and not self.is_for_site
        asked = ["bsnr"] if several else []
        if self.is_for_somebody_new:
            asked += [*_PERSON, *(["since_on"] if self.kind is Kind.MEMBER else [])]
        asked += [name for name in _ADDRESS if name not in self.place.values]
        profile = configuration.current().profile
        is_clear = checks.district_office(self.place.site.bsnr, profile=profile)
        if profile.district_offices and not is_clear:
            asked.append("district_office")
        return [*asked, "phone", "email"]

    def wish_form(self, *, is_checked: bool) -> forms.Wish:
        choices = forms.wishes(self.places, self.colleagues)
        wish = self.wish or (choices[0][0] if len(choices) == 1 else "")
        return forms.Wish(self.typed if is_checked else None, choices=choices, initial={"wish": wish})

    def details(self, *, is_checked: bool) -> forms.Details:
        site = self.place.site
        typed = {name: text for name, text in self.typed.items() if text}
        return forms.Details(
            self.typed if is_checked else None,
            kind=self.kind,
            asked=self.asked,
            known=self.known,
            places=self.places,
            initial={"bsnr": site.bsnr, "phone": site.phone, "email": site.email, **typed},
        )

    def _person(self) -> dict[str, Any]:
        own = self.member.person
        if self.is_for_site and own:
            return {"lanr": own.lanr, "name": own.name, "role": Role.OWNER.value}
        lanr = self.wish.removeprefix(forms.PERSON)
        return next((one.values for one in self.colleagues if one.person.lanr == lanr), {})


@require_http_methods(["GET", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """One page after the other; each button says where it leads."""
    draft, to = _draft(request), request.POST.get("to", "")
    if request.method != "POST" or to == "wish":
        return _wish(request, draft)
    if draft.wish_form(is_checked=True).errors:
        return _wish(request, draft, is_checked=True)
    if to in ("details", ""):
        return _details(request, draft)
    if draft.details(is_checked=True).errors:
        return _details(request, draft, is_checked=True)
    return _sign(request, draft) if to == "sign" else _check(request, draft)


def answers(kind: Kind, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What an application says, as people read it; nothing of what it leaves open."""
    said = content.read(values)
    for name in words.LABELS:
        value = getattr(said, name)
        if value not in ("", None, False) and name != "signed_on":
            yield words.label(name, kind), _shown(name, value)


def kind() -> Kind:
    """What members of this KV apply for."""
    offered = [Kind(name) for name in configuration.current().profile.applications]
    own = [one for one in offered if one is not Kind.THIRD_PARTY]
    if not own:
        raise Http404
    return own[0]


def _draft(request: HttpRequest) -> Draft:
    member, now = cast(MemberRequest, request).access, datetime.now(UTC)
    if not signers.speaks_for_practice(member, now):
        raise Http404
    typed = {name: request.POST.get(name, "").replace("\0", "")[:_LONGEST] for name in _TYPED}
    draft = Draft(member, kind(), typed, day_of(now))
    if not draft.places:
        raise Http404
    return draft


def _wish(request: HttpRequest, draft: Draft, *, is_checked: bool = False) -> HttpResponse:
    form = draft.wish_form(is_checked=is_checked)
    context = {"form": form, "carried": _carried(draft, form.fields)}
    return render(request, "portal/apply_wish.html", context, status=422 if form.errors else 200)


def _details(request: HttpRequest, draft: Draft, *, is_checked: bool = False) -> HttpResponse:
    form = draft.details(is_checked=is_checked)
    context = {
        "form": form,
        "carried": _carried(draft, form.fields),
        "known": list(answers(draft.kind, draft.known)),
    }
    return render(request, "portal/apply_details.html", context, status=422 if form.errors else 200)


def _check(request: HttpRequest, draft: Draft, form: forms.Signature | None = None) -> HttpResponse:
    details = draft.details(is_checked=True)
    details.is_valid()
    shown = form or forms.Signature()
    context = {
        "form": shown,
        "carried": _carried(draft, ()),
        "answers": list(answers(draft.kind, details.values())),
        "is_for_somebody": not draft.is_for_site,
        "once": once.new() if form is None else once.number(request),
    }
    return render(request, "portal/apply_check.html", context, status=422 if shown.errors else 200)


def _sign(request: HttpRequest, draft: Draft) -> HttpResponse:
    form, details = forms.Signature(request.POST), draft.details(is_checked=True)
    if not form.is_valid() or not details.is_valid():
        return _check(request, draft, form)
    asked = step_up.ask(request)
    if asked:
        return asked
    found = signing.sign(
        member=draft.member,
        kind=draft.kind,
        values=details.values(),
        key=once.number(request),
        now=datetime.now(UTC),
    )
    if isinstance(found, Application):
        messages.success(request, _("Ihr Antrag ist bei uns eingegangen."))
        return redirect("application", number=found)
    if found is NotSigned.NOT_YOURS:
        raise Http404
    too_many = _("Sie haben schon viele offene Anträge. Warten Sie bitte, bis wir sie bearbeitet haben.")
    form.add_error(None, too_many)
    return _check(request, draft, form)


def _carried(draft: Draft, shown: Any) -> list[tuple[str, str]]:
    return [(name, text) for name, text in draft.typed.items() if text and name not in shown]


def _shown(name: str, value: Any) -> str:
    if value is True:
        return _("beantragt")
    if isinstance(value, date):
        return web_words.day(value)
    if name == "role":
        return str(Role(value).label)
    if name == "district_office":
        names = {office.slug: office.name for office in configuration.current().profile.district_offices}
        return names.get(str(value), "")
    return str(value)
