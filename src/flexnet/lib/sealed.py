"""Sealed secrets: AES-256-GCM under numbered keys, each seal bound to its table, row and kind."""

from __future__ import annotations

import base64
import binascii
import json
import secrets
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from flexnet.lib import private_files

_FORMAT = 1
_HEAD = struct.Struct(">BI")  # format, ring number
_NONCE_BYTES = 12  # NIST SP 800-38D, 8.2.2: random 96 bits, good for 2^32 seals per key
_TAG_BYTES = 16
_KEY_BYTES = 32


class SealBroken(Exception):
    """The sealed bytes were altered, cut, moved to another place, or are of a key this ring does not hold."""


class BadKeyRing(Exception):
    """The key ring file cannot be used; the text says what is wrong and how to mend it."""


class Secret:
    """Opened bytes that show themselves to nobody by accident; only `reveal()` gives them out."""

    __slots__ = ("_plaintext",)

    def __init__(self, plaintext: bytes) -> None:
        self._plaintext = plaintext

    def reveal(self) -> bytes:
        return self._plaintext

    def __repr__(self) -> str:
        return "<sealed>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not written out")


@dataclass(frozen=True)
class KeyRing:
    """Numbered keys; what is sealed anew takes the highest number, what is older stays readable."""

    keys: Mapping[int, bytes] = field(repr=False)

    @property
    def current(self) -> int:
        """The number that new seals carry."""
        return max(self.keys)

    @classmethod
    def load(cls, path: Path) -> KeyRing:
        """Read the ring. Raises BadKeyRing if it is missing, readable by others, or no ring."""
        with _as_bad_key_ring():
            return cls(_parse(private_files.read(path), path))

    @classmethod
    def create(cls, path: Path) -> KeyRing:
        """Make a new ring with one key (mode 0600, durable). Raises BadKeyRing if the file exists."""
        ring = cls({1: secrets.token_bytes(_KEY_BYTES)})
        with _as_bad_key_ring():
            private_files.create(path, _written(ring))
        return ring

    @classmethod
    def add_key(cls, path: Path) -> KeyRing:
        """Add the next key, in place by one rename; old seals stay readable. Raises BadKeyRing."""
        with _as_bad_key_ring(), private_files.alone_in_folder(path) as folder:
            old = cls.load(path)
            ring = cls({**old.keys, old.current + 1: secrets.token_bytes(_KEY_BYTES)})
            private_files.replace(path, _written(ring), folder=folder)
        return ring

    def seal(self, plaintext: bytes, *, table: str, row: str | int, kind: str) -> bytes:
        """Seal under the current key, for this place only."""
        head = _HEAD.pack(_FORMAT, self.current)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        place = _place(table, row, kind, self.current)
        return head + nonce + AESGCM(self.keys[self.current]).encrypt(nonce, plaintext, place)

    def open(self, blob: bytes, *, table: str, row: str | int, kind: str) -> Secret:
        """Open a seal of exactly this place. Raises SealBroken."""
        number = ring_number(blob)
        if number not in self.keys:
            raise SealBroken(f"sealed under key {number}, which this key ring does not hold")
        nonce, body = blob[_HEAD.size : _HEAD.size + _NONCE_BYTES], blob[_HEAD.size + _NONCE_BYTES :]
        try:
            return Secret(AESGCM(self.keys[number]).decrypt(nonce, body, _place(table, row, kind, number)))
        except InvalidTag:
            raise SealBroken(f"the seal of {table}/{row}/{kind} does not fit its content") from None

    def reseal(self, blob: bytes, *, table: str, row: str | int, kind: str) -> bytes:
        """The same secret under the current key; unchanged if it is there already. Raises SealBroken."""
        secret = self.open(blob, table=table, row=row, kind=kind)
        if ring_number(blob) == self.current:
            return blob
        return self.seal(secret.reveal(), table=table, row=row, kind=kind)


def ring_number(blob: bytes) -> int:
    """The number of the key a seal was made with. Raises SealBroken if it is no seal."""
    if len(blob) < _HEAD.size + _NONCE_BYTES + _TAG_BYTES:
        raise SealBroken("too short to be a seal")
    version, number = _HEAD.unpack_from(blob)
    if version != _FORMAT:
        raise SealBroken("not a seal of this format")
    return int(number)


def _place(table: str, row: str | int, kind: str, number: int) -> bytes:
    """Associated data: JSON keeps ("a", "bc") and ("ab", "c") apart."""
    return json.dumps([table, str(row), kind, number], separators=(",", ":")).encode()


def _parse(text: bytes, path: Path) -> dict[int, bytes]:
    try:
        written = json.loads(text)["keys"]
        keys = {int(number): base64.b64decode(key, validate=True) for number, key in written.items()}
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        # `from None`: the parser's error would carry pieces of the keys.
        raise BadKeyRing(f'{path}: not a key ring; expected {{"keys": {{"1": "<base64>"}}}}') from None
    if not keys or any(not 0 < number < 2**32 or len(key) != _KEY_BYTES for number, key in keys.items()):
        raise BadKeyRing(f"{path}: needs a key numbered from 1, each of {_KEY_BYTES} bytes in base64")
    return keys


def _written(ring: KeyRing) -> bytes:
    keys = {str(number): base64.b64encode(key).decode() for number, key in ring.keys.items()}
    return json.dumps({"keys": keys}, indent=1).encode() + b"\n"


@contextmanager
def _as_bad_key_ring() -> Iterator[None]:
    try:
        yield
    except private_files.Unusable as error:
        raise BadKeyRing(str(error)) from error
