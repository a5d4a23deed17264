"""Make it happen: at the key desk a key, its bag's seal, its owner and its parcel are bound in one go."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flexnet import transactions
from flexnet.access import key_desk
from flexnet.access.key_desk import For
from flexnet.keys.models import Key, Programming
from flexnet.post import batches, queries
from flexnet.post.models import Batch, Item
from flexnet.post.rules import Kind
from flexnet.post.wanted import Wanted


@dataclass(frozen=True)
class Bound:
    """A key that proved itself; `batch` is to be printed now, none where the parcel must wait."""

    key: Key
    batch: Batch | None = None

    @property
    def parcel(self) -> Item | None:
        return queries.items_of(self.batch)[0] if self.batch else None


def take_in(
    row: Programming, typed: str, *, to: For | None, queue: str = "", by: str, now: datetime
) -> Bound | None:
    """As `access.key_desk.take_in`, with the parcel, if a `queue` for its slip is named."""
    return _bound(lambda: key_desk.take_in(row, typed, to=to, by=by, now=now), to, queue, by=by, now=now)


def bind_ready(
    *,
    serial: str,
    typed: str,
    to: For,
    queue: str = "",
    account_id: int | None = None,
    by: str,
    now: datetime,
) -> Bound | None:
    """As `access.key_desk.bind_ready`, with the parcel, if a `queue` for its slip is named."""

    def bind() -> Key | None:
        return key_desk.bind_ready(serial=serial, typed=typed, to=to, account_id=account_id, by=by, now=now)

    return _bound(bind, to, queue, by=by, now=now)


def _bound(
    bind: Callable[[], Key | None], to: For | None, queue: str, *, by: str, now: datetime
) -> Bound | None:
    with transactions.writing():
        key = bind()
        if key is None:
            return None
        if to is None or not queue:
            return Bound(key)
        wanted = Wanted(Kind.KEY, access=to.access, key=key)
        return Bound(key, batches.of_one(wanted, queue=queue, by=by, now=now))
