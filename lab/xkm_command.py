"""A small program that keeps the contract of a KV's decryption command, for containers that it makes itself.

Container in by stdin, plain text out by stdout, XKM's exit codes. No cryptography that protects anything.
It imports nothing of ours: it runs as somebody else's program would.
"""

import hashlib
import sys
from datetime import datetime

_MARK = b"*XKM*\r\n"
_KEY = "Oeffentlich_KV_V09"
WRONG_KEY, NO_INPUT, DAMAGED = 6, 2, 11


def container(plain: bytes, *, bsnr: str, created_at: datetime, key: str = _KEY, mode: str = "7 ") -> bytes:
    """As XKM 1.26 lays it out: a plain header, then what only the KV can read."""
    head = (f"Arztnummer/BSNR: {bsnr}", f"Erstellungsdatum: {created_at:%d.%m.%Y %H:%M:%S}", "Paket 1/1")
    padded = "".join(f"{line:<40}\r\n" for line in head)
    behind = "".join(f"{line}\r\n" for line in ("*XKM*", "1.26  ", "1    ", "1    ", mode, "1", "0", key))
    return f"{padded}\r\n{behind}".encode() + hashlib.sha256(plain).digest() + _mixed(plain, key)


def opened(content: bytes) -> bytes | int:
    """The plain text, or the exit code that says why not."""
    _plain, mark, behind = content.partition(_MARK)
    lines = behind.split(b"\r\n", 7)
    if not mark or len(lines) < 8:
        return NO_INPUT
    key = lines[6].decode("latin-1")
    if key != _KEY:
        return WRONG_KEY
    plain = _mixed(lines[7][32:], key)
    return plain if hashlib.sha256(plain).digest() == lines[7][:32] else DAMAGED


def _mixed(content: bytes, key: str) -> bytes:
    stream = hashlib.shake_256(key.encode()).digest(len(content))
    both = int.from_bytes(content, "little") ^ int.from_bytes(stream, "little")
    return both.to_bytes(len(content), "little")


if __name__ == "__main__":
    found = opened(sys.stdin.buffer.read())
    if isinstance(found, int):
        sys.exit(found)
    sys.stdout.buffer.write(found)
