"""A certification authority of our own, good for one test run."""

import datetime
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Pair:
    """A certificate and its key, as files."""

    certificate: Path
    key: Path


class Authority:
    """Makes certificates in a folder."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._key = ec.generate_private_key(ec.SECP256R1())
        made = self._builder(name, name, self._key.public_key())
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        self.pair = self._write(name, made.sign(self._key, hashes.SHA256()), self._key)

    def issue(self, common_name: str, *dns_names: str, expired: bool = False) -> Pair:
        """A certificate with these DNS names."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = self._builder(common_name, self._name, key.public_key(), expired=expired)
        names = x509.SubjectAlternativeName([x509.DNSName(name) for name in dns_names])
        made = made.add_extension(names, critical=False)
        return self._write(f"{self._name}-{common_name}", made.sign(self._key, hashes.SHA256()), key)

    def _builder(
        self, subject: str, issuer: str, key: ec.EllipticCurvePublicKey, *, expired: bool = False
    ) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.UTC)
        return x509.CertificateBuilder(
            issuer_name=_named(issuer),
            subject_name=_named(subject),
            public_key=key,
            serial_number=x509.random_serial_number(),
            not_valid_before=now - 3 * _DAY,
            not_valid_after=now - _DAY if expired else now + _DAY,
        )

    def _write(self, name: str, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> Pair:
        pem = serialization.Encoding.PEM
        pair = Pair(self._folder / f"{name}.pem", self._folder / f"{name}.key")
        pair.certificate.write_bytes(certificate.public_bytes(pem))
        private = serialization.PrivateFormat.PKCS8
        pair.key.write_bytes(key.private_bytes(pem, private, serialization.NoEncryption()))
        return pair


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
