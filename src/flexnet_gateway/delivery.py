"""Brings the spooled accounting records to the server, one after the other."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass

from flexnet_gateway import accounting
from flexnet_gateway.codec import Code, Malformed
from flexnet_gateway.errors import ServerAway
from flexnet_gateway.radsec import RadSec
from flexnet_gateway.spool import Spool

log = logging.getLogger(__name__)

PAUSE = 1.0  # seconds between looks into an empty spool, or at a server that is away


@dataclass(frozen=True)
class Delivery:
    """A record leaves the spool only when the server said that it has it."""

    spool: Spool
    server: RadSec
    nas_identifier: str
    within: float

    async def run(self) -> None:
        """Deliver until cancelled."""
        while True:
            if not self.server.is_up or not await self.deliver_one():
                await asyncio.sleep(PAUSE)

    async def deliver_one(self) -> bool:
        """Whether there may be more to deliver at once."""
        first = self.spool.first()
        if first is None:
            return False
        number, record = first
        attributes = accounting.attributes(record, self.nas_identifier, time.time())
        try:
            await self.server.ask(Code.ACCOUNTING_REQUEST, attributes, self.within)
        except ServerAway:
            return False
        except (Malformed, ValueError, TypeError, KeyError) as error:
            log.error("an accounting record that cannot be sent is dropped: %r", error)
        self.spool.delivered(number)
        return True
