"""A practice's mandate for a collective submitter that came on paper is entered, with its scan."""

from datetime import date
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from flexnet.access import mandates, mandating, rules, scans, signers
from flexnet.access.errors import BadMandate, BadScan, StoreFull
from flexnet.access.mandating import NotGiven, Wanted
from flexnet.accounts.models import Role
from flexnet.members.models import Person, Practice
from flexnet.office.entering import pages
from flexnet.office.entering.fields import CHOOSE, Day, choice
from flexnet.office.entering.forms import Entry
from flexnet.office.entering.pages import Page, Refused
from flexnet.office.entering.practices import practice_or_404
from flexnet.office.roles import only
from flexnet.web.in_memory import InMemory

_MIB: Final = 1024 * 1024
_WHY: Final = {
    NotGiven.NO_SUBMITTER: ("submitter", gettext_lazy("Dieser Dritte darf nicht mehr einreichen.")),
    NotGiven.NO_SITE: ("sites", CHOOSE),
    NotGiven.BAD_DAYS: ("until_on", gettext_lazy("Der letzte Tag ist vorbei oder liegt vor dem ersten.")),
    NotGiven.SIGNED_LATER: (
        "signed_on",
        gettext_lazy("Unterschrieben wird spätestens heute, und nicht nach dem ersten Tag."),
    ),
    NotGiven.GIVEN_ALREADY: (
        None,
        gettext_lazy("In dieser Zeit gilt für eine dieser Betriebsstätten schon eine Vollmacht."),
    ),
}


class NewMandate(Entry):
    """Who may hand in for which sites, since when, until when; who signed it, and the sheet."""

    submitter = choice(gettext_lazy("Wer darf einreichen?"), ())
    sites = forms.MultipleChoiceField(
        label=gettext_lazy("Für welche Betriebsstätten?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": CHOOSE},
    )
    signer = choice(gettext_lazy("Wer hat unterschrieben?"), ())
    signed_on = Day(label=gettext_lazy("Datum der Unterschrift"))
    from_on = Day(label=gettext_lazy("Ab wann?"))
    until_on = Day(
        label=gettext_lazy("Bis wann?"),
        help_text=gettext_lazy("Der letzte Tag. Leer heißt: bis auf Widerruf."),
        required=False,
    )
    scan = forms.FileField(
        label=gettext_lazy("Eingescannte Vollmacht"), required=False, allow_empty_file=True
    )

    def __init__(self, *args: Any, practice: Practice, today: date, **kwargs: Any) -> None:
        sites = list(practice.sites.order_by("bsnr"))
        initial = {"sites": [str(sites[0])] if len(sites) == 1 else []}
        super().__init__(*args, initial=initial, **kwargs)
        self.signers = {str(one.pk): one for one in signers.of_practice(practice, today)}
        parties = mandates.submitters(today)
        self._choose("submitter", [(str(one.pk), one.name) for one in parties])
        self._choose("sites", [(str(one), str(one)) for one in sites])
        self._choose("signer", [(pk, one.name) for pk, one in self.signers.items()])
        self.fields["scan"].help_text = _("PDF, JPEG oder PNG, höchstens %(limit)d MB.") % {
            "limit": scans.LARGEST // _MIB
        }

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - narrows the type
        field.choices = choices

    @property
    def signed_by(self) -> Person:
        return self.signers[self.cleaned_data["signer"]]

    def wanted(self) -> Wanted:
        data = self.cleaned_data
        return Wanted(int(data["submitter"]), data["sites"], data["from_on"], data["until_on"])


@csrf_exempt
@only(Role.CLERK)
@require_http_methods(["GET", "POST"])
def of_practice(request: HttpRequest, practice: int) -> HttpResponse:
    """The form's token is checked below, once it is said how files are read."""
    request.upload_handlers = [InMemory(request, scans.LARGEST)]
    return _mandate(request, practice_or_404(practice))


@csrf_protect
def _mandate(request: HttpRequest, row: Practice) -> HttpResponse:
    form = NewMandate(**pages.typed(request), practice=row, today=rules.day_of(pages.now()))
    page = Page(
        _("Vollmacht zum Einreichen eintragen"),
        _("Vollmacht eintragen"),
        reverse("practice", args=[row.pk]),
        row.name,
        lead=_("Wählen kann man Dritte, die einreichen dürfen. Unterschrieben hat, wem die Praxis gehört."),
        done=_("Die Vollmacht ist eingetragen."),
    )

    def save() -> str:
        _enter(form, row, by=pages.who(request))
        return page.back

    return pages.answer(request, form, page, save=save)


def _enter(form: NewMandate, practice: Practice, *, by: str) -> None:
    data = form.cleaned_data
    scan = data["scan"].read() if data["scan"] else None
    try:
        mandating.enter(
            practice=practice,
            signer=form.signed_by,
            wanted=form.wanted(),
            signed_on=data["signed_on"],
            scan=scan,
            by=by,
            now=pages.now(),
        )
    except BadMandate as bad:
        field, why = _WHY[bad.args[0]]
        raise Refused(field, str(why)) from None
    except BadScan:
        text = _("Das ist keine vollständige PDF-, JPEG- oder PNG-Datei bis %(limit)d MB. Scannen Sie neu.")
        raise Refused("scan", text % {"limit": scans.LARGEST // _MIB}) from None
    except StoreFull:
        raise Refused(
            "scan", _("Auf dem Server ist kein Platz mehr. Bitte sagen Sie dem IT-Service Bescheid.")
        ) from None
