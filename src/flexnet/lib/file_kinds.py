"""What a file is by its bytes, and by what its name promises: PDF, PNG, JPEG or plain text."""

from enum import StrEnum
from typing import Final


class FileKind(StrEnum):
    """The kinds that people may send, as HTTP calls them."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"
    TEXT = "text/plain"


ENDINGS: Final = {
    "pdf": FileKind.PDF,
    "jpg": FileKind.JPEG,
    "jpeg": FileKind.JPEG,
    "png": FileKind.PNG,
    "txt": FileKind.TEXT,
}
_WRITTEN: Final = {*range(0x20, 0x7F), 0x09, 0x0A, 0x0D}


def of_content(content: bytes) -> FileKind | None:
    """By the bytes alone; None for anything else, for nothing at all, and for half a file.

    Sources: PDF 1.7, 7.5.2 and 7.5.5; JPEG (T.81), B.1.1.3; PNG, 5.2 and 5.3. Text is UTF-8 without control
    characters (C0, DEL) but for tabs and line ends.
    """
    begin, end = content[:8], content[-1024:]
    if begin.startswith(b"%PDF-"):
        return FileKind.PDF if b"%%EOF" in end else None
    if begin.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG if end.rstrip(b"\0").endswith(b"\xff\xd9") else None
    if begin == b"\x89PNG\r\n\x1a\n":
        return FileKind.PNG if end.endswith(b"IEND\xaeB`\x82") else None
    return FileKind.TEXT if content and _is_text(content) else None


def of_name(name: str) -> FileKind | None:
    """What the ending promises."""
    return ENDINGS.get(name.rpartition(".")[2].lower()) if "." in name else None


def _is_text(content: bytes) -> bool:
    if content.translate(None, bytes(_WRITTEN)).translate(None, bytes(range(0x80, 0x100))):
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
