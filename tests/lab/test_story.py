"""A story is told step by step, ends at the first failure, and shows what there was to see."""

from pathlib import Path

import pytest

from lab.story import Chapter, Outcome, Unexpected, expect, expect_words, tell


def _chapter() -> Chapter[list[str]]:
    chapter: Chapter[list[str]] = Chapter("A door")
    chapter.step("it is opened")(lambda stage: stage.append("open"))
    chapter.step("it is shut")(lambda stage: expect("the door", stage, ["open"]))
    return chapter


def _tell(chapter: Chapter[list[str]], stage: list[str], logs: Path, died: str = "") -> tuple[Outcome, str]:
    said: list[str] = []

    def check() -> None:
        if died:
            raise RuntimeError(died)

    return tell([chapter], stage, logs=logs, check=check, say=said.append), "\n".join(said)


def test_all_steps_pass(tmp_path: Path) -> None:
    outcome, said = _tell(_chapter(), [], tmp_path)
    assert str(outcome) == "2 of 2 steps passed"
    assert "✓ it is opened … " in said
    assert outcome.failed is None


def test_a_failing_step_ends_the_story_and_says_what_was_expected(tmp_path: Path) -> None:
    outcome, said = _tell(_chapter(), ["ajar"], tmp_path)
    assert str(outcome) == "1 of 2 steps passed"
    assert outcome.failed == "A door: it is shut"
    assert "expected: ['open']" in said
    assert "seen:     ['ajar', 'open']" in said


def test_something_that_died_meanwhile_fails_the_step(tmp_path: Path) -> None:
    outcome, said = _tell(_chapter(), [], tmp_path, died="radius ended by itself")
    assert outcome.passed == 0
    assert "radius ended by itself" in said


def test_only_logs_that_grew_in_the_failing_step_are_shown(tmp_path: Path) -> None:
    tmp_path.joinpath("quiet.log").write_text("of before\n")
    chapter: Chapter[list[str]] = Chapter("A door")

    @chapter.step("it squeaks")
    def _(stage: list[str]) -> None:
        tmp_path.joinpath("loud.log").write_text("a squeak\n")
        expect("quiet", stage, ["silence"])

    said = _tell(chapter, [], tmp_path)[1]
    assert "a squeak" in said
    assert "of before" not in said


def test_expected_words_must_all_be_there() -> None:
    expect_words("the page", "Guten Morgen, Praxis", "Morgen", "Praxis")
    with pytest.raises(Unexpected, match="Abend"):
        expect_words("the page", "Guten Morgen", "Abend")
