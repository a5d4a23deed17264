"""What the person types, user name and the field with password and code, checked before anything is sent."""

import getpass
import re
import sys

from flexnet_client.failures import Exit, Failure

MAX_FIELD_BYTES = 112  # ocserv cuts a longer field without a word
_SHIFTED_DIGITS = frozenset('=!"§$%&/()') | frozenset(")!@#$%^&*(")  # German and US keyboard
_USER_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")


class Secret:
    """A field as it was typed; never shown, opened only by `reveal`."""

    def __init__(self, value: bytes) -> None:
        self._value = value

    def __repr__(self) -> str:
        return "<sealed>"

    def reveal(self) -> bytes:
        """Return the bytes, for openconnect's standard input only."""
        return self._value


def user_name(typed: str) -> str:
    """Trim and lower-case a user name, as the server keeps them; raises Failure for what cannot be one."""
    name = typed.strip().lower()
    if not name:
        raise Failure("Bitte geben Sie Ihren Benutzernamen an: --user NAME", Exit.INPUT)
    if re.search(r"\s", name):
        raise Failure(
            f"Der Benutzername „{name}“ enthält ein Leerzeichen. "
            "Bitte schreiben Sie ihn genau so, wie er in Ihrem Brief steht: ohne Leerzeichen.",
            Exit.INPUT,
        )
    if not _USER_NAME.fullmatch(name):
        raise Failure(
            f"Der Benutzername „{name}“ kann nicht stimmen: Er besteht nur aus Buchstaben ohne Umlaute, "
            "Ziffern, Punkt und Strich. Sie finden ihn in Ihrem Brief.",
            Exit.INPUT,
        )
    return name


def ask_field() -> Secret:
    """Read the field without showing it, from the terminal or else one line of standard input."""
    if sys.stdin.isatty():
        prompt = "Kennwort eingeben, dann Knopf am YubiKey drücken (die Eingabe bleibt unsichtbar): "
        return Secret(getpass.getpass(prompt).encode("utf-8", "surrogateescape"))
    return Secret(sys.stdin.buffer.readline(4096))


def checked_field(typed: Secret, *, digits: int) -> Secret:
    """Return the field without the key's Enter; raises Failure where it cannot hold password and code."""
    field = typed.reveal().rstrip(b"\r\n")
    if problem := _problem(field, digits):
        raise Failure(problem, Exit.INPUT)
    return Secret(field)


def _problem(field: bytes, digits: int) -> str | None:
    try:
        text = field.decode()
    except UnicodeDecodeError:
        return "Die Eingabe enthält Zeichen, die kein Text sind. Bitte geben Sie sie noch einmal ein."
    if not text:
        return "Das Feld ist leer. Geben Sie Ihr Kennwort ein und drücken Sie dann den Knopf am YubiKey."
    if any(not character.isprintable() for character in text):
        return "Die Eingabe enthält ein Steuerzeichen. Bitte geben Sie sie noch einmal ein."
    if len(field) > MAX_FIELD_BYTES:
        return (
            f"Die Eingabe ist zu lang ({len(field)} Bytes, höchstens {MAX_FIELD_BYTES}). "
            "Geben Sie nur Ihr Kennwort ein und drücken Sie dann einmal den Knopf am YubiKey."
        )
    return _problem_of_code(text, digits)


def _problem_of_code(text: str, digits: int) -> str | None:
    end = text[-digits:]
    if _is_code(end) and len(text) == digits:
        return (
            "Das Feld enthält nur den Code des YubiKey. Geben Sie zuerst Ihr Kennwort ein "
            "und drücken Sie dann, ohne Leerzeichen, den Knopf am YubiKey."
        )
    if _is_code(end):
        return None
    if len(end) == digits and set(end) <= _SHIFTED_DIGITS:
        return (
            "Der Code kam als Sonderzeichen an: Die Umschaltsperre (Feststelltaste) ist eingeschaltet. "
            "Schalten Sie sie aus und geben Sie Kennwort und Code noch einmal ein."
        )
    return (
        f"Am Ende fehlt der Code ({digits} Ziffern). Geben Sie Ihr Kennwort ein, drücken Sie nicht die "
        "Eingabetaste, sondern den Knopf am YubiKey: Er schreibt den Code und bestätigt selbst."
    )


def _is_code(end: str) -> bool:
    return end.isascii() and end.isdecimal()
