"""Chapter 8: what a one-time code is good for, tried from the practice's second computer."""

from lab import bare, topology
from lab.stage import Stage, chapter
from lab.story import expect, expect_words

CHAPTER = chapter("One-time codes")
_SENTENCE = "Die Anmeldung war nicht möglich. Bitte prüfen Sie Benutzername, Kennwort und Schlüssel."
_AHEAD, _FAR_AHEAD = 8, 300


@CHAPTER.step("the same code again is refused: code_already_used")
def _(stage: Stage) -> None:
    field = stage.ahrens.types()
    accepted(stage, field)
    refused(stage, field, "code_already_used")


@CHAPTER.step("a wrong password with a good code is refused: wrong_password; and that code is spent")
def _(stage: Stage) -> None:
    code = stage.ahrens.held.press()
    refused(stage, f"Falsches-Kennwort-1{code}\n", "wrong_password")
    refused(stage, f"{stage.ahrens.current}{code}\n", "code_already_used")


@CHAPTER.step("a code 8 presses ahead is accepted")
def _(stage: Stage) -> None:
    accepted(stage, stage.ahrens.types(after=1 + _AHEAD))


@CHAPTER.step("300 presses ahead: the first code is refused, the next one brings the key into step again")
def _(stage: Stage) -> None:
    refused(stage, stage.ahrens.types(after=1 + _FAR_AHEAD), "wrong_code")
    accepted(stage, stage.ahrens.types())
    accepted(stage, stage.ahrens.types())


def accepted(stage: Stage, field: str) -> None:
    """Expect that the practice may sign in with this."""
    answer = bare.sign_in(stage.system, topology.LAN, stage.ahrens.user_name, field)
    expect("the sign-in", (answer.cookie is not None, _reason(stage)), (True, "accepted"))


def refused(stage: Stage, field: str, reason: str) -> None:
    """Expect a no. The server knows the reason; the person hears the same sentence for each of them."""
    answer = bare.sign_in(stage.system, topology.LAN, stage.ahrens.user_name, field)
    expect("the sign-in", (answer.cookie, _reason(stage)), (None, reason))
    expect_words("what the person hears", answer.said, _SENTENCE)


def _reason(stage: Stage) -> str:
    lines = [
        line for line in stage.system.processes["radius"].log.read_text().splitlines() if "sign-in" in line
    ]
    return lines[-1].rpartition(": ")[2].removeprefix("refused, ") if lines else "nothing"
