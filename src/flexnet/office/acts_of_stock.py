"""Acts on a key wherever it is: it is defective, asked back, back again, lost for good, or disposed of."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet import configuration
from flexnet.access import actions, charges, key_returns
from flexnet.access.errors import NoSuchCharge, NotToCharge
from flexnet.access.models import Charge, Lock
from flexnet.accounts.models import Role
from flexnet.keys import movements, whereabouts
from flexnet.keys.errors import MovedMeanwhile, WrongPlace
from flexnet.keys.models import Key, Place
from flexnet.office import act_forms
from flexnet.office.acting import Act, Deed, Done, Refusals, Says, Wish
from flexnet.web import words

_KEYS: Final = (Role.CLERK, Role.KEY_DESK)
_ELSEWHERE: Final = gettext_lazy(
    "Der YubiKey ist inzwischen an einem anderen Ort. Sehen Sie auf seiner Seite nach."
)
_MOVED: Final[Refusals] = {WrongPlace: _ELSEWHERE, MovedMeanwhile: _ELSEWHERE}
_STAYS: Final = gettext_lazy("Jeder Ort, an dem er war, bleibt im Verlauf stehen.")
Move = Callable[[Wish[Key]], str | Promise]


@dataclass(frozen=True)
class Offer:
    """An act on a key as its page offers it, where the key can go there from where it is."""

    name: str
    address: str
    act: Act[Key]
    picture: str
    text: Promise
    fits: Callable[[Place], bool]
    roles: tuple[Role, ...] = _KEYS


def _act(
    title: Promise,
    sentences: tuple[Promise, ...],
    move: Move,
    *,
    undone: Promise = _STAYS,
    lead: str | Promise = "",
    is_dangerous: bool = False,
) -> Act[Key]:
    """All of these want a reason, and answer what they say."""

    def ready(wish: Wish[Key]) -> Deed:
        return lambda: Done(str(move(wish)) % {"key": wish.thing})

    return Act[Key](
        title=title,
        button=title,
        lead=lead,
        form=act_forms.of(reason=lambda key: act_forms.reason()),
        says=lambda wish: Says([str(one) % {"key": wish.thing} for one in sentences], undone),
        ready=ready,
        refusals={**_MOVED, NotToCharge: gettext_lazy("Über diesen Verlust hat schon jemand entschieden.")},
        is_dangerous=is_dangerous,
    )


def _moved(to: Place, done: Promise) -> Move:
    def move(wish: Wish[Key]) -> Promise:
        movements.move(serial=wish.thing.serial, to=to, by=wish.by, reason=wish.data["reason"], now=wish.now)
        return done

    return move


def _reminded(wish: Wish[Key]) -> Promise:
    movements.remind(serial=wish.thing.serial, by=wish.by, now=wish.now)
    return gettext_lazy("Die Erinnerung an den YubiKey %(key)s ist vermerkt.")


def _received(wish: Wish[Key]) -> Promise:
    actions.take_key_back(serial=wish.thing.serial, by=wish.by, reason=wish.data["reason"], now=wish.now)
    return gettext_lazy("Der YubiKey %(key)s ist zurück. Er wird neu programmiert oder entsorgt.")


def _declared_lost(wish: Wish[Key]) -> Promise:
    key_returns.declare_lost(serial=wish.thing.serial, by=wish.by, reason=wish.data["reason"], now=wish.now)
    return gettext_lazy("Der YubiKey %(key)s ist gesperrt und gilt als verloren.")


def _disposed_of(wish: Wish[Key]) -> Promise:
    key_returns.dispose_of(serial=wish.thing.serial, by=wish.by, reason=wish.data["reason"], now=wish.now)
    return gettext_lazy("Der YubiKey %(key)s ist entsorgt.")


def _may_go(there: Place) -> Callable[[Place], bool]:
    return lambda here: whereabouts.may_go(here, there)


def _is_awaited(here: Place) -> bool:
    return here is Place.TO_BE_RETURNED


OFFERS: Final = (
    Offer(
        "key-received",
        "zurueck",
        _act(
            gettext_lazy("Rückgabe eintragen"),
            (
                gettext_lazy("Der YubiKey %(key)s ist bei uns und öffnet nichts mehr."),
                gettext_lazy("Bevor ihn wieder jemand bekommt, wird er neu programmiert."),
            ),
            _received,
        ),
        "key",
        gettext_lazy("Er ist zurückgekommen oder gefunden worden"),
        _may_go(Place.RETURNED),
    ),
    Offer(
        "key-ask-back",
        "zurueckfordern",
        _act(
            gettext_lazy("YubiKey zurückfordern"),
            (gettext_lazy("Ab heute wird auf den YubiKey %(key)s gewartet, und nach der Frist erinnert."),),
            _moved(Place.TO_BE_RETURNED, gettext_lazy("Der YubiKey %(key)s ist zurückgefordert.")),
        ),
        "mail",
        gettext_lazy("Er gehört der KV und wird nicht mehr gebraucht"),
        _may_go(Place.TO_BE_RETURNED),
    ),
    Offer(
        "key-remind",
        "erinnern",
        _act(
            gettext_lazy("Erinnerung vermerken"),
            (gettext_lazy("Es steht fest, dass heute an den YubiKey %(key)s erinnert wurde."),),
            _reminded,
            lead=gettext_lazy("Nach einem Anruf oder Brief. Verschickt wird hier nichts."),
        ),
        "clock",
        gettext_lazy("Es wurde noch einmal nach ihm gefragt"),
        _is_awaited,
    ),
    Offer(
        "key-declare-lost",
        "verloren",
        _act(
            gettext_lazy("Für verloren erklären"),
            (
                gettext_lazy("Der YubiKey %(key)s wird gesperrt und öffnet sofort nichts mehr."),
                gettext_lazy("Wer ihn hatte, zahlt für den Verlust (§ 6 Abs. 3)."),
            ),
            _declared_lost,
            undone=gettext_lazy(
                "Die Kosten lassen sich zurücknehmen. Die Sperre endet erst, wenn er neu programmiert ist."
            ),
            is_dangerous=True,
        ),
        "warning",
        gettext_lazy("Er kam trotz Erinnerung nicht zurück"),
        _is_awaited,
        (Role.CLERK,),
    ),
    Offer(
        "key-defective",
        "defekt",
        _act(
            gettext_lazy("Als defekt eintragen"),
            (
                gettext_lazy("Für den YubiKey %(key)s gibt es einen anderen. Er kostet nichts (§ 6 Abs. 1)."),
                gettext_lazy("Solange ihm keiner folgt, gehört er weiter zu seinem Zugang."),
            ),
            _moved(Place.DEFECTIVE, gettext_lazy("Der YubiKey %(key)s ist als defekt eingetragen.")),
        ),
        "change",
        gettext_lazy("Er tippt nichts mehr, oder Falsches"),
        _may_go(Place.DEFECTIVE),
    ),
    Offer(
        "key-dispose",
        "entsorgen",
        _act(
            gettext_lazy("YubiKey entsorgen"),
            (gettext_lazy("Der YubiKey %(key)s öffnet nie wieder etwas und wird nicht mehr programmiert."),),
            _disposed_of,
            undone=gettext_lazy("Das lässt sich nicht zurücknehmen."),
            is_dangerous=True,
        ),
        "remove",
        gettext_lazy("Er ist vernichtet oder wird es"),
        _may_go(Place.DISPOSED_OF),
    ),
)


def _says_decide(wish: Wish[Lock]) -> Says:
    if wish.data["decision"] == "waive":
        return Says([_("Für diesen Verlust zahlt niemand.")], _STAYS)
    cents = configuration.current().keys.lost_cents
    return Says([_("Wer den YubiKey hatte, zahlt %(euro)s.") % {"euro": words.euro(cents)}], _STAYS)


def _ready_decide(wish: Wish[Lock]) -> Deed:
    decide = charges.waive if wish.data["decision"] == "waive" else charges.charge

    def deed() -> Done:
        decide(wish.thing, by=wish.by, reason=wish.data["reason"], now=wish.now)
        return Done(_("Über die Kosten ist entschieden."))

    return deed


DECIDE: Final = Act[Lock](
    title=gettext_lazy("Über die Kosten des Verlusts entscheiden"),
    button=gettext_lazy("Entscheiden"),
    lead=gettext_lazy("Ein verlorener YubiKey wird berechnet (§ 6 Abs. 3), ein defekter nie."),
    form=act_forms.of(
        decision=lambda lock: act_forms.choice(
            gettext_lazy("Wer zahlt?"),
            (
                ("charge", gettext_lazy("Wer den YubiKey hatte")),
                ("waive", gettext_lazy("Niemand, aus dem Grund unten")),
            ),
        ),
        reason=lambda lock: act_forms.reason(),
    ),
    says=_says_decide,
    ready=_ready_decide,
    refusals={
        NotToCharge: gettext_lazy("Über diesen Verlust ist entschieden, oder seine Sperre ist aufgehoben.")
    },
)


def _ready_withdraw(wish: Wish[Charge]) -> Deed:
    def deed() -> Done:
        charges.withdraw(wish.thing, by=wish.by, reason=wish.data["reason"], now=wish.now)
        return Done(_("Die Kosten sind zurückgenommen."))

    return deed


WITHDRAW: Final = Act[Charge](
    title=gettext_lazy("Kosten zurücknehmen"),
    button=gettext_lazy("Kosten zurücknehmen"),
    form=act_forms.of(reason=lambda charge: act_forms.reason()),
    says=lambda wish: Says([_("Für diesen Verlust zahlt niemand mehr.")], _STAYS),
    ready=_ready_withdraw,
    refusals={NoSuchCharge: gettext_lazy("Diese Kosten sind schon zurückgenommen.")},
)
