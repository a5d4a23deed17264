"""Signing keys: a private file, never overwritten, with numbers that stay."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from flexnet.audit import keys, standalone


def test_a_new_key_is_private_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "audit.pem"
    created = keys.create(path)
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(keys.BadSigningKey, match="never overwritten"):
        keys.create(path)
    assert keys.load(path).public_pem() == created.public_pem()


def test_an_added_key_signs_and_the_older_ones_keep_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "audit.pem"
    first = keys.create(path)
    both = keys.add(path)
    assert (first.current, both.current) == (1, 2)
    assert keys.load(path).public_pem() == both.public_pem()
    assert both.public_pem().startswith(first.public_pem())
    standalone.read_keys(both.public_pem())[1].verify(both.sign(b"text"), b"text")


def test_a_key_that_others_can_read_is_refused_with_the_cure(tmp_path: Path) -> None:
    path = tmp_path / "audit.pem"
    keys.create(path)
    path.chmod(0o644)
    with pytest.raises(keys.BadSigningKey, match="chmod 0600"):
        keys.load(path)
    with pytest.raises(keys.BadSigningKey, match="chmod 0600"):
        keys.add(path)


def _of_another_kind() -> bytes:
    key = generate_private_key(SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"SENTINEL",
        b"-----BEGIN PRIVATE KEY-----\nSENTINEL\n-----END PRIVATE KEY-----\n",
        _of_another_kind(),
    ],
    ids=["empty", "text", "broken", "another kind"],
)
def test_a_file_without_ed25519_keys_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "audit.pem"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(keys.BadSigningKey, match="restore it") as caught:
        keys.load(path)
    assert "SENTINEL" not in str(caught.value)


def test_keys_do_not_show_themselves(tmp_path: Path) -> None:
    assert repr(keys.create(tmp_path / "audit.pem")) == "SigningKeys()"
