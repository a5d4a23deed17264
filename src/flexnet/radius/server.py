"""All of the door together: ports, listener, changes; begun and ended as one."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from flexnet.accounts import passwords
from flexnet.configuration import Radius, address
from flexnet.radius import codec, radsec, tls
from flexnet.radius.changes import Changes, Nudges
from flexnet.radius.connection import Connections
from flexnet.radius.domain import Domain
from flexnet.radius.door import Door
from flexnet.radius.duplicates import Duplicates
from flexnet.radius.gateways import Gateways
from flexnet.radius.lanes import Lane, Relay
from flexnet.radius.requests import Requests
from flexnet.radius.udp import Port

GRACE: Final = 3.0  # seconds for requests at work when the process is asked to end
WAITING: Final = 256  # sign-ins; at 20 ms a hash on two cores, as many as anybody still waits for
ANSWERS: Final = 10_000  # of gateways to our changes; each connection has at most 256 under way

Address = tuple[str, int]


@dataclass
class Bound:
    """Where the server listens, known once the ports are taken."""

    authentication: list[Address] = field(default_factory=list)
    accounting: list[Address] = field(default_factory=list)
    radsec: Address | None = None
    nudge: Address | None = None


@contextlib.asynccontextmanager
async def running(
    settings: Radius, domain: Domain, neutral: str, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> AsyncIterator[Bound]:
    """Serve inside the block; raises OSError if a port is taken or a certificate cannot be read."""
    async with contextlib.AsyncExitStack() as undo:
        steps = _lane(undo, domain, "sign-in", domain.threads)
        hashing = Lane("hash", threads=passwords.AT_ONCE, waiting=WAITING)
        undo.callback(hashing.close, GRACE)
        signing_in = Relay(steps, hashing, most=WAITING)
        others = _lane(undo, domain, "others", 2)
        requests = Requests(domain, signing_in=signing_in, others=others, neutral=neutral, clock=clock)
        door = Door(requests, Duplicates())
        gateways = Gateways(domain, _lane(undo, domain, "look-up", 1))
        connections = Connections()
        bound = Bound()
        for listen in settings.udp_authentication:
            port = Port(codec.ACCESS_REQUEST, door, gateways)
            bound.authentication.append(await _open(undo, port, listen))
        for listen in settings.udp_accounting:
            port = Port(codec.ACCOUNTING_REQUEST, door, gateways)
            bound.accounting.append(await _open(undo, port, listen))
        changes = Changes(domain, _lane(undo, domain, "changes", 2, ANSWERS), connections, clock)
        bound.nudge = await _watch(undo, changes, settings.nudge)
        if settings.radsec_listen:
            listener = radsec.Listener(tls.context(settings), door, gateways, connections)
            bound.radsec = _listen(undo, listener, settings.radsec_listen)
        yield bound


def _lane(
    undo: contextlib.AsyncExitStack, domain: Domain, name: str, threads: int, waiting: int | None = None
) -> Lane:
    lane = Lane(
        name, threads=threads, waiting=waiting or WAITING, before=domain.get_ready, at_end=domain.hang_up
    )
    undo.callback(lane.close, GRACE)
    return lane


async def _open(undo: contextlib.AsyncExitStack, port: Port, listen: str) -> Address:
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: port, local_addr=address(listen)
    )
    undo.push_async_callback(port.close, GRACE)
    return _name(transport.get_extra_info("socket"))


async def _watch(undo: contextlib.AsyncExitStack, changes: Changes, listen: str) -> Address:
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: Nudges(changes), local_addr=address(listen)
    )
    undo.callback(transport.close)
    changes.start()
    undo.push_async_callback(changes.close)
    return _name(transport.get_extra_info("socket"))


def _listen(undo: contextlib.AsyncExitStack, listener: radsec.Listener, listen: str) -> Address:
    host, port = address(listen)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.create_server((host, port), family=family, backlog=128)
    undo.callback(listening.close)
    listener.start(listening)
    undo.push_async_callback(listener.close, GRACE)
    return _name(listening)


def _name(bound: socket.socket) -> Address:
    host, port = bound.getsockname()[:2]
    return host, port
