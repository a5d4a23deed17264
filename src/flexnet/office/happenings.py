"""What happened, as a line of the timeline: who did what to which thing, with before and after."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from flexnet import configuration
from flexnet.audit.timeline import Entry
from flexnet.office import event_words, happening_words
from flexnet.web import words

_NUMBERED: Final = frozenset({"note"})  # sometimes what was noted, sometimes only its number
_PEOPLE: Final = frozenset({"approved_by"})


@dataclass(frozen=True)
class Detail:
    """One value of an entry; of a change also what stood there before."""

    label: str
    value: str
    before: str | None = None


@dataclass(frozen=True)
class Line:
    """An entry as people read it."""

    number: int
    at: datetime
    what: str
    about: str
    by: str
    details: tuple[Detail, ...]


def line(entry: Entry) -> Line:
    """What happened to what, by whom. Of the values only those that have a word: the rest is technical."""
    event = entry.event
    return Line(
        number=event.pk,
        at=event.at,
        what=str(event_words.WHAT.get(event.kind) or event.kind),
        about=about(event.subject),
        by=actor(event.by),
        details=(*_plain(entry.data), *_personal(entry.personal or {})),
    )


def actor(by: str) -> str:
    """„clara, Mitgliederverwaltung“: who, and at which door."""
    door, _colon, who = by.partition(":")
    word = happening_words.DOORS.get(door)
    return f"{who}, {word}" if word and who else str(word or by)


def about(subject: str) -> str:
    """„Betriebsstätte 889999900“: which thing."""
    kind, _colon, name = subject.partition(":")
    word = happening_words.THINGS.get(kind)
    if kind in happening_words.NAMELESS:
        return str(word)
    return f"{word} {name}" if word else subject


def _plain(data: Mapping[str, Any]) -> Iterator[Detail]:
    for name, value in data.items():
        if name not in happening_words.LABELS or (name in _NUMBERED and isinstance(value, int)):
            continue
        before = data.get(f"{name}_before")
        if before is not None:
            yield Detail(_label(name), shown(name, value), shown(name, before))
        elif value not in (None, "", []):
            yield Detail(_label(name), shown(name, value))


def _personal(personal: Mapping[str, Any]) -> Iterator[Detail]:
    if set(personal) == {"before", "after"}:
        before, after = personal["before"], personal["after"]
        personal = {
            name: [before.get(name, ""), value] if before else value
            for name, value in after.items()
            if value != before.get(name, "")
        }
    for name, value in personal.items():
        if name not in happening_words.LABELS:
            continue
        if isinstance(value, list) and len(value) == 2:
            yield Detail(_label(name), shown(name, value[1]), shown(name, value[0]))
        else:
            yield Detail(_label(name), shown(name, value))


def _label(name: str) -> str:
    return str(happening_words.LABELS[name])


def shown(name: str, value: Any) -> str:
    """The value of this name as people read it."""
    if isinstance(value, bool):
        return _("ja") if value else _("nein")
    if name in _PEOPLE:
        return actor(str(value))
    if value in (None, ""):
        return _("(leer)")
    if isinstance(value, list):
        return ", ".join(shown(name, one) for one in value)
    text = str(value)
    word = happening_words.VALUES.get(name, {}).get(text) or _as_this_kv_says(name, text)
    return str(word) if word else as_day(text)


def _as_this_kv_says(name: str, text: str) -> str:
    if name == "holds":
        return happening_words.contents(text)
    return document_titles().get(text, "") if name == "kind" else ""


def document_titles() -> Mapping[str, str]:
    """What the kinds of documents are called, by what stands in file names."""
    return {one.slug: one.title for one in configuration.current().documents.kinds}


def as_day(text: str) -> str:
    """A day or an instant as it is written here; anything else as it is."""
    with contextlib.suppress(ValueError):
        return words.short_day(date.fromisoformat(text))
    with contextlib.suppress(ValueError):
        return words.short_moment(datetime.fromisoformat(text))
    return text
