"""Files in pieces: they go on where they stand, whoever breaks off; nothing is doubled, nothing stays."""

import errno
import hashlib
import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flexnet.access.models import Access
from flexnet.billing import actions, arriving, sealing
from flexnet.billing.arriving import Announced, Checksum
from flexnet.billing.errors import BytesRefused, NoSuchUpload, NotTaken, StoreFull, WrongOffset
from flexnet.billing.findings import Code
from flexnet.billing.models import Delivery, Upload
from flexnet.lib.sealed_file import TakenOver
from tests import configured, make
from tests.billing import files
from tests.billing.test_store import kept_in

CONTENT = files.plain(cases=40)


def begun(access: Access, content: bytes = CONTENT, name: str = files.NAME) -> Upload:
    announced = Announced(name, len(content), files.QUARTER)
    return arriving.begin(access=access, announced=announced, now=make.NOW)


def sent(
    row: Upload, access: Access, *pieces: bytes, offset: int = 0, checksum: Checksum | None = None
) -> Upload:
    return taken(row, access, pieces, offset=offset, checksum=checksum)


def taken(
    row: Upload, access: Access, pieces: Iterable[bytes], *, offset: int, checksum: Checksum | None = None
) -> Upload:
    return arriving.append(row, pieces, access=access, offset=offset, now=make.NOW, checksum=checksum)


def finished(row: Upload, access: Access) -> Delivery | actions.Rejected:
    return arriving.finish(row, access=access, by=make.BY, now=make.NOW)


def content_of(row: object) -> bytes:
    assert isinstance(row, Delivery), row
    with sealing.opened(row) as file:
        return file.read()


def test_in_pieces_it_is_the_delivery_that_it_is_in_one(access: Access) -> None:
    row = sent(begun(access), access, CONTENT[:700])
    row = sent(row, access, CONTENT[700:1000], CONTENT[1000:], offset=700)
    assert row.is_whole
    delivery = finished(row, access)
    assert content_of(delivery) == CONTENT
    assert isinstance(delivery, Delivery)
    assert delivery.sha256 == hashlib.sha256(CONTENT).hexdigest()


@pytest.mark.django_db(transaction=True)
def test_behind_the_check_only_the_delivery_is_left(access: Access, store: Path) -> None:
    delivery = finished(sent(begun(access), access, CONTENT), access)
    assert isinstance(delivery, Delivery)
    assert kept_in(store) == [store / delivery.path]
    assert not Upload.objects.exists()


def test_asked_twice_it_is_the_same_delivery(access: Access) -> None:
    one, other = (sent(begun(access), access, CONTENT) for _ in range(2))
    assert finished(one, access) == finished(other, access)
    with pytest.raises(NoSuchUpload):
        finished(one, access)


def test_what_lies_there_is_sealed(access: Access, store: Path) -> None:
    sent(begun(access), access, CONTENT[:900])
    [path] = kept_in(store)
    assert b"con0" not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_line_that_breaks_off_keeps_what_came(access: Access) -> None:
    row = sent(begun(access), access, CONTENT[:777])
    assert Upload.objects.get().received == 777
    with pytest.raises(WrongOffset):
        sent(row, access, CONTENT[776:], offset=776)
    with pytest.raises(WrongOffset):
        finished(row, access)
    row = sent(row, access, CONTENT[777:], offset=777)
    assert content_of(finished(row, access)) == CONTENT


def test_an_old_line_that_wakes_up_writes_no_more(access: Access) -> None:
    row = begun(access)

    def slow() -> Iterator[bytes]:
        yield CONTENT[:600]
        sent(row, access, CONTENT)
        yield b"late"

    with pytest.raises(TakenOver):
        taken(row, access, slow(), offset=0)
    assert content_of(finished(row, access)) == CONTENT


def test_a_wrong_checksum_counts_nothing_of_it(access: Access) -> None:
    row = begun(access)
    with pytest.raises(BytesRefused) as refused:
        sent(row, access, CONTENT[:600], checksum=Checksum("sha256", bytes(32)))
    assert refused.value.is_checksum
    assert Upload.objects.get().received == 0
    sound = Checksum("sha1", hashlib.sha1(CONTENT, usedforsecurity=False).digest())
    assert content_of(finished(sent(row, access, CONTENT, checksum=sound), access)) == CONTENT


