"""ocserv as seen through occtl."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from flexnet_gateway import commands
from flexnet_gateway.errors import OcservAway

_FULL_SESSION = re.compile(r'"Full session": *"([^"]+)"')
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Online:
    """One worker process that ocserv knows."""

    worker_id: int
    session_id: str
    is_connected: bool
    octets_in: int
    octets_out: int


class Ocserv:
    """The control socket of one ocserv. Every question raises OcservAway if it gets no sensible answer."""

    def __init__(self, control: Path) -> None:
        self._control = str(control)

    async def started(self) -> str:
        """Process id and time of ocserv's start: together they change with every start."""
        return await self._ask(lambda status: f"{status['Server PID']} {status['raw_up_since']}", "status")

    async def online(self) -> list[Online]:
        return await self._ask(lambda users: [_online(one) for one in users], "users")

    async def session_id(self, worker_id: int) -> str:
        """occtl's "Full session": the same through all roaming."""
        return await self._ask(lambda users: str(users[0]["Full session"]), "id", str(worker_id))

    async def resumable(self) -> set[str]:
        """Sessions that a cookie can still bring back; occtl's JSON has a comma too many here."""
        command = ("occtl", "-s", self._control, "--json", "show", "sessions", "all")
        try:
            return set(_FULL_SESSION.findall(await commands.run(*command)))
        except commands.Failed as failure:
            raise OcservAway(str(failure)) from failure

    async def disconnect(self, worker_id: int) -> None:
        try:
            await commands.run("occtl", "-s", self._control, "disconnect", "id", str(worker_id))
        except commands.Failed as failure:
            raise OcservAway(str(failure)) from failure

    def is_dead(self, started: str) -> bool:
        """Whether the ocserv that started so is no more, and not only silent."""
        return bool(started) and not Path("/proc", started.split(" ")[0]).exists()

    async def _ask(self, read: Callable[[Any], Answer], *question: str) -> Answer:
        command = ("occtl", "-s", self._control, "--json", "show", *question)
        try:
            return read(json.loads(await commands.run(*command)))
        except commands.Failed as failure:
            raise OcservAway(str(failure)) from failure
        except (ValueError, KeyError, IndexError, TypeError) as error:
            raise OcservAway(f"{' '.join(command)}: {error!r}") from error


def _online(entry: dict[str, Any]) -> Online:
    return Online(
        worker_id=int(entry["ID"]),
        session_id=str(entry.get("Full session", "")),
        is_connected=entry.get("State") == "connected",
        octets_in=int(entry.get("RX", 0)),
        octets_out=int(entry.get("TX", 0)),
    )
