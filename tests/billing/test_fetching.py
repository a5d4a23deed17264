"""The billing department fetches each delivery exactly once, whatever breaks off, and says that it has it."""

import hashlib
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from typer.testing import CliRunner

from flexnet import transactions
from flexnet.access.models import Access
from flexnet.billing import actions, course, fetching
from flexnet.billing.errors import NoDrop, NoSuchPackage, WrongCheckSum
from flexnet.billing.models import Delivery, Package, Receipt
from flexnet.billing.standing import Barrier, Extent, State
from flexnet.cli import commands
from tests import configured, make
from tests.at_once import at_once
from tests.billing import files


@pytest.fixture
def drop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: Path) -> Path:
    folder = tmp_path / "drop"
    folder.mkdir()
    configured.change(monkeypatch, billing={"store": store, "drop": folder})
    return folder


class Department:
    """What stands at the other end: it takes each package over, then says so."""

    def __init__(self, drop: Path) -> None:
        self.drop, self.has = drop, Counter[str]()

    def fetches(self) -> None:
        for manifest in sorted(self.drop.glob("*/manifest.json")):
            if (said := manifest.with_name("acknowledged")).exists():
                continue
            for one in json.loads(manifest.read_bytes())["files"]:
                content = (manifest.parent / one["name"]).read_bytes()
                assert (len(content), hashlib.sha256(content).hexdigest()) == (one["size"], one["sha256"])
                self.has[one["receipt"]] += 1
            said.write_text(hashlib.sha256(manifest.read_bytes()).hexdigest() + "  manifest.json\n")


def handed_in(access: Access, count: int = 3, *, first: int = 0) -> list[Delivery]:
    rows = [files.received(access, files.plain(seed=seed)) for seed in range(first, first + count)]
    for row in rows:
        found = actions.submit(delivery=row, access=access, by=make.BY, now=make.NOW, extent=Extent.PART)
        assert isinstance(found, Receipt)
    return rows


def fetch(now: Any = make.NOW) -> list[Package]:
    return fetching.fetch(by=make.BY, now=now)


def test_what_waits_is_laid_out_and_is_in_work(access: Access, drop: Path) -> None:
    rows = handed_in(access)
    [package] = fetch()
    found = json.loads((drop / str(package) / "manifest.json").read_bytes())
    assert [one["receipt"] for one in found["files"]] == sorted(
        Receipt.objects.values_list("number", flat=True)
    )
    department = Department(drop)
    department.fetches()
    assert set(department.has.values()) == {1}
    assert {row.state for row in Delivery.objects.all()} == {State.IN_WORK}
    found_now = course.withdraw(delivery=rows[0], access=access, by=make.BY, now=make.NOW)
    assert found_now is Barrier.BEGUN
    assert not [path for path in drop.rglob("*") if path.name.startswith(".")]


def test_acknowledged_it_is_cleared_away_and_nothing_comes_twice(access: Access, drop: Path) -> None:
    handed_in(access)
    fetch()
    Department(drop).fetches()
    assert fetch() == []
    assert list(drop.iterdir()) == []
    package = Package.objects.get()
    assert package.acknowledged_at == package.cleared_at == make.NOW


def test_what_is_withdrawn_replaced_rejected_or_never_handed_in_is_not_laid_out(
    access: Access, drop: Path
) -> None:
    rows = handed_in(access, 4)
    files.received(access, files.plain(seed=9))
    course.withdraw(delivery=rows[0], access=access, by=make.BY, now=make.NOW)
    course.reject(delivery=rows[1], by=make.BY, why="x", now=make.NOW)
    course.release(delivery=rows[2], by=make.BY, why="x", now=make.NOW)
    correction = files.received(access, files.plain(seed=10))
    actions.submit(delivery=correction, access=access, by=make.BY, now=make.NOW, extent=Extent.CORRECTION)
    [package] = fetch()
    assert {row.pk for row in package.deliveries.all()} == {rows[3].pk, correction.pk}
    manifest = json.loads((drop / str(package) / "manifest.json").read_bytes())
    assert [rows[2].receipt.number] in [one["replaces"] for one in manifest["files"]]


def test_another_check_sum_acknowledges_nothing(access: Access, drop: Path) -> None:
    handed_in(access)
    [package] = fetch()
    with pytest.raises(WrongCheckSum):
        fetching.acknowledge(package=package, sha256="0" * 64, by=make.BY, now=make.NOW)
    (drop / str(package) / "acknowledged").write_bytes(b"\xff\x00 nonsense")
    assert fetch() == []
    assert [str(one) for one in fetching.desk_packages(make.NOW)] == [str(package)]
    assert fetching.acknowledge(
        package=package, sha256=package.manifest_sha256.upper() + "\n", by=make.BY, now=make.NOW
    )
    assert not fetching.desk_packages(make.NOW).exists()


