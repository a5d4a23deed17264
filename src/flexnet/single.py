"""The one row that a unique condition leaves."""

from typing import TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


def single(rows: "QuerySet[Row]") -> Row | None:
    """It, or None. `first` would also order by the key, which takes Django as long as the question itself."""
    return next(iter(rows), None)
