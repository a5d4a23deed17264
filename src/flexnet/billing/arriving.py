"""Files that come in pieces: announced, taken on from where they stand, checked when whole, or gone."""

import hashlib
import os
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Sum

from flexnet import configuration, key_ring, transactions
from flexnet.access.models import Access
from flexnet.billing import actions, adapters, rules
from flexnet.billing.errors import BytesRefused, NoSuchUpload, NotTaken, StoreFull, WrongOffset
from flexnet.billing.findings import Code, Finding
from flexnet.billing.models import Delivery, Upload
from flexnet.lib import sealed_file, xkm
from flexnet.lib.quarters import Quarter
from flexnet.lib.sealed import SealBroken
from flexnet.lib.sealed_file import Writer

KEPT: Final = timedelta(days=1)
MOST_OPEN: Final = 20
_MOST_ROOM: Final = 5  # so many of the largest files
_NOTED_EVERY: Final = 8 * 1024 * 1024
_PLACE: Final = {"table": "billing_upload", "kind": "content_key"}
_TRY_AGAIN: Final = (Code.STORE_FULL, Code.SCAN_AWAY)


@dataclass(frozen=True)
class Announced:
    """What somebody is about to send; `modified` is the file's own time, in milliseconds."""

    name: str
    size: int
    quarter: Quarter
    kind: Delivery.Kind = Delivery.Kind.ECHT
    modified: int | None = None


@dataclass(frozen=True)
class Checksum:
    """What the bytes of one request must give, by an algorithm of hashlib's."""

    algorithm: str
    digest: bytes


def begin(*, access: Access, announced: Announced, now: datetime) -> Upload:
    """Make room for a file that is about to come. Raises NotTaken, StoreFull."""
    if finding := _why_not(access, announced, now):
        raise NotTaken(finding)
    key, upload_id = sealed_file.new_key(), uuid.uuid4()
    with transactions.writing():
        transactions.hold(Access, [access.pk])
        if finding := _too_many(access, announced):
            raise NotTaken(finding)
        adapters.begin_part(str(upload_id), key)
        return Upload.objects.create(
            id=upload_id,
            account_id=access.account_id,
            file_name=announced.name,
            size=announced.size,
            quarter=announced.quarter,
            kind=announced.kind,
            modified=announced.modified,
            content_key=key_ring.current().seal(key, row=str(upload_id), **_PLACE),
            stored=sealed_file.BEGINNING.stored,
            announced_at=now,
            expires_at=now + KEPT,
        )


def append(
    row: Upload,
    pieces: Iterable[bytes],
    *,
    access: Access,
    offset: int,
    now: datetime,
    checksum: Checksum | None = None,
) -> Upload:
    """Take the file on from where it stands; what came is kept, however it breaks off.

    Whoever wrote to it before writes no more. Raises NoSuchUpload, WrongOffset, BytesRefused, NotTaken (then
    the upload is gone), StoreFull, sealed_file.TakenOver.
    """
    descriptor = _opened(row)
    try:
        with sealed_file.alone(descriptor):
            row = _fresh(row)
            if row.received != offset:
                raise WrongOffset(f"the upload stands at {row.received}")
            if row.is_whole:
                return row
            writer = Writer(descriptor, _key(row), row.mark)
        return _Taking(row, writer, access, checksum, now).take(pieces)
    except SealBroken as error:
        drop(row)
        raise NoSuchUpload("of the upload less is there than was noted") from error
    except OSError as error:
        if error.errno not in adapters.FULL:
            raise
        raise StoreFull from error
    finally:
        os.close(descriptor)


def finish(row: Upload, *, access: Access, by: str, now: datetime) -> Delivery | actions.Rejected:
    """Check a file that is whole and keep it; asked twice it is the same delivery.

    What cannot be taken is gone; what we could not keep just now stays. Raises NoSuchUpload, WrongOffset.
    """
    row = _fresh(row)
    if not row.is_whole:
        raise WrongOffset(f"the upload stands at {row.received}")
    try:
        arrival = adapters.Whole(str(row.pk), row.file_name, _key(row))
    except (FileNotFoundError, SealBroken) as error:
        drop(row)
        raise NoSuchUpload("the upload is not in the store as it came") from error
    with arrival:
        found = actions.receive(
            access=access,
            arrival=arrival,
            quarter=row.quarter,
            kind=Delivery.Kind(row.kind),
            by=by,
            now=now,
        )
    if isinstance(found, Delivery) or not any(one.code in _TRY_AGAIN for one in found.findings):
        drop(row)
    return found


