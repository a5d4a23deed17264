"""The list of billing files that practices handed in."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from flexnet import configuration
from flexnet.access.rules import BERLIN, day_of
from flexnet.billing import extensions, registers, windows
from flexnet.billing.models import Receipt
from flexnet.billing.standing import State
from flexnet.billing.windows import Stage
from flexnet.lib.quarters import Quarter
from flexnet.office.lists import filters
from flexnet.office.lists.listing import Cell, Listing, Sort
from flexnet.web import words
from flexnet.web.billing_words import STATUS

_OFFERED: Final = 8
_AFTER: Final = (
    State.SUBMITTED,
    State.IN_WORK,
    State.ACCEPTED,
    State.REJECTED,
    State.WITHDRAWN,
    State.REPLACED,
)
STAGES: Final = {
    Stage.EARLY: gettext_lazy("vor dem Abgabezeitraum"),
    Stage.OPEN: gettext_lazy("im Abgabezeitraum"),
    Stage.LATE: gettext_lazy("nach Fristende"),
}


class Filters(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        current = Quarter.of(day_of(datetime.now(UTC)))
        quarters = {str(one): str(one) for one in (current - back for back in range(_OFFERED))}
        self.fields["quarter"] = filters.one_of(gettext_lazy("Quartal"), quarters)
        states = {state: STATUS[state].word for state in _AFTER}
        self.fields["state"] = filters.one_of(gettext_lazy("Stand"), states)
        settings = configuration.current()
        if settings.billing.windows or settings.billing.closes_day:
            self.fields["stage"] = filters.one_of(gettext_lazy("Abgabezeitraum"), STAGES)
        if offices := settings.profile.district_offices:
            names = {one.slug: one.name for one in offices}
            self.fields["office"] = filters.one_of(gettext_lazy("Region"), names)


def _rows(chosen: Mapping[str, Any]) -> QuerySet[Receipt]:
    quarter = Quarter.parse(chosen["quarter"]) if chosen.get("quarter") else None
    state = State(chosen["state"]) if chosen.get("state") else None
    since, before = None, None
    if chosen.get("stage"):  # a stage is one of a quarter: the chosen one, or the last whose window began
        today = day_of(datetime.now(UTC))
        window = extensions.window(quarter) if quarter else extensions.current(today)
        quarter = window.quarter if window else quarter
        since, before = _between(window, Stage(chosen["stage"])) if window else (None, None)
    return registers.receipts(
        quarter=quarter, state=state, since=since, before=before, starts=_starts(chosen.get("office", ""))
    )


def _between(window: windows.Window, stage: Stage) -> tuple[datetime | None, datetime | None]:
    opens = datetime.combine(window.opens, time(), BERLIN)
    over = datetime.combine(window.closes + timedelta(days=1), time(), BERLIN)
    if stage is Stage.EARLY:
        return None, opens
    return (opens, over) if stage is Stage.OPEN else (over, None)


def _starts(office: str) -> Sequence[str]:
    offices = configuration.current().profile.district_offices
    return next((one.prefixes for one in offices if one.slug == office), ())


def _lines(rows: Sequence[Receipt]) -> list[list[Cell]]:
    return [_line(row) for row in rows]


def _line(row: Receipt) -> list[Cell]:
    delivery = row.delivery
    status = STATUS[delivery.state]
    return [
        Cell(row.number, reverse("delivery", args=[row.number])),
        Cell(delivery.bsnr),
        Cell(str(delivery.quarter)),
        Cell(words.short_moment(row.issued_at)),
        Cell(words.size(delivery.size)),
        Cell(str(gettext_lazy("Teil")) if delivery.is_partial else ""),
        Cell(str(status.word), status=status),
    ]


_NUMBER: Final = gettext_lazy("Eingangsnummer")
_SIZE: Final = gettext_lazy("Größe")

DELIVERIES: Final = Listing(
    gettext_lazy("Abrechnungen"),
    [
        _NUMBER,
        gettext_lazy("BSNR"),
        gettext_lazy("Quartal"),
        gettext_lazy("Eingereicht"),
        _SIZE,
        gettext_lazy("Teil einer Abrechnung"),
        gettext_lazy("Stand"),
    ],
    Filters,
    _rows,
    _lines,
    {
        "new": Sort(gettext_lazy("Neueste zuerst"), "pk", is_descending=True),
        "old": Sort(gettext_lazy("Älteste zuerst"), "pk"),
    },
    amounts=(_SIZE,),
    whole=(_NUMBER,),
    beside=("evening", gettext_lazy("Verlauf und fehlende Abrechnungen")),
)
