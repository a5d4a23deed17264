"""The list of what lost keys cost."""

from collections.abc import Sequence
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext_lazy

from flexnet.access import registers
from flexnet.access.models import Charge
from flexnet.access.registers import ChargeState
from flexnet.office.lists import filters
from flexnet.office.lists.listing import Cell, Listing, Sort
from flexnet.web import words
from flexnet.web.status import Status

_STATES: Final = {
    ChargeState.TO_PAY: ("receipt", "warning"),
    ChargeState.WAIVED: ("check", ""),
    ChargeState.WITHDRAWN: ("remove", ""),
}


def _lines(rows: Sequence[Charge]) -> list[list[Cell]]:
    return [_line(row) for row in rows]


def _line(row: Charge) -> list[Cell]:
    state = registers.charge_state(row)
    status = Status(filters.CHARGES[state], *_STATES[state])
    return [
        Cell(str(row.pk)),
        Cell(str(row.lock.key), reverse("key", args=[row.lock.key])),
        Cell(str(row.access), reverse("access", args=[row.access])),
        Cell(words.euro(row.cents)),
        Cell(words.short_moment(row.decided_at)),
        Cell(row.reason),
        Cell(str(status.word), status=status),
    ]


_AMOUNT: Final = gettext_lazy("Betrag")

CHARGES: Final = Listing(
    gettext_lazy("Kosten"),
    [
        gettext_lazy("Nummer"),
        gettext_lazy("YubiKey"),
        gettext_lazy("Zugang"),
        _AMOUNT,
        gettext_lazy("Entschieden am"),
        gettext_lazy("Grund"),
        gettext_lazy("Stand"),
    ],
    filters.Charges,
    lambda chosen: registers.charges(**chosen),
    _lines,
    {
        "new": Sort(gettext_lazy("Neueste zuerst"), "pk", is_descending=True),
        "old": Sort(gettext_lazy("Älteste zuerst"), "pk"),
    },
    amounts=(_AMOUNT,),
    beside=("key-desk", gettext_lazy("Schlüsselplatz")),
)
