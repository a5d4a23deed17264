"""The list of mails."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from flexnet.mail import queries, rules
from flexnet.mail.models import Mail
from flexnet.mail.rules import State
from flexnet.office import happening_words, happenings, mail_words
from flexnet.office.entering.fields import Code
from flexnet.office.lists import filters
from flexnet.office.lists.listing import Cell, Listing, Sort
from flexnet.web import words


class Filters(forms.Form):
    state = filters.one_of(
        gettext_lazy("Stand"), {state: status.word for state, status in mail_words.STATES.items()}
    )
    kind = filters.one_of(gettext_lazy("Worum es geht"), happening_words.MAILS)
    to = Code(label=gettext_lazy("An"), required=False, max_length=100)


def _rows(chosen: Mapping[str, Any]) -> QuerySet[Mail]:
    state = chosen.get("state", "")
    return queries.listed(
        state=State(state) if state else None, kind=chosen.get("kind", ""), to=chosen.get("to", "")
    )


def _lines(rows: Sequence[Mail]) -> list[list[Cell]]:
    return [_line(row) for row in rows]


def _line(row: Mail) -> list[Cell]:
    status = mail_words.STATES[rules.state_of(row)]
    return [
        Cell(row.subject, reverse("mail", args=[row.pk])),
        Cell(row.to),
        Cell(happenings.about(row.about)),
        Cell(words.short_moment(row.queued_at)),
        Cell(str(status.word), status=status),
    ]


MAILS: Final = Listing(
    gettext_lazy("Mails"),
    [
        gettext_lazy("Betreff"),
        gettext_lazy("An"),
        gettext_lazy("Betrifft"),
        gettext_lazy("Geschrieben"),
        gettext_lazy("Stand"),
    ],
    Filters,
    _rows,
    _lines,
    {
        "new": Sort(gettext_lazy("Neueste zuerst"), "pk", is_descending=True),
        "old": Sort(gettext_lazy("Älteste zuerst"), "pk"),
    },
)
