"""Wanted against actual: book, ocserv, kernel and the server's word, held together every few seconds."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass

from flexnet_gateway import sessions
from flexnet_gateway.authorization import Authorized
from flexnet_gateway.configuration import Timeouts
from flexnet_gateway.connecting import Connecting
from flexnet_gateway.errors import KernelRefused, OcservAway, ServerAway
from flexnet_gateway.ocserv import Online
from flexnet_gateway.sessions import Book, Session

log = logging.getLogger(__name__)

AT_ONCE = 32  # of the 256 identifiers; the others are the people's who sign in
COOKIE_MARGIN = 120.0


def vanished(before: Book, online: Iterable[Online]) -> list[int]:
    """Workers that were in the book when ocserv was asked and that it does not know."""
    known = {one.worker_id for one in online}
    return [one.id for session in before.sessions.values() for one in session.workers if one.id not in known]


def strangers(now: Book, online: Iterable[Online]) -> list[int]:
    """Workers that ocserv lets through and the book does not know: nobody said yes, or it was taken back."""
    known = {one.id for session in now.sessions.values() for one in session.workers}
    return [one.worker_id for one in online if one.is_connected and one.worker_id not in known]


def overdue(book: Book, now: float, orphan_after: float) -> list[str]:
    """Live sessions past their end, or without the server's word for too long."""
    return [
        key
        for key, one in book.sessions.items()
        if one.is_live and (now >= one.until or now - one.confirmed_at > orphan_after)
    ]


@dataclass(frozen=True)
class Comparison:
    """Each round may run twice or after a crash without harm."""

    connecting: Connecting
    timeouts: Timeouts

    async def run(self) -> None:
        """Compare until cancelled; what fails in one round is tried in the next."""
        reported = time.monotonic()
        while True:
            try:
                await self.round()
            except KernelRefused as error:
                log.error("%s", error)
            if time.monotonic() - reported >= self.timeouts.interim_every:
                self.connecting.ledger.interim()
                reported = time.monotonic()
            await asyncio.sleep(self.timeouts.compare_every)

    async def round(self) -> None:
        """Raises KernelRefused."""
        ledger = self.connecting.ledger
        await ledger.check_kernel()
        try:
            await self.connecting.follow_ocserv()
            await self._compare_with_ocserv()
        except OcservAway as error:
            log.warning("ocserv: %s", error)
        await self._confirm()
        gone = overdue(ledger.book, time.time(), self.timeouts.orphan_after)
        await self.connecting.end(gone, cause="Session-Timeout")
        cookie_life = self.timeouts.cookie + COOKIE_MARGIN
        ledger.turn(sessions.forgotten(ledger.book, time.time(), cookie_life), cause="Lost-Carrier")
        await ledger.enforce()

    async def _compare_with_ocserv(self) -> None:
        ledger = self.connecting.ledger
        before = ledger.book
        online = await self.connecting.ocserv.online()
        book = ledger.book
        for one in online:
            book = sessions.counted(book, one.worker_id, one.octets_in, one.octets_out)
        for worker_id in vanished(before, online):
            book = sessions.disconnected(book, worker_id, time.time())
        ledger.turn(book)
        if any(not one.is_live for one in ledger.book.sessions.values()):
            gone = sessions.parted(ledger.book, await self.connecting.ocserv.resumable())
            ledger.turn(sessions.ended(ledger.book, gone, time.time()), cause="User-Request")
        for worker_id in strangers(ledger.book, online):
            log.warning("worker %d carries a session that should not be, it is ended", worker_id)
            await self.connecting.cut(worker_id)

    async def _confirm(self) -> None:
        """Ask the server about every live session; without an answer they stay as they are."""
        ledger = self.connecting.ledger
        if not self.connecting.authorizer.server.is_up:
            return
        turns = asyncio.Semaphore(AT_ONCE)
        live = [one for one in ledger.book.sessions.values() if one.is_live]
        answers = await asyncio.gather(*(self._ask(session, turns) for session in live))
        book, now = ledger.book, time.time()
        for session, answer in zip(live, answers, strict=True):
            if answer is not None:
                until = now + answer.seconds
                book = sessions.authorized(book, session.id, answer.rules, until, now)
        ledger.turn(book)

    async def _ask(self, session: Session, turns: asyncio.Semaphore) -> Authorized | None:
        """The server's yes; its no ends the session here and now."""
        asked = (session.id, session.user_name, session.state, session.workers[-1])
        try:
            async with turns:
                answer = await self.connecting.authorizer.ask(*asked, within=self.timeouts.answer)
        except ServerAway as error:
            log.warning("session of %s: %s", session.user_name, error)
            return None
        if answer is None:
            await self.connecting.end([session.id], cause="Admin-Reset")
        return answer
