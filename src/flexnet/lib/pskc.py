"""Portable Symmetric Key Containers (RFC 6030): keys in XML, plain or encrypted, and then with a MAC."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from defusedxml import ElementTree

from flexnet.lib import key_files, key_rows
from flexnet.lib.key_rows import BadKeyFile, KeyRow, Row, Unfit, Why, WrongRow

_SPACES: Final = {
    "p": "urn:ietf:params:xml:ns:keyprov:pskc",
    "e": "http://www.w3.org/2001/04/xmlenc#",
    "d": "http://www.w3.org/2009/xmlenc11#",
    "k": "http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#",
}
_HOTP: Final = f"{_SPACES['p']}:hotp"
_CIPHERS: Final = {f"{_SPACES['e']}aes{bits}-cbc": bits // 8 for bits in (128, 192, 256)}
_PBKDF2: Final = f"{_SPACES['k']}pbkdf2"
_MACS: Final = {
    "http://www.w3.org/2000/09/xmldsig#hmac-sha1": "sha1",
    "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256": "sha256",
}
_PRFS: Final = {
    "": "sha1",
    "http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#hmac-sha1": "sha1",
    **_MACS,
}
_BLOCK: Final = 16
_MOST_ROUNDS: Final = 5_000_000  # of a file that wants more nobody knows when it would be read


@dataclass(frozen=True)
class Secrets:
    """What opens a container: the key that both sides agreed on, or a password; nothing for a plain one."""

    key: bytes | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class _Opener:
    """How the encrypted values of a container are checked and opened."""

    key: bytes | None = field(repr=False)
    mac_key: bytes | None = field(repr=False)
    mac: str | None

    def opened(self, value: Element, mac: bytes | None) -> bytes:
        """The MAC goes over what is encrypted, and is looked at first (6.1.1). Raises Unfit."""
        if self.key is None or self.mac is None or self.mac_key is None or mac is None:
            raise Unfit(Why.NO_MAC)
        blob = _cipher_value(value)
        if not hmac.compare_digest(hmac.digest(self.mac_key, blob, self.mac), mac):
            raise Unfit(Why.BAD_MAC)
        return _decrypted(self.key, value, blob)


NONE: Final = Secrets()


def read(content: bytes, secrets: Secrets = NONE) -> list[Row]:
    """Every key of a container. Raises BadKeyFile: no container, or not for these secrets."""
    root = _root(content)
    opener = _opener(root, secrets)
    packages = root.findall("p:KeyPackage", _SPACES)
    keys = [(package, key) for package in packages for key in package.findall("p:Key", _SPACES)]
    return key_rows.checked(_row(at, *pair, opener) for at, pair in enumerate(keys, 1))


def _root(content: bytes) -> Element:
    if len(content) > key_files.MOST_BYTES:
        raise BadKeyFile("The file is larger than 10 MB.")
    try:
        root: Element = ElementTree.fromstring(content, forbid_dtd=True)
    except (ParseError, ValueError, LookupError):
        # `from None`: the parser's error would carry pieces of the file. Of a DTD comes a ValueError too.
        raise BadKeyFile("The file is no XML, or it has a DTD, which is not read.") from None
    if root.tag != f"{{{_SPACES['p']}}}KeyContainer":
        raise BadKeyFile("The file is no key container of RFC 6030.")
    return root


def _opener(root: Element, secrets: Secrets) -> _Opener:
    encryption = root.find("p:EncryptionKey", _SPACES)
    if encryption is None:
        return _Opener(None, None, None)
    key = _encryption_key(encryption, secrets)
    method = root.find("p:MACMethod", _SPACES)
    if method is None:
        return _Opener(key, None, None)
    sealed = method.find("p:MACKey", _SPACES)
    try:
        mac_key = key if sealed is None else _decrypted(key, sealed, _cipher_value(sealed))
    except Unfit:
        raise BadKeyFile("The key or password does not open this file.") from None
    return _Opener(key, mac_key, _MACS.get(method.get("Algorithm", "")))


def _encryption_key(encryption: Element, secrets: Secrets) -> bytes:
    method = encryption.find("d:DerivedKey/d:KeyDerivationMethod", _SPACES)
    if method is None:
        if secrets.key is None:
            raise BadKeyFile("The file is encrypted: give the key that both sides agreed on.")
        return secrets.key
    if secrets.password is None:
        raise BadKeyFile("The file is encrypted: give its password.")
    return _derived(method, secrets.password)


def _derived(method: Element, password: str) -> bytes:
    """PBKDF2 (RFC 8018, 5.2) as the file wants it."""
    params = method.find("k:PBKDF2-params", _SPACES)
    prf = None if params is None else _PRFS.get(_attribute(_any(params, "PRF"), "Algorithm"))
    if method.get("Algorithm") != _PBKDF2 or params is None or prf is None:
        raise BadKeyFile("The file derives its key in a way that is not read: only PBKDF2 is.")
    try:
        salt = _binary(_text(_any(params, "Salt", "Specified")))
        rounds, length = int(_text(_any(params, "IterationCount"))), int(_text(_any(params, "KeyLength")))
    except (ValueError, Unfit):
        raise BadKeyFile("The file does not say how its key is derived.") from None
    if not 0 < rounds <= _MOST_ROUNDS or length not in _CIPHERS.values():
        raise BadKeyFile("The file asks for more rounds, or for a longer key, than are read.")
    return hashlib.pbkdf2_hmac(prf, password.encode("utf-8", "replace"), salt, rounds, length)


def _row(number: int, package: Element, key: Element, opener: _Opener) -> Row:
    serial = _text(package.find("p:DeviceInfo/p:SerialNo", _SPACES))
    try:
        return _key(number, serial, package, key, opener)
    except Unfit as unfit:
        return WrongRow(number, key_files.shown(serial), unfit.why)


def _key(number: int, serial: str, package: Element, key: Element, opener: _Opener) -> KeyRow:
    if key.get("Algorithm") != _HOTP:
        raise Unfit(Why.NOT_HOTP)
    if key.find("p:Policy/p:PINPolicy", _SPACES) is not None:
        raise Unfit(Why.UNKNOWN_POLICY)
    return KeyRow(
        number,
        key_files.serial_of(serial),
        _secret(key, opener),
        _digits(key),
        key_rows.counter_of(_text(key.find("p:Data/p:Counter/p:PlainValue", _SPACES)) or _no_counter(key)),
        model=_text(package.find("p:DeviceInfo/p:Model", _SPACES))[:40],
    )


def _no_counter(key: Element) -> str:
    """None is 0; an encrypted one is not read, for nobody says how the number is written."""
    if key.find("p:Data/p:Counter", _SPACES) is not None:
        raise Unfit(Why.BAD_COUNTER)
    return "0"


def _digits(key: Element) -> int:
    """Codes of decimal digits without a check digit (4.3.4)."""
    shape = key.find("p:AlgorithmParameters/p:ResponseFormat", _SPACES)
    if shape is None or shape.get("Encoding") != "DECIMAL":
        raise Unfit(Why.BAD_DIGITS)
    if shape.get("CheckDigits", "false") not in ("false", "0"):
        raise Unfit(Why.BAD_DIGITS)
    return key_rows.digits_of(shape.get("Length", ""))


def _secret(key: Element, opener: _Opener) -> bytes:
    secret = key.find("p:Data/p:Secret", _SPACES)
    plain = None if secret is None else secret.find("p:PlainValue", _SPACES)
    if plain is not None:
        return key_rows.sized(_binary(_text(plain)))
    value = None if secret is None else secret.find("p:EncryptedValue", _SPACES)
    if secret is None or value is None:
        raise Unfit(Why.NO_SEED)
    mac = secret.find("p:ValueMAC", _SPACES)
    return key_rows.sized(opener.opened(value, None if mac is None else _binary(_text(mac))))


def _cipher_value(value: Element) -> bytes:
    return _binary(_text(value.find("e:CipherData/e:CipherValue", _SPACES)))


def _decrypted(key: bytes, value: Element, blob: bytes) -> bytes:
    """AES in CBC, the first block being the initial vector. Raises Unfit."""
    method = _attribute(value.find("e:EncryptionMethod", _SPACES), "Algorithm")
    if _CIPHERS.get(method) != len(key) or len(blob) < 2 * _BLOCK or len(blob) % _BLOCK:
        raise Unfit(Why.UNKNOWN_ENCRYPTION)
    opened = Cipher(algorithms.AES(key), modes.CBC(blob[:_BLOCK])).decryptor().update(blob[_BLOCK:])
    padding = opened[
        -1
    ]  # the last byte counts itself and what is before it, whatever that is (XML Encryption, 5.2)
    if not 1 <= padding <= _BLOCK:
        raise Unfit(Why.BAD_SEED)
    return opened[:-padding]


def _any(params: Element, *way: str) -> Element | None:
    """By its name alone: the RFC's own figure puts these into no name space, others into that of PKCS #5."""
    found: Element | None = params
    for name in way:
        found = None if found is None else found.find(f"{{*}}{name}")
    return found


def _attribute(element: Element | None, name: str) -> str:
    return "" if element is None else element.get(name, "")


def _text(element: Element | None) -> str:
    return "" if element is None or element.text is None else element.text.strip()


def _binary(text: str) -> bytes:
    """Base64, in lines as they may be. Raises Unfit."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise Unfit(Why.BAD_SEED) from None
