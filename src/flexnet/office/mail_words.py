"""What a mail is called on the pages: where it stands, what it was for, what went wrong."""

from typing import Final

from django.utils.translation import gettext_lazy

from flexnet.mail.models import Trouble
from flexnet.mail.rules import State
from flexnet.web.status import Status

STATES: Final = {
    State.WAITING: Status(gettext_lazy("Wartet"), "clock"),
    State.SENT: Status(gettext_lazy("Verschickt"), "check", "ok"),
    State.GIVEN_UP: Status(gettext_lazy("Nicht zugestellt"), "warning", "error"),
    State.BOUNCED: Status(gettext_lazy("Zurückgekommen"), "warning", "error"),
    State.SETTLED: Status(gettext_lazy("Erledigt"), "check"),
}
TROUBLES: Final = {
    Trouble.AWAY: gettext_lazy("Der Mailserver antwortet nicht."),
    Trouble.NO_TLS: gettext_lazy(
        "Der Mailserver verschlüsselt nicht, und unverschlüsselt geht nichts hinaus."
    ),
    Trouble.BAD_CERTIFICATE: gettext_lazy("Das Zertifikat des Mailservers gilt nicht."),
    Trouble.SIGN_IN_REFUSED: gettext_lazy("Der Mailserver lässt uns nicht herein."),
    Trouble.REFUSES_US: gettext_lazy("Der Mailserver nimmt von uns nichts an."),
    Trouble.LOST: gettext_lazy("Die Verbindung brach ab, bevor der Mailserver die Mail bestätigte."),
    Trouble.SEAL_BROKEN: gettext_lazy("Der Teil, den nur der Empfänger kennt, lässt sich nicht öffnen."),
}
