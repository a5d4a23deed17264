"""A signal ends the program once; on the way out no further one disturbs."""

import os
import signal

import pytest

from lab import signals


@pytest.mark.parametrize("number", signals.ENDING)
def test_a_signal_becomes_an_exception(number: int) -> None:
    with pytest.raises(SystemExit, match=str(128 + number)), signals.ending():
        os.kill(os.getpid(), number)


def _ended_and_disturbed(undone: list[str]) -> None:
    try:
        os.kill(os.getpid(), signal.SIGTERM)
    finally:
        os.kill(os.getpid(), signal.SIGINT)
        undone.append("all")


def test_a_second_signal_does_not_disturb_the_way_out() -> None:
    undone: list[str] = []
    with pytest.raises(SystemExit), signals.ending():
        _ended_and_disturbed(undone)
    assert undone == ["all"]


def test_afterwards_signals_mean_what_they_meant() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with signals.ending():
        assert signal.getsignal(signal.SIGTERM) is not before
    assert signal.getsignal(signal.SIGTERM) is before
