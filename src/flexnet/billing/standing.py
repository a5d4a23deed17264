"""Where a delivery stands once it is handed in, and what may become of it. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class State(StrEnum):
    """Where a delivery stands; derived from its instants."""

    UPLOADED = "uploaded"
    CHECKED = "checked"
    SUBMITTED = "submitted"
    IN_WORK = "in_work"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


class Step(StrEnum):
    """What somebody does with a delivery that was handed in."""

    BEGIN = "begin"
    ACCEPT = "accept"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    RELEASE = "release"
    REPLACE = "replace"


class Extent(StrEnum):
    """How a file stands to others of the same site and quarter."""

    WHOLE = "whole"
    PART = "part"
    CORRECTION = "correction"


class Barrier(StrEnum):
    """Why a step cannot be done, or a file not be handed in."""

    NOT_SUBMITTED = "not_submitted"
    BEGUN = "begun"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"
    REPLACED = "replaced"
    RELEASED = "released"
    NOT_RELEASED = "not_released"
    STANDS = "stands"
    ONLY_A_TEST = "only_a_test"


@dataclass(frozen=True)
class Facts:
    """What has happened to a delivery."""

    checked: bool = True
    submitted: bool = True
    begun: bool = False
    accepted: bool = False
    rejected: bool = False
    withdrawn: bool = False
    released: bool = False
    replaced: bool = False

    @property
    def counts(self) -> bool:
        """Whether it is part of what the practice bills."""
        return self.submitted and not (self.withdrawn or self.rejected or self.replaced)


def state(facts: Facts) -> State:
    """What came last decides."""
    if not facts.submitted:
        return State.CHECKED if facts.checked else State.UPLOADED
    last = (
        (facts.withdrawn, State.WITHDRAWN),
        (facts.replaced, State.REPLACED),
        (facts.rejected, State.REJECTED),
        (facts.accepted, State.ACCEPTED),
        (facts.begun, State.IN_WORK),
    )
    return next((found for holds, found in last if holds), State.SUBMITTED)


def why_not(step: Step, facts: Facts) -> Barrier | None:
    """The first thing that is in the way of a step."""
    over: tuple[tuple[bool, Barrier], ...] = (
        (not facts.submitted, Barrier.NOT_SUBMITTED),
        (facts.withdrawn, Barrier.WITHDRAWN),
        (facts.replaced, Barrier.REPLACED),
        (facts.rejected, Barrier.REJECTED),
    )
    return next((barrier for holds, barrier in (*over, *_BARRIERS[step](facts)) if holds), None)


def why_not_submitted(extent: Extent, others: Iterable[Facts]) -> Barrier | None:
    """Whether a file may be handed in beside what counts already for its site and quarter.

    A part stands beside anything. A whole file comes first, or replaces what the KV released, all of it.
    A correction replaces what was released and leaves the rest.
    """
    there = [one for one in others if one.counts]
    if extent is Extent.PART:
        return None
    if extent is Extent.CORRECTION:
        return None if any(one.released for one in there) else Barrier.NOT_RELEASED
    return None if all(one.released for one in there) else Barrier.STANDS


def replaces(extent: Extent, other: Facts) -> bool:
    """Whether a file that is handed in so takes the place of another one."""
    return extent is not Extent.PART and other.counts and other.released


def _begin(facts: Facts) -> tuple[tuple[bool, Barrier], ...]:
    return ((facts.begun, Barrier.BEGUN),)


def _decide(facts: Facts) -> tuple[tuple[bool, Barrier], ...]:
    return ((facts.accepted, Barrier.DECIDED),)


def _withdraw(facts: Facts) -> tuple[tuple[bool, Barrier], ...]:
    return ((facts.accepted, Barrier.DECIDED), (facts.begun, Barrier.BEGUN))


def _release(facts: Facts) -> tuple[tuple[bool, Barrier], ...]:
    return ((facts.released, Barrier.RELEASED),)


def _replace(facts: Facts) -> tuple[tuple[bool, Barrier], ...]:
    return ((not facts.released, Barrier.NOT_RELEASED),)


_BARRIERS: Final[Mapping[Step, Callable[[Facts], tuple[tuple[bool, Barrier], ...]]]] = {
    Step.BEGIN: _begin,
    Step.ACCEPT: _decide,
    Step.REJECT: _decide,
    Step.WITHDRAW: _withdraw,
    Step.RELEASE: _release,
    Step.REPLACE: _replace,
}
