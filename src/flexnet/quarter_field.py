"""How a quarter stands in a row: `2027q1`, which sorts by time."""

from typing import TYPE_CHECKING, Any

from django.db import models

from flexnet.lib.quarters import Quarter

if TYPE_CHECKING:  # the stubs alone make it generic
    _Text = models.CharField[Quarter | str, Quarter]
else:
    _Text = models.CharField


class QuarterField(_Text):
    """Reads and writes Quarter values."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 6
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: str | None, *_: object) -> Quarter | None:
        return None if value is None else Quarter.parse(value)

    def to_python(self, value: Quarter | str | None) -> Quarter | None:
        return Quarter.parse(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Quarter | str | None) -> str | None:
        return written(value) if isinstance(value, Quarter) else value


def written(quarter: Quarter) -> str:
    return f"{quarter.year:04d}q{quarter.number}"
