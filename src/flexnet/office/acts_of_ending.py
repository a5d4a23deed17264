"""Acts that end an access or let it last: notice, withdrawing it, exceptions."""

from typing import Final

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet.access import endings
from flexnet.access.errors import BadExemption, BadNotice, NoSuchExemption, NoSuchNotice
from flexnet.access.models import Exemption, Notice
from flexnet.access.overview import Known
from flexnet.access.rules import day_ends, day_of
from flexnet.accounts import four_eyes
from flexnet.accounts.models import Approval
from flexnet.office import act_forms
from flexnet.office.acting import Act, Deed, Done, Says, Wish
from flexnet.web import words

_KINDS: Final = (
    (Notice.Kind.MEMBER.value, gettext_lazy("Das Mitglied kündigt (zwei Wochen)")),
    (Notice.Kind.KV.value, gettext_lazy("Die KV kündigt (acht Wochen zum Quartalsende)")),
    (Notice.Kind.EXTRAORDINARY.value, gettext_lazy("Die KV kündigt fristlos, aus wichtigem Grund")),
)
_EXTRAORDINARY: Final = Notice.Kind.EXTRAORDINARY
_ASKED: Final = gettext_lazy("Beantragt. Eine zweite Person entscheidet darüber.")


def _says_notice(wish: Wish[Known]) -> Says:
    known, kind = wish.thing, Notice.Kind(wish.data["kind"])
    received_on = wish.data["received_on"]
    ends_on = endings.last_day(kind, received_on)
    day = {"received": date_format(received_on, "l, j. F Y"), "ends": date_format(ends_on, "l, j. F Y")}
    sentences = [
        _("Als eingegangen gilt die Kündigung am %(received)s.") % day,
        _("Der letzte Tag des Zugangs ist %(ends)s, bis 24:00 Uhr.") % day,
    ]
    if day_ends(ends_on) <= wish.now:
        sentences.append(_("Dieser Tag ist schon vorbei: Der Zugang endet sofort."))
    if known.derived:
        sentences.append(_("Mit ihm enden auch die Zugänge des Personals darunter."))
    if known.key:
        sentences.append(_("Der YubiKey %(key)s ist dann zurückzugeben.") % {"key": known.key})
    return Says(sentences, _NO_WAY_BACK, needs_second_person=kind == _EXTRAORDINARY)


_NO_WAY_BACK: Final = gettext_lazy(
    "Eine Kündigung, die eingegangen ist, lässt sich nur im Einvernehmen beider Seiten zurücknehmen, und nur "
    "bis zum letzten Tag. Danach braucht es einen neuen Zugang."
)


def _ready_notice(wish: Wish[Known]) -> Deed:
    access, kind = wish.thing.access, Notice.Kind(wish.data["kind"])
    received_on, reason = wish.data["received_on"], wish.data["reason"]

    def deed() -> Done:
        if kind is not _EXTRAORDINARY:
            row = endings.give_notice(
                access=access, kind=kind, received_on=received_on, by=wish.by, reason=reason, now=wish.now
            )
            ends = words.short_day(row.ends_on)
            return Done(_("Eingetragen. Der letzte Tag ist der %(ends)s.") % {"ends": ends})
        four_eyes.ask(
            act=Approval.Act.KV_EXTRAORDINARY_NOTICE,
            subject=f"access:{access}",
            payload={"access": access.pk, "received_on": received_on.isoformat()},
            staff=wish.staff,
            reason=reason,
            now=wish.now,
        )
        return Done(_ASKED)

    return deed


class NoticeForm(forms.Form):
    """A member's notice has arrived; a letter of the KV may arrive in days to come."""

    kind = act_forms.choice(gettext_lazy("Wer kündigt?"), _KINDS)
    received_on = act_forms.DayField(
        gettext_lazy("An welchem Tag ist die Kündigung angekommen?"),
        help_text=gettext_lazy(
            "Es zählt der Tag, an dem der Brief da war. Bei einem Brief der KV der vierte Tag nach dem "
            "Absenden, wenn Sie nichts Genaueres wissen."
        ),
    )
    reason = act_forms.reason()


def _notice_form(known: Known, data: QueryDict | None) -> forms.Form:
    return NoticeForm(data)


NOTICE: Final = Act[Known](
    title=gettext_lazy("Kündigung eintragen"),
    button=gettext_lazy("Kündigung eintragen"),
    lead=gettext_lazy("Den letzten Tag sehen Sie, bevor etwas geschieht."),
    form=_notice_form,
    says=_says_notice,
    ready=_ready_notice,
    refusals={
        BadNotice: gettext_lazy(
            "Die Kündigung eines Mitglieds kann nicht an einem Tag angekommen sein, der noch kommt."
        )
    },
    is_dangerous=True,
)


