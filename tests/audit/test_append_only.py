"""Append-only: the database itself refuses to change or delete what was recorded, sealed or signed."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from flexnet.audit import actions, append_only
from flexnet.audit.models import Checkpoint, Event, Link
from tests.audit.conftest import Record

pytestmark = pytest.mark.django_db
TABLES = ["audit_event", "audit_link", "audit_checkpoint"]
PAST_EVERY_ROW = {
    "sqlite": "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
    "postgresql": "TRUNCATE {table} CASCADE",
}


@pytest.fixture(autouse=True)
def _one_of_each(record: Record) -> None:
    record(1)
    actions.seal_pending()
    actions.checkpoint()
    connection.check_constraints()  # PostgreSQL alters and empties no table while a check is still to come


def is_refused(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        return "append-only" in str(error)
    return False


@pytest.mark.parametrize(
    ("table", "column"), [("audit_event", "subject"), ("audit_link", "hash"), ("audit_checkpoint", "hash")]
)
def test_nothing_is_changed(table: str, column: str) -> None:
    assert is_refused(f"UPDATE {table} SET {column} = 'x'")  # noqa: S608 - names from the list above


@pytest.mark.parametrize("table", TABLES)
def test_nothing_is_deleted(table: str) -> None:
    assert is_refused(f"DELETE FROM {table}")  # noqa: S608 - names from the list above


@pytest.mark.parametrize("table", TABLES)
def test_nothing_is_emptied_or_replaced_past_the_rows(table: str) -> None:
    assert is_refused(PAST_EVERY_ROW[connection.vendor].format(table=table))


@pytest.mark.parametrize("model", [Event, Link, Checkpoint])
def test_the_models_cannot_do_it_either(model: type[Event | Link | Checkpoint]) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        model._default_manager.get().save(force_update=True)
    assert model._default_manager.count() == 1


def test_new_rows_are_welcome(record: Record) -> None:
    record(2)
    assert actions.seal_pending() == 2


def test_migrations_put_lost_triggers_back() -> None:
    append_only.remove(connection)
    assert not is_refused("UPDATE audit_event SET subject = 'x'")
    append_only.after_migrations(using="default")
    assert is_refused("UPDATE audit_event SET subject = 'y'")
