"""From when until when a quarter is handed in: by dates, by a rule, or not known."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from flexnet.billing import windows
from flexnet.billing.windows import Stage, Window
from flexnet.configuration import Billing
from flexnet.lib.quarters import Quarter

APRIL = {"quarter": "1/2026", "opens": "2026-04-01", "closes": "2026-04-13"}
Q1, Q4 = Quarter(2026, 1), Quarter(2025, 4)
RULE = {"opens_day": 30, "closes_day": 15, "early_days": 15, "late_surcharge": True}  # KV Sachsen's


def billing(**values: Any) -> Billing:
    return Billing.model_validate({"store": Path("x"), **values})


def test_by_a_rule_also_over_the_turn_of_the_year() -> None:
    asked = billing(**RULE)
    assert windows.of(Q1, asked) == Window(Q1, date(2026, 3, 15), date(2026, 3, 30), date(2026, 4, 15))
    assert windows.of(Q4, asked) == Window(Q4, date(2025, 12, 15), date(2025, 12, 30), date(2026, 1, 15))


def test_the_dates_of_a_quarter_count_before_the_rule() -> None:
    asked = billing(windows=[APRIL], **RULE)
    assert windows.of(Q1, asked) == Window(Q1, date(2026, 3, 17), date(2026, 4, 1), date(2026, 4, 13))
    assert windows.of(Q4, asked) == windows.of(Q4, billing(**RULE))
    assert windows.of(Q4, billing(windows=[APRIL])) is None


@pytest.mark.parametrize(
    ("on", "quarter", "stage"),
    [
        (date(2026, 3, 14), Q4, Stage.LATE),
        (date(2026, 3, 15), Q1, Stage.EARLY),
        (date(2026, 3, 29), Q1, Stage.EARLY),
        (date(2026, 3, 30), Q1, Stage.OPEN),
        (date(2026, 4, 15), Q1, Stage.OPEN),
        (date(2026, 4, 16), Q1, Stage.LATE),
    ],
)
def test_what_is_due_on_a_day(on: date, quarter: Quarter, stage: Stage) -> None:
    found = windows.current(on, billing(**RULE))
    assert found is not None
    assert (found.quarter, found.stage(on)) == (quarter, stage)


def test_nothing_is_due_where_no_day_is_known() -> None:
    assert windows.current(date(2026, 4, 1), billing()) is None


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"opens_day": 30}, "go together"),
        ({"windows": [{"quarter": "5/2026", "opens": "2026-04-01", "closes": "2026-04-13"}]}, "Quartal"),
        ({"windows": [{"quarter": "1/2026", "opens": "2026-04-13", "closes": "2026-04-01"}]}, "exchange"),
        (
            {
                "windows": [
                    {"quarter": q, "opens": "2026-04-01", "closes": "2026-04-13"}
                    for q in ("1/2026", "Q1/2026")
                ]
            },
            "Q1/2026",
        ),
    ],
)
def test_what_cannot_be_is_refused_at_the_start(values: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        billing(**values)
