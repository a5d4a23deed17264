"""The list of applications."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from flexnet.applications import queries
from flexnet.applications.kinds import Channel, Kind, Status
from flexnet.applications.models import Application
from flexnet.office.applications.pages import badge
from flexnet.office.lists import filters
from flexnet.office.lists.listing import Cell, Listing, Sort
from flexnet.web import words


def _rows(chosen: Mapping[str, Any]) -> QuerySet[Application]:
    state = chosen.get("state", "")
    return queries.listed(
        status=Status(state) if state else None,
        kind=chosen.get("kind", ""),
        district_office=chosen.get("office", ""),
    )


def _lines(rows: Sequence[Application]) -> list[list[Cell]]:
    return [_line(row) for row in rows]


def _line(row: Application) -> list[Cell]:
    status, steps = badge(queries.status(row)), list(row.steps.all())
    return [
        Cell(row.number, reverse("application", args=[row])),
        Cell(str(Kind(row.kind).label)),
        Cell(row.organisation),
        Cell(row.bsnr),
        Cell(row.name),
        Cell(words.short_day(steps[0].on) if steps else ""),
        Cell(str(Channel(row.channel).label)),
        Cell(str(status.word), status=status),
    ]


APPLICATIONS: Final = Listing(
    gettext_lazy("Anträge"),
    [
        gettext_lazy("Nummer"),
        gettext_lazy("Beantragt ist"),
        gettext_lazy("Praxis oder Einrichtung"),
        gettext_lazy("BSNR"),
        gettext_lazy("Name"),
        gettext_lazy("Eingegangen am"),
        gettext_lazy("Weg"),
        gettext_lazy("Stand"),
    ],
    filters.Applications,
    _rows,
    _lines,
    {
        "old": Sort(gettext_lazy("Älteste zuerst"), "pk"),
        "new": Sort(gettext_lazy("Neueste zuerst"), "pk", is_descending=True),
    },
)
