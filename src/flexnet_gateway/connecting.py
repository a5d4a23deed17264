"""What the hook asks: may this connect, and what follows from a disconnect."""

from __future__ import annotations

import logging
import secrets
import time
from dataclasses import dataclass, field

from flexnet_gateway import sessions
from flexnet_gateway.authorization import Authorized, Authorizer
from flexnet_gateway.errors import KernelRefused, OcservAway, ServerAway
from flexnet_gateway.ledger import Ledger
from flexnet_gateway.ocserv import Ocserv
from flexnet_gateway.sessions import Session, Worker

log = logging.getLogger(__name__)

AUTHORIZE_WITHIN = 1.5  # seconds of the two that the hook waits


@dataclass(frozen=True)
class Connecting:
    """Answers with the reason for a no, or with nothing for a yes."""

    authorizer: Authorizer
    ledger: Ledger
    ocserv: Ocserv
    under_way: dict[str, str] = field(default_factory=dict)

    async def connect(self, user_name: str, worker: Worker, ocserv_pid: int) -> str:
        """Why this worker may not carry traffic; empty once its filter holds in the kernel."""
        try:
            await self._follow_restart(ocserv_pid)
            session_id = await self.ocserv.session_id(worker.id)
            self.under_way[session_id] = user_name
            try:
                return await self._connect(session_id, user_name, worker)
            finally:
                self.under_way.pop(session_id, None)
        except (OcservAway, ServerAway, KernelRefused) as error:
            return str(error)

    async def _connect(self, session_id: str, user_name: str, worker: Worker) -> str:
        state = sessions.state_for(self.ledger.book, session_id, user_name, worker.source)
        if state is None:
            self.ledger.turn(sessions.ended(self.ledger.book, [session_id], time.time()))
            return "there is no sign-in it could belong to, or it was ended"
        answer = await self.authorizer.ask(session_id, user_name, state, worker, AUTHORIZE_WITHIN)
        if answer is None:
            await self.end([session_id], cause="Admin-Reset")
            return "the server says it must not be"
        session = _session(session_id, user_name, state, answer, time.time())
        self.ledger.turn(sessions.connected(self.ledger.book, session, worker))
        return await self._enforce(session_id, worker)

    async def _enforce(self, session_id: str, worker: Worker) -> str:
        try:
            await self.ledger.enforce()
        except KernelRefused as refusal:
            self.ledger.turn(sessions.disconnected(self.ledger.book, worker.id, time.time()))
            return f"its filter could not be set: {refusal}"
        session = self.ledger.book.sessions.get(session_id)
        holds = session is not None and any(one.id == worker.id for one in session.workers)
        return "" if holds else "it was ended while it connected"

    async def disconnect(self, worker_id: int, octets_in: int, octets_out: int) -> None:
        """Take away this worker's filter and no other."""
        book = sessions.counted(self.ledger.book, worker_id, octets_in, octets_out)
        self.ledger.turn(sessions.disconnected(book, worker_id, time.time()))
        await self.ledger.enforce()

    async def end(self, session_ids: list[str], *, cause: str) -> None:
        """First the filters, then the tunnels; raises KernelRefused."""
        book = self.ledger.book
        workers = [one for key in session_ids if key in book.sessions for one in book.sessions[key].workers]
        self.ledger.turn(sessions.ended(book, session_ids, time.time()), cause=cause)
        try:
            await self.ledger.enforce()
        finally:
            for worker in workers:
                await self.cut(worker.id)

    async def cut(self, worker_id: int) -> None:
        """End a tunnel; that it is already gone is no error."""
        try:
            await self.ocserv.disconnect(worker_id)
        except OcservAway as error:
            log.info("worker %d: %s", worker_id, error)

    async def _follow_restart(self, ocserv_pid: int) -> None:
        """The first hook of a new ocserv may come before the comparison has noticed it."""
        if self.ledger.book.ocserv.split(" ")[0] != str(ocserv_pid):
            await self.follow_ocserv()

    async def follow_ocserv(self) -> None:
        """Drop everything of an ocserv that is no more; raises OcservAway if none answers."""
        try:
            started = await self.ocserv.started()
        except OcservAway:
            if self.ocserv.is_dead(self.ledger.book.ocserv):
                self.ledger.turn(sessions.restarted(self.ledger.book, ""))
            raise
        if self.ledger.book.ocserv != started:
            self.ledger.turn(sessions.restarted(self.ledger.book, started))


def _session(session_id: str, user_name: str, state: bytes, answer: Authorized, now: float) -> Session:
    return Session(
        id=session_id,
        user_name=user_name,
        mark=secrets.randbelow(2**32 - 1) + 1,
        state=state,
        rules=answer.rules,
        started_at=now,
        confirmed_at=now,
        until=now + answer.seconds,
    )
