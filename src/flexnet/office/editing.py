"""Correcting what is known: of two who change the same, the second is told and sees the difference."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final, Generic, TypeVar, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from flexnet.access.rules import day_of
from flexnet.accounts.models import Role
from flexnet.members import addresses, editing
from flexnet.members.addresses import Addressee, PostalAddress
from flexnet.members.editing import Contact, PersonDetails, PracticeDetails
from flexnet.members.errors import BadEntry, ChangedMeanwhile
from flexnet.members.models import Person, Practice, Site
from flexnet.office import act_forms, finding, happening_words
from flexnet.office.acting import Place
from flexnet.office.middleware import StaffRequest
from flexnet.office.roles import only

T = TypeVar("T")
_SEEN: Final = "seen"
Values = Mapping[str, Any]


class PracticeForm(forms.Form):
    """What may be corrected of a practice."""

    name = act_forms.Line(gettext_lazy("Name der Praxis"))
    kind = act_forms.choice(gettext_lazy("Art der Praxis"), happening_words.PRACTICES.items())


class PersonForm(forms.Form):
    """What may be corrected of a person."""

    name = act_forms.Line(gettext_lazy("Name mit Titel"))


class ContactForm(forms.Form):
    """How a site is reached without a letter."""

    phone = act_forms.Line(gettext_lazy("Telefon"), required=False, longest=40)
    fax = act_forms.Line(gettext_lazy("Fax"), required=False, longest=40)
    email = act_forms.Line(gettext_lazy("E-Mail"), required=False, longest=254)


class AddressForm(forms.Form):
    """Where letters go from a day on."""

    street = act_forms.Line(gettext_lazy("Straße und Hausnummer"), longest=100)
    postcode = act_forms.Line(gettext_lazy("Postleitzahl"), longest=5)
    town = act_forms.Line(gettext_lazy("Ort"), longest=100)
    extra = act_forms.Line(
        gettext_lazy("Zusatz"),
        required=False,
        longest=100,
        help_text=gettext_lazy("Zum Beispiel: Ärztehaus, 2. Etage"),
    )
    from_on = act_forms.DayField(gettext_lazy("Ab welchem Tag gilt sie?"))


@dataclass(frozen=True)
class Edit(Generic[T]):
    """A record that may be corrected: `stored` says what stands there, `save` raises what members raises."""

    title: Promise
    form: type[forms.Form]
    stored: Callable[[T], Values]
    save: Callable[[T, Values, Values, str], object]
    lead: Promise | str = ""


def _save_practice(row: Practice, seen: Values, wanted: Values, by: str) -> None:
    editing.edit_practice(practice=row, seen=_practice(seen), wanted=_practice(wanted), by=by)


def _practice(values: Values) -> PracticeDetails:
    return PracticeDetails(values["name"], Practice.Kind(values["kind"]))


def _save_person(row: Person, seen: Values, wanted: Values, by: str) -> None:
    editing.edit_person(person=row, seen=PersonDetails(**seen), wanted=PersonDetails(**wanted), by=by)


def _save_contact(row: Site, seen: Values, wanted: Values, by: str) -> None:
    editing.edit_contact(site=row, seen=Contact(**seen), wanted=Contact(**wanted), by=by)


def _save_address(row: Addressee, seen: Values, wanted: Values, by: str) -> None:
    fields = {name: value for name, value in wanted.items() if name != "from_on"}
    before = PostalAddress(**seen) if any(seen.values()) else None
    addresses.register(
        addressee=row,
        address=PostalAddress(**fields),
        seen=before,
        from_on=wanted["from_on"] or day_of(datetime.now(UTC)),
        by=by,
        now=datetime.now(UTC),
    )


def _stored_address(row: Addressee) -> Values:
    address = PostalAddress.of(addresses.entered_last(row))
    return asdict(address) if address else dict.fromkeys(("street", "postcode", "town", "extra"), "")


PRACTICE: Final = Edit[Practice](
    gettext_lazy("Name und Art der Praxis ändern"),
    PracticeForm,
    lambda row: asdict(PracticeDetails.of(row)),
    _save_practice,
)
PERSON: Final = Edit[Person](
    gettext_lazy("Namen der Person ändern"),
    PersonForm,
    lambda row: asdict(PersonDetails.of(row)),
    _save_person,
)
CONTACT: Final = Edit[Site](
    gettext_lazy("Telefon, Fax und E-Mail ändern"),
    ContactForm,
    lambda row: asdict(Contact.of(row)),
    _save_contact,
)
ADDRESS: Final = Edit[Addressee](
    gettext_lazy("Neue Anschrift eintragen"),
    AddressForm,
    _stored_address,
    _save_address,
    gettext_lazy("Die bisherige Anschrift bleibt als frühere stehen."),
)


@only(Role.CLERK, auditors_read=False)
@require_http_methods(["GET", "POST"])
def practice(request: HttpRequest, number: int) -> HttpResponse:
    """Its name and kind."""
    row = finding.practice(number)
    return edit(request, PRACTICE, row, _place(row))


@only(Role.CLERK, auditors_read=False)
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, number: int, lanr: str) -> HttpResponse:
    """The name of somebody, reached from a practice."""
    row = finding.practice(number)
    return edit(request, PERSON, finding.person(lanr), _place(row))


@only(Role.CLERK, auditors_read=False)
@require_http_methods(["GET", "POST"])
def contact(request: HttpRequest, bsnr: str) -> HttpResponse:
    """Telephone, fax and e-mail of a site."""
    row = finding.site(bsnr)
    return edit(request, CONTACT, row, _place(row.practice))


@only(Role.CLERK, auditors_read=False)
@require_http_methods(["GET", "POST"])
def address(request: HttpRequest, bsnr: str) -> HttpResponse:
    """The address of a site from a day on."""
    row = finding.site(bsnr)
    return edit(request, ADDRESS, row, _place(row.practice))


@dataclass(frozen=True)
class Difference:
    """A field that somebody else changed meanwhile."""

    label: str
    seen: str
    stored: str
    wanted: str


def edit(request: HttpRequest, how: Edit[T], row: T, place: Place) -> HttpResponse:
    """The form; once it is sent it is saved, or says what is wrong or what differs."""
    stored = how.stored(row)
    if request.method != "POST":
        return _page(request, how, how.form(initial=dict(stored)), place, seen=stored)
    form = how.form(request.POST)
    seen = {name: request.POST.get(f"{_SEEN}-{name}", "") for name in stored}
    if form.is_valid():
        try:
            how.save(row, seen, form.cleaned_data, f"office:{cast(StaffRequest, request).staff}")
        except ChangedMeanwhile as changed:
            differences = _differences(form, changed)
            return _page(request, how, form, place, seen=how.stored(row), differences=differences)
        except BadEntry:
            form.add_error(None, _("So lässt sich das nicht eintragen. Prüfen Sie Zahlen und Adressen."))
        else:
            messages.success(request, _("Gespeichert."))
            return redirect(place.url)
    return _page(request, how, form, place, seen=seen)


def _page(
    request: HttpRequest,
    edit: Edit[T],
    form: forms.Form,
    place: Place,
    *,
    seen: Values,
    differences: Sequence[Difference] = (),
) -> HttpResponse:
    context = {
        "edit": edit,
        "form": form,
        "place": place,
        "seen": [(f"{_SEEN}-{name}", value) for name, value in seen.items()],
        "differences": differences,
    }
    is_wrong = bool(form.errors or differences)
    return render(request, "office/edit.html", context, status=422 if is_wrong else 200)


def _differences(form: forms.Form, changed: ChangedMeanwhile) -> list[Difference]:
    return [
        Difference(
            str(form.fields[one.field].label),
            _word(one.field, one.seen),
            _word(one.field, one.stored),
            _word(one.field, one.wanted),
        )
        for one in changed.differences
        if one.field in form.fields
    ]


def _word(field: str, value: str) -> str:
    return str(happening_words.VALUES.get(field, {}).get(value, value)) or _("(leer)")


def _place(row: Practice) -> Place:
    return Place(reverse("practice", args=[row.pk]), row.name)
