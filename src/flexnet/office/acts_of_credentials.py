"""Acts on the way to credentials anew (§ 7(3)): the wish is noted, somebody calls back, or it is refused."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet import configuration
from flexnet.access import credentials, requests
from flexnet.access.errors import BadRequest, NoSuchRequest
from flexnet.access.models import CredentialRequest
from flexnet.access.overview import Known
from flexnet.office import act_forms
from flexnet.office.acting import Act, Deed, Done, Says, Wish, Words

_LOCKED: Final = gettext_lazy(
    "Die jetzigen Zugangsdaten gelten ab sofort nicht mehr. Wer damit angemeldet ist, wird abgemeldet."
)
_ANSWERED: Final[Mapping[type[Exception], Words]] = {
    NoSuchRequest: gettext_lazy("Darüber hat inzwischen jemand anderes entschieden.")
}


def _lock_them(help_text: Any = "") -> forms.BooleanField:
    return forms.BooleanField(
        label=gettext_lazy("Die jetzigen Zugangsdaten sofort sperren"), help_text=help_text, required=False
    )


def _says_anew(wish: Wish[Known]) -> Says:
    sentences = [
        _("Vermerkt wird der Wunsch. Als Nächstes rufen Sie unter der eingetragenen Nummer zurück."),
        _("Neue Zugangsdaten gehen nur als Brief an die eingetragene Anschrift, nie per Telefon oder Mail."),
    ]
    if wish.data["locks"]:
        return Says([*sentences, _LOCKED], _("Wer gerade verbunden ist, verliert die Verbindung."))
    return Says(sentences, _("Nichts, solange der Brief nicht gedruckt ist."))


def _ready_anew(wish: Wish[Known]) -> Deed:
    def deed() -> Done:
        row = credentials.request(
            access=wish.thing.access,
            way=CredentialRequest.Way.TELEPHONE,
            by=wish.by,
            reason=wish.data["reason"],
            now=wish.now,
            lock_replaced=wish.data["locks"],
        )
        return Done(_("Vermerkt. Jetzt rufen Sie zurück."), url=reverse("credential-request", args=[row.pk]))

    return deed


ANEW: Final = Act[Known](
    title=gettext_lazy("Neue Zugangsdaten"),
    button=gettext_lazy("Wunsch vermerken"),
    lead=gettext_lazy("Jemand bittet am Telefon darum. Wer es ist, klärt der Rückruf."),
    form=act_forms.of(
        locks=lambda known: _lock_them(
            gettext_lazy(
                "Wenn jemand anderes die Zugangsdaten kennen könnte. Bis der Brief da ist, "
                "meldet sich dann niemand an."
            )
        ),
        reason=lambda known: act_forms.reason(),
    ),
    says=_says_anew,
    ready=_ready_anew,
)


def _says_word(wish: Wish[Known]) -> Says:
    sentences = [
        _("Vermerkt wird der Wunsch. Als Nächstes rufen Sie unter der eingetragenen Nummer zurück."),
        _("Das Sperrkennwort geht nur als Brief an die eingetragene Anschrift, nie per Telefon oder Mail."),
        _("Bis der Brief gedruckt wird, gilt das bisherige weiter. Das %(word)s bleibt.")
        % {"word": configuration.current().profile.words.password},
    ]
    return Says(sentences, _("Nichts, solange der Brief nicht gedruckt ist."))


def _ready_word(wish: Wish[Known]) -> Deed:
    def deed() -> Done:
        row = credentials.order_word(
            access=wish.thing.access,
            way=CredentialRequest.Way.TELEPHONE,
            by=wish.by,
            reason=wish.data["reason"],
            now=wish.now,
        )
        return Done(_("Vermerkt. Jetzt rufen Sie zurück."), url=reverse("credential-request", args=[row.pk]))

    return deed


WORD: Final = Act[Known](
    title=gettext_lazy("Neues Sperrkennwort"),
    button=gettext_lazy("Wunsch vermerken"),
    lead=gettext_lazy("Jemand bittet am Telefon darum. Wer es ist, klärt der Rückruf."),
    form=act_forms.of(reason=lambda known: act_forms.reason()),
    says=_says_word,
    ready=_ready_word,
    refusals={
        BadRequest: gettext_lazy(
            "Die ersten Zugangsdaten sind noch nicht in Gebrauch. Wählen Sie „Neue Zugangsdaten“."
        )
    },
)


def _is_word(row: CredentialRequest) -> bool:
    return row.what == CredentialRequest.What.WORD


def _call_back_form(row: CredentialRequest, data: QueryDict | None) -> forms.Form:
    form = forms.Form(data)
    form.fields["spoken_to"] = act_forms.Line(
        gettext_lazy("Mit wem haben Sie gesprochen?"), help_text=gettext_lazy("Vor- und Nachname.")
    )
    form.fields["note"] = act_forms.Lines(
        gettext_lazy("Was wurde gesagt?"),
        required=False,
        help_text=gettext_lazy("Nur wenn es wichtig ist. Es steht im Verlauf und im Protokoll."),
    )
    if not _is_word(row) and not requests.are_locked(row.access):
        form.fields["locks"] = _lock_them()
    return form


def _says_call_back(wish: Wish[CredentialRequest]) -> Says:
    said = _("Vermerkt wird: Rückruf durch Sie, gesprochen mit %(name)s.") % {"name": wish.data["spoken_to"]}
    sentences = [
        said,
        _("Danach können Sie den Brief drucken, sobald an die Anschrift geschrieben werden darf."),
    ]
    stays = _("Der Vermerk bleibt im Verlauf stehen.")
    return Says([*sentences, _LOCKED] if wish.data.get("locks") else sentences, stays)


def _ready_call_back(wish: Wish[CredentialRequest]) -> Deed:
    def deed() -> Done:
        credentials.confirm(
            number=wish.thing.pk,
            spoken_to=wish.data["spoken_to"],
            note=wish.data["note"],
            by=wish.by,
            now=wish.now,
            lock_replaced=bool(wish.data.get("locks")),
        )
        return Done(_("Der Rückruf ist vermerkt."))

    return deed


CALL_BACK: Final = Act[CredentialRequest](
    title=gettext_lazy("Rückruf eintragen"),
    button=gettext_lazy("Rückruf eintragen"),
    lead=gettext_lazy("Nur wenn Sie die eingetragene Nummer angerufen haben und die Praxis den Brief will."),
    form=_call_back_form,
    says=_says_call_back,
    ready=_ready_call_back,
    refusals=_ANSWERED,
)


def _says_refuse(wish: Wish[CredentialRequest]) -> Says:
    if _is_word(wish.thing):
        return Says(
            [
                _("Es wird kein Brief geschrieben."),
                _("Das jetzige Sperrkennwort gilt weiter."),
                _("Die Praxis erfährt davon nicht von selbst: Sagen Sie es ihr."),
            ],
            _("Die Ablehnung bleibt im Verlauf stehen. Verlangt werden kann ein Brief jederzeit neu."),
        )
    is_locked = requests.are_locked(wish.thing.access)
    stays = _("Die jetzigen Zugangsdaten bleiben gesperrt, bis jemand die Sperre aufhebt.")
    sentences = [
        _("Es wird kein Brief geschrieben."),
        stays if is_locked else _("Die jetzigen Zugangsdaten gelten weiter."),
        _("Die Praxis erfährt davon nicht von selbst: Sagen Sie es ihr."),
    ]
    return Says(
        sentences, _("Die Ablehnung bleibt im Verlauf stehen. Verlangt werden kann ein Brief jederzeit neu.")
    )


def _ready_refuse(wish: Wish[CredentialRequest]) -> Deed:
    def deed() -> Done:
        credentials.refuse(number=wish.thing.pk, by=wish.by, reason=wish.data["reason"], now=wish.now)
        return Done(_("Abgelehnt. Es wird kein Brief geschrieben."))

    return deed


REFUSE: Final = Act[CredentialRequest](
    title=gettext_lazy("Wunsch ablehnen"),
    button=gettext_lazy("Ablehnen"),
    lead=gettext_lazy("Zum Beispiel, weil die Praxis beim Rückruf nichts davon weiß."),
    form=act_forms.of(reason=lambda row: act_forms.reason()),
    says=_says_refuse,
    ready=_ready_refuse,
    refusals=_ANSWERED,
)
