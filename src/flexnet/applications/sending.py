"""Make it happen: an application is sent by somebody whom nobody knows, as often as the throttle lets."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flexnet import configuration, transactions
from flexnet.access import queries as access
from flexnet.access.rules import day_of
from flexnet.accounts import rules, throttle
from flexnet.applications import actions, checks, content, queries
from flexnet.applications.actions import Wrong
from flexnet.applications.kinds import Channel, Kind
from flexnet.applications.models import Application

_COMES_LATER = ("signed_on", "terms_version")


@dataclass(frozen=True)
class Throttled:
    """Too many came from there, or from everywhere; nothing was kept."""

    wait: timedelta


def send(
    *, kind: Kind, values: Mapping[str, Any], key: uuid.UUID, source: str, now: datetime
) -> Application | Wrong | Throttled:
    """Complete but for the signature, which follows on paper; sent again under its key it is the first."""
    if earlier := queries.sent_as(key):
        return earlier
    if lacking := _lacking(kind, values):
        return Wrong(lacking)
    tries = throttle.look_at_form("application", place=rules.place(source), now=now)
    if not tries.are_left:
        return Throttled(tries.empty_for)
    found = _receive(kind, values, key, now)
    if isinstance(found, Application):
        transactions.write_together([throttle.charging(tries.keys, now=now)])
    return found


def _receive(kind: Kind, values: Mapping[str, Any], key: uuid.UUID, now: datetime) -> Application | Wrong:
    terms = access.terms_in_force(day_of(now))
    said = {**values, "terms_version": terms.version if terms else None, "signed_on": None}
    return actions.receive(
        kind=kind,
        channel=Channel.PUBLIC,
        values=said,
        received_on=day_of(now),
        sent_as=key,
        by="public",
        now=now,
    )


def _lacking(kind: Kind, values: Mapping[str, Any]) -> tuple[checks.Problem, ...]:
    profile = configuration.current().profile
    said = checks.routed(content.read(values), profile=profile)
    found = checks.missing(kind, said, profile=profile)
    return tuple(problem for problem in found if problem.field not in _COMES_LATER)
