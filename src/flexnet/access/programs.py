"""Make it happen: a program of the practice may hand in with an access, and later may no more."""

import hashlib
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from django.db.models import Q, QuerySet

from flexnet import configuration, transactions
from flexnet.access import queries, rules
from flexnet.access.models import Access, Program
from flexnet.access.rules import Channel, Decision, Facts, Refusal
from flexnet.accounts import submissions, throttle
from flexnet.audit import actions as audit
from flexnet.lib import plain_text
from flexnet.single import single

PREFIX: Final = "fxp_"  # so that whoever finds one in a file knows what it is
_BYTES: Final = 32
_USE_NOTED_EVERY: Final = timedelta(minutes=1)
_KEPT: Final = timedelta(days=365)


class NotConnected(StrEnum):
    """Why no program was connected."""

    NOT_ALLOWED = "not_allowed"
    TOO_MANY = "too_many"


@dataclass(frozen=True)
class Connected:
    """A new program; its secret is nowhere else, and never again."""

    program: Program
    secret: str = field(repr=False)


@dataclass(frozen=True)
class Busy:
    """No secret was looked at: too many requests came; they go on after `wait`."""

    wait: timedelta


def are_allowed() -> bool:
    """Whether the KV lets programs hand in by themselves."""
    return configuration.current().programs.allowed


def may_connect(access: Access, now: datetime) -> bool:
    """Whoever may hand in with this access, where the KV lets programs do so."""
    decision = queries.decide_access(access.pk, channel=Channel.SUBMISSION, now=now)
    is_shut = isinstance(decision, Refusal) and decision.reason is not rules.Reason.SUBMISSION_NOT_YET_OPEN
    return are_allowed() and not is_shut


def connect(
    *, access: Access, name: str, number: uuid.UUID, by: str, now: datetime
) -> Connected | NotConnected:
    """A secret for a program of this name. `number` is the form's. Raises AlreadySubmitted."""
    secret, limits = f"{PREFIX}{secrets.token_urlsafe(_BYTES)}", configuration.current().programs
    with transactions.writing():
        transactions.hold(Access, [access.pk])
        if not may_connect(access, now):
            return NotConnected.NOT_ALLOWED
        if live([access.pk], now).count() >= limits.most:
            return NotConnected.TOO_MANY
        submissions.spend(number, now=now)
        row = Program.objects.create(
            access=access,
            name=plain_text.line(name),
            secret_sha256=_digest(secret),
            connected_at=now,
            expires_at=now + timedelta(days=limits.secret_days),
        )
        audit.record("program.connected", by=by, subject=f"access:{access}", data={"program": row.pk})
    return Connected(row, secret)


def disconnect(program: Program, *, by: str, now: datetime) -> None:
    """With its next request it is not known any more; twice changes nothing."""
    with transactions.writing():
        _end(Program.objects.filter(pk=program.pk), by=by, now=now)


def facts_changed(*, facts: Mapping[int, Facts], by: str, now: datetime, **_: Any) -> int:
    """Receiver of changed facts: what shuts an access ends its programs for good."""
    rows = live(list(facts), now).values_list("access", flat=True).distinct()
    shut = [pk for pk in rows if _is_shut(queries.decide_by(facts[pk], channel=Channel.PORTAL, now=now))]
    if shut:
        _end(Program.objects.filter(access__in=shut), by=by, now=now)
    return 0


def live(access_ids: list[int], now: datetime) -> QuerySet[Program]:
    """Those that may come, newest first."""
    rows = Program.objects.filter(access__in=access_ids, ended_at=None, expires_at__gt=now)
    return rows.select_related("access").order_by("-connected_at", "pk")


def known_by(secret: str, *, place: str, now: datetime) -> Program | Busy | None:
    """Whose secret this is; None: nobody's, or not any more. Each request counts, right or wrong."""
    strangers = throttle.look_at_programs(place=place, now=now)
    if not strangers.are_left:
        return Busy(strangers.empty_for)
    rows = Program.objects.select_related("access__account", "access__site", "access__person")
    row = single(rows.filter(_LIVE, secret_sha256=_digest(secret), expires_at__gt=now))
    tries = throttle.look_at_program(row.pk, now=now) if row else strangers
    if row and not tries.are_left:
        return Busy(tries.empty_for)
    transactions.write_together([throttle.charging(tries.keys, now=now)])
    return row


def note_used(program: Program, *, now: datetime) -> None:
    """It came by a way of its own, with the right secret; noted once a minute."""
    used_at = program.last_used_at
    if used_at is None or not timedelta() <= now - used_at < _USE_NOTED_EVERY:
        with transactions.writing_one():
            Program.objects.filter(pk=program.pk).update(last_used_at=now)


def note_foreign_way(program: Program, *, place: str, now: datetime) -> None:
    """The right secret came by another practice's tunnel, or by no way of members: counted, for the trail."""
    audit.tally(
        "program.refused",
        by="portal",
        subject=f"access:{program.access}",
        source=place,
        reason="foreign_way",
        now=now,
    )


def is_of_the_same_house(tunnel: int, access: Access, on: date) -> bool:
    """Whether an access whose tunnel it comes by is of the same practice, or the same third party."""
    other = Access.objects.select_related("origin__site", "site").get(pk=tunnel)
    if (other.origin_id or other.pk) == (access.origin_id or access.pk):
        return True
    if other.third_party_id or access.third_party_id:
        return other.third_party_id == access.third_party_id
    return not set(queries.sites_of(other, on)).isdisjoint(queries.sites_of(access, on))


def clear_old(now: datetime) -> int:
    """Forget programs that ended a year ago; answers how many."""
    gone = Q(ended_at__lte=now - _KEPT) | Q(expires_at__lte=now - _KEPT)
    with transactions.writing():
        return Program.objects.filter(gone).delete()[0]


_LIVE: Final = Q(ended_at=None)
_SHUT: Final = (
    *(rules.Reason.NOT_TRANSFERABLE, rules.Reason.DECLARATION_MISSING, rules.Reason.LOCKED),
    *(rules.Reason.ENDED, rules.Reason.WITHDRAWN, rules.Reason.SUSPENDED),
    *(rules.Reason.INTEREST_OVER, rules.Reason.ACTIVITY_OVER, rules.Reason.PASSWORD_LOCKED),
)


def _is_shut(decision: Decision) -> bool:
    return isinstance(decision, Refusal) and decision.reason in _SHUT


def _end(rows: QuerySet[Program], *, by: str, now: datetime) -> None:
    for row in rows.filter(_LIVE).select_related("access").order_by("pk"):
        Program.objects.filter(pk=row.pk).update(ended_at=now)
        audit.record("program.ended", by=by, subject=f"access:{row.access}", data={"program": row.pk})


def _digest(secret: str) -> str:
    """Of 256 random bits: a quick digest is as good as a slow one."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
