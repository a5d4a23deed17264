"""Acts by which all ranges of a provider stop: a day is set, people were told, or it is called off."""

from typing import Final

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from flexnet import configuration
from flexnet.access.rules import day_of
from flexnet.office import act_forms, writing_to_affected
from flexnet.office.acting import Act, Deed, Done, Says, Wish
from flexnet.post import writings
from flexnet.publications import queries, stopping
from flexnet.publications.errors import BadRange, BadStop, NoSuchStop
from flexnet.publications.models import Provider, Stop
from flexnet.web import words

_BACK: Final = gettext_lazy("Solange es nicht so weit ist, können Sie es absagen.")


def _first_day(label: object) -> forms.Field:
    return act_forms.DayField(
        gettext_lazy("Erster Tag ohne diesen Anbieter"),
        help_text=gettext_lazy("Geben Sie den Betroffenen Zeit für einen anderen Anschluss."),
    )


def _concerned(wish: Wish[Provider]) -> str:
    days = configuration.current().ways.affected_days
    count = queries.affected(wish.thing, wish.now, days=days).count()
    text = ngettext(
        "Betroffen ist %(count)d Zugang, der sich in den letzten %(days)d Tagen so angemeldet hat.",
        "Betroffen sind %(count)d Zugänge, die sich in den letzten %(days)d Tagen so angemeldet haben.",
        count,
    )
    return text % {"count": count, "days": days}


def _says_stop(wish: Wish[Provider]) -> Says:
    said = {"day": words.day(wish.data["stops_on"]), "provider": wish.thing}
    return Says(
        [
            _("Ab dem %(day)s kommt über %(provider)s niemand mehr ins Portal.") % said,
            _concerned(wish),
            _("Das gilt erst, wenn Sie die Betroffenen angeschrieben und das hier eingetragen haben."),
            _("Im Portal steht es vorher auf der Startseite."),
        ],
        _BACK,
    )


def _ready_stop(wish: Wish[Provider]) -> Deed:
    def deed() -> Done:
        data = wish.data
        stopping.decide(
            provider=wish.thing, stops_on=data["stops_on"], reason=data["reason"], by=wish.by, now=wish.now
        )
        return Done(_("Festgelegt. Schreiben Sie jetzt die Betroffenen an."))

    return deed


DECIDE: Final = Act[Provider](
    title=gettext_lazy("Ende festlegen"),
    button=gettext_lazy("Festlegen"),
    form=act_forms.of(stops_on=_first_day, reason=lambda row: act_forms.reason()),
    says=_says_stop,
    ready=_ready_stop,
    refusals={
        BadStop: gettext_lazy(
            "Der Tag muss in der Zukunft liegen, und es darf noch kein anderer festgelegt sein."
        )
    },
    is_dangerous=True,
)


def _says_at_once(wish: Wish[Provider]) -> Says:
    return Says(
        [
            _("Ab sofort kommt über %(provider)s niemand mehr ins Portal.") % {"provider": wish.thing},
            _concerned(wish),
            _("Wer gerade so angemeldet ist, wird mit dem nächsten Klick abgemeldet."),
            _("Angeschrieben hat sie niemand."),
        ],
        _("Zurücknehmen lässt es sich nicht: Die Bereiche müssten neu eingetragen werden."),
    )


def _ready_at_once(wish: Wish[Provider]) -> Deed:
    def deed() -> Done:
        today = day_of(wish.now)
        stopping.stop_at_once(
            provider=wish.thing, stops_on=today, reason=wish.data["reason"], by=wish.by, now=wish.now
        )
        return Done(_("Über %(provider)s kommt niemand mehr ins Portal.") % {"provider": wish.thing})

    return deed


AT_ONCE: Final = Act[Provider](
    title=gettext_lazy("Sofort sperren"),
    button=gettext_lazy("Sofort sperren"),
    lead=gettext_lazy("Nur wenn es keinen Aufschub verträgt, etwa nach einem Einbruch beim Anbieter."),
    form=act_forms.of(reason=lambda row: act_forms.reason()),
    says=_says_at_once,
    ready=_ready_at_once,
    refusals={BadStop: gettext_lazy("Ein sofortiges Ende ist schon eingetragen.")},
    is_dangerous=True,
)


def _day_of_letters(row: Stop, data: QueryDict | None) -> forms.Form:
    form = forms.Form(data, initial={"on": timezone.localdate()})
    form.fields["on"] = act_forms.DayField(gettext_lazy("Angeschrieben am"))
    return form


def _says_written(wish: Wish[Stop]) -> Says:
    said = {"day": words.day(wish.thing.stops_on), "provider": wish.thing.provider}
    return Says([_("Ab dem %(day)s kommt dann über %(provider)s niemand mehr ins Portal.") % said], _BACK)


def _ready_written(wish: Wish[Stop]) -> Deed:
    def deed() -> Done:
        stopping.note_written(wish.thing, on=wish.data["on"], by=wish.by, now=wish.now)
        return Done(_("Eingetragen. Das Ende am %(day)s gilt.") % {"day": words.day(wish.thing.stops_on)})

    return deed


WRITTEN: Final = Act[Stop](
    title=gettext_lazy("Betroffene sind angeschrieben"),
    button=gettext_lazy("Eintragen"),
    form=_day_of_letters,
    says=_says_written,
    ready=_ready_written,
    refusals={
        BadStop: gettext_lazy(
            "Der Tag liegt in der Zukunft, oder das Ende ist schon gekommen. "
            "Sagen Sie es dann ab und legen Sie einen späteren Tag fest."
        ),
        NoSuchStop: gettext_lazy("Das hat inzwischen jemand anderes getan."),
    },
)


def _says_cancel(wish: Wish[Stop]) -> Says:
    said = {"provider": wish.thing.provider}
    return Says(
        [
            _("Die Adressbereiche von %(provider)s gelten weiter.") % said,
            _("Wen Sie schon angeschrieben haben, dem sagen Sie bitte Bescheid."),
        ],
        _("Das Ende lässt sich neu festlegen."),
    )


def _ready_cancel(wish: Wish[Stop]) -> Deed:
    def deed() -> Done:
        stopping.cancel(wish.thing, reason=wish.data["reason"], by=wish.by, now=wish.now)
        writings.cancel(occasion=writing_to_affected.occasion(wish.thing), by=wish.by, now=wish.now)
        return Done(_("Abgesagt. Die Bereiche gelten weiter."))

    return deed


CANCEL: Final = Act[Stop](
    title=gettext_lazy("Ende absagen"),
    button=gettext_lazy("Absagen"),
    form=act_forms.of(reason=lambda row: act_forms.reason()),
    says=_says_cancel,
    ready=_ready_cancel,
    refusals={
        BadStop: gettext_lazy("Das Ende ist schon gekommen. Tragen Sie die Bereiche neu ein."),
        BadRange: gettext_lazy("Eines der Netze gehört inzwischen einem anderen Anbieter."),
        NoSuchStop: gettext_lazy("Das hat inzwischen jemand anderes getan."),
    },
)
