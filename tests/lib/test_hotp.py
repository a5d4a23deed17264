"""HOTP: the vectors of RFC 4226, the search over the whole window, and resynchronisation."""

from __future__ import annotations

import hmac
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexnet.lib import hotp

SEED = b"12345678901234567890"
VECTORS = [
    "84755224",
    "94287082",
    "37359152",
    "26969429",
    "40338314",
    "68254676",
    "18287922",
    "82162583",
    "73399871",
    "45520489",
]
seeds = st.binary(min_size=16, max_size=32)
counters = st.integers(0, 2**40)
digits = st.sampled_from([6, 8])


@pytest.mark.parametrize(("counter", "expected"), list(enumerate(VECTORS)))
def test_codes_are_those_of_rfc_4226(counter: int, expected: str) -> None:
    assert hotp.code(SEED, counter, 8) == expected
    assert hotp.code(SEED, counter) == expected[2:]


@given(seeds, counters, st.integers(0, 9), digits)
def test_a_code_inside_the_window_is_found_at_its_counter(
    seed: bytes, counter: int, presses: int, digits: int
) -> None:
    code = hotp.code(seed, counter + presses, digits)
    found = hotp.find(seed, code, counter=counter, window=10, digits=digits)
    assert found is not None
    assert counter <= found <= counter + presses
    assert hotp.code(seed, found, digits) == code


def test_the_window_ends_where_it_should() -> None:
    code = hotp.code(SEED, 10)
    assert hotp.find(SEED, code, counter=0, window=10, digits=6) is None
    assert hotp.find(SEED, code, counter=1, window=10, digits=6) == 10


def test_a_spent_code_is_not_found() -> None:
    assert hotp.find(SEED, VECTORS[4][2:], counter=5, window=10, digits=6) is None


@pytest.mark.parametrize("typed", ["", "75522", "7552240", "٧٥٥٢٢٤", "75522\udcff", "abcdef"])
def test_what_is_no_code_is_not_found(typed: str) -> None:
    assert hotp.find(SEED, typed, counter=0, window=10, digits=6) is None


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Everything that goes through the constant-time comparison."""
    seen: list[bytes] = []
    genuine: Callable[[bytes, bytes], bool] = hmac.compare_digest

    def watched(candidate: bytes, typed: bytes) -> bool:
        seen.append(candidate)
        return genuine(candidate, typed)

    monkeypatch.setattr(hmac, "compare_digest", watched)
    return seen


@pytest.mark.parametrize("counter", [0, 9, 99])
def test_the_whole_window_is_compared_wherever_the_code_lies(compared: list[bytes], counter: int) -> None:
    hotp.find(SEED, hotp.code(SEED, counter), counter=0, window=10, digits=6)
    assert compared == [hotp.code(SEED, at).encode() for at in range(10)]


@given(seeds, counters, st.integers(0, 49), digits)
def test_two_codes_in_a_row_bring_a_key_back_into_step(
    seed: bytes, counter: int, presses: int, digits: int
) -> None:
    first, second = (hotp.code(seed, counter + presses + step, digits) for step in (0, 1))
    found = hotp.resync(seed, first, second, counter=counter, window=50, digits=digits)
    assert found == counter + presses


def test_codes_with_one_left_out_or_turned_round_do_not_resync() -> None:
    codes = [hotp.code(SEED, counter) for counter in range(300, 303)]
    assert hotp.resync(SEED, codes[0], codes[2], counter=0, window=1000, digits=6) is None
    assert hotp.resync(SEED, codes[1], codes[0], counter=0, window=1000, digits=6) is None


def test_resync_reaches_the_last_counter_of_the_window_and_no_further() -> None:
    first, second = hotp.code(SEED, 999), hotp.code(SEED, 1000)
    assert hotp.resync(SEED, first, second, counter=0, window=1000, digits=6) == 999
    assert hotp.resync(SEED, first, second, counter=0, window=999, digits=6) is None


def test_a_chance_meeting_of_the_first_code_does_not_hide_the_true_one() -> None:
    seen: dict[str, int] = {}
    for later in range(10_000):
        earlier = seen.setdefault(hotp.code(SEED, later), later)
        if earlier != later:
            break
    assert earlier < later
    first, second = hotp.code(SEED, later), hotp.code(SEED, later + 1)
    assert hotp.code(SEED, earlier) == first
    assert hotp.resync(SEED, first, second, counter=0, window=10_000, digits=6) == later
