"""What goes wrong while a file is on its way is said, nothing is lost, and it goes on afterwards."""

import contextlib
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import processes
from bench.handing_in import File, Refused
from lab import postgres
from lab.processes import eventually
from tests.billing import over_http

pytestmark = pytest.mark.lab
MIB = 1024 * 1024
FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)


@contextlib.contextmanager
def running(folder: Path) -> Iterator[None]:
    with (
        folder.joinpath("log").open("ab") as log,
        subprocess.Popen(postgres.serving(folder), cwd=folder, stdout=log, stderr=log) as server,
    ):
        try:
            assert eventually(lambda: postgres.ready(folder), within=30) is not None
            yield
        finally:
            server.send_signal(signal.SIGINT)


@pytest.fixture
def cluster() -> Iterator[Path]:
    """A PostgreSQL that does not run yet; its folder is short, for its socket lies there."""
    with tempfile.TemporaryDirectory(prefix="flexnet-lost-") as name:
        folder = Path(name)
        postgres.make(folder)
        with running(folder):
            postgres.create(folder)
        yield folder


def test_a_lost_database_is_said_and_the_upload_goes_on_from_where_it_stood(cluster: Path) -> None:
    with contextlib.ExitStack() as undo:
        database = undo.enter_context(contextlib.ExitStack())
        database.enter_context(running(cluster))
        place = undo.enter_context(over_http.serving(postgres.url(cluster)))
        practice, file = place.practice, place.file(30_000)
        place.sign_in()
        upload = practice.begin(file, place.quarter)
        assert practice.send(upload, file, 0, 10_000) == 10_000
        database.close()
        for ask in (lambda: practice.send(upload, file, 10_000, 10_000), lambda: practice.open("/")):
            with pytest.raises(Refused, match="503"):
                ask()
        database.enter_context(running(cluster))
        assert practice.stands_at(upload) == 10_000
        assert practice.send(upload, file, 10_000, 90_000) == len(file.content)
        assert over_http.all_is_there(place.handed_in(upload, file))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "store"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k,mode=0700", "tmpfs", str(folder)], check=True)
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_is_full_half_way_is_said_and_the_upload_goes_on_once_there_is_room(
    small_disk: Path,
) -> None:
    with over_http.serving(billing={"store": str(small_disk)}) as place:
        practice, file = place.practice, place.file(300_000)
        place.sign_in()
        upload = practice.begin(file, place.quarter)
        assert practice.send(upload, file, 0, 40_000) == 40_000
        with pytest.raises(Refused, match="507"):
            practice.send(upload, file, 40_000, 260_000)
        stands = practice.stands_at(upload)
        assert stands is not None
        assert 40_000 <= stands < len(file.content)
        with pytest.raises(Refused, match="507"):
            practice.send(upload, file, stands, 260_000)
        subprocess.run(["mount", "-o", "remount,size=8m", str(small_disk)], check=True)
        stands = practice.stands_at(upload)
        assert stands is not None
        assert practice.send(upload, file, stands, 400_000) == len(file.content)
        assert over_http.all_is_there(place.handed_in(upload, file))


def test_a_clock_that_is_set_loses_nothing_and_asks_whoever_was_away_to_sign_in(tmp_path: Path) -> None:
    """Back by an hour, as when it was ahead, and then on by four, as after a suspend."""
    assert FAKETIME, "Install Debian's package faketime: scripts/packages test"
    clock = tmp_path / "clock"
    clock.write_text("+0\n")
    moved = {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    with over_http.serving(environment=moved) as place:
        practice, file = place.practice, place.file(60_000)
        place.sign_in()
        upload = practice.begin(file, place.quarter)
        assert practice.send(upload, file, 0, 20_000) == 20_000
        clock.write_text("-3600\n")
        assert practice.stands_at(upload) == 20_000
        assert practice.send(upload, file, 20_000, 20_000) == 40_000
        clock.write_text("+10800\n")
        with pytest.raises(Refused):
            practice.open("/")
        place.sign_in()
        assert practice.begin(file, place.quarter) == upload
        assert practice.stands_at(upload) == 40_000
        assert practice.send(upload, file, 40_000, 60_000) == len(file.content)
        clock.write_text("-3600\n")
        assert over_http.all_is_there(place.handed_in(upload, file))


def test_a_file_of_the_largest_size_comes_through_in_little_memory_and_one_byte_more_does_not() -> None:
    with over_http.serving() as place:
        practice, file = place.practice, place.file(185 * MIB)
        assert 190 * MIB < len(file.content) <= 200 * MIB
        too_large = File(file.name, bytes(200 * MIB + 1), 1)
        place.sign_in()
        before = peak(place)
        with pytest.raises(Refused, match="413"):
            practice.begin(too_large, place.quarter)
        assert practice.begin(File(file.name, too_large.content[1:], 2), place.quarter)
        upload, stands = practice.begin(file, place.quarter), 0
        while stands < len(file.content):
            stands = practice.send(upload, file, stands, 8 * MIB)
        figures = place.handed_in(upload, file)
        assert peak(place) - before < 64
    assert (figures["receipts_verified"], figures["lost"]) == (1, 0)


def peak(place: over_http.Place) -> float:
    """MB: the most that the portal's processes held, together."""
    return sum(processes.peak_memory_mb(pid) for pid in processes.family(place.portal))
