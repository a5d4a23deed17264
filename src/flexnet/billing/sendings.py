"""Make it happen: what a program sends is one delivery, however often it says and sends the same."""

import hashlib
import json
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from flexnet import transactions
from flexnet.access.models import Access
from flexnet.billing import actions, arriving
from flexnet.billing.arriving import Announced
from flexnet.billing.errors import NoSuchUpload, NumberTaken, WrongOffset
from flexnet.billing.findings import Code, Finding
from flexnet.billing.models import Delivery, Sending, Upload
from flexnet.quarter_field import written

KEPT: Final = timedelta(days=30)
LONGEST: Final = 128  # of a number, in characters
_TRY_AGAIN: Final = Code.STORE_FULL


def begin(*, access: Access, number: str, announced: Announced, now: datetime) -> Sending:
    """Room for the file, or what there is already under this number. Raises NumberTaken, NotTaken, StoreFull.

    An upload that ran out begins anew.
    """
    with transactions.writing():
        transactions.hold(Access, [access.pk])
        row = _numbered(access, number, announced)
        if row and (row.delivery_id or row.refused or upload_of(row, access, now)):
            return row
        return _begin(access, number, announced, now)


def send_whole(
    *, access: Access, number: str, announced: Announced, pieces: Iterable[bytes], by: str, now: datetime
) -> Delivery | actions.Rejected:
    """A file in one go; what an earlier try left half is sent anew.

    Raises NumberTaken, NotTaken, StoreFull, BytesRefused; WrongOffset where bytes are missing at the end, and
    NoSuchUpload or sealed_file.TakenOver where somebody else sends the same right now.
    """
    row = begin(access=access, number=number, announced=announced, now=now)
    half = upload_of(row, access, now)
    if half and half.received:
        arriving.drop(half)
        row = begin(access=access, number=number, announced=announced, now=now)
    if upload := upload_of(row, access, now):
        arriving.append(upload, pieces, access=access, offset=0, now=now)
    return finish(row, access=access, by=by, now=now)


def finish(row: Sending, *, access: Access, by: str, now: datetime) -> Delivery | actions.Rejected:
    """Check what has come; asked again it is the same answer. Raises NoSuchUpload, WrongOffset.

    What the KV has already, in earnest or not yet, is that delivery.
    """
    if row.delivery:
        return row.delivery
    if row.refused:
        return actions.Rejected(tuple(map(Finding.restored, row.refused)))
    upload = upload_of(row, access, now)
    if upload is None:
        raise NoSuchUpload("it ran out, or was removed")
    if not upload.is_whole:
        raise WrongOffset(f"the upload stands at {upload.received}")
    found = arriving.finish(upload, access=access, by=by, now=now)
    if isinstance(found, actions.Rejected) and found.earlier:
        found = found.earlier.delivery
    return _noted(row, found)


def one_of(access: Access, upload: uuid.UUID) -> Sending:
    """Of this access's own; what is somebody else's is not there. Raises NoSuchUpload."""
    rows = Sending.objects.select_related("delivery")
    row = rows.filter(account=access.account_id, upload=upload).first()
    if row is None:
        raise NoSuchUpload("none of this access")
    return row


def upload_of(row: Sending, access: Access, now: datetime) -> Upload | None:
    """What is still coming; None: it is a delivery by now, was refused, or ran out."""
    try:
        return arriving.one_of(access, row.upload, now)
    except NoSuchUpload:
        return None


def clear_old(now: datetime) -> int:
    """Forget numbers that nobody will send again; answers how many."""
    with transactions.writing():
        return Sending.objects.filter(began_at__lte=now - KEPT).delete()[0]


def _numbered(access: Access, number: str, announced: Announced) -> Sending | None:
    rows = Sending.objects.select_related("delivery")
    row = rows.filter(account=access.account_id, number=number).first()
    if row and row.fingerprint != _fingerprint(announced):
        raise NumberTaken(number)
    return row


def _begin(access: Access, number: str, announced: Announced, now: datetime) -> Sending:
    upload = arriving.begin(access=access, announced=announced, now=now)
    row, _is_new = Sending.objects.update_or_create(
        account_id=access.account_id,
        number=number,
        defaults={"fingerprint": _fingerprint(announced), "upload": upload.pk, "began_at": now},
    )
    return row


def _noted(row: Sending, found: Delivery | actions.Rejected) -> Delivery | actions.Rejected:
    """What came of it is told again to whoever asks again; a full store is no answer for good."""
    rows = Sending.objects.filter(pk=row.pk)
    with transactions.writing():
        if isinstance(found, Delivery):
            rows.update(delivery=found)
        elif all(one.code is not _TRY_AGAIN for one in found.findings):
            rows.update(refused=[one.stored() for one in found.findings])
    return found


def _fingerprint(announced: Announced) -> str:
    said = [announced.name, announced.size, written(announced.quarter), announced.kind]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
