"""Where a request stands, and until when a link holds."""

from datetime import timedelta

import pytest

from flexnet.software.rules import Fetching, Standing, State, is_usable, state_of
from tests.make import NOW

HOUR = timedelta(hours=1)
LATER = NOW + HOUR


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (Standing(is_clear=False), State.UNCLEAR),
        (Standing(is_clear=True), State.WAITING),
        (Standing(is_clear=False, refused_at=NOW), State.REFUSED),
        (Standing(is_clear=True, sent_at=NOW, expires_at=LATER + HOUR), State.SENT),
        (Standing(is_clear=True, sent_at=NOW, expires_at=LATER), State.EXPIRED),
        (Standing(True, NOW, None, LATER, (Fetching(NOW, None, None),)), State.BEGUN),
        (Standing(True, NOW, None, LATER, (Fetching(LATER, NOW, None),)), State.BEGUN),
        (Standing(True, NOW, None, LATER, (Fetching(NOW, LATER, None),)), State.BROKEN_OFF),
        (Standing(True, NOW, None, LATER, (Fetching(NOW, LATER, LATER),)), State.FETCHED),
        (Standing(True, NOW, None, LATER, (Fetching(None, None, None),)), State.EXPIRED),
    ],
)
def test_where_a_request_stands(facts: Standing, state: State) -> None:
    assert state_of(facts, LATER) is state


@pytest.mark.parametrize(
    ("changed", "holds"),
    [
        ({}, True),
        ({"expires_at": NOW}, False),
        ({"replaced_at": NOW - HOUR}, False),
        ({"used": 3}, False),
        ({"used": 2}, True),
    ],
)
def test_until_when_a_link_holds(changed: dict[str, object], holds: bool) -> None:
    usual = {"expires_at": LATER, "replaced_at": None, "uses": 3, "used": 0, "now": NOW}
    assert is_usable(**{**usual, **changed}) is holds  # type: ignore[arg-type]  # a table of values
