"""The agent's one book: every change of it is saved, accounted for and made to hold in the kernel."""

from __future__ import annotations

import logging
import time
from pathlib import Path

from flexnet_gateway import accounting, sessions, store
from flexnet_gateway.kernel import Kernel
from flexnet_gateway.sessions import Book
from flexnet_gateway.spool import Spool

log = logging.getLogger(__name__)


class Ledger:
    """`turn` is one step without a pause in it, so that no two events see half of each other."""

    def __init__(self, path: Path, kernel: Kernel, spool: Spool) -> None:
        self._path = path
        self._kernel = kernel
        self._spool = spool
        self.book = store.load(path)

    def turn(self, book: Book, *, cause: str = "NAS-Request") -> None:
        """This is the book from now on; `cause` tells accounting why sessions stopped by it.

        A full disk stops nobody: without its file the book is only lost with the process.
        """
        if book == self.book:
            return
        before, self.book = self.book, book
        try:
            store.save(self._path, book)
        except OSError as error:
            log.error("the sessions could not be saved: %s", error)
        self._spool.put(accounting.records(before, book, time.time(), cause))

    async def enforce(self) -> None:
        """Returns when the kernel holds what the book says; raises KernelRefused."""
        await self._kernel.enforce(sessions.filters(self.book))

    async def rebuild(self) -> None:
        """Base ruleset and filters in one transaction, whatever is there now; raises KernelRefused."""
        await self._kernel.rebuild(sessions.filters(self.book))

    async def check_kernel(self) -> None:
        """Make the ruleset anew if another hand changed it; raises KernelRefused."""
        if not await self._kernel.is_as_installed():
            log.warning("the ruleset was changed by another hand, it is made anew")
            await self.rebuild()

    def interim(self) -> None:
        """Tell the server how far every session is."""
        self._spool.put(accounting.interim(self.book, time.time()))
