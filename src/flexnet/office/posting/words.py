"""The words of letters: what they are, where they stand, what they wait for."""

from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet.access.campaign import ReminderDue
from flexnet.access.models import Access
from flexnet.post.due import Due
from flexnet.post.models import Batch, Item
from flexnet.post.rules import State, Waits, Why
from flexnet.post.wanted import of
from flexnet.web import words
from flexnet.web.status import Status

STATES: Final = {
    State.CHOSEN: Status(gettext_lazy("Ausgewählt"), "circle"),
    State.AT_PRINTER: Status(gettext_lazy("Am Drucker"), "clock"),
    State.PRINTED: Status(gettext_lazy("Gedruckt"), "print"),
    State.POSTED: Status(gettext_lazy("Verschickt"), "check"),
    State.ARRIVED: Status(gettext_lazy("Angekommen"), "check", "ok"),
    State.RETURNED: Status(gettext_lazy("Zurückgekommen"), "warning", "warning"),
    State.LOST: Status(gettext_lazy("Verloren"), "warning", "warning"),
    State.SPOILED: Status(gettext_lazy("Unbrauchbar"), "remove"),
    State.MISSING: Status(gettext_lazy("Nicht gedruckt"), "remove"),
    State.WITHDRAWN: Status(gettext_lazy("Zurückgezogen"), "remove"),
}
_WAITS: Final[dict[Why, str | Promise]] = {
    Why.CALL_BACK: gettext_lazy("Erst zurückrufen."),
    Why.NO_ADDRESS: gettext_lazy("Die Anschrift fehlt."),
    Why.CAME_BACK: gettext_lazy("Ein Brief kam zurück. Erst die Anschrift klären."),
    Why.DOES_NOT_FIT: gettext_lazy("Die Anschrift passt nicht ins Fenster des Umschlags. Namen kürzen."),
    Why.OVER: gettext_lazy("Der Zugang ist beendet."),
    Why.OWN_PASSWORD: gettext_lazy("Das eigene Kennwort ist schon gewählt."),
    Why.NOT_WANTED: gettext_lazy("Nicht mehr nötig."),
    Why.KEY_MISSING: gettext_lazy("Es ist noch kein YubiKey zugeordnet."),
    Why.OTHERS_NOT_POSTED: gettext_lazy("Erst die anderen Sendungen verschicken."),
}


def since(item: Item, state: State) -> datetime | None:
    """When it came to stand there."""
    return {
        State.AT_PRINTER: item.batch.begun_at,
        State.PRINTED: item.printed_at,
        State.POSTED: item.posted_at,
        State.ARRIVED: item.arrived_at,
        State.RETURNED: item.returned_at,
        State.LOST: item.returned_at,
    }.get(state, item.void_at or item.made_at)


def waits(found: Waits) -> str:
    """Why it cannot be printed now, and until when."""
    if found.until_on:
        return _("Die Anschrift ist neu: erst ab dem %(day)s.") % {"day": words.short_day(found.until_on)}
    if found.until_at:
        return _("Erst ab %(moment)s.") % {"moment": words.short_moment(found.until_at)}
    return str(_WAITS[found.why])


def whose(access: Access | None, item: Item | Due) -> str:
    """Which access it is about, or whose address."""
    if access:
        return str(access)
    wanted = of(item) if isinstance(item, Item) else item.wanted
    if isinstance(wanted.about, ReminderDue):
        return wanted.about.signer.name
    address = wanted.address
    if address is None:
        return ""
    return address.site.practice.name if address.site else str(address.third_party)


def batch(row: Batch, *, is_posted: bool) -> Status:
    """Where a batch stands, with what is to be done."""
    if row.dissolved_at:
        return Status(gettext_lazy("Aufgelöst"), "remove")
    if row.begun_at is None:
        return Status(gettext_lazy("Wartet auf den Druck"), "circle")
    if row.settled_at is None:
        return Status(gettext_lazy("Wartet auf Ihre Antwort: Was kam heraus?"), "warning", "warning")
    if not is_posted:
        return Status(gettext_lazy("Gedruckt, wartet auf die Post"), "print", "warning")
    return Status(gettext_lazy("Verschickt"), "check", "ok")
