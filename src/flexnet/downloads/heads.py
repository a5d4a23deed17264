"""The head of a request and of an answer (RFC 9112), as far as files are given out. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import Final

from flexnet.software.ranges import Span

LONGEST: Final = 16 * 1024  # bytes
END: Final = b"\r\n\r\n"
_LINE: Final = re.compile(rb"([A-Z]{1,20}) (/[!-~]{0,2000}) HTTP/1\.[01]")
_FIELD: Final = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}):[ \t]*([\t -~\x80-\xff]*?)[ \t]*")


class BadHead(Exception):
    """This is no request that a browser would send."""


@dataclass(frozen=True)
class Asked:
    """What is asked for; header names in small letters, of one that comes twice the first."""

    method: str
    path: str
    fields: Mapping[str, str]


def parsed(head: bytes) -> Asked:
    """Of all up to the empty line, without it. Raises BadHead."""
    first, *lines = head.split(b"\r\n")
    if not (found := _LINE.fullmatch(first)):
        raise BadHead
    fields: dict[str, str] = {}
    for line in lines:
        if not (field := _FIELD.fullmatch(line)):
            raise BadHead
        fields.setdefault(field[1].decode("ascii").lower(), field[2].decode("latin-1"))
    return Asked(found[1].decode("ascii"), found[2].decode("ascii"), fields)


@dataclass(frozen=True)
class File:
    """What is said of a file."""

    name: str
    size: int
    etag: str
    changed_at: datetime


def of_file(file: File, span: Span | None) -> bytes:
    """The head before the whole file, or before a part of it."""
    status = HTTPStatus.PARTIAL_CONTENT if span else HTTPStatus.OK
    part = span or Span(0, file.size)
    fields = {
        "Content-Type": "application/octet-stream",
        "Content-Length": str(part.size),
        "Content-Disposition": f'attachment; filename="{file.name}"',
        "Accept-Ranges": "bytes",
        "ETag": file.etag,
        "Last-Modified": format_datetime(file.changed_at, usegmt=True),
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    if span:
        fields["Content-Range"] = f"bytes {span.start}-{span.end - 1}/{file.size}"
    return _written(status, fields)


def of_no_part(size: int) -> bytes:
    """None of the bytes asked for are there (416)."""
    return _written(
        HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
        {"Content-Range": f"bytes */{size}", "Content-Length": "0"},
    )


def of_text(status: HTTPStatus, length: int, more: Mapping[str, str] | None = None) -> bytes:
    """The head before a sentence."""
    fields = {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Length": str(length),
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    }
    return _written(status, {**fields, **(more or {})})


_ALWAYS: Final = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Connection": "close",
}


def _written(status: HTTPStatus, fields: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status.value} {status.phrase}"]
    lines += [f"{name}: {value}" for name, value in {**fields, **_ALWAYS}.items()]
    return "\r\n".join(lines).encode("ascii") + END
