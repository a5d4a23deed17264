"""Names of billing files: what they say, and in what they differ from the content."""

from __future__ import annotations

import contextlib
import dataclasses
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexnet.lib import file_name
from flexnet.lib.file_name import Mismatch
from flexnet.lib.identifiers import Bsnr, Lanr
from flexnet.lib.kvdt import Package
from flexnet.lib.kvdt import check as kvdt_check
from flexnet.lib.kvdt import sample as kvdt_sample
from flexnet.lib.quarters import Quarter

FACTS = kvdt_check.whole(
    kvdt_sample.make(bsnr=Bsnr("859999900"), lanr=Lanr("123456640"), quarter=Quarter(2026, 1))
).facts


def test_a_name_says_parts_sender_and_time() -> None:
    name = file_name.parse("Z05859999900_31.03.2026_13.58.CON")
    assert name.packages == (Package.ADT, Package.KADT)
    assert (name.sender, name.is_encrypted) == ("859999900", False)
    assert name.created_at == datetime(2026, 3, 31, 13, 58)  # noqa: DTZ001 - names have no zone


@pytest.mark.parametrize(
    "name", ["Z01859999900_31.03.2026_13.58.CON.XKM", "z01859999900_31.03.2026_13.58.con.xkm"]
)
def test_upper_and_lower_case_both_occur(name: str) -> None:
    assert file_name.parse(name).is_encrypted


@pytest.mark.parametrize("code", range(100))
def test_the_code_is_a_sum_of_parts(code: int) -> None:
    name = f"Z{code:02d}859999900_31.03.2026_13.58.CON"
    if f"{code:02d}" in ("01", "04", "05", "20", "21", "24", "25", "30"):
        assert file_name.parse(name).packages
    else:
        with pytest.raises(file_name.BadFileName):
            file_name.parse(name)


def test_dialysis_is_never_mixed_with_others() -> None:
    assert file_name.parse("Z30859999900_31.03.2026_13.58.CON").packages == (Package.HDRG,)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "abrechnung.con",
        "Z01859999900_31.03.2026_13.58",
        "Z01859999900_31.02.2026_13.58.CON",
        "Z01859999900_31.03.2026_24.00.CON",
        "Z0185999990_31.03.2026_13.58.CON",
        "Z01859999900_31.03.2026_13.58.CON.exe",
        "../Z01859999900_31.03.2026_13.58.CON",
        "Z01859999900_31.03.2026_13.58.CON\n",
        "Z01８59999900_31.03.2026_13.58.CON",
    ],
)
def test_another_name_is_refused_with_an_example(name: str) -> None:
    with pytest.raises(file_name.BadFileName) as caught:
        file_name.parse(name)
    assert file_name.EXAMPLE in caught.value.message


@given(
    st.text(max_size=50) | st.from_regex(r"Z[0-9]{11}_[0-9]{2}\.[0-9]{2}\.[0-9]{4}_[0-9]{2}\.[0-9]{2}\.CON")
)
def test_no_name_makes_it_stumble(name: str) -> None:
    with contextlib.suppress(file_name.BadFileName):
        assert file_name.parse(name).packages


def test_the_example_is_one() -> None:
    assert file_name.parse(file_name.EXAMPLE).packages == (Package.ADT,)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Z01859999900_31.03.2026_13.58.CON", []),
        ("Z04859999900_31.03.2026_13.58.CON", [Mismatch.PACKAGES]),
        ("Z01869999900_31.03.2026_13.58.CON", [Mismatch.SENDER]),
        ("Z01859999900_30.03.2026_13.58.CON", [Mismatch.DAY]),
        ("Z30869999900_30.03.2026_13.58.CON", [Mismatch.PACKAGES, Mismatch.SENDER, Mismatch.DAY]),
    ],
)
def test_what_differs_is_found_and_said(name: str, expected: list[Mismatch]) -> None:
    found = list(file_name.mismatches(file_name.parse(name), FACTS))
    assert found == expected
    assert all("Datei" in mismatch.message for mismatch in found)


def test_a_file_that_names_no_sender_contradicts_none() -> None:
    bare = dataclasses.replace(FACTS, sites=(), hospital_ik=None)
    name = file_name.parse("Z01869999900_31.03.2026_13.58.CON")
    assert list(file_name.mismatches(name, bare)) == []
