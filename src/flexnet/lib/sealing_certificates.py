"""A key for the electronic seal with a certificate that it signs itself: for a beginning, and for trying."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from flexnet.lib import private_files

_BITS: Final = 3072  # BSI TR-02102-1, 3.5; RSA, for there are readers of PDF that know no curves
_HOLDS: Final = timedelta(days=3 * 365)
_BEFORE: Final = timedelta(hours=1)  # clocks differ


def create(*, key: Path, certificate: Path, name: str, now: datetime) -> None:
    """Write both files. Raises private_files.Unusable if either exists."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    private_files.create(key, made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    private_files.create(certificate, _signed(made, name, now).public_bytes(Encoding.PEM))


def usage() -> x509.KeyUsage:
    """What a certificate for a seal is for: nothing but signatures."""
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _signed(key: rsa.RSAPrivateKey, name: str, now: datetime) -> x509.Certificate:
    own = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, name[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, "Elektronisches Siegel, selbst ausgestellt"),
        ]
    )
    known = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return (
        x509.CertificateBuilder(own, own, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - _BEFORE)
        .not_valid_after(now + _HOLDS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage(), critical=True)
        .add_extension(known, critical=False)
        .sign(key, hashes.SHA256())
    )
