"""A log that nobody can flood, and failures that tell where and never what."""

import logging

import pytest

from flexnet.radius import counters
from flexnet.radius.counters import Sparing


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_more_lines_than_allowed_are_kept_back_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    sparing = Sparing(3, period=10, clock=clock)
    for number in range(100):
        sparing.log(logging.WARNING, "line %d", number)
    assert caplog.messages == ["line 0", "line 1", "line 2"]
    clock.now = 10
    sparing.log(logging.WARNING, "line %d", 100)
    assert caplog.messages[3:] == ["97 more lines of this kind were kept back", "line 100"]


def test_a_failure_names_the_place_and_not_the_message(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counters, "_failures", Sparing(1))
    try:
        raise ValueError("Sentinel-Kennwort")
    except ValueError as error:
        counters.failed("sign-in", error)
    assert "ValueError" in caplog.text
    assert "test_counters.py" in caplog.text
    assert "Sentinel" not in caplog.text
