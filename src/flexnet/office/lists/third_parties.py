"""The list of third parties."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet.access.rules import day_of
from flexnet.members import registers
from flexnet.members.models import ThirdParty
from flexnet.office.entering.fields import Line
from flexnet.office.lists.listing import Cell, Listing, Sort
from flexnet.web import words
from flexnet.web.status import Status


class Filters(forms.Form):
    name = Line(label=gettext_lazy("Name beginnt mit"), required=False, max_length=200)


def _lines(rows: Sequence[ThirdParty]) -> list[list[Cell]]:
    today = day_of(datetime.now(UTC))
    lasts = Status(_("Läuft"), "check", "ok")
    over = Status(_("Beendet"), "lock", "error")
    return [
        [
            Cell(row.name, reverse("third-party", args=[row.pk])),
            Cell(row.contact),
            Cell(words.short_day(row.from_on)),
            Cell(words.short_day(row.until_on) if row.until_on else "–"),
            _badge(over if row.until_on and row.until_on < today else lasts),
        ]
        for row in rows
    ]


def _badge(status: Status) -> Cell:
    return Cell(str(status.word), status=status)


THIRD_PARTIES: Final = Listing(
    gettext_lazy("Dritte"),
    [
        gettext_lazy("Einrichtung"),
        gettext_lazy("Ansprechpartner"),
        gettext_lazy("Ab"),
        gettext_lazy("Letzter Tag"),
        gettext_lazy("Stand"),
    ],
    Filters,
    lambda chosen: registers.third_parties(**chosen),
    _lines,
    {
        "name": Sort(gettext_lazy("Nach Namen"), "name"),
        "new": Sort(gettext_lazy("Neueste zuerst"), "pk", is_descending=True),
    },
    beside=("practices", gettext_lazy("Praxen")),
)
