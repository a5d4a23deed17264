"""What the facts decide about an access, as those read it who look after it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet import configuration
from flexnet.access.models import Access
from flexnet.access.queries import Explanation
from flexnet.access.rules import Channel, Decision, Granted, Reason, Refusal
from flexnet.web import paragraphs, refusals, words
from flexnet.web.status import Status

SHORT: Final = {
    Reason.UNKNOWN: gettext_lazy("Unbekannt"),
    Reason.WRONG_CODE: gettext_lazy("Falscher Code"),
    Reason.CODE_ALREADY_USED: gettext_lazy("Code schon benutzt"),
    Reason.WRONG_PASSWORD: gettext_lazy("Falsche Zugangsdaten"),
    Reason.THROTTLED: gettext_lazy("Zu viele Versuche"),
    Reason.NOT_TRANSFERABLE: gettext_lazy("Ging nicht mit über"),
    Reason.DECLARATION_MISSING: gettext_lazy("Teilnahmeerklärung fehlt"),
    Reason.NOT_YET_UNLOCKED: gettext_lazy("Noch nicht freigeschaltet"),
    Reason.LOCKED: gettext_lazy("Gesperrt"),
    Reason.ENDED: gettext_lazy("Gekündigt"),
    Reason.WITHDRAWN: gettext_lazy("Von der Praxis beendet"),
    Reason.SUSPENDED: gettext_lazy("Von der Praxis gesperrt"),
    Reason.INTEREST_OVER: gettext_lazy("Befristung abgelaufen"),
    Reason.ACTIVITY_OVER: gettext_lazy("Tätigkeit beendet"),
    Reason.KEY_LOCKED: gettext_lazy("Ohne gültigen YubiKey"),
    Reason.PASSWORD_LOCKED: gettext_lazy("Zugangsdaten gesperrt"),
    Reason.INITIAL_PASSWORD_EXPIRED: gettext_lazy("Erste Zugangsdaten abgelaufen"),
    Reason.SERVICE_NOT_GRANTED: gettext_lazy("Nicht freigegeben"),
    Reason.SUBMISSION_NOT_YET_OPEN: gettext_lazy("Erst ab dem nächsten Quartal"),
    Reason.OUTSIDE_GERMANY: gettext_lazy("Aus dem Ausland nicht freigegeben"),
    Reason.ONLY_THROUGH_FLEXNET: gettext_lazy("Nur über KV-FlexNet"),
    Reason.ONLY_THROUGH_SAFENET: gettext_lazy("Nur über KV-SafeNet"),
    Reason.PASSWORD_CHANGE_DUE: gettext_lazy("Muss zuerst die Zugangsdaten ändern"),
    Reason.TERMS_NOT_ACCEPTED: gettext_lazy("Muss zuerst die Bedingungen annehmen"),
}
_WHY: Final = {
    Reason.NOT_TRANSFERABLE: gettext_lazy(
        "Die Praxis hat andere Inhaber als bei der Ausgabe des Zugangs. Ein Zugang geht auf niemanden über."
    ),
    Reason.DECLARATION_MISSING: gettext_lazy("Es liegt keine gültige Teilnahmeerklärung vor."),
    Reason.NOT_YET_UNLOCKED: gettext_lazy("Der Zugang wird erst an einem späteren Tag freigeschaltet."),
    Reason.LOCKED: gettext_lazy("Der Zugang oder die ganze Praxis ist gesperrt."),
    Reason.ENDED: gettext_lazy("Der Zugang ist gekündigt, der letzte Tag ist vorbei."),
    Reason.WITHDRAWN: gettext_lazy("Das Mitglied hat den Zugang dieser Person beendet."),
    Reason.SUSPENDED: gettext_lazy("Das Mitglied hat den Zugang dieser Person gesperrt."),
    Reason.INTEREST_OVER: gettext_lazy("Der Zugang war befristet, die Frist ist um."),
    Reason.ACTIVITY_OVER: gettext_lazy(
        "Die vertragsärztliche Tätigkeit ist seit mehr als vier Quartalen beendet."
    ),
    Reason.KEY_LOCKED: gettext_lazy("Der YubiKey ist gesperrt, oder es ist keiner zugeordnet."),
    Reason.PASSWORD_LOCKED: gettext_lazy("Die jetzigen Zugangsdaten sind gesperrt, bis es neue gibt."),
    Reason.INITIAL_PASSWORD_EXPIRED: gettext_lazy(
        "Die ersten Zugangsdaten wurden nicht rechtzeitig benutzt und gelten nicht mehr."
    ),
    Reason.SERVICE_NOT_GRANTED: gettext_lazy("Das ist für diesen Zugang nicht freigegeben."),
    Reason.SUBMISSION_NOT_YET_OPEN: gettext_lazy(
        "Einreichen geht ab dem Quartal, das auf die erste Änderung der Zugangsdaten folgt."
    ),
    Reason.OUTSIDE_GERMANY: gettext_lazy("Aus dem Ausland geht es nur mit einer Auslandsfreigabe."),
    Reason.ONLY_THROUGH_FLEXNET: gettext_lazy("Der Betreiber des Dienstes lässt nur KV-FlexNet zu."),
    Reason.ONLY_THROUGH_SAFENET: gettext_lazy("Der Betreiber des Dienstes lässt nur KV-SafeNet zu."),
    Reason.PASSWORD_CHANGE_DUE: gettext_lazy(
        "Nach dem Anmelden kommt zuerst die Seite, auf der die Zugangsdaten geändert werden."
    ),
    Reason.TERMS_NOT_ACCEPTED: gettext_lazy(
        "Nach dem Anmelden kommt zuerst die Seite mit den neuen Nutzungsbedingungen."
    ),
}
CHANNELS: Final = {
    Channel.VPN_SIGN_IN: gettext_lazy("Verbindung über KV-FlexNet"),
    Channel.PORTAL: gettext_lazy("Anmeldung im Portal"),
    Channel.SUBMISSION: gettext_lazy("Abrechnung einreichen"),
}
FROM_ABROAD: Final = gettext_lazy("Verbindung aus dem Ausland")


@dataclass(frozen=True)
class Change:
    """What the facts will decide from an instant on, if none of them changes."""

    at: datetime
    status: Status
    why: str


@dataclass(frozen=True)
class Answer:
    """One door: may it, why, what the member reads, and what is to come."""

    channel: Promise
    status: Status
    line: str
    told: str
    why: refusals.Why | None
    rule: str
    changes: tuple[Change, ...]


def main_channel(access: Access, *, has_key: bool) -> Channel:
    """The door that this access is for: the tunnel where there are keys, otherwise the portal."""
    has_tunnel = configuration.current().profile.second_factor and access.kind == Access.Kind.PRACTICE
    return Channel.VPN_SIGN_IN if has_tunnel or has_key else Channel.PORTAL


def answer(found: Explanation, channel: Promise | None = None) -> Answer:
    """All that is to be said about one door; `channel` where it has another name."""
    decision = found.decision
    return Answer(
        channel=channel or CHANNELS[found.channel],
        status=status(decision, found.channel),
        line=line(decision),
        told=(refusals.told(decision) or "") if isinstance(decision, Refusal) else "",
        why=refusals.Why.of(decision) if isinstance(decision, Refusal) else None,
        rule=paragraphs.of(decision.rule) if isinstance(decision, Refusal) else "",
        changes=tuple(_changes(found)),
    )


def status(decision: Decision, channel: Channel) -> Status:
    """The decision as a badge."""
    if isinstance(decision, Refusal):
        is_early = decision.reason in (Reason.NOT_YET_UNLOCKED, Reason.SUBMISSION_NOT_YET_OPEN)
        return Status(SHORT[decision.reason], "clock" if is_early else "lock", "" if is_early else "error")
    if decision.narrow:
        return Status(SHORT[decision.narrow], "warning", "warning")
    if decision.is_restricted:
        return Status(_("Eingeschränkt"), "warning", "warning")
    may = _("Kann einreichen") if channel is Channel.SUBMISSION else _("Kann sich anmelden")
    return Status(may, "check", "ok")


def line(decision: Decision) -> str:
    """The decision in one line."""
    why = _why(decision)
    if isinstance(decision, Granted) or decision.since is None:
        return why
    return _("%(why)s Seit %(when)s.") % {"why": why, "when": words.short_moment(decision.since)}


def _why(decision: Decision) -> str:
    reason = decision.reason if isinstance(decision, Refusal) else decision.narrow
    if reason:
        return str(_WHY.get(reason) or SHORT[reason])
    assert isinstance(decision, Granted)  # noqa: S101 - a refusal has a reason
    if decision.is_restricted:
        return _("Er ist auf einzelne Dienste eingeschränkt.")
    return _("Es steht nichts im Weg.")


def _changes(found: Explanation) -> Iterator[Change]:
    for at, decision in found.changes:
        yield Change(at, status(decision, found.channel), _why(decision))
