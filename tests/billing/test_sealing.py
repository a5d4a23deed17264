"""Files in the store are sealed under keys of their own, which a rotation renews; plain ones get sealed."""

import hashlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flexnet import key_ring
from flexnet.access.models import Access
from flexnet.billing import actions, adapters, sealing
from flexnet.billing.errors import StoreDamaged
from flexnet.billing.models import Delivery, Receipt
from flexnet.lib.sealed import KeyRing, SealBroken, ring_number
from tests import configured, make
from tests.billing import files


def plain_one(row: Delivery, store: Path) -> Path:
    """As it lay before files were sealed."""
    adapters.drop(row.path)
    path = store / "2026q1" / "before"
    path.write_bytes(files.plain())
    Delivery.objects.filter(pk=row.pk).update(path="2026q1/before", content_key=None)
    row.refresh_from_db()
    return path


def content(row: Delivery) -> bytes:
    row.refresh_from_db()
    with sealing.opened(row) as file:
        return file.read()


@pytest.mark.django_db(transaction=True)
def test_a_plain_file_is_read_sealed_and_then_read_the_same(access: Access, store: Path) -> None:
    row = files.received(access, files.plain())
    path = plain_one(row, store)
    assert content(row) == files.plain()
    assert sealing.seal_plain() == 1
    assert content(row) == files.plain()
    assert not path.exists()
    assert [b"con0" in one.read_bytes() for one in store.rglob("*") if one.is_file()] == [False]
    assert sealing.seal_plain() == 0


def test_a_plain_file_that_is_not_as_it_came_is_left_and_said(
    access: Access, store: Path, caplog: pytest.LogCaptureFixture
) -> None:
    row = files.received(access, files.plain())
    path = plain_one(row, store)
    path.write_bytes(b"something else")
    assert sealing.seal_plain() == 0
    assert f"delivery {row} is not in the store as it came" in caplog.text
    assert path.read_bytes() == b"something else"


def test_the_portals_ring_opens_it_and_the_public_sites_does_not(
    access: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, whole = files.received(access, files.plain()), key_ring.current()
    for process, opens in (("portal", True), ("public", False), ("station", False)):
        ring = whole.narrow(key_ring.NARROW[process])
        monkeypatch.setattr(key_ring, "current", lambda ring=ring: ring)
        if opens:
            assert content(row) == files.plain()
        else:
            with pytest.raises(StoreDamaged):
                content(row)


def test_a_new_key_of_the_ring_reaches_every_file(
    access: Access, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ring.json"
    KeyRing.create(path)
    configured.change(monkeypatch, key_ring=path)
    row = files.received(access, files.plain())
    ring = KeyRing.add_key(path)
    assert sealing.reseal() == 1
    row.refresh_from_db()
    assert ring_number(bytes(row.content_key or b"")) == ring.current
    assert content(row) == files.plain()


def test_a_file_of_another_delivery_is_not_taken_for_this_one(access: Access, store: Path) -> None:
    one, other = (files.received(access, files.plain(cases=cases)) for cases in (3, 4))
    (store / other.path).replace(store / one.path)
    with pytest.raises(StoreDamaged), sealing.opened(one):
        pytest.fail("was opened")
    with pytest.raises(StoreDamaged):
        actions.submit(delivery=one, access=access, by=make.BY, now=make.NOW)
    assert not Receipt.objects.exists()


def test_an_altered_file_is_never_read_as_if_it_were_sound(access: Access, store: Path) -> None:
    row = files.received(access, files.plain())
    path = store / row.path
    blob = bytearray(path.read_bytes())
    blob[100] ^= 1
    path.write_bytes(blob)
    with pytest.raises((StoreDamaged, SealBroken)):
        content(row)


def test_files_that_no_row_names_go_after_a_day_and_the_others_stay(access: Access, store: Path) -> None:
    row = files.received(access, files.plain())
    now, left, new = datetime.now(UTC), store / "2026q1" / "left", store / "2026q1" / "new"
    for path in (left, new):
        path.touch()
    at = (now - timedelta(days=1, seconds=1)).timestamp()
    for path in (left, store / row.path):
        os.utime(path, (at, at))
    assert sealing.clear_left_over(now) == 1
    assert not left.exists()
    assert new.exists()
    assert hashlib.sha256(content(row)).hexdigest() == row.sha256
