"""BSNR and LANR: what is accepted, and which reason the others get."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexnet.lib.identifiers import BadIdentifier, Bsnr, Lanr, Region, SiteKind, Why

ALLOWED_KEYS = {
    *range(1, 4),
    *range(6, 22),
    *(24, 25, 27, 28, 31),
    *range(37, 74),
    *range(78, 82),
    *(83, 85, 86, 87, 88, 93, 94, 95, 96, 98, 99),
}


def why_bsnr(text: str) -> Why | None:
    try:
        Bsnr.parse(text)
    except BadIdentifier as refused:
        return refused.why
    return None


def why_lanr(text: str) -> Why | None:
    try:
        Lanr.parse(text)
    except BadIdentifier as refused:
        return refused.why
    return None


@pytest.mark.parametrize("key", range(100))
def test_the_first_two_digits_of_a_bsnr_are_those_of_rule_162(key: int) -> None:
    expected = None if key in ALLOWED_KEYS else Why.UNKNOWN_REGION
    assert why_bsnr(f"{key:02d}0000000") == expected


@pytest.mark.parametrize("text", ["889999900", "019999900", "010100300", "136926300", " 88 9999 900 "])
def test_known_site_numbers_are_read(text: str) -> None:
    assert Bsnr.parse(text) == text.replace(" ", "")
    assert Bsnr.parse(text).kind is SiteKind.SITE


def test_hospitals_and_palliative_care_have_their_own_forms() -> None:
    assert Bsnr.parse("358812345").kind is SiteKind.HOSPITAL
    assert Bsnr.parse("749412363").kind is SiteKind.SAPV
    assert Bsnr.parse("749412363").region == Region("SN", "Chemnitz")
    assert why_bsnr("350012345") is Why.UNKNOWN_REGION
    assert why_bsnr("748812364") is Why.UNKNOWN_REGION


@pytest.mark.parametrize(
    ("number", "region"),
    [
        ("859999900", Region("ST", "Magdeburg")),
        ("869999900", Region("ST", "Halle")),
        ("879999900", Region("ST", "Dessau")),
        ("889999900", Region("ST")),
        ("949999900", Region("SN", "Chemnitz")),
        ("959999900", Region("SN", "Dresden")),
        ("969999900", Region("SN", "Leipzig")),
        ("989999900", Region("SN")),
        ("609999900", None),
    ],
)
def test_the_region_follows_from_the_first_two_digits(number: str, region: Region | None) -> None:
    assert Bsnr.parse(number).region == region


@pytest.mark.parametrize("text", ["", "88999990", "8899999001", "88999990O", "８８9999900", "88-999990"])
def test_anything_but_nine_digits_is_refused(text: str) -> None:
    assert why_bsnr(text) is Why.NOT_NINE_DIGITS
    assert why_lanr(text) is Why.NOT_NINE_DIGITS


@pytest.mark.parametrize(
    "text", ["123456640", "123456641", "000001101", "100000601", "765432201", "246801101", "314159300"]
)
def test_doctors_numbers_with_the_right_check_digit_are_read(text: str) -> None:
    assert Lanr.parse(text) == text
    assert Lanr.parse(text).doctor_group == text[7:]


@given(st.from_regex(r"[0-46-9][0-9]{5}", fullmatch=True), st.integers(0, 9))
def test_exactly_one_check_digit_fits(base: str, digit: int) -> None:
    expected = None if str(digit) == Lanr.check_digit(base) else Why.CHECK_DIGIT
    if base not in ("999999", "888888"):
        assert why_lanr(f"{base}{digit}01") == expected


def test_only_kbvs_test_doctor_is_a_test_doctor() -> None:
    assert Lanr.parse("123456640").is_test
    assert not Lanr.parse("765432201").is_test


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("999999900", Why.NO_NUMBER),
        ("888888800", Why.OBSOLETE),
        ("555555500", Why.HOSPITAL_DOCTOR),
        ("555555101", Why.HOSPITAL_DOCTOR),
        ("123456740", Why.CHECK_DIGIT),
    ],
)
def test_pseudo_numbers_are_refused_by_value_with_a_reason_of_their_own(text: str, why: Why) -> None:
    assert why_lanr(text) is why


def test_the_pseudo_numbers_would_pass_the_check_digit() -> None:
    assert [Lanr.check_digit(digit * 6) for digit in "985"] == ["9", "8", "5"]


@pytest.mark.parametrize("why", list(Why))
def test_every_reason_tells_people_in_german_what_to_do(why: Why) -> None:
    assert "Bitte" in BadIdentifier(why).message


@given(st.text(max_size=12))
def test_no_text_makes_the_parsers_stumble(text: str) -> None:
    for parse in (why_bsnr, why_lanr):
        assert parse(text) in (None, *Why)
