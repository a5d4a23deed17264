"""The field that holds password and code: split at the end, by the key's kind, without guessing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexnet.lib import codes, hotp

MODHEX = codes.CodeKind(frozenset("cbdefghijklnrtuv"), 44)
passwords = st.text(st.characters(codec="utf-8"), min_size=1, max_size=16)
one_time_codes = st.from_regex(r"[0-9]{6}", fullmatch=True)


def split(field: str, digits: int = 6, identifier: str | None = None) -> hotp.Field | hotp.Malformed:
    return hotp.split(field, digits=digits, identifier=identifier)


@given(passwords, one_time_codes, st.sampled_from(["", "\r", "\n", "\r\n"]))
def test_what_was_joined_is_split(password: str, code: str, enter: str) -> None:
    assert split(password + code + enter) == hotp.Field(password, code)


@given(st.text(st.characters()), st.sampled_from([6, 8]), st.none() | st.text(max_size=12))
def test_any_text_is_either_split_or_refused_with_a_reason(
    field: str, digits: int, identifier: str | None
) -> None:
    match split(field, digits, identifier):
        case hotp.Field(password, code):
            assert len(code) == digits
            assert field.rstrip("\r\n") in (password + code, f"{password}{identifier}{code}")
        case hotp.Malformed(kind):
            assert kind in hotp.Fault


def test_a_password_that_ends_in_digits_keeps_them() -> None:
    assert split("Sommer2026755224") == hotp.Field("Sommer2026", "755224")
    assert split("Sommer202684755224", digits=8) == hotp.Field("Sommer2026", "84755224")


def test_the_identifier_is_cut_off_only_where_it_is_the_keys_own() -> None:
    assert split("geheimubhe00508326755224", identifier="ubhe00508326") == hotp.Field("geheim", "755224")
    foreign = split("geheimubhe00508327755224", identifier="ubhe00508326")
    assert foreign == hotp.Field("geheimubhe00508327", "755224")
    assert split("geheim755224", identifier="ubhe00508326") == hotp.Field("geheim", "755224")
    assert split("geheimubhe00508326755224") == hotp.Field("geheimubhe00508326", "755224")


@pytest.mark.parametrize(
    ("field", "identifier", "fault"),
    [
        ("", None, hotp.Fault.EMPTY),
        ("\r\n", None, hotp.Fault.EMPTY),
        ("755224", None, hotp.Fault.ONLY_CODE),
        ("755224\r\n", None, hotp.Fault.ONLY_CODE),
        ("ubhe00508326755224", "ubhe00508326", hotp.Fault.ONLY_CODE),
        ("geheim", None, hotp.Fault.NO_CODE),
        ("75522", None, hotp.Fault.NO_CODE),
        ("geheim75522x", None, hotp.Fault.NO_CODE),
        ("geheim٧٥٥٢٢٤", None, hotp.Fault.NO_CODE),
        ("geheim²²²²²²", None, hotp.Fault.NO_CODE),
        ("geheim755 224", None, hotp.Fault.NO_CODE),
        ('geheim/%%""$', None, hotp.Fault.SHIFTED_DIGITS),
        ('geheim!"§$%&', None, hotp.Fault.SHIFTED_DIGITS),
        ("geheim/()=!!", None, hotp.Fault.SHIFTED_DIGITS),
        ("geheim/()=1!", None, hotp.Fault.NO_CODE),
        ("geheim\udcff755224", None, hotp.Fault.NOT_TEXT),
    ],
)
def test_a_field_that_cannot_be_split_says_why(field: str, identifier: str | None, fault: hotp.Fault) -> None:
    assert split(field, identifier=identifier) == hotp.Malformed(fault)


def test_a_password_may_have_64_bytes_and_not_one_more() -> None:
    assert split("a" * 64 + "755224") == hotp.Field("a" * 64, "755224")
    assert split("a" * 65 + "755224") == hotp.Malformed(hotp.Fault.TOO_LONG)
    assert split("ä" * 32 + "755224") == hotp.Field("ä" * 32, "755224")
    assert split("ä" * 33 + "755224") == hotp.Malformed(hotp.Fault.TOO_LONG)


def test_the_identifier_does_not_count_as_password() -> None:
    field = "a" * 64 + "ubhe00508326" + "755224"
    assert split(field, identifier="ubhe00508326") == hotp.Field("a" * 64, "755224")


def test_neither_half_shows_by_accident() -> None:
    assert repr(split("geheim755224")) == "Field()"


def test_another_kind_of_code_is_split_by_the_same_rule() -> None:
    typed = "cccccccccccb" + "v" * 32
    assert codes.split(f"geheim{typed}\n", MODHEX, identifier=None) == codes.Field("geheim", typed)
    assert codes.split("geheim755224", MODHEX, identifier=None) == codes.Malformed(codes.Fault.NO_CODE)
