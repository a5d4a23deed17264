"""What is asked when somebody or something is entered: shape and message; whether it may be, actions say."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from django import forms
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet.members.addresses import PostalAddress
from flexnet.members.editing import Contact
from flexnet.members.models import Practice
from flexnet.office.entering.fields import (
    BsnrField,
    Code,
    Day,
    Email,
    LanrField,
    Line,
    Lines,
    Phone,
    choice,
)
from flexnet.office.entry_forms import MISSING

KINDS = {
    Practice.Kind.SINGLE: gettext_lazy("Einzelpraxis"),
    Practice.Kind.BAG: gettext_lazy("Berufsausübungsgemeinschaft (mehrere in einer Praxis)"),
    Practice.Kind.MVZ: gettext_lazy("Medizinisches Versorgungszentrum (MVZ)"),
}
OWNER, EMPLOYED, AUTHORISED, DIRECTOR = "owner", "employed", "authorised", "director"
ROLES = {
    OWNER: gettext_lazy("Inhaberin oder Inhaber, auch gemeinsam mit anderen"),
    EMPLOYED: gettext_lazy("angestellt"),
    AUTHORISED: gettext_lazy("ermächtigt"),
    DIRECTOR: gettext_lazy("ärztliche Leitung des MVZ"),
}


class Entry(forms.Form):
    """A form in parts, each with its heading; a part without one has none."""

    PARTS: Sequence[tuple[str | Promise, Sequence[str]]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([name for _heading, names in self.PARTS for name in names])
        for field in self.fields.values():
            is_choice = isinstance(field, forms.ChoiceField)
            field.error_messages["required"] = _("Bitte wählen Sie.") if is_choice else MISSING

    def parts(self) -> Iterator[tuple[str | Promise, list[BoundField]]]:
        for heading, names in self.PARTS or (("", tuple(self.fields)),):
            yield heading, [self[name] for name in names if name in self.fields]


class AddressPart(Entry):
    """Where letters go."""

    street = Line(label=gettext_lazy("Straße und Hausnummer"), max_length=100)
    postcode = Code(label=gettext_lazy("Postleitzahl"), max_length=5)
    town = Line(label=gettext_lazy("Ort"), max_length=100)
    extra = Line(
        label=gettext_lazy("Zusatz zur Anschrift"),
        help_text=gettext_lazy("Nur wenn nötig, zum Beispiel „2. Hinterhof“."),
        max_length=100,
        required=False,
    )
    ADDRESS: ClassVar = ("street", "postcode", "town", "extra")

    def clean_postcode(self) -> str:
        text: str = self.cleaned_data["postcode"]
        if not (len(text) == 5 and text.isascii() and text.isdigit()):
            raise forms.ValidationError(gettext_lazy("Eine Postleitzahl hat fünf Ziffern."))
        return text

    def address(self) -> PostalAddress:
        data = self.cleaned_data
        return PostalAddress(data["street"], data["postcode"], data["town"], data["extra"])


class SitePart(AddressPart):
    """A site with its address and how it is reached."""

    bsnr = BsnrField(
        label=gettext_lazy("Betriebsstättennummer (BSNR)"),
        help_text=gettext_lazy("Neun Ziffern, sie stehen auf dem Praxisstempel."),
        max_length=20,
    )
    phone = Phone(label=gettext_lazy("Telefon"), max_length=40, required=False)
    fax = Phone(label=gettext_lazy("Fax"), max_length=40, required=False)
    email = Email(label=gettext_lazy("E-Mail-Adresse"), max_length=254, required=False)
    opened_on = Day(
        label=gettext_lazy("Dort wird gearbeitet seit"),
        help_text=gettext_lazy("Zum Beispiel 1.4.2026; leer, wenn es nicht bekannt ist."),
        required=False,
    )
    CONTACT: ClassVar = ("phone", "fax", "email")

    def contact(self) -> Contact:
        data = self.cleaned_data
        return Contact(data["phone"], data["fax"], data["email"])


class NewPractice(SitePart):
    """A practice with its main site."""

    name = Line(
        label=gettext_lazy("Name der Praxis"),
        help_text=gettext_lazy("So, wie er auf Briefen stehen soll."),
        max_length=200,
    )
    kind = choice(gettext_lazy("Art der Praxis"), list(KINDS.items()))
    PARTS = (
        (gettext_lazy("Praxis"), ("bsnr", "name", "kind", "opened_on")),
        (gettext_lazy("Anschrift"), AddressPart.ADDRESS),
        (gettext_lazy("Erreichbar unter"), SitePart.CONTACT),
    )


class NewSite(SitePart):
    """A further site of a practice."""

    PARTS = (
        (gettext_lazy("Betriebsstätte"), ("bsnr", "opened_on")),
        (gettext_lazy("Anschrift"), AddressPart.ADDRESS),
        (gettext_lazy("Erreichbar unter"), SitePart.CONTACT),
    )


class NewPerson(Entry):
    """Somebody who works in a practice, and since when."""

    lanr = LanrField(
        label=gettext_lazy("Lebenslange Arztnummer (LANR)"),
        help_text=gettext_lazy("Neun Ziffern, sie stehen auf dem Arztstempel."),
        max_length=20,
    )
    name = Line(
        label=gettext_lazy("Titel, Vor- und Nachname"),
        help_text=gettext_lazy("So, wie es auf Briefen stehen soll."),
        max_length=200,
    )
    role = choice(gettext_lazy("Stellung in dieser Praxis"), ())
    since_on = Day(
        label=gettext_lazy("In dieser Praxis seit"), help_text=gettext_lazy("Zum Beispiel 1.4.2026")
    )
    active_from = Day(
        label=gettext_lazy("Vertragsärztlich tätig seit"),
        help_text=gettext_lazy("Leer, wenn es schon eingetragen ist oder nicht bekannt."),
        required=False,
    )
    active_until = Day(
        label=gettext_lazy("Vertragsärztlich tätig bis"),
        help_text=gettext_lazy("Der letzte Tag, nur wenn das Ende feststeht."),
        required=False,
    )
    PARTS = (
        (gettext_lazy("Person"), ("lanr", "name")),
        (gettext_lazy("In dieser Praxis"), ("role", "since_on")),
        (gettext_lazy("Vertragsärztliche Tätigkeit"), ("active_from", "active_until")),
    )

    def __init__(self, *args: Any, is_mvz: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - narrows the type
        field.choices = [(role, word) for role, word in ROLES.items() if is_mvz or role != DIRECTOR]

    def clean(self) -> None:
        begin, end = self.cleaned_data.get("active_from"), self.cleaned_data.get("active_until")
        if end and not begin:
            self.add_error("active_from", gettext_lazy("Zu einem Ende gehört ein Beginn."))
        elif begin and end and end < begin:
            self.add_error("active_until", gettext_lazy("Der letzte Tag liegt vor dem ersten."))


class NewActivity(Entry):
    """Contracted activity from a day on, perhaps until another."""

    from_on = Day(
        label=gettext_lazy("Vertragsärztlich tätig seit"), help_text=gettext_lazy("Zum Beispiel 1.4.2026")
    )
    until_on = Day(
        label=gettext_lazy("Vertragsärztlich tätig bis"),
        help_text=gettext_lazy("Der letzte Tag, nur wenn das Ende feststeht."),
        required=False,
    )

    def clean(self) -> None:
        begin, end = self.cleaned_data.get("from_on"), self.cleaned_data.get("until_on")
        if begin and end and end < begin:
            self.add_error("until_on", gettext_lazy("Der letzte Tag liegt vor dem ersten."))


class EndOfActivity(Entry):
    """The last day of a contracted activity."""

    until_on = Day(
        label=gettext_lazy("Letzter Tag der vertragsärztlichen Tätigkeit"),
        help_text=gettext_lazy("Zum Beispiel 30.6.2026"),
    )


class NewThirdParty(AddressPart):
    """Who is no member, and why the KV itself wants them to have access (§ 1(1))."""

    name = Line(label=gettext_lazy("Name der Einrichtung"), max_length=200)
    signatory = Line(
        label=gettext_lazy("Wer unterschreibt für sie?"),
        help_text=gettext_lazy("Vor- und Nachname. Diese Person kann den Nutzungsbedingungen zustimmen."),
        max_length=200,
    )
    contact = Line(
        label=gettext_lazy("Wen fragen wir?"), help_text=gettext_lazy("Vor- und Nachname."), max_length=200
    )
    phone = Phone(label=gettext_lazy("Telefon"), max_length=40, required=False)
    email = Email(label=gettext_lazy("E-Mail-Adresse"), max_length=254, required=False)
    interest = Lines(
        label=gettext_lazy("Wozu braucht die KV diesen Zugang?"),
        help_text=gettext_lazy("Das eigene Interesse der KV, in einem Satz oder zweien (§ 1 Abs. 1)."),
        max_length=2000,
    )
    from_on = Day(label=gettext_lazy("Zugang gewünscht ab"), help_text=gettext_lazy("Zum Beispiel 1.4.2026"))
    until_on = Day(
        label=gettext_lazy("Zugang nötig bis"),
        help_text=gettext_lazy("Der letzte Tag; leer, wenn er noch nicht feststeht."),
        required=False,
    )
    PARTS = (
        (gettext_lazy("Einrichtung"), ("name", *AddressPart.ADDRESS)),
        (gettext_lazy("Personen"), ("signatory", "contact", "phone", "email")),
        (gettext_lazy("Anlass"), ("interest", "from_on", "until_on")),
    )

    def clean(self) -> None:
        begin, end = self.cleaned_data.get("from_on"), self.cleaned_data.get("until_on")
        if begin and end and end < begin:
            self.add_error("until_on", gettext_lazy("Der letzte Tag liegt vor dem ersten."))
