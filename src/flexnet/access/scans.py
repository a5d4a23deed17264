"""The store of scanned declarations: outside the database, sealed, each under the SHA-256 of its bytes."""

import contextlib
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from flexnet import sealed_store
from flexnet.access.errors import BadScan, StoreFull
from flexnet.access.models import Scan
from flexnet.lib import file_kinds
from flexnet.lib.file_kinds import FileKind
from flexnet.sealed_store import SealedStore

LARGEST = 10 * 1024 * 1024  # bytes
STORE: Final = SealedStore("scans", "access_scan")
_KINDS: Final = {
    FileKind.PDF: Scan.Kind.PDF,
    FileKind.JPEG: Scan.Kind.JPEG,
    FileKind.PNG: Scan.Kind.PNG,
}


@dataclass(frozen=True)
class Found:
    """What a scan turned out to be."""

    sha256: str
    kind: Scan.Kind
    size: int


def examine(content: bytes) -> Found:
    """What these bytes are, by themselves and not by their name. Raises BadScan."""
    if len(content) > LARGEST:
        raise BadScan(f"The scan has more than {LARGEST // 2**20} MB. Scan it in grey with 200 dpi.")
    found = file_kinds.of_content(content)
    kind = _KINDS.get(found) if found else None
    if kind is None:
        raise BadScan("The scan is no whole PDF, JPEG or PNG file. Scan the declaration once more.")
    return Found(hashlib.sha256(content).hexdigest(), kind, len(content))


@contextlib.contextmanager
def kept(content: bytes) -> Iterator[Found]:
    """The scan is durable inside the block; should the block fail, one that was not there before is gone.

    Raises BadScan, StoreFull.
    """
    found = examine(content)
    is_new = not STORE.is_there(found.sha256)
    if is_new:
        _keep(found.sha256, content)
    try:
        yield found
    except BaseException:
        if is_new and not Scan.objects.filter(sha256=found.sha256).exists():
            STORE.drop(found.sha256)
        raise


def read(sha256: str) -> bytes:
    """Raises OSError if it is not there, SealBroken if it is not what was kept."""
    return STORE.read(sha256)


def reseal() -> int:
    """Renew every seal under the ring's newest key; answers how many changed. Raises OSError, SealBroken."""
    return STORE.reseal(Scan.objects.values_list("sha256", flat=True).distinct())


def _keep(sha256: str, content: bytes) -> None:
    try:
        STORE.keep([(sha256, content)])
    except sealed_store.StoreFull as error:
        raise StoreFull("There is no room for the scan on the server's disk. Nothing was entered.") from error
