"""Queues with a print shop behind them, which opens what it gets; Alice with an address."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import pyrage
import pytest
from pypdf import PdfReader

from flexnet.configuration import PrintQueue
from flexnet.members import addresses
from flexnet.members.addresses import PostalAddress
from flexnet.post import batches, dispatch, due, printing, queries, settling, sheets
from flexnet.post.models import Batch
from flexnet.post.rules import Kind, Why
from tests import configured, make

HOME = PostalAddress("Hauptstraße 1", "39104", "Magdeburg")


@dataclass
class PrintShop:
    """Opens what lies in the folder, and prints it: one text a sheet."""

    folder: Path
    identity: pyrage.x25519.Identity

    def documents(self) -> list[bytes]:
        files = sorted(self.folder.glob("*.age"))
        return [pyrage.decrypt(one.read_bytes(), [self.identity]) for one in files]

    def sheets(self) -> list[str]:
        return [page.extract_text() for one in self.documents() for page in PdfReader(BytesIO(one)).pages]


def use_queues(folder: Path, recipient: str, patch: pytest.MonkeyPatch) -> None:
    """These are configured: `plain` and `spare`, and `secure` with security paper."""
    queues = tuple(
        PrintQueue(
            name=name, title=name.title(), security_paper=is_secure, folder=folder, recipients=(recipient,)
        )
        for name, is_secure in (("plain", False), ("spare", False), ("secure", True))
    )
    configured.change(patch, post={"queues": queues})


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PrintShop:
    opened = PrintShop(tmp_path, pyrage.x25519.Identity.generate())
    use_queues(tmp_path, str(opened.identity.to_public()), monkeypatch)
    return opened


def at_home(
    who: make.Member,
    address: PostalAddress = HOME,
    *,
    seen: PostalAddress | None = None,
    now: datetime = make.NOW,
) -> None:
    """Letters go there; since long ago, or where another one was `seen` from now on."""
    since = date(2020, 1, 1) if seen is None else now.date()
    addresses.register(addressee=who.site, address=address, seen=seen, from_on=since, by=make.BY, now=now)


def stack(first: int = 1001, last: int = 1100) -> None:
    """Security paper on the stack."""
    sheets.receive(queue="secure", first=first, last=last, by=make.BY, now=make.NOW)


@dataclass
class Desk:
    """What a clerk does with letters, at an instant that moves."""

    now: datetime = make.NOW

    def due(self, *kinds: str) -> dict[str, Why | None]:
        """What is due, as `kind-of whom`, and why it waits."""
        found = due.find(kinds or list(Kind)[:3], now=self.now, limit=100)
        return {
            f"{one.wanted.kind} {one.wanted.access}": one.waits.why if one.waits else None for one in found
        }

    def chosen(self, *kinds: str, queue: str = "plain") -> Batch:
        """A batch of all of these kinds that can be printed."""
        found = due.find(kinds, now=self.now, limit=100)
        wanted = [one.wanted for one in found if one.waits is None]
        return batches.choose(wanted=wanted, queue=queue, by=make.BY, now=self.now)

    def run(self, batch: Batch) -> Batch:
        top = queries.balance(batch.queue).on_top if batch.queue == "secure" else None
        return printing.run(number=batch.pk, top_sheet=top, by=make.BY, now=self.now)

    def settle(
        self,
        batch: Batch,
        *,
        spoiled: Collection[str] = (),
        missing: Collection[str] = (),
        next_sheet: int | None = None,
        beside: int = 0,
        note: str = "",
    ) -> None:
        settling.settle(
            number=batch.pk,
            spoiled=spoiled,
            missing=missing,
            next_sheet=next_sheet,
            spoiled_sheets=beside,
            note=note,
            by=make.BY,
            now=self.now,
        )

    def post(self, batch: Batch) -> int:
        numbers = [item.number for item in queries.items_of(batch) if not item.void_at]
        return dispatch.post(numbers=numbers, by=make.BY, now=self.now)

    def send(self, *kinds: str) -> Batch:
        """Chosen, printed, settled and posted, on plain paper."""
        batch = self.chosen(*kinds)
        self.settle(self.run(batch))
        self.post(batch)
        return batch

    def send_passwords(self) -> Batch:
        """The same on security paper."""
        batch = self.run(self.chosen(Kind.PASSWORD, queue="secure"))
        assert batch.first_sheet is not None
        self.settle(batch, next_sheet=batch.first_sheet + len(queries.items_of(batch)))
        self.post(batch)
        return batch


@pytest.fixture
def desk() -> Desk:
    return Desk()
