"""Show me: gateways by how they present themselves, changes due, the session behind a tunnel address."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from flexnet.access import queries as access
from flexnet.gateway.models import Change, Gateway, Session

_GIVEN_UP_AFTER = timedelta(minutes=10)


@dataclass(frozen=True)
class Due:
    """A Disconnect- or CoA-Request to be sent."""

    id: int
    kind: str
    gateway_id: int
    gateway_name: str
    acct_session_id: str
    user_name: str
    filter_rules: tuple[str, ...]


def gateway_by_certificate(dns_name: str) -> Gateway | None:
    return Gateway.objects.filter(certificate_name=dns_name).first()


def gateway_by_address(address: str) -> Gateway | None:
    return Gateway.objects.filter(address=address).first()


def changes_due(gateway_ids: Iterable[int], now: datetime) -> list[Due]:
    """What these gateways have not answered; after ten minutes the comparison has long done it."""
    rows = (
        Change.objects.select_related("session__access__account", "session__gateway")
        .filter(
            session__gateway_id__in=list(gateway_ids), answered_at=None, asked_at__gt=now - _GIVEN_UP_AFTER
        )
        .order_by("pk")
    )
    return [_due(row, now) for row in rows]


def session_at(tunnel_address: str, now: datetime) -> Session | None:
    """The live session that owns a tunnel address."""
    rows = Session.objects.filter(tunnel_address=tunnel_address, ended_at=None, expires_at__gt=now)
    return rows.order_by("-connected_at").first()


def live_sessions(access_ids: Sequence[int], now: datetime) -> list[Session]:
    """Tunnels of these accesses that are open, the newest first."""
    rows = _connected(access_ids).filter(ended_at=None, expires_at__gt=now)
    return list(rows.order_by("-signed_in_at"))


def live_tunnels(access_ids: Collection[int], now: datetime) -> list[tuple[int, uuid.UUID]]:
    """As `live_sessions`: whose they are, and their numbers alone."""
    rows = Session.objects.filter(access__in=access_ids, connected_at__isnull=False)
    return list(rows.filter(ended_at=None, expires_at__gt=now).values_list("access", "pk"))


def session_of(access_ids: Sequence[int], session_id: uuid.UUID) -> Session | None:
    """One of these accesses' tunnels, open or over; None: it is another's, or not there."""
    return _connected(access_ids).filter(pk=session_id).first()


def former_sessions(access_ids: Sequence[int], now: datetime, *, count: int = 10) -> list[Session]:
    """The last tunnels of these accesses that are over, the newest first."""
    rows = _connected(access_ids).filter(Q(ended_at__isnull=False) | Q(expires_at__lte=now))
    return list(rows.order_by("-signed_in_at")[:count])


def _connected(access_ids: Sequence[int]) -> QuerySet[Session]:
    rows = Session.objects.filter(access__in=access_ids, connected_at__isnull=False)
    return rows.select_related("access__account", "gateway", "key")


def _due(row: Change, now: datetime) -> Due:
    session = row.session
    rules: tuple[str, ...] = ()
    if row.kind == Change.Kind.COA:
        rules = access.filter_rules(session.access_id, is_narrow=session.is_narrow, now=now)
    return Due(
        row.pk,
        row.kind,
        session.gateway_id,
        session.gateway.name,
        session.acct_session_id or "",
        session.access.account.user_name,
        rules,
    )
