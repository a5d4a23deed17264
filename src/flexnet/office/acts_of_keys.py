"""Acts on keys: one is taken back, or brought into step."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet.access import actions
from flexnet.access.errors import KeyNotHeld
from flexnet.access.models import Access
from flexnet.access.overview import Known
from flexnet.keys import resync
from flexnet.keys.errors import WrongPlace
from flexnet.keys.rules import Resync
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


def _says_resync(wish: Wish[Known]) -> Says:
    return Says(
        [
            _("Die beiden Codes bringen den YubiKey %(key)s wieder in Gleichlauf.") % {"key": wish.thing.key},
            _("Beide sind danach verbraucht. Anmelden kann man sich mit dem nächsten."),
        ],
        _("Codes, die vor diesen lagen, gelten nie mehr."),
    )


def _ready_resync(wish: Wish[Known]) -> Deed:
    def deed() -> Done:
        outcome = resync.resync(
            serial=_held(wish.thing.access, wish.thing),
            first=wish.data["first"],
            second=wish.data["second"],
            spoken_to=wish.data["spoken_to"],
            by=wish.by,
            now=wish.now,
        )
        return Done(_RESYNCED[outcome], is_in_vain=outcome is not Resync.IN_STEP)

    return deed


_RESYNCED: Final = {
    Resync.IN_STEP: gettext_lazy(
        "Der YubiKey ist wieder in Gleichlauf. Bitten Sie darum, sich jetzt mit einem neuen Code anzumelden."
    ),
    Resync.ALREADY_IN_STEP: gettext_lazy(
        "Der YubiKey war in Gleichlauf: An seinen Codes liegt es nicht. Sehen Sie unter „Warum“ nach."
    ),
    Resync.NOT_CONSECUTIVE: gettext_lazy(
        "Das sind keine zwei Codes hintereinander. Lassen Sie noch zweimal drücken und beide vorlesen. Hilft "
        "auch das nicht, braucht die Praxis einen anderen YubiKey."
    ),
}

RESYNC: Final = Act[Known](
    title=gettext_lazy("YubiKey in Gleichlauf bringen"),
    button=gettext_lazy("In Gleichlauf bringen"),
    lead=gettext_lazy(
        "Rufen Sie unter der hinterlegten Nummer zurück. Lassen Sie zweimal hintereinander auf den YubiKey "
        "drücken, in ein leeres Textfeld, und beide Codes vorlesen."
    ),
    form=act_forms.of(
        spoken_to=lambda known: act_forms.Line(gettext_lazy("Wen haben Sie zurückgerufen?")),
        first=lambda known: act_forms.Line(
            gettext_lazy("Erster Code"), longest=40, help_text=gettext_lazy("Leerzeichen stören nicht.")
        ),
        second=lambda known: act_forms.Line(gettext_lazy("Zweiter Code"), longest=40),
    ),
    says=_says_resync,
    ready=_ready_resync,
    refusals={
        KeyNotHeld: gettext_lazy("Dieser YubiKey gehört schon zu keinem Zugang mehr."),
        WrongPlace: gettext_lazy(
            "Diesen YubiKey hat niemand in der Hand: Er ist verloren oder zurückgekommen."
        ),
    },
)
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
