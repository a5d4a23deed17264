"""Releases: known by their names, kept by their hash, packed once, withdrawn for a reason."""

import errno
import io
import os
import zipfile
from pathlib import Path

import pytest

from flexnet.audit.models import Event
from flexnet.software import queries, releases, store
from flexnet.software.errors import BadRelease, NoSuchRelease, StoreFull
from flexnet.software.models import Release
from flexnet.software.systems import System
from tests import make
from tests.software import giving_out
from tests.software.giving_out import CONTENT, LINUX, OWN, WINDOWS

pytestmark = pytest.mark.django_db


def publish(*files: Path, minimum: str = "10") -> Release:
    return releases.publish(files=files, minimum=minimum, by=make.BY, now=make.NOW)


@pytest.mark.parametrize(
    ("name", "line", "system", "version"),
    [
        (WINDOWS, "anyconnect-win", "windows", "4.10.04071"),
        ("anyconnect-macos-4.10.04071-core-vpn-webdeploy-k9.dmg", "anyconnect-macos", "macos", "4.10.04071"),
        (LINUX, "anyconnect-linux64", "linux", "4.10.04071"),
        (OWN, "flexnet-client-deb", "linux", "0.1.0"),
        ("flexnet-client-0.1.0.tar.gz", "flexnet-client-archive", "linux", "0.1.0"),
    ],
)
def test_the_name_says_what_a_file_is(
    tmp_path: Path, name: str, line: str, system: str, version: str
) -> None:
    row = giving_out.release(tmp_path, name)
    assert (row.line, row.system, row.version, row.size) == (line, system, version, len(CONTENT))
    assert store.path_of(row.sha256).read_bytes() == CONTENT
    [entry] = Event.objects.filter(kind="software.published")
    assert entry.subject == f"release:{row.pk}"


@pytest.mark.parametrize(
    "name",
    [
        "anyconnect-win-4.10.04071-core-vpn-webdeploy-k9.dmg",  # a Mac's ending
        "anyconnect-win-core-vpn-webdeploy-k9.msi",
        "setup.exe",
        f"x{WINDOWS}",
        'a";x=".msi',
        "ü.msi",
        ".versteckt",
    ],
)
def test_what_is_named_like_nothing_we_know_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadRelease):
        giving_out.release(tmp_path, name)
    assert not Release.objects.exists()


def test_no_file_an_empty_one_a_folder_and_a_wrong_minimum_are_refused(tmp_path: Path) -> None:
    whole, empty, folder = giving_out.file(tmp_path), giving_out.file(tmp_path, LINUX, b""), tmp_path / OWN
    folder.mkdir()
    for files, minimum in (
        ((), "10"),
        ((empty,), "3.2"),
        ((folder,), "3"),
        ((whole,), "zehn"),
        ((whole, whole), "10"),
    ):
        with pytest.raises(BadRelease):
            publish(*files, minimum=minimum)
    with pytest.raises(BadRelease):
        publish(tmp_path / "weg" / WINDOWS)


def test_several_files_are_packed_once_and_always_into_the_same_bytes(tmp_path: Path) -> None:
    files = [giving_out.file(tmp_path), giving_out.file(tmp_path, "Anleitung.pdf", b"%PDF-")]
    row = publish(*files)
    content = store.path_of(row.sha256).read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert packed.testzip() is None
        assert {name: packed.read(name) for name in packed.namelist()} == {
            WINDOWS: CONTENT,
            "Anleitung.pdf": b"%PDF-",
        }
    assert row.file_name == "anyconnect-win-4.10.04071.zip"
    assert [part.name for part in row.parts.order_by("pk")] == [path.name for path in files]
    for path in files:
        os.utime(path, (1, 1))
    assert publish(*files) == row


def test_the_same_version_with_other_bytes_is_refused_until_the_first_is_withdrawn(tmp_path: Path) -> None:
    first = giving_out.release(tmp_path)
    assert giving_out.release(tmp_path) == first
    with pytest.raises(BadRelease, match="other bytes"):
        giving_out.release(tmp_path, content=b"another")
    releases.withdraw(number=first.pk, by=make.BY, reason="fehlerhaft", now=make.NOW)
    assert giving_out.release(tmp_path, content=b"another") != first


def test_of_each_line_the_highest_version_is_given_out_and_none_that_is_withdrawn(tmp_path: Path) -> None:
    names = [LINUX.replace("4.10.04071", version) for version in ("4.9.9", "4.10.1", "4.10.0")]
    old, newest, _between = (giving_out.release(tmp_path, name, name.encode(), "3.2") for name in names)
    own = giving_out.release(tmp_path, OWN, b"own", "3.2")
    assert queries.current(System.LINUX) == [newest, own]
    for row in (newest, _between):
        releases.withdraw(number=row.pk, by=make.BY, reason="Lücke", now=make.NOW)
    assert queries.current(System.LINUX) == [old, own]
    assert queries.systems() == [System.LINUX]


def test_a_release_is_withdrawn_once_and_for_a_reason(tmp_path: Path) -> None:
    row = giving_out.release(tmp_path)
    with pytest.raises(BadRelease):
        releases.withdraw(number=row.pk, by=make.BY, reason=" ", now=make.NOW)
    releases.withdraw(number=row.pk, by=make.BY, reason="Lücke", now=make.NOW)
    with pytest.raises(NoSuchRelease):
        releases.withdraw(number=row.pk, by=make.BY, reason="Lücke", now=make.NOW)


def test_a_full_disk_publishes_nothing_and_leaves_nothing(
    tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreFull):
        giving_out.release(tmp_path)
    assert not Release.objects.exists()
    assert list(store.iterdir()) == []
