"""Writers take turns, nested ones join, and what comes after a commit comes only then."""

import contextlib
import fcntl
import logging
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from flexnet import transactions
from flexnet.members.models import Person, Practice
from tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def enter(name: str) -> None:
    with transactions.writing():
        Practice.objects.create(name=name)


def enter_and_break(*more: str) -> None:
    with transactions.writing():
        Practice.objects.create(name="one")
        for name in more:
            enter(name)
        raise Broken


def names() -> list[str]:
    return sorted(Practice.objects.values_list("name", flat=True))


class Broken(Exception):
    """Thrown by a test, and by nothing else."""


def test_what_is_written_holds() -> None:
    enter("one")
    assert names() == ["one"]
    assert not transactions.is_writing()


def test_what_fails_leaves_nothing() -> None:
    with pytest.raises(Broken):
        enter_and_break()
    assert names() == []
    assert not transactions.is_writing()
    enter("two")


def test_an_inner_block_joins_the_outer() -> None:
    with pytest.raises(Broken):
        enter_and_break("inner")
    assert names() == []


def test_an_inner_failure_takes_the_outer_with_it() -> None:
    with transactions.writing():
        Practice.objects.create(name="outer")
        try:
            with transactions.writing():
                raise Broken
        except Broken:
            assert connection.needs_rollback
    assert names() == []


def test_after_commit_is_after_the_outermost() -> None:
    seen: list[list[str]] = []
    with transactions.writing():
        with transactions.writing():
            Practice.objects.create(name="one")
            transactions.after_commit(lambda: seen.append(names()))
        assert seen == []
    assert seen == [["one"]]


def test_after_a_rollback_nothing_comes() -> None:
    seen: list[str] = []

    def act() -> None:
        with transactions.writing():
            transactions.after_commit(lambda: seen.append("never"))
            raise Broken

    with pytest.raises(Broken):
        act()
    assert seen == []


