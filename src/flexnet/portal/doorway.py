"""By which way a request came; what comes by none is not answered."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Final, cast

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from flexnet import configuration
from flexnet.access.rules import Way
from flexnet.accounts import browsers
from flexnet.accounts.sessions import PROVIDER, VIA, WAY
from flexnet.gateway import queries as gateway
from flexnet.gateway.models import Session
from flexnet.publications import networks, ways
from flexnet.publications.networks import Address, Held
from flexnet.web import lines

log = logging.getLogger(__name__)

_CAME_BY: Final = "came_by"


@dataclass(frozen=True)
class CameBy:
    """A request's way: a tunnel of FlexNet, a provider's range, or neither from the KV's own machines."""

    tunnel: Session | None = None
    range: Held | None = None

    @property
    def way(self) -> Way | None:
        """None: nobody's way, and no service is refused for it."""
        if self.tunnel:
            return Way.FLEXNET
        return Way.SAFENET if self.range else None

    @property
    def via(self) -> str:
        """The tunnel, by which sessions end with it; or nothing."""
        return str(self.tunnel.pk) if self.tunnel else ""

    @property
    def provider(self) -> str:
        """Of KV-SafeNet; empty for all else."""
        return self.range.name if self.range else ""

    def bind(self, session: SessionBase) -> None:
        """From now on the session holds by this way only."""
        session[VIA], session[WAY], session[PROVIDER] = self.via, self.way or "", self.provider

    def is_bound(self, session: SessionBase) -> bool:
        """Whether it was signed in by this very way."""
        known = [session.get(name, "") for name in (VIA, WAY, PROVIDER)]
        return known == [self.via, self.way or "", self.provider]


class Doorway:
    """Outermost: nobody else gets as much as an error page. Put it before everything that answers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        address, now = networks.address(request.META["REMOTE_ADDR"]), datetime.now(UTC)
        found = ways.by_range(address, now)
        came_by = _came_by(address, found.range, now)
        if came_by is None:
            if found.has_ended:
                _end_session(request)
            return _silence(address)
        setattr(request, _CAME_BY, came_by)
        return self.get_response(request)


def of(request: HttpRequest) -> CameBy:
    """How a request came that was let through."""
    return cast(CameBy, getattr(request, _CAME_BY))


def _came_by(address: Address, held: Held | None, now: datetime) -> CameBy | None:
    """A tunnel counts before a range: whoever comes through it is bound to it."""
    c = configuration.current()
    tunnel = gateway.session_at(str(address), now) if c.profile.second_factor else None
    if tunnel or held:
        return CameBy(tunnel, None if tunnel else held)
    own = (ip_network(one) for one in c.ways.others)
    return CameBy() if any(one.version == address.version and address in one for one in own) else None


def _end_session(request: HttpRequest) -> None:
    """Its range is over; what was signed in there is over too."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if key:
        browsers.forget(key)


def _silence(address: Address) -> HttpResponse:
    """The connection is closed under the server, which then sends nothing; this answer is never read.

    Under a server of another kind, where no such connection is found, it says nothing but its status.
    """
    log.info("no answer to %s, which comes by none of the ways in", address)
    _host, port = configuration.address(configuration.current().portal.listen)
    lines.end(str(address), port)
    return HttpResponse(status=204)
