"""Acts on travel passes: use from abroad is allowed for some days, and ends before."""

from typing import Final

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet import configuration
from flexnet.access import rules, travelling
from flexnet.access.errors import BadTravelPass, NoSuchTravelPass
from flexnet.access.models import Access, TravelPass
from flexnet.access.overview import Known
from flexnet.accounts import four_eyes
from flexnet.accounts.models import Approval
from flexnet.office import act_forms
from flexnet.office.acting import Act, Deed, Done, Says, Wish
from flexnet.web import words

_OVER: Final = gettext_lazy("Dieser Tag ist schon vorbei. Wählen Sie einen, der noch kommt.")


class Journey(forms.Form):
    """From when, until when, and why: each pass is decided by itself."""

    from_on = act_forms.DayField(gettext_lazy("Ab welchem Tag?"))
    until_on = act_forms.DayField(
        gettext_lazy("Bis zu welchem Tag, diesen eingeschlossen?"),
        help_text=gettext_lazy("Über 30 Tage muss eine zweite Person zustimmen."),
    )
    reason = act_forms.reason(gettext_lazy("Wohin und wozu. Er steht im Verlauf und im Protokoll."))

    def clean(self) -> None:
        first, last = self.cleaned_data.get("from_on"), self.cleaned_data.get("until_on")
        if first and last and last < first:
            self.add_error("until_on", gettext_lazy("Der letzte Tag liegt vor dem ersten."))


def is_possible(known: Known) -> bool:
    """Where use from abroad is allowed anyway, and where there is no tunnel, nobody needs a pass."""
    return configuration.current().profile.abroad == "refused" and known.access.kind != Access.Kind.EMPLOYEE


def _journey_form(known: Known, data: QueryDict | None) -> forms.Form:
    return Journey(data)


def _is_long(wish: Wish[Known]) -> bool:
    return rules.is_long_journey(wish.data["from_on"], wish.data["until_on"])


def _says_grant(wish: Wish[Known]) -> Says:
    first, last = wish.data["from_on"], wish.data["until_on"]
    if last < rules.day_of(wish.now):
        raise BadTravelPass(f"{last} is over.")
    return Says(
        [
            _("%(access)s darf von %(first)s, bis %(last)s, 24:00 Uhr, auch aus dem Ausland benutzt werden.")
            % {
                "access": wish.thing.access,
                "first": date_format(first, "l, j. F Y"),
                "last": date_format(last, "l, j. F Y"),
            },
            _("Danach gilt wieder: nur aus Deutschland. Sperren und Kündigungen gelten trotzdem."),
        ],
        _("Nichts. Widerrufen können Sie die Freigabe jederzeit."),
        needs_second_person=_is_long(wish),
    )


def _ready_grant(wish: Wish[Known]) -> Deed:
    access, first, last = wish.thing.access, wish.data["from_on"], wish.data["until_on"]
    reason = wish.data["reason"]

    def deed() -> Done:
        if not _is_long(wish):
            travelling.grant_pass(
                access=access, from_on=first, until_on=last, by=wish.by, reason=reason, now=wish.now
            )
            return Done(_("Die Auslandsfreigabe ist erteilt."))
        four_eyes.ask(
            act=Approval.Act.TRAVEL_PASS_LONG,
            subject=f"access:{access}",
            payload={"access": access.pk, "from_on": first.isoformat(), "until_on": last.isoformat()},
            staff=wish.staff,
            reason=reason,
            now=wish.now,
        )
        return Done(_("Beantragt. Eine zweite Person entscheidet darüber."))

    return deed


GRANT: Final = Act[Known](
    title=gettext_lazy("Auslandsfreigabe"),
    button=gettext_lazy("Auslandsfreigabe erteilen"),
    lead=gettext_lazy("Aus dem Ausland ist der Zugang sonst nicht erlaubt (§ 12)."),
    form=_journey_form,
    says=_says_grant,
    ready=_ready_grant,
    refusals={BadTravelPass: _OVER},
)


def _says_revoke(wish: Wish[TravelPass]) -> Says:
    until = words.short_day(wish.thing.until_on)
    return Says(
        [
            _("Die Auslandsfreigabe bis %(until)s endet sofort.") % {"until": until},
            _("Wer gerade im Ausland ist, kann sich dort nicht mehr anmelden."),
        ],
        _("Nichts. Eine neue Freigabe können Sie jederzeit erteilen."),
    )


def _ready_revoke(wish: Wish[TravelPass]) -> Deed:
    def deed() -> Done:
        reason = wish.data["reason"]
        travelling.revoke_pass(number=wish.thing.pk, by=wish.by, reason=reason, now=wish.now)
        return Done(_("Die Auslandsfreigabe ist widerrufen."))

    return deed


REVOKE: Final = Act[TravelPass](
    title=gettext_lazy("Auslandsfreigabe widerrufen"),
    button=gettext_lazy("Jetzt widerrufen"),
    form=act_forms.of(reason=lambda row: act_forms.reason()),
    says=_says_revoke,
    ready=_ready_revoke,
    refusals={NoSuchTravelPass: gettext_lazy("Diese Freigabe ist schon widerrufen.")},
)
