"""The one way to write: a transaction that takes its turn."""

import contextlib
import fcntl
import functools
import itertools
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from types import NoneType
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import AutoField, Field, Model

_FACTS = (
    0x666C_6661  # PostgreSQL's name for the turn of those who change facts, an arbitrary number of our own
)
_MOST_VALUES = 2_000  # in one statement: every database takes so many
_thread = threading.local()


@contextlib.contextmanager
def writing() -> Iterator[None]:
    """Run the block in one write transaction; inside another one it joins: they hold or fail together.

    SQLite gives a busy database to whoever asks at the right moment, so that of eight writers seven
    starve; a lock on a file beside it makes them queue. PostgreSQL needs no such help.
    """
    if getattr(_thread, "is_open", False):
        with transaction.atomic(savepoint=False):
            yield
        return
    # What comes after a commit writes in a transaction of its own, in the turn that is still there.
    is_afterwards = is_writing()
    with contextlib.nullcontext() if is_afterwards else _turn():
        try:
            with transaction.atomic():
                _thread.is_writing, _thread.is_open, _thread.last = True, True, []
                yield
                if not transaction.get_rollback():  # nothing of a rehearsal is kept
                    write_all(_thread.last)
                _thread.is_open = _thread.has_turn = False
        finally:
            _thread.is_writing, _thread.is_open, _thread.has_turn = is_afterwards, False, False
            _thread.last = []


@contextlib.contextmanager
def writing_one() -> Iterator[None]:
    """As `writing`, for a block of one statement: PostgreSQL needs one round trip for that, and not three."""
    if connection.vendor == "postgresql" and not is_writing():
        yield
        return
    with writing():
        yield


def is_writing() -> bool:
    """Whether the caller is inside `writing`, as every audited act must be."""
    return getattr(_thread, "is_writing", False)


def after_commit(act: Callable[[], object]) -> None:
    """Run `act` once the surrounding transaction holds, never when it is rolled back.

    It has to be short, for the next writer waits for it; should it fail, what was committed holds, and the
    failure is logged.
    """
    transaction.on_commit(act, robust=True)


@dataclass(frozen=True)
class Statement:
    """SQL that writes and answers nothing, and its values."""

    sql: str
    values: Sequence[Any] = field(repr=False)


@dataclass(frozen=True)
class Unwritten:
    """Something to be written; `write` takes many of them at little more than the cost of one."""

    what: Any
    write: Callable[[Sequence[Any]], object] = field(repr=False)

    def run(self) -> bool:
        """Write it alone."""
        self.write([self.what])
        return True


def write_all(waiting: Iterable[Unwritten]) -> None:
    """Write them, those of one kind in one go."""
    for write, same in itertools.groupby(waiting, key=lambda one: one.write):
        write([one.what for one in same])


def write_last(one: Unwritten) -> None:
    """Inside `writing`: written when all else is, just before the commit, and what is alike in one go.

    It holds or fails with the transaction; what an `attempt` undoes is not written.
    """
    _thread.last.append(one)


@contextlib.contextmanager
def attempt() -> Iterator[None]:
    """Inside `writing`: whatever fails in the block is undone, and the transaction can go on."""
    before = len(_thread.last)
    try:
        with transaction.atomic():
            yield
    except BaseException:
        del _thread.last[before:]
        raise


def write_together(statements: Sequence[Statement]) -> None:
    """Write all of them or none; none may rest on what another one writes.

    On PostgreSQL they go as one statement, which needs no transaction around it: one round trip, not five.
    It takes its rows in an order of its own. So whatever takes a try and counts the refusal does it like
    this and in no transaction of another order, or two would wait for each other.
    """
    if connection.vendor == "postgresql" and not is_writing():
        *first, last = (statement.sql for statement in statements)
        named = ", ".join(f"part{number} AS ({sql})" for number, sql in enumerate(first))
        values = [value for statement in statements for value in statement.values]
        _execute(f"WITH {named} {last}" if named else last, values)
        return
    with writing():
        for statement in statements:
            _execute(statement.sql, statement.values)