def test_more_than_was_announced_is_refused(access: Access) -> None:
    row = begun(access)
    with pytest.raises(BytesRefused):
        sent(row, access, CONTENT, b"x")
    assert Upload.objects.get().received == 0


@pytest.mark.parametrize(
    ("begins", "code"),
    [
        (b"PK\x03\x04", Code.ARCHIVE),
        (b"MZ\x90\x00", Code.PROGRAM),
        (b"\x7fELF", Code.PROGRAM),
        (b"%PDF-1.7", Code.NOT_KVDT),
        (files.container(files.BOB), Code.SITE_FOREIGN),
        (files.container(key="TEST"), Code.TEST_KEY),
    ],
)
def test_what_the_first_bytes_tell_is_told_at_once_and_the_rest_not_taken(
    access: Access, begins: bytes, code: Code
) -> None:
    row, head = begun(access, bytes(2000)), begins + bytes(600)
    with pytest.raises(NotTaken) as refused:
        sent(row, access, head)
    assert refused.value.finding.code is code
    assert not Upload.objects.exists()
    whole = files.receive(access, head)
    assert isinstance(whole, actions.Rejected)
    assert [one.code for one in whole.findings] == [code]


@pytest.mark.parametrize(
    ("name", "size", "code"),
    [
        ("Rechnung.pdf", 1000, Code.WRONG_NAME),
        (files.NAME, 0, Code.EMPTY),
        (files.NAME, 200 * 1024 * 1024 + 1, Code.TOO_LARGE),
    ],
)
def test_what_the_announcement_tells_is_told_before_a_byte_is_sent(
    access: Access, store: Path, name: str, size: int, code: Code
) -> None:
    with pytest.raises(NotTaken) as refused:
        arriving.begin(access=access, announced=Announced(name, size, files.QUARTER), now=make.NOW)
    assert refused.value.finding.code is code
    assert kept_in(store) == []


def test_one_access_cannot_begin_without_end(access: Access, alice: make.Member) -> None:
    rows = [begun(access) for _ in range(arriving.MOST_OPEN)]
    with pytest.raises(NotTaken) as refused:
        begun(access)
    assert refused.value.finding.code is Code.TOO_MANY_OPEN
    begun(alice.personal_access)
    arriving.drop(rows[0])
    begun(access)


def test_nor_announce_more_than_there_is_room_for(access: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    configured.change(monkeypatch, billing={"max_upload_mib": 1})
    for _ in range(5):
        begun(access, bytes(1024 * 1024))
    with pytest.raises(NotTaken):
        begun(access)


@pytest.mark.django_db(transaction=True)
def test_what_nobody_goes_on_with_is_gone_after_a_day(access: Access, store: Path) -> None:
    row = sent(begun(access), access, CONTENT[:600])
    with pytest.raises(NoSuchUpload):
        arriving.one_of(access, row.pk, make.NOW + arriving.KEPT)
    assert arriving.clear_expired(make.NOW + arriving.KEPT - timedelta(seconds=1)) == 0
    assert arriving.clear_expired(make.NOW + arriving.KEPT) == 1
    assert kept_in(store) == []


def test_a_file_that_no_upload_names_is_gone_after_a_day(access: Access, store: Path) -> None:
    row, now = begun(access), datetime.now(UTC)
    Upload.objects.filter(pk=row.pk).delete()
    [path] = kept_in(store)
    arriving.clear_expired(now)
    assert path.exists()
    at = (now - timedelta(days=1, seconds=1)).timestamp()
    os.utime(path, (at, at))
    arriving.clear_expired(now)
    assert not path.exists()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_is_said_and_it_goes_on_when_there_is_room(
    access: Access, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def full(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    row = sent(begun(access), access, CONTENT[:600])
    with monkeypatch.context() as disk:
        disk.setattr(os, "pwrite", full)
        with pytest.raises(StoreFull):
            sent(row, access, CONTENT[600:], offset=600)
        with pytest.raises(StoreFull):
            begun(access)
    assert Upload.objects.get().received == 600
    assert content_of(finished(sent(row, access, CONTENT[600:], offset=600), access)) == CONTENT
