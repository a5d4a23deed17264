"""The sentences of the office's door; before the sign-in is whole, they tell no more than they must."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet import configuration
from flexnet.accounts.models import Role
from flexnet.accounts.staff_entry import Refused

ROLES = {
    Role.RECEPTION: gettext_lazy("Empfang"),
    Role.CLERK: gettext_lazy("Sachbearbeitung"),
    Role.KEY_DESK: gettext_lazy("Schlüsselausgabe"),
    Role.IT: gettext_lazy("IT-Service"),
    Role.BILLING: gettext_lazy("Abrechnung"),
    Role.AUDITOR: gettext_lazy("Revision"),
    Role.ADMINISTRATOR: gettext_lazy("Verwaltung der Mitarbeiter"),
}
ROLE_HELP = {
    Role.RECEPTION: gettext_lazy("Nimmt Anrufe und Anträge an und sieht Praxen und Zugänge."),
    Role.CLERK: gettext_lazy("Bearbeitet Praxen, Zugänge, Anträge, Sperren und Kündigungen."),
    Role.KEY_DESK: gettext_lazy("Gibt Schlüssel aus und nimmt sie zurück."),
    Role.IT: gettext_lazy("Hilft bei technischen Fragen und sperrt im Notfall."),
    Role.BILLING: gettext_lazy("Bearbeitet eingereichte Abrechnungen, gibt Korrekturen frei."),
    Role.AUDITOR: gettext_lazy("Liest Protokolle und Stammdaten und ändert nichts."),
    Role.ADMINISTRATOR: gettext_lazy("Legt Mitarbeiter an und vergibt Rollen, sonst nichts."),
}
# These are told to whoever has shown the password; everybody else reads one and the same sentence.
_TOLD = {
    Refused.INITIAL_PASSWORD_EXPIRED: gettext_lazy(
        "Ihre ersten Zugangsdaten sind abgelaufen. Bitten Sie die Verwaltung der Mitarbeiter um neue."
    ),
    Refused.WRONG_FACTOR: gettext_lazy(
        "Das hat nicht gepasst. Nehmen Sie den Code, den die App gerade anzeigt, oder berühren Sie den "
        "Schlüssel noch einmal."
    ),
    Refused.FACTOR_ALREADY_USED: gettext_lazy(
        "Dieser Code wurde schon benutzt. Warten Sie, bis die App den nächsten anzeigt."
    ),
    Refused.WRONG_ENROLMENT_CODE: gettext_lazy(
        "Dieser Einrichtungscode gilt nicht. Er gilt drei Tage und nur einmal. Bitten Sie die Verwaltung der "
        "Mitarbeiter um einen neuen."
    ),
    Refused.THROTTLED: gettext_lazy("Das war zu oft falsch. Warten Sie eine Minute."),
    Refused.STARTED_TOO_LONG_AGO: gettext_lazy(
        "Das hat zu lange gedauert. Bitte melden Sie sich noch einmal an."
    ),
}
_ONLY_NEUTRAL_AT_FIRST = (Refused.UNKNOWN, Refused.WRONG_PASSWORD, Refused.THROTTLED)


def first_refusal(found: Refused) -> str:
    """At the password: one sentence for every reason but the one that only its owner can meet."""
    return neutral() if found in _ONLY_NEUTRAL_AT_FIRST else str(_TOLD[found])


def refusal(found: Refused) -> str:
    """Once the password was right."""
    return str(_TOLD.get(found) or neutral())


def neutral() -> str:
    """Says no more than that it did not work."""
    words = configuration.current().profile.words
    return _(
        "Die Anmeldung hat nicht geklappt. Prüfen Sie %(user_name)s und %(password)s. "
        "Nach mehreren falschen Eingaben müssen Sie eine Minute warten."
    ) % {"user_name": words.user_name, "password": words.password}


def session_over() -> str:
    return _("Ihre Anmeldung ist abgelaufen. Bitte melden Sie sich noch einmal an.")
