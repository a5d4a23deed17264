"""What the headers of tus 1.0 say: uploads that go on where they broke off (https://tus.io)."""

import base64
import binascii
from collections.abc import Mapping
from typing import Final

VERSION: Final = "1.0.0"
EXTENSIONS: Final = ("creation", "expiration", "checksum", "termination")
ALGORITHMS: Final = ("sha1", "sha256")
CONTENT_TYPE: Final = "application/offset+octet-stream"
CHECKSUM_DIFFERS: Final = 460
_LARGEST: Final = 2**62


class BadHeader(ValueError):
    """A header that tus does not know in this form; the text names it."""


def number(headers: Mapping[str, str], name: str) -> int:
    """A count of bytes. Raises BadHeader."""
    text = headers.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) < _LARGEST):
        raise BadHeader(name)
    return int(text)


def metadata(text: str) -> dict[str, str]:
    """`name dGV4dA==,other dGV4dA==`: words of our choice, their values as text. Raises BadHeader."""
    found = dict[str, str]()
    for pair in filter(None, (one.strip() for one in text.split(","))):
        name, _, value = pair.partition(" ")
        found[name] = _decoded(value.strip(), "Upload-Metadata").decode("utf-8", errors="replace")
    return found


def checksum(text: str) -> tuple[str, bytes]:
    """The algorithm, and what the bytes of this request give by it. Raises BadHeader."""
    algorithm, _, value = text.partition(" ")
    if algorithm not in ALGORITHMS:
        raise BadHeader("Upload-Checksum")
    return algorithm, _decoded(value.strip(), "Upload-Checksum")


def _decoded(value: str, header: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise BadHeader(header) from None