def drop(row: Upload) -> None:
    """The upload is gone, however far it was."""
    with transactions.writing():
        Upload.objects.filter(pk=row.pk).delete()
        transactions.after_commit(lambda: adapters.drop_part(str(row.pk)))


def one_of(access: Access, key: uuid.UUID, now: datetime) -> Upload:
    """An upload of this access; what is somebody else's is not there. Raises NoSuchUpload."""
    row = Upload.objects.filter(pk=key, account=access.account_id, expires_at__gt=now).first()
    if row is None:
        raise NoSuchUpload("none of this access")
    return row


def open_for(access: Access, now: datetime) -> list[Upload]:
    """What this access began to send and has not ended, newest first."""
    return list(
        Upload.objects.filter(account=access.account_id, expires_at__gt=now).order_by("-announced_at")
    )


def clear_expired(now: datetime) -> int:
    """Take away what nobody went on with for a day, and files that no upload names; answers how many rows."""
    gone = list(Upload.objects.filter(expires_at__lte=now))
    for row in gone:
        drop(row)
    for name in adapters.parts_before(now - KEPT):
        if not Upload.objects.filter(pk=name).exists():
            adapters.drop_part(name)
    return len(gone)


class _Taking:
    """One request's bytes on their way into an upload."""

    def __init__(
        self, row: Upload, writer: Writer, access: Access, checksum: Checksum | None, now: datetime
    ) -> None:
        self._row, self._writer, self._access, self._now = row, writer, access, now
        self._checksum = checksum
        self._digest = hashlib.new(checksum.algorithm, usedforsecurity=False) if checksum else None

    def take(self, pieces: Iterable[bytes]) -> Upload:
        writer, size = self._writer, self._row.size
        for piece in pieces:
            if writer.plain + len(piece) > size:
                raise BytesRefused("more bytes than were announced")
            if writer.plain == 0:
                self._look(piece)
            writer.write(piece)
            if self._digest:
                self._digest.update(piece)
            elif writer.mark.plain - self._row.received >= _NOTED_EVERY:
                self._note()
        if self._digest and self._checksum and self._digest.digest() != self._checksum.digest:
            raise BytesRefused("the checksum differs", is_checksum=True)
        if writer.plain == size:
            writer.end()
        else:
            writer.flush()
        return self._note()

    def _look(self, piece: bytes) -> None:
        """What the first bytes tell is told before the rest is sent."""
        if len(piece) < min(self._row.size, xkm.HEAD_BYTES):
            return
        row = self._row
        wish = actions.wish(self._access, row.file_name, row.quarter, Delivery.Kind(row.kind), self._now)
        if finding := rules.of_head(wish, piece[: xkm.HEAD_BYTES]):
            drop(row)
            raise NotTaken(finding)

    def _note(self) -> Upload:
        with self._writer.noting() as mark, transactions.writing_one():
            values = {"segments": mark.segments, "received": mark.plain, "stored": mark.stored}
            noted = Upload.objects.filter(pk=self._row.pk).update(**values, expires_at=self._now + KEPT)
        if not noted:
            raise NoSuchUpload("the upload is not there any more")
        for name, value in values.items():
            setattr(self._row, name, value)
        return self._row


def _why_not(access: Access, announced: Announced, now: datetime) -> Finding | None:
    limits = configuration.current().billing
    if announced.size > limits.max_upload_bytes:
        return Finding(Code.TOO_LARGE, {"limit": str(limits.max_upload_mib)})
    if announced.size == 0:
        return Finding(Code.EMPTY)
    return rules.of_name(actions.wish(access, announced.name, announced.quarter, announced.kind, now))


def _too_many(access: Access, announced: Announced) -> Finding | None:
    mine = Upload.objects.filter(account=access.account_id)
    room = _MOST_ROOM * configuration.current().billing.max_upload_bytes
    taken = mine.aggregate(all=Sum("size"))["all"] or 0
    if mine.count() < MOST_OPEN and taken + announced.size <= room:
        return None
    return Finding(Code.TOO_MANY_OPEN)


def _opened(row: Upload) -> int:
    try:
        return os.open(adapters.part_path(str(row.pk)), os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        drop(row)
        raise NoSuchUpload("of the upload nothing is there any more") from None


def _fresh(row: Upload) -> Upload:
    fresh = Upload.objects.filter(pk=row.pk).first()
    if fresh is None:
        raise NoSuchUpload("the upload is not there any more")
    return fresh


def _key(row: Upload) -> bytes:
    return key_ring.current().open(bytes(row.content_key), row=str(row.pk), **_PLACE).reveal()
