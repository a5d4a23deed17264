"""The agent: its parts put together, and its life from start to SIGTERM."""

from __future__ import annotations

import asyncio
import os
import signal
import socket

from flexnet_gateway import configuration, ruleset
from flexnet_gateway.authorization import Authorizer
from flexnet_gateway.changes import Changes
from flexnet_gateway.comparison import Comparison
from flexnet_gateway.connecting import Connecting
from flexnet_gateway.delivery import Delivery
from flexnet_gateway.hooks import Hooks
from flexnet_gateway.kernel import Kernel
from flexnet_gateway.layout import Layout
from flexnet_gateway.ledger import Ledger
from flexnet_gateway.loopback import Loopback
from flexnet_gateway.ocserv import Ocserv
from flexnet_gateway.radsec import RadSec
from flexnet_gateway.signing_in import SigningIn
from flexnet_gateway.spool import Spool


class Agent:
    """One gateway's agent. Stopped or killed it leaves the filters in place, and nobody new comes in."""

    def __init__(self, place: Layout) -> None:
        """Raises BadConfiguration and OSError."""
        self._place = place
        self._settings = settings = configuration.load(place.configuration)
        self._spool = Spool(place.spool)
        self._ledger = Ledger(place.state, Kernel(ruleset.base(settings)), self._spool)
        self._server = RadSec(settings.server)
        authorizer = Authorizer(self._server, settings.name)
        self._connecting = Connecting(authorizer, self._ledger, Ocserv(place.control))

    async def run(self) -> None:
        """Serve until SIGTERM or SIGINT; raises OSError if a port or socket is taken, and KernelRefused."""
        await self._ledger.rebuild()
        radius = await self._listen_for_ocserv()
        hooks = await Hooks(self._connecting).listen(self._place.hook)
        work = asyncio.gather(*self._endless())
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, work.cancel)
        tell_systemd("READY=1")
        try:
            await work
        except asyncio.CancelledError:
            tell_systemd("STOPPING=1")
        finally:
            radius.close()
            hooks.close()
            self._spool.close()

    def _endless(self) -> list[asyncio.Future[None]]:
        settings = self._settings
        changes = Changes(settings.name, self._connecting)
        delivery = Delivery(self._spool, self._server, settings.name, settings.timeouts.answer)
        comparison = Comparison(self._connecting, settings.timeouts)
        return [
            asyncio.ensure_future(loop)
            for loop in (self._server.run(changes), delivery.run(), comparison.run())
        ]

    async def _listen_for_ocserv(self) -> asyncio.DatagramTransport:
        secret = self._place.secret.read_bytes()
        settings = self._settings
        sign_in = SigningIn(self._server, self._ledger, settings.name, settings.timeouts.answer)
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: Loopback(secret, sign_in), local_addr=("127.0.0.1", settings.radius_port)
        )
        return transport


def tell_systemd(state: str) -> None:
    """sd_notify(3), where systemd waits for it."""
    address = os.environ.get("NOTIFY_SOCKET")
    if address:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
            systemd.sendto(state.encode(), address.replace("@", "\0", 1))
