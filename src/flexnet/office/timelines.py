"""The timeline on a page: a part of it at a time, narrowed by what stands in the address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from flexnet.audit import timeline
from flexnet.office import act_forms, event_words, happening_words, happenings
from flexnet.office.happenings import Line

_OLDER: Final = "vor"


class Filter(forms.Form):
    """What the timeline is narrowed to."""

    art = forms.ChoiceField(
        label=gettext_lazy("Worum es geht"),
        choices=[("", gettext_lazy("Alles")), *((key, one.word) for key, one in event_words.TOPICS.items())],
        required=False,
    )
    von = act_forms.DayField(gettext_lazy("Von"), required=False)
    bis = act_forms.DayField(gettext_lazy("Bis"), required=False)
    wer = act_forms.Line(
        gettext_lazy("Durch wen"),
        required=False,
        longest=64,
        help_text=gettext_lazy("Der Name, wie er im Verlauf steht."),
    )

    def wanted(self) -> timeline.Wanted:
        """Everything, if something in it is wrong: then that is told beside the field."""
        if not self.is_valid():
            return timeline.Wanted()
        data: dict[str, Any] = self.cleaned_data
        topic, until = event_words.TOPICS.get(data["art"]), data["bis"]
        return timeline.Wanted(
            kinds=tuple(event_words.kinds_of(topic)) if topic else (),
            by=_doors_of(data["wer"]),
            since=_morning(data["von"]),
            until=_morning(until + timedelta(days=1)) if until else None,
        )


@dataclass(frozen=True)
class Happened:
    """A part of the timeline with its filter; `older` and `newest` stand behind the question mark."""

    lines: tuple[Line, ...]
    form: Filter
    older: str
    newest: str
    is_first: bool
    is_narrowed: bool


def of(request: HttpRequest, about: Sequence[str]) -> Happened:
    """What happened to these things, from where the address says on."""
    asked = request.GET.get(_OLDER, "")
    older_than = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None
    form = Filter(request.GET)
    found = timeline.of(about, older_than=older_than, wanted=form.wanted())
    kept = {name: value for name in form.fields if (value := request.GET.get(name))}
    return Happened(
        lines=tuple(happenings.line(entry) for entry in found.entries),
        form=form,
        older=urlencode({**kept, _OLDER: found.older_than}) if found.older_than else "",
        newest=urlencode(kept),
        is_first=older_than is None,
        is_narrowed=bool(kept),
    )


def _doors_of(name: str) -> tuple[str, ...]:
    """Whoever is called so, at whichever door."""
    return tuple(f"{door}:{name}" for door in happening_words.DOORS) if name else ()


def _morning(day: date | None) -> datetime | None:
    """When a day begins in Germany."""
    return timezone.make_aware(datetime.combine(day, time())) if day else None
