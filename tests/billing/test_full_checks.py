"""Containers are decrypted and checked to the last line; whatever goes wrong is said, kept and done again."""

import contextlib
import io
import json
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from flexnet.access.models import Access
from flexnet.audit.models import Event
from flexnet.billing import course, decryption, full_checks, report_papers, reports, sealing
from flexnet.billing.decryption import Failure
from flexnet.billing.errors import Stopped
from flexnet.billing.models import Delivery, FullCheck, Reply, ReplyKind
from flexnet.configuration import Decryption
from flexnet.lib.kvdt.rules import Level
from tests import make
from tests.billing import containers, files

pytestmark = pytest.mark.django_db
LATER = make.NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def program(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    containers.decrypt_by(monkeypatch)


def work() -> int:
    return full_checks.work(make.NOW)


def shell(patch: pytest.MonkeyPatch, script: str, *, seconds: int = 60) -> None:
    containers.decrypt_by(patch, "/bin/sh", "-c", script, seconds=seconds)


def alive(group: int, seconds: float = 10) -> list[str]:
    """Processes of this group that still do something after at most so long: a kill takes a moment."""
    until = time.monotonic() + seconds
    while (states := _states(group)) and time.monotonic() < until:
        time.sleep(0.01)
    return states


def _states(group: int) -> list[str]:
    said = list[list[str]]()
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has just ended
            said.append(path.read_text().rpartition(") ")[2].split())
    return [state for state, _parent, of, *_more in said if int(of) == group and state != "Z"]


def test_a_sound_file_is_checked_and_the_practice_is_told(access: Access) -> None:
    row = containers.handed_in(access)
    assert work() == 1
    reply = Reply.objects.get(delivery=row)
    assert (reply.kind, reply.level, reply.facts["cases"]) == (ReplyKind.CHECK, Level.OK, 3)
    assert reports.causes(reply) == []
    assert work() == 0


def test_what_is_wrong_in_it_is_said_by_its_cause(access: Access) -> None:
    broken = files.plain().replace(b"0109106" + b"4", b"0109106" + b"9")
    assert broken != files.plain()
    containers.handed_in(access, broken)
    work()
    reply = Reply.objects.get()
    assert reply.level >= Level.ERROR
    assert [cause.field for cause in reports.causes(reply)] == ["9106"]


def test_nothing_of_a_patient_is_kept_nor_told(access: Access) -> None:
    content = files.plain().replace(b"013310", b"013310", 1)
    names = {line[7:] for line in content.split(b"\r\n") if line[3:7] in (b"3101", b"3102")}
    assert names
    containers.handed_in(access, content[:-40])
    work()
    kept = json.dumps([Reply.objects.get().report, list(Event.objects.values_list("data", flat=True))])
    assert not [name for name in names if name.decode("iso8859-15") in kept]


def test_another_site_or_quarter_than_the_header_and_the_page_said_is_told(access: Access) -> None:
    containers.handed_in(access, files.plain(files.BOB, quarter=files.QUARTER - 1))
    work()
    reply = Reply.objects.get()
    found = {cause.rule for cause in reports.causes(reply)}
    assert {"head_site_differs", "quarter_differs"} <= found
    assert reply.level == Level.ERROR


def test_the_findings_are_a_paper_too(access: Access) -> None:
    containers.handed_in(access, files.plain(files.BOB))
    work()
    paper = report_papers.pdf(Reply.objects.get(), report_papers.FULL_CHECK)
    words = " ".join(PdfReader(io.BytesIO(paper)).pages[0].extract_text().split())
    assert "Fragen Sie uns, ob Sie eine Korrektur einreichen sollen." in words
    assert "nicht angenommen" not in words  # whether it is, somebody decides


FAILURES: dict[Failure, tuple[str, int | None]] = {
    Failure.KILLED: ("kill -9 $$", 9),
    Failure.KEY: ("cat >/dev/null; exit 6", 6),
    Failure.DISK: ("exit 7", 7),
    Failure.PARTS: ("exit 9", 9),
    Failure.DAMAGED: ("exit 11", 11),
    Failure.EXIT: ("exit 42", 42),
    Failure.EMPTY: ("cat >/dev/null", None),
    Failure.NO_BILLING_FILE: ("echo something else", None),
}


@pytest.mark.parametrize("why", FAILURES)
def test_a_failure_is_set_aside_with_its_reason_and_done_again(
    access: Access, monkeypatch: pytest.MonkeyPatch, why: Failure
) -> None:
    script, code = FAILURES[why]
    row = containers.handed_in(access)
    with monkeypatch.context() as patch:
        shell(patch, script)
        assert work() == 0
        assert work() == 0
    waiting = FullCheck.objects.get()
    assert (waiting.failure, waiting.code, waiting.tries) == (why, code, 1)
    assert list(full_checks.desk()) == [waiting]
    assert work() == 0
    assert not Reply.objects.exists()
    assert full_checks.try_again(through=make.NOW, by=make.BY) == 1
    assert work() == 1
    assert Reply.objects.get().delivery == row
    assert not full_checks.desk().exists()


def test_a_program_that_is_not_there_stops_one_file_and_not_all(
    access: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in range(3):
        containers.handed_in(access, files.plain(seed=seed))
    containers.decrypt_by(monkeypatch, "/nowhere/xkm")
    work()
    assert [one.failure for one in full_checks.desk()] == [Failure.MISSING]
    containers.decrypt_by(monkeypatch)
    assert work() == 2


@pytest.mark.parametrize("script", ["sleep 600", "cat >/dev/null; exec >&-; sleep 600", "yes"])
def test_a_program_that_hangs_is_ended_with_all_that_it_started(
    access: Access, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str
) -> None:
    containers.handed_in(access)
    shell(monkeypatch, f"echo $$ >{tmp_path}/pid; {script}", seconds=1)
    work()
    assert FullCheck.objects.get().failure == Failure.HANGS
    assert not alive(int((tmp_path / "pid").read_text()))


def test_the_plain_text_reaches_no_disk(access: Access, store: Path) -> None:
    plain = files.plain()
    containers.handed_in(access, plain)
    work()
    lying = [path.read_bytes() for path in store.rglob("*") if path.is_file()]
    assert lying
    assert not [content for content in lying if plain[:60] in content]


def test_a_damaged_file_in_the_store_is_no_fault_of_the_practice(access: Access, store: Path) -> None:
    containers.handed_in(access)
    [path] = (path for path in store.rglob("*") if path.is_file())
    path.write_bytes(path.read_bytes()[:-20])
    work()
    assert FullCheck.objects.get().failure == Failure.NOT_IN_STORE


def test_a_killed_worker_goes_on_and_one_that_a_file_kills_lets_it_be(access: Access) -> None:
    containers.handed_in(access)
    FullCheck.objects.update(begun_at=make.NOW, tries=1)
    assert work() == 0
    assert full_checks.work(LATER) == 1
    FullCheck.objects.update(begun_at=make.NOW, tries=3, done_at=None)
    full_checks.work(LATER)
    assert FullCheck.objects.get().failure == Failure.INTERRUPTED


def test_a_worker_that_ends_lets_go_of_the_file(access: Access) -> None:
    containers.handed_in(access)
    asked: Callable[[], bool] = iter([False, True]).__next__
    assert full_checks.work(make.NOW, is_stopping=asked) == 0
    waiting = FullCheck.objects.get()
    assert (waiting.tries, waiting.begun_at, waiting.failed_at) == (0, None, None)
    assert work() == 1


def test_who_asks_to_stop_is_heard_while_a_program_hangs(access: Access) -> None:
    row = containers.handed_in(access)
    by = Decryption(command=("/bin/sleep", "600"))
    with sealing.opened(row) as container, pytest.raises(Stopped):
        decryption.decrypt(container, bytes, by=by, is_stopping=lambda: True)


def test_what_is_taken_back_is_not_opened_any_more(access: Access) -> None:
    row = containers.handed_in(access)
    course.withdraw(delivery=row, access=access, by=make.BY, now=make.NOW)
    assert work() == 0
    assert not Reply.objects.exists()


def test_without_a_program_and_of_plain_files_nothing_waits(
    access: Access, alice: make.Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.submitted(alice.site)
    assert not FullCheck.objects.exists()


def test_two_workers_check_it_once(access: Access) -> None:
    containers.handed_in(access)
    row = full_checks.desk().model.objects.select_related("delivery__receipt").get()
    assert work() == 1
    FullCheck.objects.update(done_at=None)
    full_checks._try(row, Decryption(command=containers.PROGRAM), now=make.NOW, is_stopping=lambda: False)
    assert Reply.objects.count() == 1


def test_a_large_file_takes_no_more_memory_for_it(access: Access) -> None:
    seen = list[int]()
    row = containers.handed_in(access, files.plain(cases=2000))
    with sealing.opened(row) as container:
        decryption.decrypt(
            container, lambda piece: seen.append(len(piece)), by=Decryption(command=containers.PROGRAM)
        )
    assert sum(seen) == len(files.plain(cases=2000))
    assert max(seen) <= 256 * 1024
    assert Delivery.objects.count() == 1
