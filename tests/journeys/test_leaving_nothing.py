"""Whatever ends a run, nothing of it stays on the machine."""

import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab import commands, demo, ground, remains, topology
from lab.stage import Stage, chapter

pytestmark = pytest.mark.lab
_LAB = [sys.executable, "-m", "lab"]


def _machine() -> list[str]:
    """What is the machine's own: cards, rules, and where it finds others."""
    asked = (["ip", "-o", "link"], ["ip", "route"], ["nft", "list", "ruleset"])
    folders = [str(one) for one in Path(tempfile.gettempdir()).glob("flexnet-lab-*")]
    return [subprocess.run(one, capture_output=True, text=True, check=True).stdout for one in asked] + folders


@pytest.fixture
def running() -> Iterator[subprocess.Popen[str]]:
    """A demo in the middle of its story."""
    with subprocess.Popen(_LAB, stdout=subprocess.PIPE, text=True) as demo_process:
        assert demo_process.stdout is not None
        for line in demo_process.stdout:
            if "✓" in line:
                break
        yield demo_process
        demo_process.kill()
    ground.clear()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_takes_everything_down(running: subprocess.Popen[str], number: signal.Signals) -> None:
    running.send_signal(number)
    assert running.wait(timeout=60) == 128 + number
    assert remains.found() == []
    assert not ground.RECORD.exists()


def test_after_sigkill_one_command_removes_the_rest(running: subprocess.Popen[str]) -> None:
    running.kill()
    running.wait()
    assert "namespace fn-gw" in remains.found()
    refused = subprocess.run(_LAB, capture_output=True, text=True, check=False)
    assert refused.returncode == 3
    assert "--clean" in refused.stderr
    assert subprocess.run([*_LAB, "--clean"], capture_output=True, check=False).returncode == 0
    assert remains.found() == []


def test_only_one_lab_at_a_time(running: subprocess.Popen[str]) -> None:
    refused = subprocess.run(_LAB, capture_output=True, text=True, check=False)
    assert refused.returncode == 3
    assert "Another run" in refused.stderr
    assert running.poll() is None


def _broken(stage: Stage) -> None:
    stage.system.start_world()
    raise RuntimeError("broken on purpose")


def test_a_failing_step_takes_everything_down_and_the_machine_is_as_before() -> None:
    before = _machine()
    said: list[str] = []
    told = chapter("A broken one")
    told.step("it breaks")(_broken)
    result = demo.run(database="sqlite", told=[told], say=said.append)
    assert result.outcome.failed == "A broken one: it breaks"
    assert "broken on purpose" in "\n".join(said)
    assert remains.found() == []
    assert _machine() == before


def test_a_process_that_dies_is_noticed_and_its_words_are_shown() -> None:
    said: list[str] = []
    told = chapter("A death")
    told.step("it lives")(lambda stage: stage.system.start_world())
    told.step("it dies")(lambda stage: _kill(stage, "neighbour"))
    result = demo.run(database="sqlite", told=[told], say=said.append)
    assert result.outcome.passed == 1
    assert "neighbour ended by itself (-9)" in "\n".join(said)


def _kill(stage: Stage, name: str) -> None:
    stage.system.processes[name].popen.kill()
    time.sleep(0.1)


_KEPT = """
from lab import demo, stage
told = stage.chapter("A kept one")
told.step("the world answers")(lambda stage: stage.system.start_world())
demo.run(database="sqlite", keep=True, told=[told])
"""


def test_keep_leaves_the_lab_running_until_it_is_cleaned() -> None:
    try:
        said = commands.run([sys.executable, "-c", _KEPT])
        assert "ip netns exec fn-pc bash" in said
        assert commands.run(["ip", "netns", "pids", topology.INTERNET]).split()
    finally:
        assert ground.clear()
    assert remains.found() == []
