"""Where a delivery stands and what may become of it: the whole truth, a line for each case."""

import itertools
from dataclasses import fields, replace

import pytest

from flexnet.billing import standing
from flexnet.billing.standing import Barrier, Extent, Facts, State, Step

UPLOADED = Facts(checked=False, submitted=False)
CHECKED = Facts(submitted=False)
SUBMITTED = Facts()
BEGUN = Facts(begun=True)
ACCEPTED = Facts(begun=True, accepted=True)
REJECTED = Facts(begun=True, rejected=True)
WITHDRAWN = Facts(withdrawn=True)
RELEASED = Facts(begun=True, released=True)
REPLACED = Facts(begun=True, released=True, replaced=True)

GOES = None
TRUTH: dict[State | str, tuple[Facts, State, dict[Step, Barrier | None]]] = {
    "uploaded": (UPLOADED, State.UPLOADED, dict.fromkeys(Step, Barrier.NOT_SUBMITTED)),
    "checked": (CHECKED, State.CHECKED, dict.fromkeys(Step, Barrier.NOT_SUBMITTED)),
    "submitted": (
        SUBMITTED,
        State.SUBMITTED,
        dict.fromkeys(Step, GOES) | {Step.REPLACE: Barrier.NOT_RELEASED},
    ),
    "in work": (
        BEGUN,
        State.IN_WORK,
        dict.fromkeys(Step, GOES)
        | {Step.BEGIN: Barrier.BEGUN, Step.WITHDRAW: Barrier.BEGUN, Step.REPLACE: Barrier.NOT_RELEASED},
    ),
    "accepted": (
        ACCEPTED,
        State.ACCEPTED,
        {
            Step.BEGIN: Barrier.BEGUN,
            Step.ACCEPT: Barrier.DECIDED,
            Step.REJECT: Barrier.DECIDED,
            Step.WITHDRAW: Barrier.DECIDED,
            Step.RELEASE: GOES,
            Step.REPLACE: Barrier.NOT_RELEASED,
        },
    ),
    "released": (
        RELEASED,
        State.IN_WORK,
        {
            Step.BEGIN: Barrier.BEGUN,
            Step.ACCEPT: GOES,
            Step.REJECT: GOES,
            Step.WITHDRAW: Barrier.BEGUN,
            Step.RELEASE: Barrier.RELEASED,
            Step.REPLACE: GOES,
        },
    ),
    "rejected": (REJECTED, State.REJECTED, dict.fromkeys(Step, Barrier.REJECTED)),
    "withdrawn": (WITHDRAWN, State.WITHDRAWN, dict.fromkeys(Step, Barrier.WITHDRAWN)),
    "replaced": (REPLACED, State.REPLACED, dict.fromkeys(Step, Barrier.REPLACED)),
}

# What is handed in beside what, and what of it is replaced.
BESIDE = [
    (Extent.WHOLE, [], GOES, []),
    (Extent.PART, [], GOES, []),
    (Extent.CORRECTION, [], Barrier.NOT_RELEASED, []),
    (Extent.WHOLE, [SUBMITTED], Barrier.STANDS, []),
    (Extent.PART, [SUBMITTED], GOES, []),
    (Extent.CORRECTION, [SUBMITTED], Barrier.NOT_RELEASED, []),
    (Extent.WHOLE, [RELEASED], GOES, [RELEASED]),
    (Extent.PART, [RELEASED], GOES, []),
    (Extent.CORRECTION, [RELEASED], GOES, [RELEASED]),
    (Extent.WHOLE, [RELEASED, BEGUN], Barrier.STANDS, []),
    (Extent.CORRECTION, [RELEASED, BEGUN], GOES, [RELEASED]),
    (Extent.WHOLE, [WITHDRAWN, REJECTED, REPLACED, CHECKED], GOES, []),
    (Extent.CORRECTION, [REPLACED], Barrier.NOT_RELEASED, []),
]


@pytest.mark.parametrize("name", TRUTH)
def test_the_truth(name: str) -> None:
    facts, state, steps = TRUTH[name]
    assert standing.state(facts) is state
    assert {step: standing.why_not(step, facts) for step in Step} == steps


@pytest.mark.parametrize(("extent", "others", "barrier", "replaced"), BESIDE)
def test_what_is_handed_in_beside_what(
    extent: Extent, others: list[Facts], barrier: Barrier | None, replaced: list[Facts]
) -> None:
    assert standing.why_not_submitted(extent, others) is barrier
    if barrier is None:
        assert [one for one in others if standing.replaces(extent, one)] == replaced


def test_whatever_happened_there_is_a_state_and_what_is_over_stays_over() -> None:
    names = [one.name for one in fields(Facts)]
    for holds in itertools.product((False, True), repeat=len(names)):
        facts = Facts(**dict(zip(names, holds, strict=True)))
        assert standing.state(facts) in State
        if facts.submitted and not facts.counts:
            assert all(standing.why_not(step, facts) for step in Step)
            assert standing.why_not(Step.RELEASE, replace(facts, released=True))
