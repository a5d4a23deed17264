"""Make it happen: deliveries reach the billing department, each exactly once, and it says that it has them.

A package is first written down with what is in it, then laid into the drop, its manifest last: without that
it is not there. Whatever breaks off is done again from what is written down, and leads to the same.
"""

import hashlib
import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import BinaryIO, Final, cast

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from django.db.models import QuerySet

from flexnet import configuration, transactions
from flexnet.audit import actions as audit
from flexnet.billing import course, drop, sealing
from flexnet.billing.errors import NoSuchPackage, StoreDamaged, WrongCheckSum
from flexnet.billing.models import Delivery, Package
from flexnet.lib.sealed import SealBroken

MANIFEST: Final = "manifest.json"
ACKNOWLEDGED: Final = "acknowledged"
_MOST: Final = 200  # deliveries of a package
_PIECE: Final = 1024 * 1024
_TOO_LONG: Final = timedelta(days=1)

log = logging.getLogger("flexnet.billing")


def fetch(*, by: str, now: datetime, is_stopping: Callable[[], bool] = lambda: False) -> list[Package]:
    """Lay out what waits; answers the packages that are there now. Work on what is in them has begun.

    Raises NoDrop, OSError.
    """
    store = drop.store()
    read_acknowledgements(store, by=by, now=now)
    laid = [_lay(one, store, by=by, now=now) for one in Package.objects.filter(laid_at=None).order_by("pk")]
    while not is_stopping() and (package := _make(by=by, now=now)):
        laid.append(_lay(package, store, by=by, now=now))
    return laid


