"""After the key ring got a new key: every seal of a column is renewed under it."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import Model

from flexnet import transactions

_BATCH = 500


def renew(model: type[Model], column: str, *, row: str, renewed: Callable[[Any, str], Any]) -> int:
    """Exchange every seal in `column`, a batch of rows a transaction; answers how many changed.

    `row` leads to the name that a seal is bound to; `renewed` answers the fresh seal for a seal and its row.
    A seal that somebody else exchanges meanwhile is left alone. Raises sealed.SealBroken.
    """
    changed = 0
    for batch in _batches(model, column, row):
        with transactions.writing():
            for pk, seal, name in batch:
                fresh = renewed(seal, name)
                same = model._default_manager.filter(pk=pk, **{column: seal})
                changed += same.update(**{column: fresh}) if fresh != seal else 0
    return changed


def _batches(model: type[Model], column: str, row: str) -> Iterator[list[tuple[Any, Any, str]]]:
    rows = model._default_manager.exclude(**{column: None}).order_by("pk").values_list("pk", column, row)
    batch = list(rows[:_BATCH])
    while batch:
        yield batch
        batch = list(rows.filter(pk__gt=batch[-1][0])[:_BATCH])
