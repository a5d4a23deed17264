"""Make it happen: whoever chooses a password of their own has the letters that it takes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flexnet.post import dispatch, queries
from flexnet.post.rules import Kind

_PROVES = "password_changed"  # as access.actions.change_password says it


def facts_changed(*, facts: Mapping[int, Any], reason: str, now: datetime, **_: Any) -> None:
    """Receiver, inside a transaction: user name and password have arrived, once they are used."""
    if reason != _PROVES:
        return
    rows = queries.whole().filter(
        access__in=facts,
        kind__in=[Kind.WELCOME, Kind.PASSWORD],
        arrived_at=None,
        returned_at=None,
        void_at=None,
    )
    for row in rows.exclude(printed_at=None):
        dispatch.arrived(row, by="sign-in", now=now)
