"""Our SQLite reads a statement as Django's own does, whatever placeholders it has."""

import contextlib
import sqlite3

from django.db.backends.sqlite3.base import SQLiteCursorWrapper
from hypothesis import given
from hypothesis import strategies as st

from flexnet.sqlite.base import DatabaseWrapper

PARTS = ("%s", "%%", "%", "s", "?", "'", " LIKE ")


def ours(query: str, names: list[str] | None = None) -> str:
    database = DatabaseWrapper({"OPTIONS": {}}, alias="nowhere")
    with contextlib.closing(sqlite3.connect(":memory:")) as database.connection:
        return database.create_cursor().convert_query(query, param_names=names)


@given(query=st.lists(st.sampled_from(PARTS), max_size=12).map("".join))
def test_placeholders_by_place(query: str) -> None:
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        assert ours(query) == connection.cursor(factory=SQLiteCursorWrapper).convert_query(query)


def test_placeholders_by_name() -> None:
    assert ours("SELECT %(one)s, '%%'", ["one"]) == "SELECT :one, '%'"
