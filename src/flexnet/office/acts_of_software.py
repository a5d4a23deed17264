"""Acts on requests for client software and on releases."""

from collections.abc import Mapping
from typing import Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet.lib.identifiers import BadIdentifier, Bsnr
from flexnet.members import queries as members
from flexnet.members.errors import NotEntered
from flexnet.members.models import Site
from flexnet.office import act_forms, happening_words
from flexnet.office.acting import Act, Deed, Done, Refusals, Says, Wish, Words
from flexnet.software import links, releases, requests
from flexnet.software.errors import BadRequest, NoEmail, NoSuchRelease, NoSuchRequest, NothingToSend
from flexnet.software.models import Release, SoftwareRequest
from flexnet.software.systems import System

_QUICKER: Final[Mapping[type[Exception], Words]] = {
    NoSuchRequest: gettext_lazy("Darüber hat inzwischen jemand anderes entschieden."),
}
_UNSENT: Final[Refusals] = {
    **_QUICKER,
    NoEmail: gettext_lazy(
        "Für diese Betriebsstätte ist keine E-Mail-Adresse eingetragen, an die eine Mail gehen kann."
    ),
    NothingToSend: gettext_lazy("Für dieses Betriebssystem ist keine Software veröffentlicht."),
    BadRequest: gettext_lazy("Klären Sie zuerst, für welche Praxis und welches Betriebssystem es ist."),
}
_STAYS: Final = gettext_lazy(
    "Eine Mail lässt sich nicht zurückholen; den Link können Sie jederzeit ersetzen."
)


class Clear(forms.Form):
    """For whom, and for which system."""

    bsnr = act_forms.Line(
        gettext_lazy("Betriebsstättennummer (BSNR)"),
        help_text=gettext_lazy("Neun Ziffern, einer eingetragenen Betriebsstätte."),
    )
    system = act_forms.choice(gettext_lazy("Betriebssystem"), happening_words.SYSTEMS.items())

    def clean_bsnr(self) -> Site:
        try:
            return members.site(Bsnr.parse(self.cleaned_data["bsnr"]))
        except BadIdentifier as bad:
            raise forms.ValidationError(_(bad.message)) from None
        except NotEntered:
            raise forms.ValidationError(_("Diese Betriebsstätte ist nicht eingetragen.")) from None


def _clear_form(row: SoftwareRequest, data: QueryDict | None) -> forms.Form:
    known = {"bsnr": row.site.bsnr if row.site else "", "system": row.system}
    return Clear(data, initial=known)


def _says_clear(wish: Wish[SoftwareRequest]) -> Says:
    site: Site = wish.data["bsnr"]
    said = {"practice": site.practice.name, "bsnr": site.bsnr}
    return Says(
        [
            _("Die Anfrage gehört dann zu %(practice)s, BSNR %(bsnr)s.") % said,
            _(
                "Als Nächstes senden Sie den Link. Er geht an die eingetragene E-Mail-Adresse der Praxis, "
                "nicht an den Absender."
            ),
        ],
        _("Solange kein Link versandt ist, können Sie es wieder ändern."),
    )


def _ready_clear(wish: Wish[SoftwareRequest]) -> Deed:
    def deed() -> Done:
        system = System(wish.data["system"])
        requests.clarify(
            number=wish.thing.pk, site=wish.data["bsnr"], system=system, by=wish.by, now=wish.now
        )
        return Done(_("Geklärt. Jetzt können Sie den Link senden."))

    return deed


CLARIFY: Final = Act[SoftwareRequest](
    title=gettext_lazy("Anfrage klären"),
    button=gettext_lazy("Eintragen"),
    lead=gettext_lazy("Rufen Sie zurück, wenn die Mail es nicht sagt; die Nummer steht bei der Praxis."),
    form=_clear_form,
    says=_says_clear,
    ready=_ready_clear,
    refusals={
        **_QUICKER,
        BadRequest: gettext_lazy(
            "Diese Praxis hat für dieses Betriebssystem schon eine offene Anfrage. Lehnen Sie diese hier ab."
        ),
    },
)


def _says_send(wish: Wish[SoftwareRequest]) -> Says:
    site = wish.thing.site
    email = site.email if site else ""
    return Says(
        [
            _("Eine Mail mit dem Link geht an %(email)s, die eingetragene Adresse der Praxis.")
            % {"email": email or "–"},
            _("Frühere Links der Praxis für dieses Betriebssystem gelten dann nicht mehr."),
        ],
        _STAYS,
    )


def _ready_send(wish: Wish[SoftwareRequest]) -> Deed:
    def deed() -> Done:
        send = links.send if wish.thing.sent_at is None else links.send_again
        link = send(number=wish.thing.pk, by=wish.by, now=wish.now)
        return Done(_("Der Link ist unterwegs an %(email)s.") % {"email": link.sent_to})

    return deed


SEND: Final = Act[SoftwareRequest](
    title=gettext_lazy("Link senden"),
    button=gettext_lazy("Link senden"),
    form=act_forms.of(),
    says=_says_send,
    ready=_ready_send,
    refusals=_UNSENT,
)


def _says_refuse(wish: Wish[SoftwareRequest]) -> Says:
    return Says(
        [_("Es wird kein Link versandt."), _("Die Praxis erfährt davon nicht von selbst: Sagen Sie es ihr.")],
        _("Die Ablehnung bleibt stehen. Angefragt werden kann jederzeit neu."),
    )


def _ready_refuse(wish: Wish[SoftwareRequest]) -> Deed:
    def deed() -> Done:
        requests.refuse(number=wish.thing.pk, by=wish.by, reason=wish.data["reason"], now=wish.now)
        return Done(_("Abgelehnt. Es wird kein Link versandt."))

    return deed


REFUSE: Final = Act[SoftwareRequest](
    title=gettext_lazy("Anfrage ablehnen"),
    button=gettext_lazy("Ablehnen"),
    lead=gettext_lazy("Zum Beispiel Werbung, oder weil die Praxis beim Rückruf nichts davon weiß."),
    form=act_forms.of(reason=lambda row: act_forms.reason()),
    says=_says_refuse,
    ready=_ready_refuse,
    refusals=_QUICKER,
)


def _says_withdraw(wish: Wish[Release]) -> Says:
    return Says(
        [
            _("%(file)s wird ab sofort nicht mehr herausgegeben.") % {"file": wish.thing.file_name},
            _("Links, die schon versandt sind, bieten dann die höchste Version an, die noch da ist."),
            _("Downloads, die gerade laufen, laufen noch zu Ende."),
        ],
        _("Zurücknehmen lässt es sich nicht; veröffentlicht werden kann die Datei neu."),
    )


def _ready_withdraw(wish: Wish[Release]) -> Deed:
    def deed() -> Done:
        releases.withdraw(number=wish.thing.pk, by=wish.by, reason=wish.data["reason"], now=wish.now)
        return Done(_("Zurückgezogen."))

    return deed


WITHDRAW: Final = Act[Release](
    title=gettext_lazy("Software zurückziehen"),
    button=gettext_lazy("Zurückziehen"),
    form=act_forms.of(reason=lambda row: act_forms.reason()),
    says=_says_withdraw,
    ready=_ready_withdraw,
    refusals={NoSuchRelease: gettext_lazy("Das hat inzwischen jemand anderes getan.")},
    is_dangerous=True,
)
