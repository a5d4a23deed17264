"""May this be recorded so? Names of events, how their parts are written, when their time is over."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

_KIND = re.compile(r"[a-z]+(?:_[a-z]+)*(?:\.[a-z]+(?:_[a-z]+)*){1,2}")
_LONGEST = 200

SOURCES: Final = "sources"  # stands for whoever it was that was refused
_MONTH: Final = "@"


def kind(text: str) -> str:
    """Events are named `noun.verb` or `noun.verb.result`, as `access.sign_in.refused`. Raises ValueError."""
    if not _KIND.fullmatch(text):
        raise ValueError(f"{text!r} is no event name: write noun.verb or noun.verb.result")
    return text


def shown(text: str) -> str:
    """A name from outside, fit for every database, log and screen: what is not printable is escaped."""
    whole = "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii")
        for char in text[:_LONGEST]
    )
    return whole[:_LONGEST]


def of_month(person: str, at: datetime) -> str:
    """The name that a person's data of one month (UTC) is sealed under, to be forgotten in time."""
    return f"{every_month(person)}{at:%Y-%m}"


def every_month(person: str) -> str:
    """What the names of all months of a person begin with."""
    return shown(person)[: _LONGEST - 8] + _MONTH


def month_in(name: str) -> str:
    """Of a name of `of_month` the month."""
    return name.rpartition(_MONTH)[2] if _MONTH in name else ""


def last_month_over(now: datetime, kept: int) -> str:
    """The last month that `kept` whole months have followed."""
    months = now.year * 12 + now.month - 1 - (kept + 1)
    return f"{months // 12:04}-{months % 12 + 1:02}"


def canonical(data: Mapping[str, object] | None) -> str:
    """JSON in the one form that the hash covers: ASCII, sorted, without blanks."""
    return json.dumps(data or {}, sort_keys=True, separators=(",", ":"), allow_nan=False)
