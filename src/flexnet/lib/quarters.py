"""Quarters of a year in all the forms they are written in, and the dates on which notices take effect."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import overload

_YEAR = r"((?:19|20|21)[0-9]{2})"  # so that `20261`, the year first by mistake, is no quarter of the year 261
_KVDT = re.compile(rf"([1-4]){_YEAR}")
_PEOPLE = re.compile(rf"(?:Q?([1-4])|(I{{1,3}}|IV))[ /]{_YEAR}", re.IGNORECASE)
_YEAR_FIRST = re.compile(rf"{_YEAR}Q([1-4])", re.IGNORECASE)
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4}


class BadQuarter(ValueError):
    """What was written is no quarter; the text says in German how to write one."""

    def __init__(self) -> None:
        super().__init__("Bitte geben Sie das Quartal so an: 1/2026.")


@dataclass(frozen=True, order=True)
class Quarter:
    """One quarter, ordered by time: 4/2025 comes before 1/2026, whatever their written forms say."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (MINYEAR <= self.year <= MAXYEAR and 1 <= self.number <= 4):
            raise BadQuarter

    @classmethod
    def of(cls, day: date) -> Quarter:
        """The quarter that `day` lies in."""
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def parse_kvdt(cls, text: str) -> Quarter:
        """Read QJJJJ, as `12026` for 1/2026 (KVDT, rule 016). Raises BadQuarter."""
        if not (match := _KVDT.fullmatch(text)):
            raise BadQuarter
        return cls(int(match[2]), int(match[1]))

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """Read what people write: `Q1/2026`, `1/2026`, `I/2026`, `2026q1`. Raises BadQuarter."""
        if match := _YEAR_FIRST.fullmatch(text.strip()):
            return cls(int(match[1]), int(match[2]))
        if match := _PEOPLE.fullmatch(text.strip()):
            return cls(int(match[3]), int(match[1] or _ROMAN[match[2].upper()]))
        raise BadQuarter

    @property
    def kvdt(self) -> str:
        """QJJJJ, the form of field 9204."""
        return f"{self.number}{self.year:04d}"

    @property
    def first_day(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, 3 * self.number, 31 if self.number in (1, 4) else 30)

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    def __add__(self, quarters: int) -> Quarter:
        return _from_index(_index(self) + quarters)

    @overload
    def __sub__(self, other: int) -> Quarter: ...
    @overload
    def __sub__(self, other: Quarter) -> int: ...
    def __sub__(self, other: int | Quarter) -> Quarter | int:
        """An earlier quarter, or how many quarters lie between two."""
        if isinstance(other, Quarter):
            return _index(self) - _index(other)
        return self + -other

    def __str__(self) -> str:
        return f"Q{self.number}/{self.year:04d}"


def last_day_after_activity(ended_on: date, *, quarters: int = 4) -> date:
    """The last day of access once the contract-doctor activity has ended (terms, § 10(3)).

    The quarter in which it ends counts as quarter 0; the access lasts through the fourth after it.
    """
    return (Quarter.of(ended_on) + quarters).last_day


def last_day_after_member_notice(received_on: date, *, notice: timedelta = timedelta(days=14)) -> date:
    """The last day of access after a member's notice: two weeks from its receipt (terms, § 10(2))."""
    return received_on + notice


def last_day_after_kv_notice(received_on: date, *, notice: timedelta = timedelta(weeks=8)) -> date:
    """The last day of access after the KV's notice: eight weeks to the end of a quarter (terms, § 10(2))."""
    return Quarter.of(received_on + notice).last_day


def _index(quarter: Quarter) -> int:
    return 4 * quarter.year + quarter.number - 1


def _from_index(index: int) -> Quarter:
    return Quarter(index // 4, index % 4 + 1)
