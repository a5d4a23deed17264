"""Journeys need the machine for themselves: root, TUN, and no other lab."""

import os

import pytest

from lab import remains


@pytest.fixture(autouse=True)
def _clean_before_and_after() -> None:
    """Every journey starts without a lab and leaves none; what is left fails the one that left it."""
    if os.geteuid() != 0:
        pytest.fail("journeys need root", pytrace=False)
    assert remains.found() == []
