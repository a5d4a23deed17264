"""Acts on the address ranges of a provider of KV-SafeNet: one is entered, one ends."""

from typing import Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet.access.rules import day_of
from flexnet.office import act_forms
from flexnet.office.acting import Act, Deed, Done, Says, Wish
from flexnet.publications import ranges
from flexnet.publications.errors import BadRange, NoSuchRange, Wrong
from flexnet.publications.models import Provider, Range
from flexnet.web import words

_WRONG: Final = {
    Wrong.NO_NETWORK: gettext_lazy("Das ist kein Netz. Schreiben Sie es so: 10.20.0.0/16 oder 2001:db8::/32"),
    Wrong.NOBODYS: gettext_lazy("Aus diesem Netz kommt niemand: Es ist für anderes reserviert."),
    Wrong.TOO_WIDE: gettext_lazy("Das Netz ist zu groß. Erlaubt ist höchstens %(with)s. Teilen Sie es auf."),
    Wrong.DAYS: gettext_lazy("Der letzte Tag liegt vor dem ersten."),
    Wrong.NOT_CERTIFIED: gettext_lazy("Am ersten Tag ist der Anbieter nicht zertifiziert."),
    Wrong.OVERLAPS: gettext_lazy(
        "Das Netz überschneidet sich mit %(with)s. Beenden Sie zuerst jenen Bereich, oder tragen Sie ein, "
        "was übrig bleibt."
    ),
    Wrong.PAST: gettext_lazy("Der Tag ist vorbei. Mit dem gestrigen Tag endet der Bereich sofort."),
}
_MEANT: Final = gettext_lazy("Das ist eine Adresse in einem Netz, kein Netz. Meinen Sie %(with)s?")


class RangeForm(forms.Form):
    """A network and its days, of a provider."""

    network = act_forms.Line(
        gettext_lazy("Netz"), longest=50, help_text=gettext_lazy("IPv4 oder IPv6, zum Beispiel 10.20.0.0/16")
    )
    from_on = act_forms.DayField(gettext_lazy("Erster Tag"))
    until_on = act_forms.DayField(
        gettext_lazy("Letzter Tag"), required=False, help_text=gettext_lazy("Leer: ohne Ende")
    )

    def __init__(self, provider: Provider, data: QueryDict | None) -> None:
        super().__init__(data)
        self._provider = provider

    def clean(self) -> None:
        """What is wrong is said beside what was typed; what is confirmed the act looks at once more."""
        data = self.cleaned_data
        if self.errors or "confirmed" in self.data:
            return
        try:
            ranges.checked(provider=self._provider, **data)
        except BadRange as bad:
            is_of_days = bad.what in (Wrong.DAYS, Wrong.NOT_CERTIFIED)
            self.add_error("from_on" if is_of_days else "network", _say(bad))


def _say(bad: BadRange) -> str:
    is_meant = bad.what is Wrong.NO_NETWORK and bad.with_it
    return str(_MEANT if is_meant else _WRONG[bad.what]) % {"with": bad.with_it}


def _says_range(wish: Wish[Provider]) -> Says:
    said = {"network": wish.data["network"], "provider": wish.thing, "day": words.day(wish.data["from_on"])}
    return Says(
        [_("Wer ab dem %(day)s aus %(network)s kommt, kommt über %(provider)s ins Portal.") % said],
        _("Der Bereich lässt sich jederzeit beenden."),
    )


def _ready_range(wish: Wish[Provider]) -> Deed:
    def deed() -> Done:
        row = ranges.enter(provider=wish.thing, by=wish.by, now=wish.now, **wish.data)
        return Done(_("%(network)s ist eingetragen.") % {"network": row.network})

    return deed


ENTER_RANGE: Final = Act[Provider](
    title=gettext_lazy("Adressbereich eintragen"),
    button=gettext_lazy("Eintragen"),
    form=RangeForm,
    says=_says_range,
    ready=_ready_range,
    refusals={
        BadRange: gettext_lazy("Inzwischen wurde etwas anderes eingetragen. Sehen Sie noch einmal nach.")
    },
)


def _last_day(row: Range, data: QueryDict | None) -> forms.Form:
    form = forms.Form(data)
    form.fields["last_on"] = act_forms.DayField(
        gettext_lazy("Letzter Tag"), help_text=gettext_lazy("Mit dem gestrigen Tag endet der Bereich sofort.")
    )
    form.fields["reason"] = act_forms.reason()
    return form


def _says_end(wish: Wish[Range]) -> Says:
    said = {"network": wish.thing.network, "day": words.day(wish.data["last_on"])}
    sentences = [_("Nach dem %(day)s kommt aus %(network)s niemand mehr ins Portal.") % said]
    if wish.data["last_on"] < day_of(wish.now):
        sentences.append(_("Wer gerade von dort angemeldet ist, wird mit dem nächsten Klick abgemeldet."))
    return Says(sentences, _("Danach lässt sich das Netz nur neu eintragen."))


def _ready_end(wish: Wish[Range]) -> Deed:
    def deed() -> Done:
        data = wish.data
        ranges.end(wish.thing, last_on=data["last_on"], reason=data["reason"], by=wish.by, now=wish.now)
        return Done(_("Der Bereich endet am %(day)s.") % {"day": words.day(data["last_on"])})

    return deed


END_RANGE: Final = Act[Range](
    title=gettext_lazy("Adressbereich beenden"),
    button=gettext_lazy("Beenden"),
    lead=gettext_lazy("Für einen einzelnen Bereich, etwa weil der Anbieter ihn zurückgegeben hat."),
    form=_last_day,
    says=_says_end,
    ready=_ready_end,
    refusals={
        BadRange: _WRONG[Wrong.PAST],
        NoSuchRange: gettext_lazy("Der Bereich endet schon früher."),
    },
    is_dangerous=True,
)