def _says_withdraw(wish: Wish[Notice]) -> Says:
    ends = words.short_day(wish.thing.ends_on)
    return Says(
        [_("Die Kündigung zum %(ends)s gilt nicht mehr. Der Zugang läuft weiter.") % {"ends": ends}],
        _("Soll doch gekündigt werden, beginnt die Frist von vorn."),
    )


def _ready_withdraw(wish: Wish[Notice]) -> Deed:
    def deed() -> Done:
        agreement = wish.data["agreement"]
        endings.withdraw_notice(number=wish.thing.pk, by=wish.by, agreement=agreement, now=wish.now)
        return Done(_("Die Kündigung ist zurückgenommen."))

    return deed


WITHDRAW: Final = Act[Notice](
    title=gettext_lazy("Kündigung einvernehmlich zurücknehmen"),
    button=gettext_lazy("Kündigung zurücknehmen"),
    lead=gettext_lazy(
        "Das geht nur, wenn beide Seiten es vereinbart haben und der letzte Tag nicht vorbei ist."
    ),
    form=act_forms.of(
        agreement=lambda notice: act_forms.Lines(
            gettext_lazy("Wann und wie wurde es vereinbart?"),
            help_text=gettext_lazy(
                "Zum Beispiel: Schreiben der Praxis vom 2. März, von uns am 4. März bestätigt."
            ),
        )
    ),
    says=_says_withdraw,
    ready=_ready_withdraw,
    refusals={
        NoSuchNotice: gettext_lazy("Diese Kündigung ist schon zurückgenommen."),
        BadNotice: gettext_lazy(
            "Der letzte Tag ist vorbei. Ein neuer Zugang braucht eine neue Teilnahmeerklärung."
        ),
    },
)


def _says_exempt(wish: Wish[Known]) -> Says:
    until = date_format(wish.data["until_on"], "l, j. F Y")
    return Says(
        [
            _("%(access)s besteht bis %(until)s, 24:00 Uhr, auch ohne vertragsärztliche Tätigkeit.")
            % {"access": wish.thing.access, "until": until},
            _("Sperren und Kündigungen gelten trotzdem."),
        ],
        _("Nichts. Widerrufen können Sie die Ausnahme jederzeit."),
        needs_second_person=True,
    )


def _ready_exempt(wish: Wish[Known]) -> Deed:
    access, until_on = wish.thing.access, wish.data["until_on"]
    if until_on < day_of(wish.now):
        raise BadExemption(f"{until_on} is over.")

    def deed() -> Done:
        four_eyes.ask(
            act=Approval.Act.EXEMPT,
            subject=f"access:{access}",
            payload={"access": access.pk, "until_on": until_on.isoformat()},
            staff=wish.staff,
            reason=wish.data["reason"],
            now=wish.now,
        )
        return Done(_ASKED)

    return deed


EXEMPT: Final = Act[Known](
    title=gettext_lazy("Ausnahme im Einzelfall"),
    button=gettext_lazy("Ausnahme bewilligen"),
    lead=gettext_lazy(
        "Vier Quartale nach dem Ende der Tätigkeit endet der Zugang. Im Einzelfall kann die KV ihn länger "
        "bestehen lassen (§ 10 Abs. 3)."
    ),
    form=act_forms.of(
        until_on=lambda known: act_forms.DayField(gettext_lazy("Bis zu welchem Tag, diesen eingeschlossen?")),
        reason=lambda known: act_forms.reason(),
    ),
    says=_says_exempt,
    ready=_ready_exempt,
    refusals={BadExemption: gettext_lazy("Dieser Tag ist schon vorbei. Wählen Sie einen, der noch kommt.")},
)


def _says_revoke(wish: Wish[Exemption]) -> Says:
    until = words.short_day(wish.thing.until_on)
    return Says(
        [
            _("Die Ausnahme bis %(until)s endet sofort.") % {"until": until},
            _("Ist die Frist von vier Quartalen um, endet damit auch der Zugang."),
        ],
        _("Eine neue Ausnahme muss wieder von einer zweiten Person freigegeben werden."),
    )


def _ready_revoke(wish: Wish[Exemption]) -> Deed:
    def deed() -> Done:
        endings.revoke_exemption(number=wish.thing.pk, by=wish.by, reason=wish.data["reason"], now=wish.now)
        return Done(_("Die Ausnahme ist widerrufen."))

    return deed


REVOKE: Final = Act[Exemption](
    title=gettext_lazy("Ausnahme widerrufen"),
    button=gettext_lazy("Ausnahme jetzt widerrufen"),
    form=act_forms.of(reason=lambda row: act_forms.reason()),
    says=_says_revoke,
    ready=_ready_revoke,
    refusals={NoSuchExemption: gettext_lazy("Diese Ausnahme ist schon widerrufen.")},
)