def test_a_package_that_nobody_acknowledges_is_told_after_a_day(access: Access, drop: Path) -> None:
    handed_in(access)
    fetch()
    assert not fetching.desk_packages(make.NOW + timedelta(hours=23)).exists()
    assert fetching.desk_packages(make.NOW + timedelta(hours=25)).exists()


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(path.read_bytes()[:-9])])
def test_a_damaged_one_is_set_aside_and_the_others_go(
    access: Access, drop: Path, store: Path, damage: Callable[[Path], object]
) -> None:
    rows = handed_in(access)
    whole = (store / Delivery.objects.get(pk=rows[1].pk).path).read_bytes()
    path = store / Delivery.objects.get(pk=rows[1].pk).path
    damage(path)
    [package] = fetch()
    assert package.deliveries.count() == 2
    assert [row.pk for row in fetching.desk_damaged()] == [rows[1].pk]
    assert fetch() == []
    path.write_bytes(whole)
    assert fetching.try_again(delivery=rows[1], by=make.BY)
    [second] = fetch()
    assert [row.pk for row in second.deliveries.all()] == [rows[1].pk]


class Killed(BaseException):
    """The process ends here."""


@contextmanager
def killed_at(step: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The process ends before its step of this number: opened, made durable, renamed, removed, committed."""
    steps = [0]

    def counted(call: Callable[..., Any]) -> Callable[..., Any]:
        def counts(*args: Any, **kwargs: Any) -> Any:
            steps[0] += 1
            if steps[0] == step:
                raise Killed
            return call(*args, **kwargs)

        return counts

    with monkeypatch.context() as patched:
        for name in ("open", "fsync", "rmdir", "remove"):
            patched.setattr(os, name, counted(getattr(os, name)))
        patched.setattr(Path, "replace", counted(Path.replace))
        patched.setattr(transaction.Atomic, "__enter__", counted(transaction.Atomic.__enter__))
        yield steps


def test_killed_at_any_point_nothing_is_lost_and_nothing_comes_twice(
    access: Access, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    department, seed, step, ended = Department(drop), 0, 0, False
    while not ended:
        step += 1
        handed_in(access, 2, first=seed)
        seed += 2
        with killed_at(step, monkeypatch):
            try:
                fetch()
                department.fetches()
                fetch()
                ended = True
            except Killed:
                department.fetches()
        fetch()
        department.fetches()
        fetch()
    assert step > 20
    assert department.has == Counter(Receipt.objects.values_list("number", flat=True))
    assert list(drop.iterdir()) == []


@pytest.mark.django_db(transaction=True)
def test_two_that_lay_out_at_once_lay_each_out_once(drop: Path) -> None:
    access = make.settled().practice_access
    handed_in(access, 4)
    at_once(fetch, fetch)
    department = Department(drop)
    department.fetches()
    assert sum(department.has.values()) == len(department.has) == 4


@pytest.mark.django_db(transaction=True)
def test_handing_in_beside_what_is_just_fetched_does_not_wait_in_a_circle(drop: Path) -> None:
    """Whoever hands in holds what its site handed in before; the department holds that too."""
    access = make.settled().practice_access
    late, early = sorted(handed_in(access, 2), key=lambda row: row.pk)
    Delivery.objects.filter(pk=late.pk).update(submitted_at=make.NOW + timedelta(hours=1))
    new = files.received(access, files.plain(seed=7))

    def hold() -> None:
        with transactions.writing():
            list(Delivery.objects.select_for_update().filter(pk=early.pk))
            time.sleep(1.5)

    def take() -> object:
        time.sleep(0.5)
        return fetch()

    def submit() -> object:
        time.sleep(1)
        return actions.submit(delivery=new, access=access, by=make.BY, now=make.NOW, extent=Extent.PART)

    _none, packages, receipt = at_once(hold, take, submit)
    assert isinstance(packages, list)
    assert isinstance(receipt, Receipt)


def test_the_commands(access: Access, drop: Path) -> None:
    handed_in(access, 1)

    def run(*words: str) -> tuple[int, str]:
        answer = CliRunner().invoke(commands.app, ["billing", *words])
        return answer.exit_code, answer.output

    code, said = run("fetch", "--json")
    [package] = json.loads(said.splitlines()[-1])["packages"]
    assert (code, package["files"]) == (0, 1)
    assert package["package"] in run("packages")[1]
    assert run("acknowledge", package["package"], "0" * 64)[0] == 1
    assert run("acknowledge", package["package"], package["manifest_sha256"])[0] == 0
    assert "before" in run("acknowledge", package["package"], package["manifest_sha256"])[1]
    assert run("acknowledge", make.NO_ROW, "0" * 64)[0] == 1
    assert "Nothing waits." in run("fetch")[1]


def test_without_a_drop_it_says_so_and_the_worker_does_nothing(access: Access) -> None:
    handed_in(access, 1)
    assert fetching.watch(make.NOW) == 0
    with pytest.raises(NoDrop):
        fetch()
    with pytest.raises(NoSuchPackage):
        fetching.package_numbered("x")
