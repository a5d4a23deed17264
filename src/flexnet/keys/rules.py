"""What is a typed code worth? Pure: the seed and where the key stood in, a verdict out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from flexnet.configuration import Hotp
from flexnet.lib import hotp


class Outcome(StrEnum):
    """What became of a code."""

    ACCEPTED = "accepted"
    HEALED = "healed"
    ALREADY_USED = "already_used"
    WRONG = "wrong"

    @property
    def is_spent(self) -> bool:
        return self in (Outcome.ACCEPTED, Outcome.HEALED)


@dataclass(frozen=True)
class Standing:
    """Where a key stands; `missed` is the code before this one, if it came from the same place just now."""

    seed: bytes = field(repr=False)
    digits: int
    counter: int
    missed: str | None = field(default=None, repr=False)


class Resync(StrEnum):
    """What became of bringing a key into step."""

    IN_STEP = "in_step"
    ALREADY_IN_STEP = "already_in_step"
    NOT_CONSECUTIVE = "not_consecutive"


@dataclass(frozen=True)
class Verdict:
    """What a code is worth, and which counter it would spend."""

    outcome: Outcome
    counter: int | None = None


def judge(standing: Standing, code: str, limits: Hotp) -> Verdict:
    """In step, used before, two in a row that show how far the key has run ahead, or wrong (RFC 4226, 7).

    A code that was used is told from a wrong one as far back as the window reaches ahead.
    """
    seed, digits, counter = standing.seed, standing.digits, standing.counter
    found = hotp.find(seed, code, counter=counter, window=limits.window, digits=digits)
    if found is not None:
        return Verdict(Outcome.ACCEPTED, found)
    back = min(limits.window, counter)
    if hotp.find(seed, code, counter=counter - back, window=back, digits=digits) is not None:
        return Verdict(Outcome.ALREADY_USED)
    if standing.missed is None:
        return Verdict(Outcome.WRONG)
    first = hotp.resync(
        seed, standing.missed, code, counter=counter, window=limits.resync_window, digits=digits
    )
    return Verdict(Outcome.WRONG) if first is None else Verdict(Outcome.HEALED, first + 1)


def resynced(standing: Standing, codes: Sequence[str], limits: Hotp) -> int | None:
    """The counter that two codes in a row, or more, have reached, as far as is looked by request; or None."""
    seed, digits, counter = standing.seed, standing.digits, standing.counter
    first, second, *others = codes
    found = hotp.resync(seed, first, second, counter=counter, window=limits.guided_window, digits=digits)
    if found is None:
        return None
    reached = found + 1
    fits = [
        hotp.find(seed, code, counter=reached + at, window=1, digits=digits)
        for at, code in enumerate(others, 1)
    ]
    return None if None in fits else reached + len(others)
