"""The store of billing files: durable before it is said, nothing half, nothing left over, private."""

import errno
import os
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flexnet.access.models import Access
from flexnet.billing import actions, adapters, sealing
from flexnet.billing.errors import StoreFull
from flexnet.billing.findings import Code
from flexnet.billing.models import Delivery
from tests import make
from tests.billing import files

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
Break = Callable[[str, int], None]


@pytest.fixture
def breaks(monkeypatch: pytest.MonkeyPatch) -> Break:
    """`breaks("pwrite", errno.ENOSPC)`: this call of the operating system fails from now on."""

    def fail(call: str, number: int) -> None:
        def failing(*_: object, **__: object) -> None:
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(os, call, failing)

    return fail


def kept_in(store: Path) -> list[Path]:
    return sorted(path for path in store.rglob("*") if path.is_file())


def test_a_kept_file_is_the_one_that_came_and_only_we_may_read_it(access: Access, store: Path) -> None:
    row = files.received(access, files.plain())
    [path] = kept_in(store)
    with sealing.opened(row) as file:
        assert file.read() == files.plain()
    assert b"con0" not in path.read_bytes()
    assert path.relative_to(store) == Path(row.path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [folder.stat().st_mode & 0o777 for folder in (path.parent, store)] == [0o700, 0o700]


def test_the_name_in_the_store_says_nothing_of_the_sender(access: Access) -> None:
    assert files.received(access, files.plain()).path.startswith("2026q1/")
    assert files.ALICE not in Delivery.objects.get().path


def test_file_and_folders_are_synced_before_the_row_is_written(
    access: Access, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    genuine = os.fsync

    def watched(descriptor: int) -> None:
        seen.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        assert not Delivery.objects.exists()
        genuine(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    files.received(access, files.plain())
    assert seen[0].endswith(".part")
    assert seen[1:3] == [str(store / "2026q1"), str(store)]


@pytest.mark.parametrize("number", FULL)
def test_a_disk_that_is_full_while_the_file_comes_is_said_and_nothing_stays(
    access: Access, store: Path, breaks: Break, number: int
) -> None:
    breaks("pwrite", number)
    found = files.receive(access, files.plain())
    assert isinstance(found, actions.Rejected)
    assert [finding.code for finding in found.findings] == [Code.STORE_FULL]
    assert kept_in(store) == []


@pytest.mark.parametrize("number", FULL)
@pytest.mark.parametrize("call", ["fsync", "mkdir"])
def test_a_disk_that_is_full_when_the_file_is_kept_is_said_and_nothing_stays(
    access: Access, store: Path, breaks: Break, call: str, number: int
) -> None:
    with files.arrival(files.plain()) as arrived:
        breaks(call, number)
        with pytest.raises(StoreFull), adapters.kept(arrived, "2026q1/x"):
            pytest.fail("was kept")
    assert kept_in(store) == []


def test_any_other_trouble_of_the_disk_is_an_error(breaks: Break) -> None:
    breaks("pwrite", errno.EIO)
    with pytest.raises(OSError, match="Input/output"):
        files.arrival(b"x")


@pytest.fixture
def tiny_disk(store: Path) -> Iterator[Path]:
    """The store on a file system of its own, with room for 16 pages and 6 files and folders."""
    store.mkdir()
    options = "size=64k,nr_inodes=7,mode=0700"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(store)], check=True)
    yield store
    subprocess.run(["umount", str(store)], check=True)


@pytest.mark.lab
def test_a_disk_that_is_really_full_is_said_and_what_was_kept_stays(access: Access, tiny_disk: Path) -> None:
    kept = files.received(access, files.plain())
    found = files.receive(access, bytes(65_000))
    assert isinstance(found, actions.Rejected)
    assert [finding.code for finding in found.findings] == [Code.STORE_FULL]
    assert [path.relative_to(tiny_disk) for path in kept_in(tiny_disk)] == [Path(kept.path)]


@pytest.mark.lab
def test_a_disk_without_room_for_one_more_name_is_full_too(access: Access, tiny_disk: Path) -> None:
    others = [tiny_disk / str(number) for number in range(6)]
    for other in others:
        other.touch()
    found = files.receive(access, files.plain())
    assert isinstance(found, actions.Rejected)
    assert [finding.code for finding in found.findings] == [Code.STORE_FULL]
    for other in others:
        other.unlink()
    files.received(access, files.plain())


def test_what_comes_after_the_limit_is_counted_but_not_kept(store: Path) -> None:
    with adapters.Arrival(files.NAME, limit=1000) as arrived:
        arrived.take(b"x" * 900)
        arrived.take(b"x" * 200)
        arrived.take(b"x" * 5000)
        assert arrived.trouble is adapters.Trouble.TOO_LARGE
        assert arrived.size == 6100
        [part] = kept_in(store)
        assert part.stat().st_size == 0


def test_a_row_that_cannot_be_written_takes_its_file_with_it(
    access: Access, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError("the trail refused")

    monkeypatch.setattr("flexnet.audit.actions.record", refuse)
    with pytest.raises(RuntimeError):
        files.receive(access, files.plain())
    assert kept_in(store) == []
    assert not Delivery.objects.exists()


def test_what_a_killed_process_left_behind_goes_after_a_day(store: Path) -> None:
    now = datetime.now(UTC)
    with files.arrival(b"old") as old, files.arrival(b"new") as new:
        at = (now - timedelta(days=1, seconds=1)).timestamp()
        os.utime(old.temporary_file_path(), (at, at))
        assert actions.clear_interrupted(now=now) == 1
        assert kept_in(store) == [Path(new.temporary_file_path())]


def test_clearing_a_store_that_was_never_used_is_fine(store: Path) -> None:
    assert actions.clear_interrupted(now=make.NOW) == 0
