"""What the person types: which input goes through, and what is said of the rest before anything is sent."""

import io

import pytest

from flexnet_client import credentials
from flexnet_client.credentials import Secret
from flexnet_client.failures import Exit, Failure

GOOD = "Herbstlaub-7-755224"


def refused(typed: bytes, digits: int = 6) -> str:
    with pytest.raises(Failure) as caught:
        credentials.checked_field(Secret(typed), digits=digits)
    assert caught.value.code is Exit.INPUT
    return str(caught.value)


@pytest.mark.parametrize("enter", ["", "\n", "\r\n", "\r"])
def test_the_enter_of_the_key_is_not_part_of_the_field(enter: str) -> None:
    field = credentials.checked_field(Secret((GOOD + enter).encode()), digits=6)
    assert field.reveal() == GOOD.encode()


def test_a_field_with_umlauts_goes_through_as_it_was_typed() -> None:
    typed = "Süßholz 755224".encode()
    assert credentials.checked_field(Secret(typed), digits=6).reveal() == typed


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Das Feld ist leer"),
        ("\n", "Das Feld ist leer"),
        ("755224", "nur den Code"),
        ("Herbstlaub", "fehlt der Code (6 Ziffern)"),
        ("Herbst75522", "fehlt der Code (6 Ziffern)"),
        ("Herbstlaub٧٥٥٢٢٤", "fehlt der Code (6 Ziffern)"),
        ('Herbstlaub/%%""$', "Umschaltsperre"),
        ("Herbstlaub&%%@@$", "Umschaltsperre"),
        ("Herbst\tlaub755224", "Steuerzeichen"),
        ("x" * 107 + "755224", "zu lang (113 Bytes, höchstens 112)"),
        ("ä" * 54 + "755224", "zu lang (114 Bytes, höchstens 112)"),
    ],
)
def test_a_field_that_cannot_be_right_is_refused_with_its_cure(typed: str, said: str) -> None:
    assert said in refused(typed.encode())


def test_a_field_of_just_112_bytes_goes_through() -> None:
    typed = b"x" * 106 + b"755224"
    assert credentials.checked_field(Secret(typed), digits=6).reveal() == typed


def test_eight_digits_are_asked_for_where_the_key_types_eight() -> None:
    assert "8 Ziffern" in refused(b"Herbstlaub755224", digits=8)
    assert "nur den Code" in refused(b"84755224", digits=8)


def test_bytes_that_are_no_text_are_refused() -> None:
    assert "kein Text" in refused(b"geheim\xe4755224")


@pytest.mark.parametrize("typed", [GOOD.encode()[:-1] + b"!", b"755224", b"x" * 107 + b"755224"])
def test_no_refusal_repeats_what_was_typed(typed: bytes) -> None:
    said = refused(typed)
    assert "755224" not in said
    assert "Herbst" not in said


def test_a_secret_does_not_show() -> None:
    assert repr(Secret(GOOD.encode())) == str(Secret(GOOD.encode())) == "<sealed>"


def test_without_a_terminal_one_line_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    given = io.TextIOWrapper(io.BytesIO(f"{GOOD}\nnot this\n".encode()))
    monkeypatch.setattr("sys.stdin", given)
    assert credentials.ask_field().reveal() == f"{GOOD}\n".encode()


@pytest.mark.parametrize("typed", ["p-123456789", " P-123456789 ", "P-123456789\n"])
def test_a_user_name_is_trimmed_and_lower_cased(typed: str) -> None:
    assert credentials.user_name(typed) == "p-123456789"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Bitte geben Sie Ihren Benutzernamen an"),
        ("  ", "Bitte geben Sie Ihren Benutzernamen an"),
        ("dr. muster", "Leerzeichen"),
        ("müller", "Buchstaben ohne Umlaute"),
        ("--dump-http-traffic", "Buchstaben ohne Umlaute"),
        ("a" * 65, "Buchstaben ohne Umlaute"),
        ("name\x00", "Buchstaben ohne Umlaute"),
    ],
)
def test_what_cannot_be_a_user_name_is_refused_with_its_cure(typed: str, said: str) -> None:
    with pytest.raises(Failure, match=said) as caught:
        credentials.user_name(typed)
    assert caught.value.code is Exit.INPUT
