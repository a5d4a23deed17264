"""The lines of a KVDT file: `LLL FFFF content CR LF`, checked block by block without holding the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from operator import itemgetter
from typing import Protocol

_BLOCK_BYTES = 1 << 18
_LONGEST = 999  # LLL has three digits and counts itself, the field code and CR LF
_HEAD = 7  # LLL and FFFF
_FIRST = b"0138000con0"
_ALLOWED = bytes([*range(0x20, 0x7F), *range(0xA0, 0x100), 0x0D, 0x0A])
_CONTAINER = b"*XKM*\r\n"

_FK = itemgetter(slice(3, 7))
# What a line of so many bytes (without CR LF) begins with; 0xFF stands for lines without content.
_PREFIXES = [b"\xff"] * (_HEAD + 1) + [b"%03d" % (length + 2) for length in range(_HEAD + 1, _LONGEST - 1)]


class Fault(StrEnum):
    """What is wrong with a file, in the coarse kinds that people are told apart."""

    EMPTY = "empty"
    NOT_KVDT = "not_kvdt"
    ENCRYPTED = "encrypted"
    TRUNCATED = "truncated"
    BAD_LINE = "bad_line"
    BAD_FIELD = "bad_field"
    BAD_ORDER = "bad_order"


AGAIN = "Bitte erzeugen Sie die Abrechnungsdatei in Ihrem Praxisprogramm neu."
_ASK = f"{AGAIN} Hilft das nicht, wenden Sie sich an den Hersteller Ihres Praxisprogramms."


class BadFile(Exception):
    """A file that is no billing file. `why` says in German what is wrong and what to do, and quotes nothing.

    `line` counts from 1; `fk` is the field code where one field is to blame.
    """

    def __init__(self, line: int, why: str, fk: str | None = None, *, fault: Fault = Fault.BAD_LINE) -> None:
        super().__init__(f"line {line}, field {fk}: {fault}" if fk else f"line {line}: {fault}")
        self.line = line
        self.why = why
        self.fk = fk
        self.fault = fault


class Stream(Protocol):
    """Whatever bytes are read from."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Block:
    """Sound lines in a row, without their CR LF; `first` is the number of the first one."""

    first: int
    lines: list[bytes]
    fks: list[bytes]


def blocks(stream: Stream) -> Iterator[Block]:
    """All lines of a file, block by block. Raises BadFile at the first line that is none."""
    number, rest = 1, b""
    while read := stream.read(_BLOCK_BYTES):
        whole, rest = _cut(rest + read)
        if number == 1 and not _may_begin_so(whole or rest):
            raise _no_billing_file(whole or rest)
        if whole:
            block = _block(number, whole)
            yield block
            number += len(block.lines)
        if len(rest) > _LONGEST:
            raise _blamed(rest, number)
    if number == 1 and not rest:
        raise BadFile(1, f"Die Datei ist leer. {AGAIN}", fault=Fault.EMPTY)
    if rest:
        raise _why_open(rest, number)


def _may_begin_so(text: bytes) -> bool:
    beginning = text[: len(_FIRST)]
    return beginning == _FIRST[: len(beginning)]


def _cut(text: bytes) -> tuple[bytes, bytes]:
    """Whole lines, and the beginning of the next."""
    end = text.rfind(b"\r\n") + 2
    return (text[:end], text[end:]) if end > 1 else (b"", text)


def _block(number: int, text: bytes) -> Block:
    lines = text[:-2].split(b"\r\n")
    fks = list(map(_FK, lines))
    if not (_is_clean(text, lines) and all(map(bytes.isdigit, set(fks)))):
        _blame_first(lines, number)
    return Block(number, lines, fks)


def _is_clean(text: bytes, lines: list[bytes]) -> bool:
    """The same question as `_why_bad`, asked of a block at once: one pass in C for each rule."""
    if text.translate(None, _ALLOWED) or b" \r\n" in text:
        return False
    if not text.count(b"\r") == text.count(b"\n") == len(lines):
        return False
    try:
        return not [line for line in lines if not line.startswith(_PREFIXES[len(line)])]
    except IndexError:
        return False


def _blame_first(lines: list[bytes], number: int) -> None:
    for at, line in enumerate(lines, number):
        if _why_bad(line):
            raise _blamed(line, at)


def _why_bad(line: bytes) -> str:
    if b"\n" in line or b"\r" in line:
        return "endet nicht mit CR und LF"
    if line.translate(None, _ALLOWED):
        return "enthält Zeichen, die es in ISO 8859-15 nicht gibt"
    if not line[:_HEAD].isdigit():
        return "beginnt nicht mit Länge und Feldkennung"
    if len(line) > _LONGEST - 2 or not line.startswith(b"%03d" % (len(line) + 2)):
        return "ist nicht so lang, wie sie angibt"
    return "" if line[_HEAD:].strip(b" ") else "hat keinen Inhalt"


def _blamed(line: bytes, number: int) -> BadFile:
    fk = line[3:_HEAD]
    return BadFile(number, f"Zeile {number} {_why_bad(line)}. {_ASK}", fk.decode() if fk.isdigit() else None)


def _why_open(rest: bytes, number: int) -> BadFile:
    """The file's last line has no end: cut off, unless it never was a line."""
    if b"\n" in rest or rest.translate(None, _ALLOWED):
        return _blamed(rest, number)
    return truncated(number)


def truncated(line: int) -> BadFile:
    """The file stops before its end."""
    why = f"Die Datei ist unvollständig: Sie bricht in Zeile {line} ab."
    return BadFile(line, f"{why} Bitte kopieren oder erzeugen Sie sie neu.", fault=Fault.TRUNCATED)


def _no_billing_file(text: bytes) -> BadFile:
    if _CONTAINER in text[:512]:
        why = "Die Datei ist verschlüsselt und wird nicht als offene Abrechnungsdatei gelesen."
        return BadFile(1, f"{why} Bitte ändern Sie ihren Namen nicht.", fault=Fault.ENCRYPTED)
    why = (
        "Das ist keine Abrechnungsdatei. Bitte wählen Sie die Datei, die Ihr Praxisprogramm erzeugt hat; "
        "ihr Name beginnt mit Z und endet auf .con oder .con.xkm."
    )
    return BadFile(1, why, fault=Fault.NOT_KVDT)
