"""What a mail says: the texts of the profile, or ours where it has none of its own."""

import importlib.resources
import logging
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from string import Template
from typing import Final
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.formats import date_format

from flexnet import configuration
from flexnet.lib import plain_text
from flexnet.mail import rules
from flexnet.mail.errors import BadText
from flexnet.mail.kinds import FIELDS, Kind, Said

_BERLIN: Final = ZoneInfo("Europe/Berlin")
_FRAME: Final = "frame"
_SUBJECT: Final = "Betreff:"
_WIDTH: Final = 76
_LONGEST_SUBJECT: Final = 200
log = logging.getLogger("flexnet.mail")


@dataclass(frozen=True)
class Text:
    """A template: `$name` stands for a field of its kind, or for what every text knows (`_house`)."""

    subject: Template
    body: Template


@dataclass(frozen=True)
class Written:
    """What is kept and sent; gaps stand for what is sealed."""

    subject: str
    text: str


def write(kind: Kind, said: Mapping[str, Said]) -> Written:
    """The mail with its fields, in German. Raises ValueError if they are not exactly those of its kind."""
    fields = FIELDS[kind]
    if set(said) != set(fields.plain):
        raise ValueError(f"A mail {kind} says {sorted(fields.plain)}, not {sorted(said)}.")
    texts = _texts(configuration.current().mail.texts_folder, kind)
    values = {**_house(), **{name: _shown(value) for name, value in said.items()}}
    body = texts[kind].body.substitute(values, **{name: rules.gap(name) for name in fields.sealed})
    whole = texts[_FRAME].body.substitute(values, text=body)
    subject = plain_text.line(texts[kind].subject.substitute(values))
    return Written(subject[:_LONGEST_SUBJECT], _wrapped(plain_text.lines(whole)))


def check(folder: Path | None) -> list[Written]:
    """Every text with samples; where the profile has its own, those. Raises BadText."""
    if folder:
        for name in (_FRAME, *Kind):
            _own(folder, name)
    return [write(kind, FIELDS[kind].plain) for kind in Kind]


@cache
def _texts(folder: Path | None, kind: Kind) -> Mapping[str, Text]:
    """The text of this kind and the frame; a broken one must not stop what the mail tells of."""
    found = {name: _ours(name) for name in (_FRAME, kind)}
    for name in found:
        try:
            found[name] = (_own(folder, name) if folder else None) or found[name]
        except BadText as error:
            log.error("%s The text that comes with FlexNet is sent instead.", error)
    return found


def _ours(name: str) -> Text:
    text = importlib.resources.files("flexnet.mail").joinpath("texts", f"{name}.txt")
    return _parsed(text.read_text(encoding="utf-8"), name, f"{name}.txt")


def _own(folder: Path, name: str) -> Text | None:
    path = folder / f"{name}.txt"
    try:
        return _parsed(path.read_text(encoding="utf-8"), name, str(path))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise BadText(f"{path} cannot be read: {error}. It must be text in UTF-8.") from None


def _parsed(text: str, name: str, place: str) -> Text:
    """Raises BadText."""
    head, _, body = text.partition("\n\n") if name != _FRAME else ("", "", text)
    if name != _FRAME and not (head.startswith(_SUBJECT) and head.count("\n") == 0 and body.strip()):
        raise BadText(f"{place}: begin with a line {_SUBJECT} …, an empty line, and then the text.")
    found = Text(Template(head.removeprefix(_SUBJECT).strip()), Template(body.strip()))
    _check_names(found, name, place)
    return found


def _check_names(text: Text, name: str, place: str) -> None:
    """What is sealed stands in the body, once and nowhere else; nothing is named that nobody fills in."""
    fields = FIELDS[Kind(name)] if name != _FRAME else None
    sealed = fields.sealed if fields else frozenset({"text"})
    known = {*_HOUSE, *(fields.plain if fields else ())}
    for part, allowed in ((text.subject, known), (text.body, known | sealed)):
        unknown = set(part.get_identifiers()) - allowed
        if not part.is_valid() or unknown:
            said = ", ".join(f"${one}" for one in sorted(unknown)) or "a $ without a name (write $$)"
            raise BadText(
                f"{place}: {said} stands for nothing here; known are ${', $'.join(sorted(allowed))}."
            )
    if missing := sealed - set(text.body.get_identifiers()):
        raise BadText(f"{place}: ${', $'.join(missing)} is missing, which this mail is for.")


_HOUSE: Final = ("kv", "short_name", "portal", "hotline", "mail", "terms_title", "password", "user_name")


def _house() -> dict[str, str]:
    """What every text may name."""
    own = configuration.current().profile
    values = (own.name, own.short_name, own.portal_name, own.hotline, own.email, own.terms_title)
    return dict(zip(_HOUSE, (*values, own.words.password, own.words.user_name), strict=True))


def _shown(value: Said) -> str:
    with translation.override("de"):
        if isinstance(value, datetime):
            return date_format(value.astimezone(_BERLIN), "j. F Y, H:i \\U\\h\\r")
        if isinstance(value, date):
            return date_format(value, "j. F Y")
    return plain_text.line(value)


def _wrapped(text: str) -> str:
    """No line is longer than a screen is wide, and no link is broken."""
    lines = (
        textwrap.fill(line, _WIDTH, break_long_words=False, break_on_hyphens=False)
        for line in text.split("\n")
    )
    return "\n".join(lines) + "\n"
