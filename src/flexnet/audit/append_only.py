"""Triggers that refuse to change or delete what was written, on SQLite and PostgreSQL alike."""

from collections.abc import Iterator
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

# Table and its unique columns: SQLite's INSERT OR REPLACE deletes what it meets there and asks no trigger.
_TABLES = {
    "audit_event": ("id",),
    "audit_link": ("seq", "event_id", "hash"),
    "audit_checkpoint": ("seq",),
}


def protect(table: str, *, unique: tuple[str, ...]) -> None:
    """Another folder's table whose rows are never changed: from the next migration on, triggers say so."""
    _TABLES[table] = unique


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers in place; twice does no harm."""
    _run(connection, _installing(connection))


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away: for a migration that turns back, and for tests that empty the tables."""
    _run(connection, _removing(connection))


def after_migrations(*, using: str, **_: Any) -> None:
    """Receiver of `post_migrate`."""
    install(connections[using])


def _run(connection: BaseDatabaseWrapper, statements: Iterator[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _installing(connection: BaseDatabaseWrapper) -> Iterator[str]:
    yield from _removing(connection)
    if connection.vendor == "postgresql":
        yield _POSTGRESQL_REFUSAL
    there = set(connection.introspection.table_names())
    for table, unique in ((name, columns) for name, columns in _TABLES.items() if name in there):
        yield from _postgresql(table) if connection.vendor == "postgresql" else _sqlite(table, unique)


def _removing(connection: BaseDatabaseWrapper) -> Iterator[str]:
    of_table = connection.vendor == "postgresql"
    for table in _TABLES:
        for what in ("update", "delete", "replace", "truncate"):
            yield f"DROP TRIGGER IF EXISTS {table}_no_{what}" + (f" ON {table}" if of_table else "")


def _sqlite(table: str, unique: tuple[str, ...]) -> Iterator[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    there = " OR ".join(f"{column} = NEW.{column}" for column in unique)
    yield f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}"
    yield f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}"
    met = f"EXISTS (SELECT 1 FROM {table} WHERE {there})"  # noqa: S608 - names from the list above
    yield f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {met} {refuse}"


_POSTGRESQL_REFUSAL = """
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
"""


def _postgresql(table: str) -> Iterator[str]:
    for what, each in (("update", "ROW"), ("delete", "ROW"), ("truncate", "STATEMENT")):
        yield (
            f"CREATE TRIGGER {table}_no_{what} BEFORE {what.upper()} ON {table}"
            f" FOR EACH {each} EXECUTE FUNCTION audit_refuse()"
        )
        yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_{what}"