def _execute(sql: str, values: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def ask_anew(question: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a question that PostgreSQL plans each time.

    A plan that a connection keeps was right for the table as it was then: one to read all of ten rows takes
    a millisecond for each wrong code once an attack has made ten thousand of them.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors:
                cursor.cursor.execute(question, values, prepare=False)
        else:
            cursor.execute(question, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def insert(row: Model, *, listed_in: type[Model] | None = None) -> None:
    """Inside `writing`: store a new row, and what the database numbers gets its number.

    `listed_in` is a table of nothing but such numbers: the new one is put there too, on PostgreSQL in one go
    with it. Model.save does the same and more (signals, parents, defaults of the database) and takes four
    times as long: this is for what every sign-in writes.
    """
    statement, fields = _insertion(type(row))
    values = [_value(row, field) for field in fields]
    listing = _listing(listed_in) if listed_in else ""
    with connection.cursor() as cursor:
        if listing and connection.vendor == "postgresql":
            statement = f"WITH new AS ({statement}) {listing} SELECT * FROM new RETURNING *"  # noqa: S608 - both of models alone
        cursor.execute(statement, values)
        (row.pk,) = cursor.fetchone()
        row._state.adding = False
        if listing and connection.vendor != "postgresql":
            cursor.execute(f"{listing} VALUES (%s)", [row.pk])


def insert_new(row: Model, *, otherwise: Exception) -> None:
    """As `insert`, for what another row may stand in the way of: raises `otherwise`, and nothing is broken.

    `refused_as` needs a savepoint around the same, which takes two round trips more.
    """
    statement, fields = _insertion(type(row))
    insertion, returning, answer = statement.rpartition(" RETURNING ")
    with connection.cursor() as cursor:
        values = [_value(row, field) for field in fields]
        cursor.execute(f"{insertion} ON CONFLICT DO NOTHING{returning}{answer}", values)
        new = cursor.fetchone()
    if new is None:
        raise otherwise
    (row.pk,) = new
    row._state.adding = False


def insert_all(rows: Sequence[Model]) -> None:
    """As `insert`, for many new rows of one kind; a third of what bulk_create takes, for imports."""
    if not rows:
        return
    statement, fields = _insertion(type(rows[0]))
    marks = "(" + ", ".join(["%s"] * len(fields)) + ")"
    head, _, tail = statement.partition(marks)
    size = max(1, _MOST_VALUES // len(fields))
    for first in range(0, len(rows), size):
        some = rows[first : first + size]
        values = [_value(row, field) for row in some for field in fields]
        with connection.cursor() as cursor:
            cursor.execute(head + ", ".join([marks] * len(some)) + tail, values)
            for row, (pk,) in zip(some, cursor.fetchall(), strict=True):
                row.pk = pk


def delete(model: type[Model], column: str, values: Sequence[Any]) -> None:
    """Inside `writing`: rows that have one of these in a column go, if there are any.

    Rows of another table must not point at them: what QuerySet.delete looks for is not looked for here.
    """
    if values:
        marks = ", ".join(["%s"] * len(values))
        _execute(f'DELETE FROM "{model._meta.db_table}" WHERE "{column}" IN ({marks})', values)  # noqa: S608 - names come from the model and our own code


def _value(row: Model, field: "Field[Any, Any]") -> Any:
    """Texts, numbers and truths go to the database as they are; to ask the field takes ten times as long."""
    value = getattr(row, field.attname)
    if type(value) in (str, int, bool, NoneType):
        return value
    return field.get_db_prep_save(field.pre_save(row, True), connection)


@functools.cache
def _insertion(model: type[Model]) -> tuple[str, tuple["Field[Any, Any]", ...]]:
    """Names come from the model alone, values never do; what the database generates is not written."""
    own = model._meta
    fields = tuple(
        field for field in own.concrete_fields if not (isinstance(field, AutoField) or field.generated)
    )
    names = ", ".join(f'"{field.column}"' for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    return f'INSERT INTO "{own.db_table}" ({names}) VALUES ({marks}) RETURNING "{own.pk.column}"', fields  # noqa: S608 - as above


@functools.cache
def _listing(model: type[Model]) -> str:
    return f'INSERT INTO "{model._meta.db_table}" ("{model._meta.pk.column}")'


def count_anew(models: Iterable[type[Model]]) -> None:
    """Tell PostgreSQL how large these tables have become; SQLite goes by its indexes anyway.

    It plans by what it counted last, and does so by itself once a minute: what began empty and grows quickly
    is read as a whole until then, at each question.
    """
    if connection.vendor == "postgresql":
        tables = ", ".join(f'"{model._meta.db_table}"' for model in models)
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {tables}")


def hold(model: type[Model], pks: Iterable[int]) -> None:
    """Inside `writing`: nobody else holds these rows until the transaction ends; always in the same order.

    On SQLite every writer is alone already.
    """
    wanted = sorted(set(pks))
    if not connection.features.has_select_for_update or not wanted:
        return
    table, key = model._meta.db_table, model._meta.pk.column
    _execute(
        f'SELECT 1 FROM "{table}" WHERE "{key}" = ANY(%s) ORDER BY "{key}" FOR NO KEY UPDATE',  # noqa: S608 - names come from the model alone
        [wanted],
    )


def take_turn_at_facts() -> None:
    """Inside `writing`: of all who call this, only one is past it until its transaction ends.

    What is derived from facts of several hands would be wrong otherwise: of two that write at once, neither
    sees the other's.
    """
    if connection.vendor == "postgresql" and not getattr(_thread, "has_turn", False):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_FACTS])
        # What was taken within a savepoint is given away with it: only the transaction's own is remembered.
        _thread.has_turn = is_writing() and not any(connection.savepoint_ids)


@contextlib.contextmanager
def refused_as(error: Exception) -> Iterator[None]:
    """Inside `writing`: what a constraint refuses in the block is said in the domain's words, by `error`."""
    try:
        with attempt():
            yield
    except IntegrityError:
        raise error from None


@contextlib.contextmanager
def _turn() -> Iterator[None]:
    name = str(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or ":memory:" in name or "mode=memory" in name:
        yield
        return
    descriptor = os.open(f"{name}.turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
