"""The demo's whole story, on both databases; every step of it is asserted where it is told."""

from pathlib import Path

import pytest

from lab import demo, remains

pytestmark = pytest.mark.lab


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_the_whole_story(database: str, tmp_path: Path) -> None:
    told: list[str] = []
    result = demo.run(database=database, screenshots=tmp_path, say=told.append)
    assert result.outcome.failed is None, "\n".join(told)
    assert result.outcome.passed == result.outcome.total
    figures = result.figures()
    assert None not in figures.values()
    assert len(list(tmp_path.glob("*-desktop.png"))) == len(list(tmp_path.glob("*-phone.png"))) > 0
    assert remains.found() == []
