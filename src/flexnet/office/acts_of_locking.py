"""Acts on locks: lock, report a loss, restrict, lift, and note that somebody asked."""

from collections.abc import Iterator
from typing import Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet.access import locking, restricting
from flexnet.access.errors import BadLock
from flexnet.access.models import Lock, Report, Restriction, Service
from flexnet.access.overview import Known
from flexnet.accounts import four_eyes
from flexnet.accounts.models import Approval
from flexnet.office import act_forms, finding, happening_words
from flexnet.office.acting import Act, Deed, Done, Says, Wish, Words

_AT_ONCE: Final = gettext_lazy(
    "Wer damit gerade verbunden oder angemeldet ist, wird innerhalb von Sekunden getrennt."
)
_BREAKS_OFF: Final = gettext_lazy(
    "Was gerade übertragen wird, bricht ab. Die Sperre selbst können Sie später wieder aufheben."
)
_OWN = "own"
_WAYS = {way: word for way, word in happening_words.WAYS.items() if way != Report.Way.PUBLIC}


def _scopes(known: Known) -> Iterator[tuple[str, str]]:
    yield "access", _("dieser Zugang, mit den Zugängen des Personals darunter")
    if known.key:
        yield "key", _("der YubiKey %(key)s") % {"key": known.key}
    yield "password", _("die jetzigen Zugangsdaten, bis es neue gibt")
    for practice in finding.practices_of(known.access):
        yield f"practice:{practice.pk}", _("alle Zugänge von %(name)s") % {"name": practice.name}


def _ways() -> list[tuple[str, object]]:
    return [*_WAYS.items(), (_OWN, gettext_lazy("niemand hat etwas gemeldet, wir haben es selbst bemerkt"))]


def _lock(wish: Wish[Known]) -> Lock:
    known, cause = wish.thing, Lock.Cause(wish.data["cause"])
    scope, _colon, number = wish.data["scope"].partition(":")
    if scope == "password":
        return locking.of_password(known.access, cause=cause, now=wish.now)
    if scope == "practice":
        practice = next(row for row in finding.practices_of(known.access) if row.pk == int(number))
        return locking.of(practice, cause=cause, now=wish.now)
    if scope == "key" and known.key:
        return locking.of(known.key, cause=cause, now=wish.now)
    return locking.of(known.access, cause=cause, now=wish.now)


def _says_lock(wish: Wish[Known]) -> Says:
    scopes = dict(_scopes(wish.thing))
    sentences: list[Words] = [
        _("Gesperrt wird sofort: %(what)s.") % {"what": scopes[wish.data["scope"]]},
        _AT_ONCE,
    ]
    if wish.data["cause"] == Lock.Cause.MISUSE:
        sentences.append(_MISUSE)
    return Says(sentences, _BREAKS_OFF)


_MISUSE: Final = gettext_lazy(
    "Wegen des Missbrauchs beginnt die Frist von 72 Stunden, in der zu entscheiden ist, ob der Vorfall der "
    "Datenschutzaufsicht gemeldet wird. Aufheben lässt sich diese Sperre nur zu zweit."
)


def _impose(lock: Lock, wish: Wish[Known]) -> None:
    way, reason = wish.data["way"], wish.data.get("reason", "")
    if way == _OWN:
        locking.impose_lock(lock, by=wish.by, reason=reason)
        return
    reported_by = wish.data["reported_by"]
    locking.report(lock, reported_by=reported_by, way=Report.Way(way), by=wish.by, reason=reason)


def _ready_lock(wish: Wish[Known]) -> Deed:
    def deed() -> Done:
        _impose(_lock(wish), wish)
        return Done(_("Gesperrt. Die Sperre wirkt ab sofort."))

    return deed


LOCK: Final = Act[Known](
    title=gettext_lazy("Sperren"),
    button=gettext_lazy("Jetzt sperren"),
    form=act_forms.of(
        scope=lambda known: act_forms.choice(gettext_lazy("Was soll gesperrt werden?"), _scopes(known)),
        cause=lambda known: act_forms.choice(gettext_lazy("Warum?"), happening_words.CAUSES.items()),
        way=lambda known: act_forms.choice(gettext_lazy("Wie haben Sie davon erfahren?"), _ways()),
        reported_by=lambda known: act_forms.Line(
            gettext_lazy("Wer hat es gemeldet?"),
            required=False,
            help_text=gettext_lazy("Name und Rückrufnummer, soweit bekannt."),
        ),
        reason=lambda known: act_forms.reason(),
    ),
    says=_says_lock,
    ready=_ready_lock,
    is_dangerous=True,
)


