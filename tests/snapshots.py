"""What many tests begin with: made once by the real actions, and put back row by row for the next test."""

import functools
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, ParamSpec, TypeVar

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from flexnet import configuration

P = ParamSpec("P")
T = TypeVar("T")
_BASE: Final = configuration.current()
_WHAT_ACTS_ASK: Final = ("profile", "credentials", "password", "throttle", "hotp", "key_ring")


@dataclass(frozen=True)
class _Rows:
    """Those of one table."""

    insertion: str
    values: list[tuple[Any, ...]]


def kept(build: Callable[P, T]) -> Callable[P, T]:
    """Where the database is empty and nothing else is configured, what `build` made before is there at once.

    The rows have the numbers that they had then: no sequence gives out a number twice.
    """
    known: dict[bytes, tuple[bytes, list[_Rows]]] = {}

    @functools.wraps(build)
    def built(*args: P.args, **kwargs: P.kwargs) -> T:
        if not _is_plain():
            return build(*args, **kwargs)
        key = pickle.dumps((args, sorted(kwargs.items()), timezone.now().date()))
        if key in known:
            _put_back(known[key][1])
        else:
            made = build(*args, **kwargs)
            known[key] = pickle.dumps(made), [_rows_of(model) for model in _models()]
        answer: T = pickle.loads(known[key][0])  # noqa: S301 - written above
        return answer

    return built


def _is_plain() -> bool:
    current = configuration.current()
    if any(getattr(current, name) is not getattr(_BASE, name) for name in _WHAT_ACTS_ASK):
        return False
    with connection.cursor() as cursor:
        cursor.execute(_anything())
        return not cursor.fetchone()[0]


@functools.cache
def _anything() -> str:
    tables = (f'EXISTS (SELECT 1 FROM "{model._meta.db_table}")' for model in _models())  # noqa: S608 - our own
    return f"SELECT {' OR '.join(tables)}"


@functools.cache
def _models() -> tuple[type[Model], ...]:
    models = apps.get_models(include_auto_created=True)
    return tuple(one for one in models if one.__module__.startswith("flexnet."))


def _rows_of(model: type[Model]) -> _Rows:
    table, columns = model._meta.db_table, [f.column for f in model._meta.concrete_fields if not f.generated]
    names, marks = ", ".join(f'"{one}"' for one in columns), ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {names} FROM "{table}"')  # noqa: S608 - our own table
        return _Rows(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', cursor.fetchall())  # noqa: S608 - as above


def _put_back(tables: list[_Rows]) -> None:
    """Foreign keys are looked at when the transaction ends, so that any order will do."""
    with transaction.atomic(), connection.cursor() as cursor:
        for rows in tables:
            if rows.values:
                cursor.executemany(rows.insertion, rows.values)
