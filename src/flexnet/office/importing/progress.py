"""How far the worker is with a file, and how long it may still take."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from flexnet.members.import_models import RegisterImport
from flexnet.web import words

_PATIENCE: Final = timedelta(minutes=15)


@dataclass(frozen=True)
class Progress:
    """`percent` is None where nobody knows; after a while the page asks no more by itself."""

    title: str
    words: str
    percent: int | None
    asks_again: bool


def of(row: RegisterImport, now: datetime) -> Progress:
    """Of an import that is looked at or written."""
    since = row.released_at or row.ordered_at or row.uploaded_at
    title = _("Die Datei wird eingelesen") if row.ordered_at else _("Die Datei wird geprüft")
    asks_again = now - since < _PATIENCE
    if row.released_at or not row.total or not row.done:
        return Progress(title, _("Gleich geht es los."), None, asks_again)
    share = min(row.done / row.total, 1.0)
    left = (now - since) * (1 / share - 1)
    said = words.remaining(left) if left >= timedelta(minutes=1) else _("noch weniger als eine Minute")
    percent = round(100 * share)
    return Progress(title, f"{percent} % – {said}", percent, asks_again)
