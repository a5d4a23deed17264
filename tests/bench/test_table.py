"""The table of results says what was measured, what was wanted, and what was missed."""

import json
from typing import Any

from bench import results, table

MACHINE = {"cores": 2, "processor": "x", "python": "3.11"}


def _kept(**figures: float) -> dict[str, Any]:
    return {"figures": figures, "date": "d", "commit": "c", "load_before": 0.1, "machine": MACHINE}


def _line(kept: dict[str, dict[str, Any]], words: str) -> list[str]:
    line = next(one for one in table.table(kept).splitlines() if words in one)
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_a_missed_figure_stands_out_and_each_database_has_its_own_target() -> None:
    kept = {"sign-in-sqlite": _kept(share_of_bound=0.8), "sign-in-postgresql": _kept(share_of_bound=0.8)}
    cells = _line(kept, "share of that bound")
    assert cells == ["share of that bound", "≥ 0.85 / 0.7", "**0.8** (missed)", "0.8"]


def test_what_was_not_measured_is_a_dash() -> None:
    assert _line({}, "codes accepted twice")[2:] == ["–", "–"]


def test_zero_is_a_figure() -> None:
    assert _line({"replay-sqlite": _kept(accepted_twice=0)}, "codes accepted twice")[2] == "0"
    assert "missed" in _line({"replay-sqlite": _kept(accepted_twice=1)}, "codes accepted twice")[2]


def test_the_readme_shows_the_results_that_are_kept() -> None:
    kept = {path.stem: json.loads(path.read_text()) for path in results.FOLDER.glob("*.json")}
    assert table.table(kept) in table.README.read_text()
