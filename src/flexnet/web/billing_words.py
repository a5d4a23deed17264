"""Where a delivery stands and why something does not go, in the words of pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet.billing.models import Delivery, Reply, ReplyKind
from flexnet.billing.rules import NotNow
from flexnet.billing.standing import Barrier, State
from flexnet.web.status import Status

STATUS: Final[Mapping[State, Status]] = {
    State.UPLOADED: Status(gettext_lazy("Noch nicht eingereicht"), "warning", "warning"),
    State.CHECKED: Status(gettext_lazy("Noch nicht eingereicht"), "warning", "warning"),
    State.SUBMITTED: Status(gettext_lazy("Eingereicht"), "check", "ok"),
    State.IN_WORK: Status(gettext_lazy("In Bearbeitung"), "clock", "ok"),
    State.ACCEPTED: Status(gettext_lazy("Angenommen"), "check", "ok"),
    State.REJECTED: Status(gettext_lazy("Abgelehnt"), "error", "error"),
    State.WITHDRAWN: Status(gettext_lazy("Zurückgezogen"), "remove"),
    State.REPLACED: Status(gettext_lazy("Ersetzt"), "change"),
}
NOT_NOW: Final[Mapping[NotNow, Promise]] = {
    NotNow.TOO_EARLY: gettext_lazy(
        "Für dieses Quartal nehmen wir noch keine Abrechnung an. Ihre Datei bleibt hier: Reichen Sie sie "
        "ein, sobald die Abgabe beginnt."
    ),
    NotNow.OTHER_STAGE: gettext_lazy(
        "Während Sie die Seite offen hatten, ist die Frist abgelaufen. Eingereicht ist noch nichts. Lesen "
        "Sie, was jetzt gilt, und reichen Sie dann ein."
    ),
    NotNow.CLOCK_SET_BACK: gettext_lazy(
        "Die Uhr unseres Servers wurde gerade verstellt. Eingereicht ist noch nichts, Ihre Datei ist sicher. "
        "Versuchen Sie es in einigen Minuten noch einmal."
    ),
}
BARRIERS: Final[Mapping[Barrier, Promise]] = {
    Barrier.NOT_SUBMITTED: gettext_lazy("Die Datei ist noch nicht eingereicht. Reichen Sie sie zuerst ein."),
    Barrier.BEGUN: gettext_lazy(
        "Die Abrechnung ist schon in Bearbeitung. Ist etwas daran falsch, bitten Sie die KV um die Freigabe "
        "einer Korrektur."
    ),
    Barrier.DECIDED: gettext_lazy(
        "Über diese Abrechnung ist schon entschieden. Ist etwas daran falsch, bitten Sie die KV um die "
        "Freigabe einer Korrektur."
    ),
    Barrier.WITHDRAWN: gettext_lazy("Die Abrechnung ist zurückgezogen. Reichen Sie eine neue Datei ein."),
    Barrier.REJECTED: gettext_lazy(
        "Die Abrechnung ist abgelehnt. Warum, steht in ihrem Verlauf. Reichen Sie eine neue Datei ein."
    ),
    Barrier.REPLACED: gettext_lazy(
        "Die Abrechnung ist durch eine Korrektur ersetzt. Es zählt die Korrektur; sehen Sie dort nach."
    ),
    Barrier.RELEASED: gettext_lazy("Eine Korrektur ist schon freigegeben. Reichen Sie sie ein."),
    Barrier.NOT_RELEASED: gettext_lazy("Die KV hat keine Korrektur freigegeben. Bitten Sie sie darum."),
    Barrier.ONLY_A_TEST: gettext_lazy(
        "Das ist eine Testabrechnung. Sie wird geprüft und nie eingereicht. Reichen Sie die echte Datei ein."
    ),
    Barrier.STANDS: gettext_lazy(
        "Für diese BSNR und dieses Quartal ist schon eine Abrechnung eingereicht. Ist Ihre Datei ein "
        "weiterer Teil, wählen Sie „Ein Teil“. Soll sie die frühere ersetzen, bitten Sie die KV um die "
        "Freigabe einer Korrektur."
    ),
}


@dataclass(frozen=True)
class Happening:
    """Something that became of a delivery, and what the KV said."""

    what: str
    at: datetime
    text: str = ""


_REPLIES: Final[Mapping[str, Promise]] = {
    ReplyKind.CHECK: gettext_lazy("Ergebnis der Prüfung"),
    ReplyKind.TEXT: gettext_lazy("Rückmeldung"),
    ReplyKind.PDF: gettext_lazy("Rückmeldung als PDF"),
}
_RESULTS: Final[Mapping[int, Promise]] = {
    0: gettext_lazy("nichts gefunden"),
    1: gettext_lazy("mit Hinweisen"),
    2: gettext_lazy("mit Fehlern"),
    3: gettext_lazy("mit Fehlern"),
}


def reply_title(row: Reply) -> str:
    """What it is, and of a check in a word what it found."""
    title = str(_REPLIES[row.kind])
    if row.kind == ReplyKind.CHECK and row.report:
        return f"{title}: {_RESULTS[row.level]}"
    return title


def story(row: Delivery) -> list[Happening]:
    """What became of it after it was handed in, oldest first."""
    replaced = _("Durch eine Korrektur ersetzt")
    if row.replaced_by:
        replaced = _("Ersetzt durch %(number)s") % {"number": row.replaced_by.receipt.number}
    told = [
        (_("Eingereicht"), row.submitted_at, ""),
        (_("In Bearbeitung"), row.begun_at, ""),
        (_("Angenommen"), row.accepted_at, ""),
        (_("Abgelehnt"), row.rejected_at, row.rejected_why),
        (_("Korrektur freigegeben"), row.released_at, row.released_why),
        (replaced, row.replaced_at, ""),
        (_("Von der Praxis zurückgezogen"), row.withdrawn_at, ""),
        (_("Datei nach Ablauf der Frist gelöscht"), row.content_deleted_at, ""),
    ]
    return sorted((Happening(what, at, text) for what, at, text in told if at), key=lambda one: one.at)
