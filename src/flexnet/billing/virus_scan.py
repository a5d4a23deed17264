"""Asks clamd whether a file holds malware, by its own protocol (INSTREAM; clamd(8), "Commands")."""

import contextlib
import logging
import socket
import struct
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Final

from flexnet.configuration import VirusScan
from flexnet.configuration.parts import address

_PIECE: Final = 256 * 1024
_LONGEST_ANSWER: Final = 4096

log = logging.getLogger("flexnet.billing")


class Verdict(StrEnum):
    CLEAN = "clean"
    FOUND = "found"
    NOT_SCANNED = "not_scanned"  # nobody answered, not in time, or not what the protocol knows


def scan(file: BinaryIO, *, by: VirusScan) -> Verdict:
    """From where the file stands to its end. Raises SealBroken."""
    try:
        with contextlib.closing(_connected(by)) as line:
            answer = _asked(line, file)
    except OSError as error:
        log.warning("clamd did not look at a file: %s", type(error).__name__)
        return Verdict.NOT_SCANNED
    if answer.endswith(b" FOUND"):
        return Verdict.FOUND
    if answer == b"stream: OK":
        return Verdict.CLEAN
    log.warning("clamd did not look at a file: %r", answer[:80])
    return Verdict.NOT_SCANNED


def _connected(by: VirusScan) -> socket.socket:
    if not by.clamd.startswith("/"):
        return socket.create_connection(address(by.clamd), timeout=by.seconds)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        line.settimeout(by.seconds)
        line.connect(str(Path(by.clamd)))
    except BaseException:
        line.close()
        raise
    return line


def _asked(line: socket.socket, file: BinaryIO) -> bytes:
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it may have said enough already
        line.sendall(b"zINSTREAM\0")
        while piece := file.read(_PIECE):
            line.sendall(struct.pack("!I", len(piece)) + piece)
        line.sendall(struct.pack("!I", 0))
    answer = b""
    while b"\0" not in answer and len(answer) < _LONGEST_ANSWER:
        piece = line.recv(_LONGEST_ANSWER)
        if not piece:
            break
        answer += piece
    return answer.partition(b"\0")[0].strip()
