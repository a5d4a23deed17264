"""How a story is told: chapters of steps, each one asserted, and printed with its time."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

Stage = TypeVar("Stage")
Act = Callable[[Stage], str | None]
Tell = Callable[[str], None]


class Unexpected(AssertionError):
    """A step saw something else than it expected."""

    def __init__(self, what: str, *, expected: object, seen: object) -> None:
        super().__init__(f"{what}\n    expected: {expected}\n    seen:     {seen}")


def expect(what: str, seen: object, expected: object) -> None:
    """Go on when both are equal; raises Unexpected."""
    if seen != expected:
        raise Unexpected(what, expected=expected, seen=seen)


def expect_words(what: str, seen: str, *words: str) -> None:
    """Go on when a text holds all these words; raises Unexpected."""
    missing = [word for word in words if word not in seen]
    if missing:
        raise Unexpected(what, expected=" … ".join(words), seen=seen)


@dataclass(frozen=True)
class Step(Generic[Stage]):
    """One thing that happens; what it returns is a remark printed behind its text."""

    text: str
    act: Act[Stage]


@dataclass
class Chapter(Generic[Stage]):
    """Steps that belong together, in the order of their definition."""

    title: str
    steps: list[Step[Stage]] = field(default_factory=list)

    def step(self, text: str) -> Callable[[Act[Stage]], Act[Stage]]:
        """Add a function as the next step; the same function may be several."""

        def add(act: Act[Stage]) -> Act[Stage]:
            self.steps.append(Step(text, act))
            return act

        return add


@dataclass
class Outcome:
    """How far the story came."""

    total: int
    passed: int = 0
    failed: str | None = None

    def __str__(self) -> str:
        return f"{self.passed} of {self.total} steps passed"


def tell(
    chapters: Iterable[Chapter[Stage]], stage: Stage, *, logs: Path, check: Callable[[], None], say: Tell
) -> Outcome:
    """Tell all chapters; stop at the first step that fails, with what it says and the logs that grew in it.

    `check` is asked after each step and raises when something has died that should live.
    """
    told = list(chapters)
    outcome = Outcome(sum(len(chapter.steps) for chapter in told))
    for number, chapter in enumerate(told):
        say(f"\n{number}  {chapter.title}")
        for step in chapter.steps:
            sizes = _sizes(logs)
            try:
                say(_timed(step, stage, check))
            except Exception as error:  # noqa: BLE001 - whatever went wrong is the end of the story, and told
                outcome.failed = f"{chapter.title}: {step.text}"
                say(f"  ✗ {step.text}\n    {type(error).__name__}: {error}\n{_grown(logs, sizes)}")
                return outcome
            outcome.passed += 1
    return outcome


def _timed(step: Step[Stage], stage: Stage, check: Callable[[], None]) -> str:
    begun = time.monotonic()
    remark = step.act(stage)
    check()
    took = (time.monotonic() - begun) * 1000
    return f"  ✓ {step.text}{f' ({remark})' if remark else ''} … {took:.0f} ms"


def _sizes(logs: Path) -> dict[Path, int]:
    return {path: path.stat().st_size for path in logs.glob("*.log")}


def _grown(logs: Path, before: dict[Path, int], *, lines: int = 20) -> str:
    grown = [path for path, size in _sizes(logs).items() if size > before.get(path, 0)]
    return "\n".join(f"    ── {path.stem}\n{_tail(path, lines)}" for path in sorted(grown))


def _tail(path: Path, lines: int) -> str:
    return "\n".join(f"    {line}" for line in path.read_text(errors="replace").splitlines()[-lines:])
