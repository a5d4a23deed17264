"""Sends what was decided meanwhile to the gateways: Disconnect- and CoA-Requests (RFC 5176)."""

import asyncio
import contextlib
import functools
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Final

from flexnet.gateway.queries import Due
from flexnet.radius import attributes, codec, counters
from flexnet.radius.codec import Attributes
from flexnet.radius.connection import Connection, Connections
from flexnet.radius.domain import Domain
from flexnet.radius.lanes import Lane

POLL: Final = 0.5  # seconds
REST: Final = 5.0  # seconds until a change that nobody answered is tried again
RESOURCES_UNAVAILABLE: Final = 506
Place = tuple[int, str, str]  # gateway, kind, session or user name
_CODES: Final = {"disconnect": codec.DISCONNECT_REQUEST, "coa": codec.COA_REQUEST}


class Nudges(asyncio.DatagramProtocol):
    """Any datagram says: look now."""

    def __init__(self, changes: "Changes") -> None:
        self._changes = changes

    def datagram_received(self, data: bytes, addr: object) -> None:
        self._changes.look()


class Changes:
    """Looks when nudged and twice a second, sends at once and side by side."""

    def __init__(
        self,
        domain: Domain,
        lane: Lane,
        connections: Connections,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._domain, self._lane, self._connections, self._clock = domain, lane, connections, clock
        self._nudged = asyncio.Event()
        self._on_the_way: set[Place] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def look(self) -> None:
        """Look for changes now rather than at the next poll."""
        self._nudged.set()

    def start(self) -> None:
        """Look for changes until `close`."""
        self._keep_going(self._look_again_and_again())

    def _keep_going(self, work: Coroutine[object, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _look_again_and_again(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL):  # not wait_for, which can lose a cancellation
                    await self._nudged.wait()
            self._nudged.clear()
            await self._send_due()

    async def _send_due(self) -> None:
        gateways = self._connections.gateway_ids
        if not gateways:
            return
        try:
            due = await self._lane.run(functools.partial(self._domain.changes_due, gateways, self._clock()))
            for change in due:
                self._begin(change)
        except Exception as error:  # noqa: BLE001 - whatever broke, the next poll asks again
            counters.failed("changes", error)

    def _begin(self, change: Due) -> None:
        """Send, unless one of its kind is on the way to that session: a late copy must not undo a newer."""
        connection = self._connections.to(change.gateway_id)
        place = (change.gateway_id, change.kind, change.acct_session_id or change.user_name)
        if connection is None or place in self._on_the_way:
            return
        identifier = connection.reserve()
        if identifier is None:
            return
        self._on_the_way.add(place)
        self._keep_going(self._send(change, place, connection, identifier))

    async def _send(self, change: Due, place: Place, connection: Connection, identifier: int) -> None:
        try:
            answered = await self._tell(change, connection, identifier)
        except Exception as error:  # noqa: BLE001 - one change must not stop the others
            counters.failed(change.kind, error)
            answered = False
        finally:
            connection.give_back(identifier)
        is_silent = not answered and self._connections.to(change.gateway_id) is connection
        loop = asyncio.get_running_loop()
        loop.call_later(REST if is_silent else 0, self._make_way, place)

    def _make_way(self, place: Place) -> None:
        self._on_the_way.discard(place)
        self.look()

    async def _tell(self, change: Due, connection: Connection, identifier: int) -> bool:
        """Whether the gateway has answered, and that is kept."""
        acknowledged, cause = False, None
        try:
            answer = await connection.ask(identifier, _CODES[change.kind], _said(change, self._clock()))
        except codec.TooLong as error:  # nobody will ever be able to send it
            counters.failed(change.kind, error)
            cause = RESOURCES_UNAVAILABLE
        else:
            if answer is None:
                counters.CHANGES.labels(change.kind, "unanswered").inc()
                return False
            acknowledged = answer.code in (codec.DISCONNECT_ACK, codec.COA_ACK)
            cause = attributes.whole_number(answer, "Error-Cause")
        counters.CHANGES.labels(change.kind, "acknowledged" if acknowledged else "refused").inc()
        await self._keep(change, acknowledged, cause)
        return True

    async def _keep(self, change: Due, acknowledged: bool, cause: int | None) -> None:
        await self._lane.run(
            functools.partial(
                self._domain.answered,
                change_id=change.id,
                acknowledged=acknowledged,
                error_cause=cause,
                now=self._clock(),
            )
        )

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _said(change: Due, now: datetime) -> Attributes:
    """The session by its id, or all of the user name where it has none yet (contracts/README.md)."""
    who = (
        ("Acct-Session-Id", change.acct_session_id)
        if change.acct_session_id
        else ("User-Name", change.user_name)
    )
    said = [("NAS-Identifier", change.gateway_name.encode()), (who[0], who[1].encode())]
    said.append(("Event-Timestamp", int(now.timestamp()).to_bytes(4, "big")))
    return [*said, *(codec.cut(change.filter_rules) if change.kind == "coa" else [])]
