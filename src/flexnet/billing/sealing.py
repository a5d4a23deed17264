"""What lies in the store is sealed, each file under a key of its own, which its row holds sealed."""

import logging
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import BinaryIO, Final

from flexnet import key_ring, resealing, transactions
from flexnet.billing import adapters, fields
from flexnet.billing.errors import StoreDamaged, StoreFull
from flexnet.billing.models import Delivery
from flexnet.lib.sealed import SealBroken

_NOBODY_KEEPS_SO_LONG: Final = timedelta(days=1)
_PIECE: Final = 1024 * 1024
_PLACE: Final = {"table": "billing_delivery", "kind": "content_key"}

log = logging.getLogger("flexnet.billing")


def content_key(key: bytes, delivery: uuid.UUID) -> bytes:
    """The key of a file, for its row."""
    return key_ring.current().seal(key, row=str(delivery), **_PLACE)


def opened(row: Delivery) -> BinaryIO:
    """The delivery's bytes, as they came; to be closed. Raises StoreDamaged, while it is read SealBroken."""
    try:
        return adapters.opened(row.path, _key(row))
    except (FileNotFoundError, SealBroken) as error:
        raise StoreDamaged(f"delivery {row} is not in the store as it came") from error


def is_there(row: Delivery) -> bool:
    """Whether the file is there, to its end and as long as the row says."""
    return adapters.size_of(row.path, _key(row)) == row.size


def reseal() -> int:
    """Every key of a file under the current key of the ring; answers how many changed."""

    def renewed(blob: bytes, delivery: str) -> bytes:
        return key_ring.current().reseal(bytes(blob), row=str(delivery), **_PLACE)  # it is a UUID

    return resealing.renew(Delivery, "content_key", row="pk", renewed=renewed)


def seal_plain(is_stopping: Callable[[], bool] = lambda: False) -> int:
    """Seal the files that lie plain, from before files were sealed; answers how many.

    Raises StoreFull, OSError.
    A plain one goes only when its row names the sealed one; one that is not as it came is left and said.
    """
    count = 0
    for row in Delivery.objects.filter(content_key=None, content_deleted_at=None).order_by("pk").iterator():
        if is_stopping():
            break
        try:
            _seal(row)
            count += 1
        except StoreDamaged as error:
            log.warning("could not seal: %s", error)
    return count


def _seal(row: Delivery) -> None:
    with opened(row) as plain, adapters.Arrival(row.file_name, limit=row.size) as sealed:
        while piece := plain.read(_PIECE):
            sealed.take(piece)
        if sealed.end().trouble is adapters.Trouble.STORE_FULL:
            raise StoreFull("There is no room to seal a delivery.")
        if sealed.sha256 != row.sha256:
            raise StoreDamaged(f"delivery {row} is not in the store as it came")
        with adapters.kept(sealed, f"{fields.written(row.quarter)}/{uuid.uuid4()}") as path:
            _renamed(row, path, content_key(sealed.key, row.pk))


def clear_left_over(now: datetime) -> int:
    """Take away files that no row names: a process ended between the bytes and the row; answers how many."""
    old = adapters.names_before(now - _NOBODY_KEEPS_SO_LONG)
    named = set(Delivery.objects.filter(path__in=old).values_list("path", flat=True))
    left = [name for name in old if name not in named]
    for name in left:
        adapters.drop(name)
    return len(left)


def _renamed(row: Delivery, path: str, key: bytes) -> None:
    with transactions.writing():
        same = Delivery.objects.filter(pk=row.pk, path=row.path)
        gone = row.path if same.update(path=path, content_key=key) else path
        transactions.after_commit(lambda: adapters.drop(gone))


def _key(row: Delivery) -> bytes | None:
    if row.content_key is None:
        return None
    return key_ring.current().open(bytes(row.content_key), row=str(row.pk), **_PLACE).reveal()
