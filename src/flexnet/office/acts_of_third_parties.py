"""Acts on a third party: the KV's interest in it ends with a day."""

from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet.access import foresight
from flexnet.access import overview as accesses
from flexnet.members import third_parties
from flexnet.members.errors import BadPeriod
from flexnet.members.models import ThirdParty
from flexnet.office import act_forms
from flexnet.office.acting import Act, Deed, Done, Says, Wish


def _says(wish: Wish[ThirdParty]) -> Says:
    day = date_format(wish.data["until_on"], "l, j. F Y")
    sentences = [_("Der letzte Tag ist %(day)s, bis 24:00 Uhr.") % {"day": day}]
    ids = [row.pk for row in accesses.accesses_of_third_party(wish.thing.pk)]
    for loss in foresight.losses(lambda: _end(wish), ids, now=wish.now):
        text = _("Zugang %(access)s endet sofort.") if loss.is_at_once else _("Zugang %(access)s endet dann.")
        sentences.append(text % {"access": loss.access})
    return Says(sentences, _("Nichts. Ein späterer letzter Tag lässt sich jederzeit eintragen."))


def _ready(wish: Wish[ThirdParty]) -> Deed:
    def deed() -> Done:
        _end(wish)
        return Done(_("Der letzte Tag ist eingetragen."))

    return deed


def _end(wish: Wish[ThirdParty]) -> None:
    until_on, reason = wish.data["until_on"], wish.data["reason"]
    third_parties.end(party=wish.thing, until_on=until_on, by=wish.by, reason=reason, now=wish.now)


END: Final = Act[ThirdParty](
    title=gettext_lazy("Letzten Tag eintragen"),
    button=gettext_lazy("Letzten Tag eintragen"),
    lead=gettext_lazy("Danach hat die KV kein eigenes Interesse mehr, und alle Zugänge des Dritten enden."),
    form=act_forms.of(
        until_on=lambda row: act_forms.DayField(gettext_lazy("Letzter Tag, diesen eingeschlossen")),
        reason=lambda row: act_forms.reason(),
    ),
    says=_says,
    ready=_ready,
    refusals={BadPeriod: gettext_lazy("Der letzte Tag liegt vor dem ersten.")},
    is_dangerous=True,
)
