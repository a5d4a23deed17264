"""A throw-away certificate authority of the KV, and what it certifies for one run of the lab."""

import base64
import datetime
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_LIFETIME = datetime.timedelta(days=2)
_CA_KEY = x509.KeyUsage(
    key_cert_sign=True,
    crl_sign=True,
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    encipher_only=False,
    decipher_only=False,
)
_USAGES = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])


@dataclass(frozen=True)
class Certified:
    """Where a certificate and its key lie; the two file names differ in their ending only."""

    certificate: Path
    key: Path


class Authority:
    """Makes its own key at once, and any number of certificates from it."""

    def __init__(self, folder: Path, name: str = "KV Lab Root") -> None:
        self.folder = folder
        self.certificate = folder / "ca.pem"
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = self._builder(self._name, self._key.public_key())
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        self._own = builder.add_extension(_CA_KEY, critical=True).sign(self._key, hashes.SHA256())
        self.certificate.write_bytes(_pem(self._own))

    def certify(self, name: str, *, lifetime: datetime.timedelta = _LIFETIME) -> Certified:
        """Make a key (mode 0600) and a certificate for this DNS name."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        names = x509.SubjectAlternativeName([x509.DNSName(name)])
        builder = self._builder(subject, key.public_key(), lifetime).add_extension(names, critical=False)
        certificate = builder.add_extension(_USAGES, critical=False).sign(self._key, hashes.SHA256())
        made = Certified(self.folder / f"{name}.pem", self.folder / f"{name}.key")
        made.certificate.write_bytes(_pem(certificate) + _pem(self._own))
        _write_private(made.key, key)
        return made

    def pin(self) -> str:
        """The SHA-256 of the authority's public key in base64, as browsers take it for a pin."""
        public = self._key.public_key()
        spki = serialization.PublicFormat.SubjectPublicKeyInfo
        digest = hashlib.sha256(public.public_bytes(serialization.Encoding.DER, spki)).digest()
        return base64.b64encode(digest).decode()

    def _builder(
        self, subject: x509.Name, public: ec.EllipticCurvePublicKey, lifetime: datetime.timedelta = _LIFETIME
    ) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.UTC)
        return (
            x509.CertificateBuilder(issuer_name=self._name, subject_name=subject, public_key=public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=3))
            .not_valid_after(now + lifetime)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False
            )
        )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _write_private(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    form = serialization.PrivateFormat.PKCS8
    none = serialization.NoEncryption()
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(key.private_bytes(serialization.Encoding.PEM, form, none))
