"""Who is speaking: gateways by address or certificate, remembered for a moment."""

import asyncio
import functools
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from flexnet.gateway.models import Gateway
from flexnet.radius import counters
from flexnet.radius.domain import Domain
from flexnet.radius.lanes import Full, Lane

FRESH: Final = 5.0  # seconds; as long does a gateway that was taken out still count
MOST: Final = 2_000
RADSEC_SECRET: Final = b"radsec"  # RFC 6614, 2.3 (4): the same everywhere; TLS is what protects


@dataclass(frozen=True)
class Peer:
    """A gateway and the secret it signs with."""

    gateway: Gateway
    secret: bytes = field(repr=False)
    transport: str = "udp"


@dataclass(frozen=True)
class _Known:
    peer: Peer | None
    until: float


class Gateways:
    """Looks gateways up in a lane of its own; while the database is gone, who was known stays known."""

    def __init__(self, domain: Domain, lane: Lane, clock: Callable[[], float] = time.monotonic) -> None:
        self._domain, self._lane, self._clock = domain, lane, clock
        self._known: OrderedDict[tuple[str, str], _Known] = OrderedDict()
        self._asked: dict[tuple[str, str], asyncio.Future[Peer | None]] = {}

    async def by_address(self, address: str) -> Peer | None:
        """The gateway that sends plain RADIUS from there, if it has a secret."""
        return await self._find(("udp", address), functools.partial(self._at_address, address))

    async def by_certificate(self, dns_name: str) -> Peer | None:
        """The gateway of that certificate."""
        return await self._find(("radsec", dns_name), functools.partial(self._of_certificate, dns_name))

    def _at_address(self, address: str) -> Peer | None:
        gateway = self._domain.gateway_by_address(address)
        secret = self._domain.secret_of(gateway) if gateway else None
        return Peer(gateway, secret) if gateway and secret else None

    def _of_certificate(self, dns_name: str) -> Peer | None:
        gateway = self._domain.gateway_by_certificate(dns_name)
        return Peer(gateway, RADSEC_SECRET, "radsec") if gateway else None

    async def _find(self, key: tuple[str, str], look_up: Callable[[], Peer | None]) -> Peer | None:
        known = self._known.get(key)
        if known and known.until > self._clock():
            return known.peer
        if key not in self._asked:
            self._asked[key] = asyncio.ensure_future(self._ask(key, look_up))
        return await asyncio.shield(self._asked[key])

    async def _ask(self, key: tuple[str, str], look_up: Callable[[], Peer | None]) -> Peer | None:
        """One question for all who want to know the same at once."""
        known = self._known.get(key)
        try:
            found = await self._lane.run(look_up)
        except Full:
            return known.peer if known else None
        except Exception as error:  # noqa: BLE001 - whatever broke, nobody becomes known by it
            counters.failed("look-up", error)
            return known.peer if known else None
        finally:
            del self._asked[key]
        self._remember(key, found)
        return found

    def _remember(self, key: tuple[str, str], peer: Peer | None) -> None:
        self._known[key] = _Known(peer, self._clock() + FRESH)
        self._known.move_to_end(key)
        while len(self._known) > MOST:
            self._known.popitem(last=False)
