"""Acts on accesses that need a second pair of eyes."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet.access import endings, locking, overview, queries, travelling
from flexnet.access.errors import BadExemption, BadTravelPass
from flexnet.access.models import Access, Lock, Notice
from flexnet.access.rules import day_of
from flexnet.accounts import four_eyes
from flexnet.accounts.models import Approval
from flexnet.office import happening_words
from flexnet.office.plans import Deed, Outdated, Plan
from flexnet.web import words


def _says_lift(approval: Approval) -> Sequence[str]:
    lock = _lock(approval)
    since = words.short_day(day_of(lock.imposed_at))
    scope = happening_words.SCOPES[lock.scope]
    return [
        _("Die Sperre vom %(since)s endet: %(scope)s, wegen: %(cause)s.")
        % {"since": since, "scope": scope, "cause": happening_words.CAUSES[lock.cause]},
        _("Gesperrt wurde aus diesem Grund: %(reason)s") % {"reason": lock.reason or "–"},
        _("Wer nicht aus einem anderen Grund gesperrt ist, kann sich sofort wieder anmelden."),
    ]


def _lift(approval: Approval) -> Deed:
    def deed(by: str, now: datetime) -> None:
        lock = _lock(approval)
        asker = f"office:{approval.asked_by}"
        locking.lift_lock(lock, by=asker, reason=approval.reason, now=now, approved_by=by)

    return deed


def _says_notice(approval: Approval) -> Sequence[str]:
    access, received_on = _access(approval), _day(approval, "received_on")
    ends = date_format(endings.last_day(Notice.Kind.EXTRAORDINARY, received_on), "l, j. F Y")
    return [
        _("Dem Zugang %(access)s wird fristlos gekündigt.") % {"access": access},
        _("Der letzte Tag ist %(ends)s, bis 24:00 Uhr. Ist er vorbei, endet der Zugang sofort.")
        % {"ends": ends},
        _("Zurücknehmen lässt sich das nur im Einvernehmen, und nur bis zum letzten Tag."),
    ]


def _give_notice(approval: Approval) -> Deed:
    def deed(by: str, now: datetime) -> None:
        endings.give_notice(
            access=_access(approval),
            kind=Notice.Kind.EXTRAORDINARY,
            received_on=_day(approval, "received_on"),
            by=by,
            reason=approval.reason,
            now=now,
        )

    return deed


def _says_exempt(approval: Approval) -> Sequence[str]:
    until = date_format(_day(approval, "until_on"), "l, j. F Y")
    return [
        _("%(access)s besteht bis %(until)s, 24:00 Uhr, auch ohne vertragsärztliche Tätigkeit.")
        % {"access": _access(approval), "until": until},
        _("Sperren und Kündigungen gelten trotzdem."),
    ]


def _exempt(approval: Approval) -> Deed:
    def deed(by: str, now: datetime) -> None:
        access, until_on = _access(approval), _day(approval, "until_on")
        try:
            endings.exempt(access=access, until_on=until_on, by=by, reason=approval.reason, now=now)
        except BadExemption:
            raise Outdated(_("Der letzte Tag der Ausnahme ist inzwischen vorbei.")) from None

    return deed


def _says_journey(approval: Approval) -> Sequence[str]:
    first, last = (date_format(_day(approval, name), "l, j. F Y") for name in ("from_on", "until_on"))
    return [
        _("%(access)s darf von %(first)s, bis %(last)s, 24:00 Uhr, auch aus dem Ausland benutzt werden.")
        % {"access": _access(approval), "first": first, "last": last},
        _("Danach gilt wieder: nur aus Deutschland. Sperren und Kündigungen gelten trotzdem."),
    ]


def _let_travel(approval: Approval) -> Deed:
    def deed(by: str, now: datetime) -> None:
        try:
            travelling.grant_pass(
                access=_access(approval),
                from_on=_day(approval, "from_on"),
                until_on=_day(approval, "until_on"),
                by=f"office:{approval.asked_by}",
                reason=approval.reason,
                now=now,
                approved_by=by,
            )
        except BadTravelPass:
            raise Outdated(_("Der letzte Tag der Freigabe ist inzwischen vorbei.")) from None

    return deed


def _lock(approval: Approval) -> Lock:
    lock = overview.lock(int(four_eyes.payload(approval)["lock"]))
    if lock is None or lock.lifted_at:
        raise Outdated(_("Die Sperre ist inzwischen aufgehoben."))
    return lock


def _access(approval: Approval) -> Access:
    return queries.whole().get(pk=four_eyes.payload(approval)["access"])


def _day(approval: Approval, name: str) -> date:
    return date.fromisoformat(four_eyes.payload(approval)[name])


LIFT_MISUSE_LOCK = Plan(gettext_lazy("Sperre wegen Missbrauchs oder Verlusts aufheben"), _says_lift, _lift)
KV_EXTRAORDINARY_NOTICE = Plan(gettext_lazy("Fristlos kündigen"), _says_notice, _give_notice)
TRAVEL_PASS_LONG = Plan(gettext_lazy("Auslandsfreigabe über 30 Tage"), _says_journey, _let_travel)
EXEMPT = Plan(gettext_lazy("Ausnahme im Einzelfall"), _says_exempt, _exempt)
