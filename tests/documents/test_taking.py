"""A folder of files becomes documents: what is right is taken once, what is wrong lies aside."""

import json
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from flexnet import sealed_store
from flexnet.audit.models import Event
from flexnet.cli import commands
from flexnet.documents import taking
from flexnet.documents.adapters import STORE
from flexnet.documents.models import Document, RefusedFile
from flexnet.documents.rules import Why
from flexnet.documents.taking import Line, What
from flexnet.lib import dropped_files
from flexnet.lib.dropped_files import FolderInUse, NoFolder
from flexnet.sealed_store import StoreFull
from tests import configured, make
from tests.documents.dropping import drop, pdf

pytestmark = pytest.mark.django_db
RIGHT = "889999900_2026q1_honorarbescheid.pdf"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nobody writes there any more."""
    found = tmp_path / "drop"
    found.mkdir()
    configured.change(
        monkeypatch, state_dir=tmp_path, documents={"folder": found, "settle_seconds": 0, "max_mib": 1}
    )
    return found


@pytest.fixture
def alice() -> make.Member:
    return make.member()


def take(folder: Path, **how: Any) -> list[tuple[What, Why | None]]:
    return [(line.what, line.why) for line in taking.take(folder=folder, by=make.BY, now=make.NOW, **how)]


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def aside(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "quarantine").glob("*"))


def test_what_is_right_is_sealed_in_the_store_and_leaves_the_folder(folder: Path, alice: make.Member) -> None:
    drop(folder, RIGHT)
    drop(folder, "889999900_12026_PROTOKOLL.PDF", pdf("Protokoll"))
    assert take(folder) == [(What.TAKEN, None)] * 2
    rows = {row.kind: row for row in Document.objects.all()}
    assert {kind: str(row.quarter) for kind, row in rows.items()} == {
        "honorarbescheid": "Q1/2026",
        "protokoll": "Q1/2026",
    }
    row = rows["honorarbescheid"]
    assert (row.site, row.file_name, STORE.read(str(row.pk))) == (alice.site, RIGHT, pdf())
    path = STORE.path(str(row.pk))
    assert b"Honorar" not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert left(folder) == []
    assert Event.objects.filter(kind="document.put", subject="site:889999900").count() == 2


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("honorar.pdf", None, Why.NAME),
        ("889999900_2026q5_honorarbescheid.pdf", None, Why.NAME),
        ("88999990_2026q1_honorarbescheid.pdf", None, Why.NAME),
        (RIGHT + ".exe", None, Why.NAME),
        ("<b>\u202e.pdf", None, Why.NAME),
        (os.fsdecode(b"\xff\xfe_2026q1_honorarbescheid.pdf"), None, Why.NAME),
        ("889999900_2026q1_rechnung.pdf", None, Why.KIND),
        ("889999900_2026q3_honorarbescheid.pdf", None, Why.QUARTER_AHEAD),
        ("859999900_2026q1_honorarbescheid.pdf", None, Why.UNKNOWN_SITE),
        (RIGHT, b"", Why.EMPTY),
        (RIGHT, pdf()[:-7], Why.NOT_PDF),
        (RIGHT, b"<html>%%EOF", Why.NOT_PDF),
        (RIGHT, pdf("x" * 2**20), Why.TOO_LARGE),
    ],
)
def test_what_is_wrong_lies_aside_with_its_reason_and_on_the_desk_once(
    name: str, content: bytes | None, why: Why, folder: Path, alice: make.Member
) -> None:
    dropped = drop(folder, name, content).read_bytes()
    good = drop(folder, "889999900_2025q4_honorarbescheid.pdf")
    assert sorted(take(folder), key=str) == sorted([(What.REFUSED, why), (What.TAKEN, None)], key=str)
    assert not good.exists()
    assert left(folder) == []
    assert aside(folder) == sorted([name, f"{name}.reason.txt"])
    assert (folder / "quarantine" / name).read_bytes() == dropped
    assert f" {why}: " in (folder / "quarantine" / f"{name}.reason.txt").read_text(encoding="utf-8")
    drop(folder, name, content)
    take(folder)
    assert RefusedFile.objects.get().why == why
    assert len(aside(folder)) == 4


def test_links_pipes_and_folders_are_not_followed(folder: Path, alice: make.Member, tmp_path: Path) -> None:
    secret = drop(tmp_path, "secret", pdf("geheim"))
    (folder / RIGHT).symlink_to(secret)
    os.mkfifo(folder / "889999900_2025q4_honorarbescheid.pdf")
    (folder / "889999900_2025q3_honorarbescheid.pdf").mkdir()
    assert take(folder) == [(What.REFUSED, Why.NOT_A_FILE)] * 2
    assert secret.exists()
    assert not Document.objects.exists()


def test_what_is_still_written_is_left_alone(
    folder: Path, alice: make.Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (".hidden.pdf", RIGHT + ".part", RIGHT + ".TMP"):
        drop(folder, name)
    assert take(folder) == []
    configured.change(monkeypatch, documents={"settle_seconds": 10})
    drop(folder, RIGHT)
    now = datetime.now(UTC)
    young, old = (
        [line.what for line in taking.take(folder=folder, by=make.BY, now=at)]
        for at in (now, now + timedelta(seconds=11))
    )
    assert (young, old) == ([What.WAITS], [What.TAKEN])


def test_a_file_that_grows_while_it_is_read_waits(
    folder: Path, alice: make.Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop(folder, RIGHT)
    read = os.fstat

    def growing(descriptor: int) -> os.stat_result:
        found = read(descriptor)
        with path.open("ab") as file:
            file.write(b"more")
        return found

    monkeypatch.setattr(os, "fstat", growing)
    assert take(folder) == [(What.WAITS, None)]
    monkeypatch.undo()


def test_again_and_under_another_name_it_is_there_already(folder: Path, alice: make.Member) -> None:
    for _time in range(2):
        drop(folder, RIGHT)
        drop(folder, "889999900_12026_Honorarbescheid.pdf")
        take(folder)
        assert left(folder) == []
    assert Document.objects.count() == 1
    assert len(list((folder.parent / "documents").glob("*/*"))) == 1


def test_of_two_that_say_they_are_the_same_none_is_taken(folder: Path, alice: make.Member) -> None:
    drop(folder, RIGHT, pdf("eins"))
    drop(folder, "889999900_12026_honorarbescheid.pdf", pdf("zwei"))
    assert take(folder) == [(What.REFUSED, Why.DOUBLE)] * 2
    drop(folder, RIGHT, pdf("eins"))
    assert take(folder) == [(What.TAKEN, None)]
    drop(folder, RIGHT, pdf("zwei"))
    assert take(folder) == [(What.REFUSED, Why.OTHER_THERE)]


def test_all_or_none_takes_nothing_and_moves_nothing_if_one_is_wrong(
    folder: Path, alice: make.Member
) -> None:
    drop(folder, RIGHT)
    wrong = drop(folder, "x.pdf")
    assert take(folder, all_or_none=True) == [(What.TAKEN, None), (What.REFUSED, Why.NAME)]
    assert (left(folder), aside(folder)) == ([RIGHT, "x.pdf"], [])
    assert not Document.objects.exists()
    wrong.unlink()
    assert take(folder, only_look=True) == [(What.TAKEN, None)]
    assert left(folder) == [RIGHT]
    assert take(folder, all_or_none=True) == [(What.TAKEN, None)]
    assert left(folder) == []


def test_a_full_disk_loses_nothing(folder: Path, alice: make.Member, monkeypatch: pytest.MonkeyPatch) -> None:
    drop(folder, RIGHT)

    def full(*_: object) -> None:
        raise StoreFull("no room")

    with monkeypatch.context() as patch:
        patch.setattr(sealed_store, "_write", full)
        with pytest.raises(StoreFull):
            take(folder)
    assert (left(folder), Document.objects.count()) == ([RIGHT], 0)
    assert take(folder) == [(What.TAKEN, None)]


def test_killed_before_a_file_left_the_folder_it_is_done_again(
    folder: Path, alice: make.Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(folder, RIGHT)
    wrong = drop(folder, "x.pdf")

    def stuck(*_: object, **__: object) -> None:
        raise PermissionError("read-only")

    with monkeypatch.context() as patch:
        patch.setattr(dropped_files, "forget", stuck)
        patch.setattr(dropped_files, "put_aside", stuck)
        assert take(folder) == [(What.TAKEN, None), (What.NOT_MOVED, Why.NAME)]
    assert wrong.exists()
    assert take(folder) == [(What.THERE_ALREADY, None), (What.REFUSED, Why.NAME)]
    assert (left(folder), Document.objects.count(), RefusedFile.objects.count()) == ([], 1, 1)


def test_of_two_who_take_from_a_folder_one_does(folder: Path, tmp_path: Path) -> None:
    with dropped_files.alone_in(folder):
        with pytest.raises(FolderInUse, match="Somebody else"):
            take(folder)
        assert taking.watch(make.NOW) == 0
    with pytest.raises(NoFolder, match="cannot be opened"):
        take(tmp_path / "nowhere")


def test_more_than_a_batch_goes_in_batches(
    folder: Path, alice: make.Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "_MOST_FILES", 2)
    for year in range(2015, 2020):
        drop(folder, f"889999900_{year}q1_honorarbescheid.pdf", pdf(str(year)))
    stops = iter([False, True])
    report = taking.take(folder=folder, by=make.BY, now=make.NOW, is_stopping=lambda: next(stops))
    assert [line.what for line in report] == [What.TAKEN] * 2
    assert taking.watch(make.NOW) == 3
    assert Document.objects.count() == 5


def test_the_command_reports_each_file_and_ends_with_the_numbers(folder: Path, alice: make.Member) -> None:
    drop(folder, RIGHT)
    drop(folder, os.fsdecode(b"\xff.pdf"))
    answer = CliRunner().invoke(commands.app, ["documents", "take", str(folder), "--json"])
    assert answer.exit_code == 1
    assert f"'{RIGHT}'  taken" in answer.output
    assert "does not follow the rule" in answer.output
    last = json.loads(answer.output.splitlines()[-1])
    assert (last["taken"], last["refused"], last["waits"]) == (1, 1, 0)
    assert Line(RIGHT, What.TAKEN).shown == RIGHT
