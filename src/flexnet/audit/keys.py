"""The keys that sign heads of the chain: a private file of Ed25519 keys, numbered by their order."""

import functools
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from flexnet import configuration
from flexnet.lib import private_files

_END = b"-----END PRIVATE KEY-----\n"


class BadSigningKey(Exception):
    """The signing key file cannot be used; the text says what is wrong and how to mend it."""


@dataclass(frozen=True)
class SigningKeys:
    """All signing keys of this installation; number 1 is the first, the last one signs."""

    private: tuple[Ed25519PrivateKey, ...] = field(repr=False)

    @property
    def current(self) -> int:
        return len(self.private)

    @property
    def public(self) -> tuple[Ed25519PublicKey, ...]:
        return tuple(key.public_key() for key in self.private)

    def sign(self, text: bytes) -> bytes:
        """Sign with the current key."""
        return self.private[-1].sign(text)

    def public_pem(self) -> bytes:
        """What verifiers are given: the public keys in their order, as PEM."""
        form = PublicFormat.SubjectPublicKeyInfo
        return b"".join(key.public_bytes(Encoding.PEM, form) for key in self.public)


@functools.cache
def current() -> SigningKeys:
    """The process's signing keys. Raises BadSigningKey."""
    return load(configuration.current().audit.signing_key)


def load(path: Path) -> SigningKeys:
    """Raises BadSigningKey if the file is missing, readable by others, or holds no Ed25519 key."""
    try:
        blocks = private_files.read(path).split(_END)[:-1]
        keys = tuple(load_pem_private_key(block + _END, password=None) for block in blocks)
    except private_files.Unusable as error:
        raise BadSigningKey(str(error)) from error
    except (ValueError, TypeError):
        # `from None`: the parser's error could show a piece of the key.
        raise BadSigningKey(f"{path}: is no file of PEM keys; restore it from the backup") from None
    ed25519 = tuple(key for key in keys if isinstance(key, Ed25519PrivateKey))
    if not keys or len(ed25519) != len(keys):
        raise BadSigningKey(f"{path}: holds no Ed25519 key, or others beside; restore it from the backup")
    return SigningKeys(ed25519)


def create(path: Path) -> SigningKeys:
    """Make the file with a first key. Raises BadSigningKey if it exists."""
    key = Ed25519PrivateKey.generate()
    try:
        private_files.create(path, _pem(key))
    except private_files.Unusable as error:
        raise BadSigningKey(str(error)) from error
    return SigningKeys((key,))


def add(path: Path) -> SigningKeys:
    """Add the next key; heads signed before stay verifiable. Raises BadSigningKey."""
    key = Ed25519PrivateKey.generate()
    try:
        with private_files.alone_in_folder(path) as folder:
            older = load(path).private
            private_files.replace(path, b"".join(map(_pem, (*older, key))), folder=folder)
    except private_files.Unusable as error:
        raise BadSigningKey(str(error)) from error
    return SigningKeys((*older, key))


def _pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
