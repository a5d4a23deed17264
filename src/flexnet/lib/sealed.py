"""Sealed secrets: AES-256-GCM under numbered keys, each seal bound to its table, row and kind.

Every table and kind has a key of its own, derived from the ring's: so a process can be given a narrow ring,
which opens what that process needs and nothing else.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import secrets
import struct
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from flexnet.lib import private_files

_FORMAT = 2
_HEAD = struct.Struct(">BI")  # format, ring number
_NONCE_BYTES = 12  # NIST SP 800-38D, 8.2.2: random 96 bits, good for 2^32 seals per key
_TAG_BYTES = 16
_KEY_BYTES = 32


class SealBroken(Exception):
    """The sealed bytes were altered, cut, moved to another place, or are of a key this ring does not hold."""


class BadKeyRing(Exception):
    """The key ring file cannot be used; the text says what is wrong and how to mend it."""


class Purpose(NamedTuple):
    """What one derived key is for."""

    table: str
    kind: str

    def __str__(self) -> str:
        return f"{self.table}/{self.kind}"


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
    """Numbered keys: the last lies ready, the one before it is in use, what is older stays readable.

    Because the next key is there already, a narrow ring made before a rotation opens what is sealed after it.
    It has no `keys`, but for each number those `derived` for its purposes.
    """

    keys: Mapping[int, bytes] = field(repr=False)
    derived: Mapping[int, Mapping[Purpose, bytes]] = field(default_factory=dict, repr=False)

    @property
    def current(self) -> int:
        """The number that new seals carry."""
        return sorted(self.keys or self.derived)[-2:][0]

    @classmethod
    def load(cls, path: Path) -> KeyRing:
        """Read a ring, whole or narrow. Raises BadKeyRing if it is missing, readable by others, or none."""
        with _as_bad_key_ring():
            return _parse(private_files.read(path), path)

    @classmethod
    def create(cls, path: Path) -> KeyRing:
        """Make a new ring (mode 0600, durable). Raises BadKeyRing if the file exists."""
        ring = cls({number: secrets.token_bytes(_KEY_BYTES) for number in (1, 2)})
        with _as_bad_key_ring():
            private_files.create(path, _written(ring))
        return ring

    @classmethod
    def add_key(cls, path: Path) -> KeyRing:
        """Take the next key into use and lay another one ready, by one rename. Raises BadKeyRing."""
        with _as_bad_key_ring(), private_files.alone_in_folder(path) as folder:
            old = cls.load(path)
            if not old.keys:
                raise BadKeyRing(
                    f"{path}: narrow rings get no keys of their own; make it anew from the whole one"
                )
            ring = cls({**old.keys, max(old.keys) + 1: secrets.token_bytes(_KEY_BYTES)})
            private_files.replace(path, _written(ring), folder=folder)
        return ring

    def narrow(self, purposes: Iterable[Purpose]) -> KeyRing:
        """A ring for these purposes; no key of another one can be computed from it. Raises SealBroken."""
        wanted = tuple(purposes)
        numbers = self.keys or self.derived
        return KeyRing({}, {number: {one: self._key(number, one) for one in wanted} for number in numbers})

    def write(self, path: Path) -> None:
        """Keep a narrow ring in a file (mode 0600, durable), in place of an older one. Raises BadKeyRing."""
        with _as_bad_key_ring(), private_files.alone_in_folder(path) as folder:
            if path.exists() and self.load(path).keys:
                raise BadKeyRing(f"{path}: holds a whole ring, which nothing replaces; name another file")
            private_files.replace(path, _written(self), folder=folder)

    def _key(self, number: int, purpose: Purpose) -> bytes:
        """HKDF-Expand of one block (RFC 5869, 2.3); 3.3 spares the extraction, for keys are random here."""
        if number in self.keys:
            return hmac.digest(self.keys[number], f"flexnet seal {purpose}\x01".encode(), "sha256")
        derived = self.derived.get(number)
        if derived is None:
            raise SealBroken(f"sealed under key {number}, which this key ring does not hold")
        if purpose not in derived:
            raise SealBroken(f"this key ring is a narrow one, and not for {purpose}")
        return derived[purpose]

    def seal(self, plaintext: bytes, *, table: str, row: str | int, kind: str) -> bytes:
        """Seal under the current key, for this place only."""
        head = _HEAD.pack(_FORMAT, self.current)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        place = _place(table, row, kind, self.current)
        key = self._key(self.current, Purpose(table, kind))
        return head + nonce + AESGCM(key).encrypt(nonce, plaintext, place)

    def open(self, blob: bytes, *, table: str, row: str | int, kind: str) -> Secret:
        """Open a seal of exactly this place. Raises SealBroken."""
        number = ring_number(blob)
        key = self._key(number, Purpose(table, kind))
        nonce, body = blob[_HEAD.size : _HEAD.size + _NONCE_BYTES], blob[_HEAD.size + _NONCE_BYTES :]
        try:
            return Secret(AESGCM(key).decrypt(nonce, body, _place(table, row, kind, number)))
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


def _parse(text: bytes, path: Path) -> KeyRing:
    try:
        numbered = {int(number): key for number, key in json.loads(text)["keys"].items()}
        if any(isinstance(key, dict) for key in numbered.values()):
            narrow = {number: _purposes(keys) for number, keys in numbered.items()}
            ring, all_keys = KeyRing({}, narrow), [key for keys in narrow.values() for key in keys.values()]
        else:
            whole = {number: base64.b64decode(key, validate=True) for number, key in numbered.items()}
            ring, all_keys = KeyRing(whole), list(whole.values())
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        # `from None`: the parser's error would carry pieces of the keys.
        raise BadKeyRing(f'{path}: not a key ring; expected {{"keys": {{"1": "<base64>"}}}}') from None
    if not all_keys or min(numbered) < 1 or max(numbered) >= 2**32 or {*map(len, all_keys)} != {_KEY_BYTES}:
        raise BadKeyRing(f"{path}: needs a key numbered from 1, each of {_KEY_BYTES} bytes in base64")
    return ring


def _purposes(keys: Mapping[str, str]) -> dict[Purpose, bytes]:
    pairs = ((named.split("/"), key) for named, key in keys.items())
    return {Purpose(table, kind): base64.b64decode(key, validate=True) for (table, kind), key in pairs}


def _written(ring: KeyRing) -> bytes:
    keys: dict[str, object] = {str(number): _text(key) for number, key in ring.keys.items()}
    for number, derived in ring.derived.items():
        keys[str(number)] = {str(purpose): _text(key) for purpose, key in derived.items()}
    return json.dumps({"keys": keys}, indent=1).encode() + b"\n"


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode()


@contextmanager
def _as_bad_key_ring() -> Iterator[None]:
    try:
        yield
    except private_files.Unusable as error:
        raise BadKeyRing(str(error)) from error