def _lost_things(known: Known) -> Iterator[tuple[str, str]]:
    if known.key:
        yield "key", _("der YubiKey %(key)s") % {"key": known.key}
    yield "password", _("die Zugangsdaten, zum Beispiel der Brief")


def _lost(known: Known) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=gettext_lazy("Was ist verloren?"),
        choices=list(_lost_things(known)),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Bitte wählen Sie.")},
    )


def _says_loss(wish: Wish[Known]) -> Says:
    things = dict(_lost_things(wish.thing))
    locked: list[Words] = [
        _("Gesperrt wird sofort: %(what)s.") % {"what": things[name]} for name in wish.data["what"]
    ]
    asked = _("Auf dem Schreibtisch entsteht die Aufgabe, bei der Praxis nachzufragen.")
    return Says([*locked, _AT_ONCE, asked], _BREAKS_OFF)


def _ready_loss(wish: Wish[Known]) -> Deed:
    known, now = wish.thing, wish.now

    def deed() -> Done:
        for name in wish.data["what"]:
            is_key = name == "key" and known.key
            lock = (
                locking.of(known.key, cause=Lock.Cause.LOSS, now=now)
                if is_key and known.key
                else locking.of_password(known.access, cause=Lock.Cause.LOSS, now=now)
            )
            _impose(lock, wish)
        return Done(_("Gesperrt. Fragen Sie jetzt in Ruhe bei der Praxis nach."))

    return deed


LOSS: Final = Act[Known](
    title=gettext_lazy("Verlust melden"),
    button=gettext_lazy("Verlorenes jetzt sperren"),
    lead=gettext_lazy("Erst sperren, dann fragen: Niemand muss am Telefon etwas beweisen."),
    form=act_forms.of(
        what=_lost,
        way=lambda known: act_forms.choice(gettext_lazy("Wie haben Sie davon erfahren?"), _WAYS.items()),
        reported_by=lambda known: act_forms.Line(
            gettext_lazy("Wer meldet es?"),
            required=False,
            help_text=gettext_lazy("Name und Rückrufnummer, soweit bekannt."),
        ),
        reason=lambda known: act_forms.Lines(gettext_lazy("Was ist geschehen?"), required=False),
    ),
    says=_says_loss,
    ready=_ready_loss,
    is_dangerous=True,
)


_ALWAYS_LEFT = gettext_lazy("Was alle erreichen, bleibt in jedem Fall. Nichts angekreuzt: nur das.")
_NOTHING_ELSE = gettext_lazy("Einzeln freigegeben ist keiner. Es bleibt, was alle erreichen.")


def _services(known: Known) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=gettext_lazy("Welche Dienste darf er weiter benutzen?"),
        help_text=_ALWAYS_LEFT if known.grants else _NOTHING_ELSE,
        choices=[(grant.service.slug, grant.service.name) for grant in known.grants],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


def _kept(wish: Wish[Known]) -> list[Service]:
    return [row.service for row in wish.thing.grants if row.service.slug in wish.data["services"]]


def _says_restrict(wish: Wish[Known]) -> Says:
    names = ", ".join(service.name for service in _kept(wish)) or _("was alle erreichen")
    return Says(
        [
            _("%(access)s erreicht ab sofort nur noch: %(names)s.")
            % {"access": wish.thing.access, "names": names},
            _("Laufende Verbindungen bleiben, werden aber innerhalb von Sekunden enger."),
        ],
        _("Was mit anderen Diensten gerade übertragen wird, bricht ab. Aufheben können Sie das jederzeit."),
    )


def _ready_restrict(wish: Wish[Known]) -> Deed:
    def deed() -> Done:
        restricting.restrict(
            access=wish.thing.access,
            services=_kept(wish),
            cause=Lock.Cause(wish.data["cause"]),
            by=wish.by,
            reason=wish.data["reason"],
            now=wish.now,
        )
        return Done(_("Eingeschränkt. Das wirkt ab sofort."))

    return deed


