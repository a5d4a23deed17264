"""ocserv as seen through occtl."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flexnet_gateway import commands
from flexnet_gateway.errors import OcservAway


@dataclass(frozen=True)
class Online:
    """One worker process that ocserv knows."""

    worker_id: int
    session_id: str
    is_connected: bool
    octets_in: int
    octets_out: int


class Ocserv:
    """The control socket of one ocserv. Every question raises OcservAway if it gets no answer."""

    def __init__(self, control: Path) -> None:
        self._control = str(control)

    async def started(self) -> str:
        """A text that changes with every start of ocserv."""
        status = await self._ask("show", "status")
        return f"{status['Server PID']} {status['raw_up_since']}"

    async def online(self) -> list[Online]:
        return [_online(one) for one in await self._ask("show", "users")]

    async def session_id(self, worker_id: int) -> str:
        """occtl's "Full session": the same through all roaming."""
        found = await self._ask("show", "id", str(worker_id))
        return _online(found[0]).session_id

    async def disconnect(self, worker_id: int) -> None:
        try:
            await commands.run("occtl", "-s", self._control, "disconnect", "id", str(worker_id))
        except commands.Failed as failure:
            raise OcservAway(str(failure)) from failure

    async def _ask(self, *question: str) -> Any:
        try:
            return json.loads(await commands.run("occtl", "-s", self._control, "--json", *question))
        except (commands.Failed, ValueError) as failure:
            raise OcservAway(str(failure)) from failure


def _online(entry: dict[str, Any]) -> Online:
    return Online(
        worker_id=int(entry["ID"]),
        session_id=str(entry.get("Full session", "")),
        is_connected=entry.get("State") == "connected",
        octets_in=int(entry.get("RX", 0)),
        octets_out=int(entry.get("TX", 0)),
    )