def watch(now: datetime, *, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """What the worker does where a drop is configured; answers how many packages it laid out."""
    if configuration.current().billing.drop is None:
        return 0
    return len(fetch(by="worker", now=now, is_stopping=is_stopping))


def acknowledge(*, package: Package, sha256: str, by: str, now: datetime) -> bool:
    """The billing department has it all; False if it said so before. Raises WrongCheckSum."""
    if sha256.strip().lower() != package.manifest_sha256:
        with transactions.writing():
            Package.objects.filter(pk=package.pk, misread_at=None).update(misread_at=now)
        raise WrongCheckSum(
            f"The manifest of package {package} has another SHA-256. Fetch it again, then acknowledge."
        )
    with transactions.writing():
        waiting = Package.objects.filter(pk=package.pk, acknowledged_at=None)
        is_first = bool(waiting.update(acknowledged_at=now, misread_at=None))
        if is_first:
            _record("package.acknowledged", package, by=by)
    return is_first


def clear(package: Package, store: Storage, *, now: datetime) -> None:
    """Take what was acknowledged out of the drop; the manifest first, for without it nobody fetches."""
    if store.exists(str(package)):
        _folders, names = store.listdir(str(package))
        for name in sorted(names, key=lambda name: (name != MANIFEST, name == ACKNOWLEDGED)):
            store.delete(f"{package}/{name}")
        store.delete(str(package))
    with transactions.writing():
        Package.objects.filter(pk=package.pk).update(cleared_at=now)


def read_acknowledgements(store: Storage, *, by: str, now: datetime) -> None:
    """Files in the drop that say so, and what they leave to clear away."""
    for package in Package.objects.filter(cleared_at=None).order_by("pk"):
        name = f"{package}/{ACKNOWLEDGED}"
        if package.acknowledged_at is None and store.exists(name):
            package = _noted(package, store, by=by, now=now)
            with store.open(name) as file:
                said = file.read(200).decode("ascii", "replace").split()
            try:
                acknowledge(package=package, sha256=said[0] if said else "", by=by, now=now)
            except WrongCheckSum as error:
                log.warning("%s", error)
                continue
            package.refresh_from_db()
        if package.acknowledged_at:
            clear(package, store, now=now)


def package_numbered(number: str) -> Package:
    """Raises NoSuchPackage."""
    found = (
        Package.objects.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 10 else None
    )
    if found is None:
        raise NoSuchPackage(f"There is no package {number}. `flexnet billing packages` lists them.")
    return found


def open_packages() -> QuerySet[Package]:
    """Those that nobody has acknowledged, oldest first."""
    return Package.objects.filter(cleared_at=None, acknowledged_at=None).order_by("pk")


def desk_packages(now: datetime) -> QuerySet[Package]:
    """Those that somebody should look at: acknowledged wrongly, or not for a day."""
    waiting = open_packages()
    return waiting.filter(misread_at__isnull=False) | waiting.filter(made_at__lt=now - _TOO_LONG)


def desk_damaged() -> QuerySet[Delivery]:
    """Deliveries whose bytes are not as they came, and that nobody can fetch."""
    return Delivery.objects.filter(damaged_at__isnull=False).select_related("receipt").order_by("damaged_at")


def try_again(*, delivery: Delivery, by: str) -> bool:
    """Somebody has put the file back, from a backup: it is fetched at the next turn."""
    with transactions.writing():
        found = Delivery.objects.filter(pk=delivery.pk, damaged_at__isnull=False).update(damaged_at=None)
        if found:
            data = {"delivery": str(delivery.pk)}
            audit.record("delivery.tried_again", by=by, subject=f"site:{delivery.bsnr}", data=data)
    return bool(found)


def _make(*, by: str, now: datetime) -> Package | None:
    """What waits becomes a package; who takes a delivery back at that time is before it or behind it."""
    with transactions.writing():
        first = _waiting().order_by("submitted_at", "pk").values_list("pk", flat=True)[:_MOST]
        # Held in the order in which whoever hands in holds what was handed in before.
        rows = list(_waiting().filter(pk__in=list(first)).select_for_update().order_by("pk"))
        if not rows:
            return None
        package = Package.objects.create(made_at=now)
        Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(package=package)
        course.take_up(rows, by=by, now=now)
        _record("package.made", package, by=by, count=len(rows))
    return package


def _waiting() -> QuerySet[Delivery]:
    over = {"withdrawn_at": None, "replaced_at": None, "rejected_at": None, "content_deleted_at": None}
    rows = Delivery.objects.filter(package=None, damaged_at=None, kind=Delivery.Kind.ECHT, **over)
    return rows.exclude(submitted_at=None)


def _lay(package: Package, store: Storage, *, by: str, now: datetime) -> Package:
    if not store.exists(f"{package}/{MANIFEST}"):
        rows = package.deliveries.select_related("receipt").order_by("receipt__number")
        there = [row for row in rows if _is_put(row, package, store, by=by, now=now)]
        store.save(f"{package}/{MANIFEST}", ContentFile(_manifest(package, there)))
    return _noted(package, store, by=by, now=now)


def _noted(package: Package, store: Storage, *, by: str, now: datetime) -> Package:
    """That it lies there."""
    if package.laid_at is None:
        with store.open(f"{package}/{MANIFEST}") as file:
            found = hashlib.sha256(file.read()).hexdigest()
        with transactions.writing():
            waiting = Package.objects.filter(pk=package.pk, laid_at=None)
            if waiting.update(laid_at=now, manifest_sha256=found):
                _record("package.laid", package, by=by, sha256=found)
        package.refresh_from_db()
    return package


def _is_put(row: Delivery, package: Package, store: Storage, *, by: str, now: datetime) -> bool:
    """Its bytes as they came, or it is set aside for somebody to look at, and the others go on."""
    name = f"{package}/{file_name(row)}"
    try:
        with sealing.opened(row) as file:
            store.save(name, File(cast(BinaryIO, _Checked(file, row))))
    except (StoreDamaged, SealBroken) as error:
        log.error("package %s goes without a delivery: %s", package, error)
        with transactions.writing():
            Delivery.objects.filter(pk=row.pk).update(package=None, damaged_at=now)
            data = {"delivery": str(row.pk)}
            audit.record("delivery.damaged", by=by, subject=f"site:{row.bsnr}", data=data)
        return False
    return True


class _Checked:
    """A file that ends only if it was the one that came."""

    def __init__(self, file: BinaryIO, row: Delivery) -> None:
        self._file, self._row, self._hash = file, row, hashlib.sha256()
        self.size, self.name = row.size, row.file_name

    def read(self, count: int = _PIECE) -> bytes:
        """Raises StoreDamaged at the end."""
        piece = self._file.read(count)
        self._hash.update(piece)
        if not piece and self._hash.hexdigest() != self._row.sha256:
            raise StoreDamaged(f"delivery {self._row} is not in the store as it came")
        return piece

    def seek(self, place: int) -> int:
        self._hash = hashlib.sha256()
        return self._file.seek(place)


def file_name(row: Delivery) -> str:
    """Under which it lies in its package: the receipt's number makes it one of a kind."""
    return f"{row.receipt.number}_{row.file_name}"


def _manifest(package: Package, rows: list[Delivery]) -> bytes:
    """The same bytes however often it is written."""
    content = {
        "package": str(package),
        "made_at": package.made_at.astimezone(UTC).isoformat(timespec="seconds"),
        "files": [_line(row) for row in rows],
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"


def _line(row: Delivery) -> dict[str, object]:
    replaced = row.replaces.select_related("receipt").order_by("receipt__number")
    return {
        "name": file_name(row),
        "sha256": row.sha256,
        "size": row.size,
        "receipt": row.receipt.number,
        "bsnr": row.bsnr,
        "quarter": str(row.quarter),
        "submitted_at": row.submitted_at.astimezone(UTC).isoformat() if row.submitted_at else "",
        "is_partial": row.is_partial,
        "replaces": [one.receipt.number for one in replaced],
    }


def _record(kind: str, package: Package, *, by: str, **data: object) -> None:
    audit.record(kind, by=by, subject="deliveries", data={"package": str(package), **data})
