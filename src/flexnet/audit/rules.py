"""May this be recorded so? Names of events, and how their parts are written."""

import json
import re
from collections.abc import Mapping

_KIND = re.compile(r"[a-z]+(?:_[a-z]+)*(?:\.[a-z]+(?:_[a-z]+)*){1,2}")
_LONGEST = 200


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


def canonical(data: Mapping[str, object] | None) -> str:
    """JSON in the one form that the hash covers: ASCII, sorted, without blanks."""
    return json.dumps(data or {}, sort_keys=True, separators=(",", ":"), allow_nan=False)
