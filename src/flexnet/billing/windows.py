"""From when until when may a quarter be handed in, and how does it stand on a day? Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from flexnet.configuration import Billing
from flexnet.lib.quarters import Quarter


class Stage(StrEnum):
    """Late is a surcharge, where the KV asks one, and never a closed door."""

    NOT_YET = "not_yet"
    EARLY = "early"
    OPEN = "open"
    LATE = "late"


@dataclass(frozen=True, order=True)
class Window:
    """Days in Germany; the last one counts until its end at 24:00."""

    quarter: Quarter
    early_from: date
    opens: date
    closes: date

    def stage(self, on: date) -> Stage:
        if on < self.early_from:
            return Stage.NOT_YET
        if on < self.opens:
            return Stage.EARLY
        return Stage.OPEN if on <= self.closes else Stage.LATE


def of(quarter: Quarter, billing: Billing) -> Window | None:
    """The KV's dates of this quarter, else those by its rule; None where it has said neither."""
    early = timedelta(days=billing.early_days)
    for one in billing.windows:
        if Quarter.parse(one.quarter) == quarter:
            return Window(quarter, one.opens - early, one.opens, one.closes)
    if billing.opens_day is None or billing.closes_day is None:
        return None
    opens = quarter.last_day.replace(day=billing.opens_day)
    closes = (quarter + 1).first_day.replace(day=billing.closes_day)
    return Window(quarter, opens - early, opens, closes)


def current(on: date, billing: Billing) -> Window | None:
    """The newest one that has begun: what is due, or was; None before the first that is known."""
    this = Quarter.of(on)
    known = (of(quarter, billing) for quarter in (this, this - 1))
    return next((one for one in known if one and one.stage(on) is not Stage.NOT_YET), None)
