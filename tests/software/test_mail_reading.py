"""Mails as they come: what they ask for, what no person wrote, and what nobody can read."""

import email.message

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexnet.software import mail_reading
from flexnet.software.systems import System


def mail(text: str, subject: str = "Bitte um Software", **headers: str) -> bytes:
    message = email.message.EmailMessage()
    message["From"], message["Subject"], message["Message-ID"] = (
        "Praxis <praxis@example.org>",
        subject,
        "<1@x>",
    )
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


@pytest.mark.parametrize(
    ("text", "numbers", "system"),
    [
        ("BSNR 889999900, Windows 11", {"889999900"}, System.WINDOWS),
        ("Unsere BSNR: 88 99999 00\nWir haben Macs (macOS 14).", {"889999900"}, System.MACOS),
        ("BSNR 889999900 Ubuntu 24.04", {"889999900"}, System.LINUX),
        ("BSNR 889999900, Windows oder Linux", {"889999900"}, None),
        ("BSNR 889999900", {"889999900"}, None),
        ("Telefon 0391/6277000, Fax +493916278700", set(), None),
        ("889999900 und 859999900 auf win10", {"889999900", "859999900"}, System.WINDOWS),
        ("1234567890123", set(), None),
        ("889999900 Windows\n> früher: Linux, 859999900", {"889999900"}, System.WINDOWS),
    ],
)
def test_number_and_system_are_found(text: str, numbers: set[str], system: System | None) -> None:
    read = mail_reading.read(mail(text))
    assert (read.numbers, read.system) == (numbers, system)
    assert not read.is_automatic


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Id": "<news.example.org>"},
        {"X_Spam_Flag": "YES"},
        {"X_Spam_Status": "Yes, score=9"},
        {"Return_Path": "<>"},
        {"X_Auto_Response_Suppress": "OOF"},
    ],
)
def test_no_person_asks(headers: dict[str, str]) -> None:
    assert mail_reading.read(mail("889999900 Windows", **headers)).is_automatic
    assert not mail_reading.read(mail("889999900 Windows", Auto_Submitted="no")).is_automatic


def test_programs_are_known_by_their_names_too() -> None:
    content = mail("889999900 Windows").replace(b"praxis@", b"MAILER-DAEMON@")
    assert mail_reading.read(content).is_automatic


def test_a_mail_for_browsers_is_read_and_its_script_is_not() -> None:
    message = email.message.EmailMessage()
    message.set_content(
        "<head><style>.x{889999900}</style></head><p>BSNR&nbsp;859999900<br>Windows<script>linux</script></p>",
        subtype="html",
    )
    read = mail_reading.read(message.as_bytes())
    assert (read.numbers, read.system) == ({"859999900"}, System.WINDOWS)


@given(st.binary(max_size=400))
def test_whatever_comes_is_read(content: bytes) -> None:
    for one in (content, b"From: a@b\r\nContent-Type: text/plain; charset=" + content, mail("x") + content):
        read = mail_reading.read(one)
        assert read.text.isprintable() or "\n" in read.text or not read.text
        assert len(read.text) <= 4000


def test_an_encoding_that_does_not_exist_and_marks_that_turn_text_do_no_harm() -> None:
    content = (
        b"Subject: =?x-none?B?AAAA?=\r\nContent-Type: text/plain; charset=x-none\r\n\r\n889999900 Windows\x00"
    )
    read = mail_reading.read(content)
    assert (read.numbers, read.system) == ({"889999900"}, System.WINDOWS)
    assert "\x00" not in read.text
    assert "\u202e" not in mail_reading.read(mail("a \u202e 889999900")).text
