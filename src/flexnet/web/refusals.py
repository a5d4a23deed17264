"""Why something does not go, as members read it; the same sentences wherever they stand."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet import configuration
from flexnet.access.rules import Reason, Refusal
from flexnet.web import paragraphs

SHOWN = {
    Reason.NOT_TRANSFERABLE: gettext_lazy("Ihr Zugang ist beendet: Er war für jemand anderen bestimmt."),
    Reason.DECLARATION_MISSING: gettext_lazy("Uns fehlt Ihre Teilnahmeerklärung."),
    Reason.NOT_YET_UNLOCKED: gettext_lazy("Ihr Zugang ist noch nicht freigeschaltet."),
    Reason.LOCKED: gettext_lazy("Ihr Zugang ist gesperrt."),
    Reason.ENDED: gettext_lazy("Ihr Zugang ist beendet."),
    Reason.WITHDRAWN: gettext_lazy("Ihre Praxis hat Ihren Zugang beendet."),
    Reason.SUSPENDED: gettext_lazy("Ihre Praxis hat Ihren Zugang gesperrt."),
    Reason.INTEREST_OVER: gettext_lazy("Ihr Zugang war befristet und ist abgelaufen."),
    Reason.ACTIVITY_OVER: gettext_lazy("Ihr Zugang ist mit Ihrer vertragsärztlichen Tätigkeit ausgelaufen."),
    Reason.KEY_LOCKED: gettext_lazy("Ihr YubiKey ist gesperrt, oder Ihnen ist keiner zugeordnet."),
    Reason.PASSWORD_LOCKED: gettext_lazy("Ihre Zugangsdaten sind gesperrt."),
    Reason.INITIAL_PASSWORD_EXPIRED: gettext_lazy("Ihre ersten Zugangsdaten sind abgelaufen."),
    Reason.SERVICE_NOT_GRANTED: gettext_lazy("Das ist für Ihren Zugang nicht freigegeben."),
    Reason.SUBMISSION_NOT_YET_OPEN: gettext_lazy("Sie können noch nicht online einreichen."),
    Reason.OUTSIDE_GERMANY: gettext_lazy("Aus dem Ausland ist Ihr Zugang nicht freigegeben."),
    Reason.ONLY_THROUGH_FLEXNET: gettext_lazy("Das geht nicht über KV-SafeNet, sondern nur über KV-FlexNet."),
    Reason.ONLY_THROUGH_SAFENET: gettext_lazy("Das geht nicht über KV-FlexNet, sondern nur über KV-SafeNet."),
}
CURES = {
    Reason.NOT_TRANSFERABLE: gettext_lazy(
        "Ein Zugang geht auf niemanden über. Einen neuen beantragen Sie mit der Teilnahmeerklärung."
    ),
    Reason.DECLARATION_MISSING: gettext_lazy(
        "Senden Sie uns die unterschriebene Teilnahmeerklärung. Sobald sie da ist, können Sie sich anmelden."
    ),
    Reason.NOT_YET_UNLOCKED: gettext_lazy("Wir schreiben Ihnen, ab wann. Eilt es, rufen Sie uns bitte an."),
    Reason.LOCKED: gettext_lazy("Rufen Sie uns bitte an."),
    Reason.ENDED: gettext_lazy("Einen neuen Zugang beantragen Sie mit der Teilnahmeerklärung."),
    Reason.WITHDRAWN: gettext_lazy("Fragen Sie bitte in Ihrer Praxis nach."),
    Reason.SUSPENDED: gettext_lazy("Fragen Sie bitte in Ihrer Praxis nach."),
    Reason.INTEREST_OVER: gettext_lazy("Wenn Sie ihn weiter brauchen, schreiben Sie uns bitte."),
    Reason.ACTIVITY_OVER: gettext_lazy("Wenn Sie den Zugang weiter brauchen, schreiben Sie uns bitte."),
    Reason.KEY_LOCKED: gettext_lazy("Bestellen Sie bei uns einen neuen YubiKey."),
    Reason.PASSWORD_LOCKED: gettext_lazy("Fordern Sie bei uns neue Zugangsdaten an."),
    Reason.INITIAL_PASSWORD_EXPIRED: gettext_lazy("Fordern Sie bei uns neue Zugangsdaten an."),
    Reason.SERVICE_NOT_GRANTED: gettext_lazy(
        "Fragen Sie bitte dort nach, wo Sie Ihren Zugang bekommen haben."
    ),
    Reason.SUBMISSION_NOT_YET_OPEN: gettext_lazy("Das geht ab dem nächsten Quartal."),
    Reason.OUTSIDE_GERMANY: gettext_lazy("Beantragen Sie vor der Reise eine Auslandsfreigabe."),
    Reason.ONLY_THROUGH_FLEXNET: gettext_lazy(
        "Verbinden Sie sich mit KV-FlexNet und melden Sie sich neu an."
    ),
    Reason.ONLY_THROUGH_SAFENET: gettext_lazy("Melden Sie sich über einen KV-SafeNet-Anschluss neu an."),
}


def told(found: Refusal) -> str | None:
    """Why, what to do, the paragraph; None for what nobody is told before the password was right."""
    if found.reason not in SHOWN:
        return None
    sentences = f"{SHOWN[found.reason]} {CURES[found.reason]}"
    if not (paragraph := paragraphs.of(found.rule)):
        return sentences
    return f"{sentences} ({paragraph} {configuration.current().profile.terms_title})"


@dataclass(frozen=True)
class Why:
    """The answer to „Warum geht das nicht?“: the reason, what helps, and the rule that says so."""

    reason: str
    cure: str
    rule: str

    @classmethod
    def of(cls, found: Refusal) -> Why | None:
        """None for what nobody is told before the password was right."""
        if found.reason not in SHOWN:
            return None
        return cls(str(SHOWN[found.reason]), str(CURES[found.reason]), rule(found.rule))


def rule(given: str) -> str:
    """„§ 7 Abs. 2 Nutzungsbedingungen“; the terms alone where none is cited; what is no paragraph is ours."""
    profile = configuration.current().profile
    if not given.startswith("§"):
        return _("Regel der %(kv)s für die Online-Abrechnung") % {"kv": profile.short_name}
    return f"{paragraphs.of(given)} {profile.terms_title}".strip()