RESTRICT: Final = Act[Known](
    title=gettext_lazy("Auf einzelne Dienste einschränken"),
    button=gettext_lazy("Jetzt einschränken"),
    form=act_forms.of(
        services=_services,
        cause=lambda known: act_forms.choice(gettext_lazy("Warum?"), happening_words.CAUSES.items()),
        reason=lambda known: act_forms.reason(),
    ),
    says=_says_restrict,
    ready=_ready_restrict,
    is_dangerous=True,
)


_FOUND: Final = gettext_lazy(
    "Ein verlorener YubiKey bleibt gesperrt, auch wenn er wieder da ist. Heben Sie die Sperre nur auf, wenn "
    "die Meldung ein Irrtum war."
)


def _says_lift(wish: Wish[Lock]) -> Says:
    lock = wish.thing
    scope = happening_words.SCOPES[lock.scope]
    found = [_FOUND] if locking.is_lost_key(lock) else []
    return Says(
        [
            *found,
            _("Die Sperre (%(scope)s) endet.") % {"scope": scope},
            _("Wer nicht aus einem anderen Grund gesperrt ist, kann sich sofort wieder anmelden."),
        ],
        _("Was nach dem Aufheben geschieht, lässt sich nicht zurückholen. Sperren können Sie jederzeit neu."),
        needs_second_person=locking.needs_two(lock),
    )


def _ready_lift(wish: Wish[Lock]) -> Deed:
    lock, reason = wish.thing, wish.data["reason"]

    def deed() -> Done:
        if not locking.needs_two(lock):
            locking.lift_lock(lock, by=wish.by, reason=reason, now=wish.now)
            return Done(_("Die Sperre ist aufgehoben."))
        four_eyes.ask(
            act=Approval.Act.LIFT_MISUSE_LOCK,
            subject=locking.locked_thing(lock),
            payload={"lock": lock.pk},
            staff=wish.staff,
            reason=reason,
            now=wish.now,
        )
        return Done(_("Beantragt. Eine zweite Person entscheidet darüber."))

    return deed


LIFT: Final = Act[Lock](
    title=gettext_lazy("Sperre aufheben"),
    button=gettext_lazy("Sperre jetzt aufheben"),
    form=act_forms.of(reason=lambda lock: act_forms.reason()),
    says=_says_lift,
    ready=_ready_lift,
    refusals={BadLock: gettext_lazy("Geben Sie den Grund an.")},
)


def _says_review(wish: Wish[Lock]) -> Says:
    kept = _("Die Sperre bleibt. Die Aufgabe, nachzufragen, ist damit erledigt.")
    return Says([kept], _("Der Vermerk bleibt im Verlauf stehen."))


def _ready_review(wish: Wish[Lock]) -> Deed:
    def deed() -> Done:
        locking.review(wish.thing, by=wish.by, note=wish.data["note"], now=wish.now)
        return Done(_("Vermerkt. Die Sperre bleibt."))

    return deed


REVIEW: Final = Act[Lock](
    title=gettext_lazy("Nachgefragt: Sperre bleibt"),
    button=gettext_lazy("Vermerken"),
    lead=gettext_lazy("War es ein Irrtum, heben Sie die Sperre stattdessen auf."),
    form=act_forms.of(
        note=lambda lock: act_forms.Lines(gettext_lazy("Mit wem haben Sie gesprochen, und was kam heraus?"))
    ),
    says=_says_review,
    ready=_ready_review,
    refusals={BadLock: gettext_lazy("Schreiben Sie, wen Sie gefragt haben und was herauskam.")},
)


def _says_unrestrict(wish: Wish[Restriction]) -> Says:
    return Says(
        [_("%(access)s erreicht wieder alles, was freigegeben ist.") % {"access": wish.thing.access}],
        _("Nichts. Einschränken können Sie jederzeit neu."),
    )


def _ready_unrestrict(wish: Wish[Restriction]) -> Deed:
    def deed() -> Done:
        restricting.lift_restriction(wish.thing, by=wish.by, reason=wish.data["reason"], now=wish.now)
        return Done(_("Die Einschränkung ist aufgehoben."))

    return deed


UNRESTRICT: Final = Act[Restriction](
    title=gettext_lazy("Einschränkung aufheben"),
    button=gettext_lazy("Einschränkung jetzt aufheben"),
    form=act_forms.of(reason=lambda row: act_forms.reason()),
    says=_says_unrestrict,
    ready=_ready_unrestrict,
    refusals={BadLock: gettext_lazy("Geben Sie den Grund an.")},
)
