"""What a list is made of, and how a page of it is found."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise

from flexnet import configuration
from flexnet.web.status import Status

ROWS: Final = 50
COUNTED: Final = 1000
_BATCH: Final = 1000
_AFTER, _SORT = "after", "sort"
_NUMBER = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True)
class Cell:
    """What stands in one place of the table; a badge says it with icon and colour."""

    text: str
    url: str = ""
    status: Status | None = None


@dataclass(frozen=True)
class Sort:
    """An order: by a column that no two rows leave undecided, for their number follows."""

    word: str | Promise
    by: str
    is_descending: bool = False


Filtered = Callable[[Mapping[str, Any]], QuerySet[Any]]
Drawn = Callable[[Sequence[Any]], Sequence[Sequence[Cell]]]


@dataclass(frozen=True)
class Listing:
    """`rows` answers what the filters leave; `draw` makes lines of some of them, in a few queries.

    `beside` is the page that one may have looked for here: the name of its address, and a word.
    `many` answers the same as `rows` where they are many: quicker to ask in their order than to find.
    """

    title: str | Promise
    columns: Sequence[str | Promise]
    filters: type[forms.Form]
    rows: Filtered
    draw: Drawn
    sorts: Mapping[str, Sort]
    beside: tuple[str, str | Promise] | None = None
    many: Filtered | None = None
    amounts: Sequence[str | Promise] = ()  # the headings of what stands right-aligned
    whole: Sequence[str | Promise] = ()  # the headings of what no line ends in
    of_keys: str | Promise = ""  # the column that is there only where the KV gives out keys

    @property
    def headings(self) -> list[str | Promise]:
        """Of the columns that this KV has."""
        return [self.columns[at] for at in self._there]

    def lines(self, rows: Sequence[Any]) -> list[list[Cell]]:
        """What stands below them."""
        return [[line[at] for at in self._there] for line in self.draw(rows)]

    @property
    def _there(self) -> list[int]:
        has_keys = configuration.current().profile.second_factor
        return [at for at, one in enumerate(self.columns) if has_keys or not one or one != self.of_keys]


@dataclass(frozen=True)
class Shown:
    """One page of a list."""

    form: forms.Form
    lines: Sequence[Sequence[tuple[str | Promise, Cell]]]  # under which heading what stands
    count: int
    sort: str
    next_after: str = ""
    is_first: bool = True

    @property
    def is_more(self) -> bool:
        """Whether there are more than were counted."""
        return self.count > COUNTED


def shown(listing: Listing, query: QueryDict) -> Shown:
    """What the address asks for; a filter that cannot be is left out."""
    form = listing.filters(query or None)
    rows, count = _wanted(listing, _chosen(form))
    sort = query.get(_SORT, "")
    if sort not in listing.sorts:
        sort = next(iter(listing.sorts))
    after = query.get(_AFTER, "")
    page = _page(listing, _after(rows, listing.sorts[sort], after), ROWS + 1)
    found = page[:ROWS]
    return Shown(
        form=form,
        lines=[list(zip(listing.headings, line, strict=True)) for line in listing.lines(found)],
        count=count,
        sort=sort,
        next_after=_mark(found[-1], listing.sorts[sort]) if len(page) > ROWS else "",
        is_first=not after,
    )


def every(listing: Listing, query: QueryDict) -> Iterator[Sequence[Cell]]:
    """Every line that the filters leave, in the order of the address, a thousand at a time."""
    rows, _count = _wanted(listing, _chosen(listing.filters(query or None)))
    sort = listing.sorts.get(query.get(_SORT, "")) or next(iter(listing.sorts.values()))
    after = ""
    while page := _page(listing, _after(rows, sort, after), _BATCH):
        yield from listing.lines(page)
        after = _mark(page[-1], sort)


def _chosen(form: forms.Form) -> Mapping[str, Any]:
    form.is_valid()
    return {name: form.cleaned_data.get(name) or "" for name in form.fields} if form.is_bound else {}


def _wanted(listing: Listing, chosen: Mapping[str, Any]) -> tuple[QuerySet[Any], int]:
    """What the filters leave, and how many they are as far as they are counted.

    Few are found once, and then they are sorted; many are met soon enough on the way through the order.
    """
    numbers = list(listing.rows(chosen).order_by().values_list("pk", flat=True)[: COUNTED + 1])
    if len(numbers) > COUNTED:
        return (listing.many or listing.rows)(chosen), len(numbers)
    return listing.rows({}).filter(pk__in=numbers), len(numbers)


def _page(listing: Listing, rows: QuerySet[Any], count: int) -> list[Any]:
    """The first of these rows, whole; the others are passed by their indexes alone."""
    numbers = list(rows.values_list("pk", flat=True)[:count])
    found = listing.rows({}).in_bulk(numbers)
    return [found[pk] for pk in numbers if pk in found]


def _after(rows: QuerySet[Any], sort: Sort, mark: str) -> QuerySet[Any]:
    """The rows behind a mark, found by index and not by counting those before it."""
    sign, onward, from_there = ("-", "lt", "lte") if sort.is_descending else ("", "gt", "gte")
    ordered = rows.order_by(f"{sign}{sort.by}", f"{sign}pk")
    value, _bar, pk = mark.rpartition("|")
    if not _NUMBER.fullmatch(pk) or "\0" in value:
        return ordered
    try:
        behind = Q(**{f"{sort.by}__{onward}": value}) | Q(**{f"pk__{onward}": int(pk)})
        return ordered.filter(behind, **{f"{sort.by}__{from_there}": value})
    except (ValidationError, ValueError):  # somebody mended the address by hand
        return ordered


def _mark(row: Any, sort: Sort) -> str:
    """Where this row stands in the order."""
    value = row
    for name in sort.by.split("__"):
        value = getattr(value, name)
    return f"{value}|{row.pk}"
