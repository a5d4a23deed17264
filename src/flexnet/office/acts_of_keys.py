"""Acts on keys: one is taken back."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet.access import actions
from flexnet.access.errors import KeyNotHeld
from flexnet.access.models import Access
from flexnet.access.overview import Known
from flexnet.office import act_forms
from flexnet.office.acting import Act, Deed, Done, Says, Wish


def _says_take_back(wish: Wish[Known]) -> Says:
    return Says(
        [
            _("Der YubiKey %(key)s öffnet sofort nichts mehr.") % {"key": wish.thing.key},
            _("Wer gerade mit ihm verbunden ist, wird innerhalb von Sekunden getrennt."),
        ],
        _(
            "Was gerade übertragen wird, bricht ab. War er schon in der Praxis, wird er neu programmiert, "
            "bevor ihn wieder jemand bekommt."
        ),
    )


def _ready_take_back(wish: Wish[Known]) -> Deed:
    def deed() -> Done:
        serial = _held(wish.thing.access, wish.thing)
        actions.take_key_back(serial=serial, by=wish.by, reason=wish.data["reason"], now=wish.now)
        return Done(_("Der YubiKey %(key)s ist zurückgenommen.") % {"key": serial})

    return deed


def _held(access: Access, known: Known) -> str:
    if known.key is None:
        raise KeyNotHeld(f"{access} has no key.")
    return known.key.serial


TAKE_BACK: Final = Act[Known](
    title=gettext_lazy("YubiKey zurücknehmen"),
    button=gettext_lazy("YubiKey zurücknehmen"),
    lead=gettext_lazy("Ist er verloren, melden Sie stattdessen den Verlust."),
    form=act_forms.of(reason=lambda known: act_forms.reason()),
    says=_says_take_back,
    ready=_ready_take_back,
    refusals={KeyNotHeld: gettext_lazy("Dieser YubiKey gehört schon zu keinem Zugang mehr.")},
    is_dangerous=True,
)
