"""Signed declarations are entered, with their scan."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from flexnet.access import queries, rules, scans, terms
from flexnet.access.errors import AlreadyDeclared, BadDeclaration, BadScan, StoreFull
from flexnet.access.models import Terms
from flexnet.accounts.models import Role
from flexnet.members.models import Person, ThirdParty
from flexnet.office.entering import pages
from flexnet.office.entering.fields import Day, choice
from flexnet.office.entering.forms import Entry
from flexnet.office.entering.pages import Page, Refused
from flexnet.office.entering.people import person_or_404
from flexnet.office.entering.practices import practice_or_404
from flexnet.office.entering.third_parties import third_party_or_404
from flexnet.office.roles import only
from flexnet.web import paragraphs, words
from flexnet.web.in_memory import InMemory

MIB = 1024 * 1024


class NewDeclaration(Entry):
    """Which terms were signed, when; and the sheet itself as a picture."""

    version = choice(gettext_lazy("Welche Fassung ist unterschrieben?"), ())
    signed_on = Day(
        label=gettext_lazy("Datum der Unterschrift"),
        help_text=gettext_lazy("So, wie es auf der Erklärung steht, zum Beispiel 1.4.2026"),
    )
    scan = forms.FileField(
        label=gettext_lazy("Eingescannte Erklärung"), required=False, allow_empty_file=True
    )

    def __init__(self, *args: Any, versions: list[Terms], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["version"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - narrows the type
        text = _("Fassung %(version)s, gilt ab %(day)s")
        field.choices = [
            (str(one), text % {"version": one, "day": words.day(one.effective_on)}) for one in versions
        ]
        limit = scans.LARGEST // MIB
        self.fields["scan"].help_text = _(
            "PDF, JPEG oder PNG, höchstens %(limit)d MB. Sie kann auch später folgen."
        ) % {"limit": limit}


@csrf_exempt
@only(Role.CLERK)
@require_http_methods(["GET", "POST"])
def of_person(request: HttpRequest, practice: int, person: int) -> HttpResponse:
    """The form's token is checked below, once it is said how files are read."""
    request.upload_handlers = [InMemory(request, scans.LARGEST)]
    row = practice_or_404(practice)
    who = person_or_404(row, person)
    name = _("%(name)s, LANR %(lanr)s") % {"name": who.name, "lanr": who}
    return _declaration(request, who, name, reverse("practice-setup", args=[row.pk]), row.name)


@csrf_exempt
@only(Role.CLERK)
@require_http_methods(["GET", "POST"])
def of_third_party(request: HttpRequest, third_party: int) -> HttpResponse:
    """As above."""
    request.upload_handlers = [InMemory(request, scans.LARGEST)]
    row = third_party_or_404(third_party)
    name = _("%(name)s; unterschrieben von %(signatory)s") % {"name": row.name, "signatory": row.signatory}
    return _declaration(request, row, name, reverse("third-party-setup", args=[row.pk]), row.name)


@csrf_protect
def _declaration(
    request: HttpRequest, who: Person | ThirdParty, name: str, back: str, back_to: str
) -> HttpResponse:
    today = rules.day_of(pages.now())
    in_force = queries.terms_in_force(today)
    form = NewDeclaration(
        **pages.typed(request), versions=list(queries.all_terms()), initial={"version": str(in_force or "")}
    )
    page = Page(
        _("Teilnahmeerklärung eintragen"),
        _("Erklärung eintragen"),
        back,
        back_to,
        lead=name,
        done=_("Die Teilnahmeerklärung ist eingetragen."),
    )

    def save() -> str:
        _enter(form, who, by=pages.who(request))
        return back

    return pages.answer(request, form, page, save=save)


def _enter(form: NewDeclaration, who: Person | ThirdParty, *, by: str) -> None:
    data = form.cleaned_data
    version, signed_on = int(data["version"]), data["signed_on"]
    scan = data["scan"].read() if data["scan"] else None
    try:
        terms.enter_declaration(
            person=who, version=version, signed_on=signed_on, scan=scan, by=by, now=pages.now()
        )
    except AlreadyDeclared:
        raise Refused("version", _("Zu dieser Fassung liegt schon eine Erklärung vor.")) from None
    except BadDeclaration:
        raise Refused("signed_on", _why_bad(queries.terms(version), signed_on)) from None
    except BadScan:
        text = _("Das ist keine vollständige PDF-, JPEG- oder PNG-Datei bis %(limit)d MB. Scannen Sie neu.")
        raise Refused("scan", text % {"limit": scans.LARGEST // MIB}) from None
    except StoreFull:
        raise Refused(
            "scan", _("Auf dem Server ist kein Platz mehr. Bitte sagen Sie dem IT-Service Bescheid.")
        ) from None


def _why_bad(version: Terms, signed_on: Any) -> str:
    if signed_on > rules.day_of(pages.now()):
        return _("Dieser Tag kommt erst noch.")
    if signed_on < version.published_on:
        text = _("Diese Fassung gibt es erst seit dem %(day)s, also nach der Unterschrift.")
        return text % {"day": words.day(version.published_on)}
    return paragraphs.cited(
        _("An diesem Tag galt schon eine neuere Fassung. Lassen Sie diese unterschreiben (§ 1 Abs. 3).")
    )