def test_what_comes_after_may_write_and_may_fail(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise Broken

    with caplog.at_level(logging.CRITICAL + 1), transactions.writing():
        transactions.after_commit(fail)
        transactions.after_commit(lambda: enter("after"))
    assert names() == ["after"]


def test_what_a_constraint_refuses_is_said_in_our_words() -> None:
    with transactions.writing():
        Practice.objects.create(pk=1, name="one")
        with pytest.raises(Broken), transactions.refused_as(Broken()):
            Practice.objects.create(pk=1, name="again")
        Practice.objects.create(pk=2, name="two")
    assert names() == ["one", "two"]


@contextlib.contextmanager
def refused() -> Iterator[None]:
    yield
    raise IntegrityError


def test_what_is_written_last_comes_in_one_go_and_not_after_a_failure() -> None:
    together: list[list[str]] = []

    def write(rows: Sequence[str]) -> None:
        together.append([*rows, *names()])
        for row in rows:
            Practice.objects.create(name=row)

    with transactions.writing():
        transactions.write_last(transactions.Unwritten("one", write))
        with transactions.writing():
            transactions.write_last(transactions.Unwritten("two", write))
        Practice.objects.create(name="before them")
    assert together == [["one", "two", "before them"]]
    with pytest.raises(IntegrityError), transactions.writing(), refused():
        transactions.write_last(transactions.Unwritten("three", write))
    with transactions.writing():
        pass
    assert names() == ["before them", "one", "two"]


def test_what_comes_after_a_commit_writes_its_last_too() -> None:
    def afterwards() -> None:
        for name in ("two", "three"):
            with transactions.writing():
                transactions.write_last(transactions.Unwritten(name, lambda rows: list(map(enter, rows))))

    with transactions.writing():
        transactions.after_commit(afterwards)
        transactions.write_last(transactions.Unwritten("one", lambda rows: list(map(enter, rows))))
    assert names() == ["one", "three", "two"]
    assert not transactions.is_writing()


def test_of_a_rehearsal_nothing_is_written_last() -> None:
    with transactions.writing():
        transactions.write_last(transactions.Unwritten("one", lambda rows: list(map(enter, rows))))
        enter("two")
        transaction.set_rollback(True)
    assert names() == []


def test_what_an_attempt_undoes_is_not_written_last() -> None:
    with transactions.writing():
        for name in ("one", "two"):
            with contextlib.suppress(Broken), transactions.attempt():
                Practice.objects.create(name=name)
                transactions.write_last(transactions.Unwritten(name, lambda rows: list(map(enter, rows))))
                if name == "one":
                    raise Broken
    assert names() == ["two", "two"]


def test_what_is_there_already_is_not_inserted_and_nothing_is_broken() -> None:
    with transactions.writing():
        transactions.insert_new(Person(lanr="123456601", name="one"), otherwise=Broken())
        with pytest.raises(Broken):
            transactions.insert_new(Person(lanr="123456601", name="again"), otherwise=Broken())
        two = Person(lanr="765432201", name="two")
        transactions.insert_new(two, otherwise=Broken())
        two.name = "second"
        two.save()
    assert sorted(Person.objects.values_list("name", flat=True)) == ["one", "second"]


def test_a_turn_at_facts_is_taken_once_and_given_away_with_its_savepoint() -> None:
    def take() -> int:
        with CaptureQueriesContext(connection) as queries:
            transactions.take_turn_at_facts()
        return len(queries)

    def take_in_vain() -> None:
        with transaction.atomic():
            assert take() == asked
            raise Broken

    asked = 1 if connection.vendor == "postgresql" else 0
    for _transaction in range(2):
        with transactions.writing():
            with pytest.raises(Broken):
                take_in_vain()
            assert [take(), take()] == [asked, 0]


def test_writers_at_once_lose_no_update() -> None:
    enter("0")

    def count() -> None:
        for _ in range(25):
            with transactions.writing():
                transactions.hold(Practice, Practice.objects.values_list("pk", flat=True))
                (row,) = Practice.objects.all()
                row.name = str(int(row.name) + 1)
                row.save()

    assert at_once(*[count] * 6) == [None] * 6
    assert names() == ["150"]


def test_no_writer_starves() -> None:
    """SQLite alone would let one have nearly all turns; nobody gets less than a twentieth of a fair share."""
    turns = dict.fromkeys("abcdef", 0)
    until = time.monotonic() + 0.6

    def write(name: str) -> None:
        while time.monotonic() < until:
            enter(name)
            turns[name] += 1

    assert at_once(*(lambda name=name: write(name) for name in turns)) == [None] * 6
    assert min(turns.values()) >= max(sum(turns.values()) / len(turns) / 20, 1)


@pytest.fixture
def another_writer() -> Iterator[threading.Event]:
    """Somebody who is writing until told to go."""
    inside, go = threading.Event(), threading.Event()

    def write() -> None:
        with transactions.writing():
            transactions.take_turn_at_facts()
            Practice.objects.create(name="theirs")
            inside.set()
            go.wait(10)
        connections.close_all()

    thread = threading.Thread(target=write, daemon=True)
    thread.start()
    assert inside.wait(10)
    yield go
    go.set()
    thread.join(10)


def test_whoever_changes_facts_sees_what_others_changed(another_writer: threading.Event) -> None:
    threading.Timer(0.05, another_writer.set).start()
    with transactions.writing():
        transactions.take_turn_at_facts()
        assert names() == ["theirs"]


def test_a_writer_holds_the_turn_beside_the_database(another_writer: threading.Event) -> None:
    """PostgreSQL needs none, and has none."""
    turn = Path(f"{connection.settings_dict['NAME']}.turn")
    assert turn.exists() == (connection.vendor == "sqlite")
    if turn.exists():
        with turn.open() as file, pytest.raises(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_readers_do_not_wait_for_writers(another_writer: threading.Event) -> None:
    assert names() == []
    assert not another_writer.is_set()


def _named(number: int, name: str) -> transactions.Statement:
    sql = "INSERT INTO members_practice (id, name, kind) VALUES (%s, %s, 'single')"
    return transactions.Statement(sql, [number, name])


@pytest.mark.parametrize("count", [1, 2, 3])
def test_what_is_written_together_all_holds(count: int) -> None:
    transactions.write_together([_named(number, str(number)) for number in range(count)])
    assert names() == [str(number) for number in range(count)]


def test_what_is_written_together_fails_together() -> None:
    with pytest.raises(IntegrityError):
        transactions.write_together([_named(1, "one"), _named(2, "two"), _named(1, "again")])
    assert names() == []


def test_written_together_inside_a_transaction_it_belongs_to_it() -> None:
    def write_and_break() -> None:
        with transactions.writing():
            transactions.write_together([_named(1, "one"), _named(2, "two")])
            raise Broken

    with pytest.raises(Broken):
        write_and_break()
    assert names() == []


def test_many_rows_are_stored_in_their_order_and_get_their_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transactions, "_MOST_VALUES", 7)
    rows = [Practice(name=f"practice {number:02}", kind=Practice.Kind.BAG) for number in range(20)]
    with transactions.writing():
        transactions.insert_all(rows)
        transactions.insert_all([])
    stored = Practice.objects.order_by("pk")
    assert [(row.pk, row.name, row.kind) for row in stored] == [(row.pk, row.name, "bag") for row in rows]
