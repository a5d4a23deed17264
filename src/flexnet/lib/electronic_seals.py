"""Electronic seals: PAdES in a PDF (B-B), CAdES beside any bytes; made and verified without a network."""

import asyncio
import functools
import io
import logging
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, TypeAlias

from asn1crypto import algos, cms, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.general import CMSExtractionError
from pyhanko.sign.validation import (
    SignatureCoverageLevel,
    async_validate_detached_cms,
    errors,
    validate_pdf_signature,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import StandardCMSSignatureStatus
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from flexnet.lib import private_files

_DIGEST: Final = "sha256"
_FIELD: Final = "Siegel"
_MAY_SIGN = KeyUsageConstraints({"digital_signature", "non_repudiation"}, match_all_key_usages=False)
# BSI TR-02102-1, 5.3: PSS and not PKCS #1 v1.5, with a salt as long as the digest.
_SALT: Final = 32
_HASH = algos.DigestAlgorithm({"algorithm": _DIGEST})
_MASK = algos.MaskGenAlgorithm({"algorithm": "mgf1", "parameters": _HASH})
_PSS = algos.SignedDigestAlgorithm(
    {
        "algorithm": "rsassa_pss",
        "parameters": algos.RSASSAPSSParams(
            {"hash_algorithm": _HASH, "mask_gen_algorithm": _MASK, "salt_length": _SALT}
        ),
    }
)
Authorities: TypeAlias = Sequence[x509.Certificate]
PrivateKey: TypeAlias = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

logging.getLogger("pyhanko").setLevel(logging.CRITICAL)  # what is wrong with a document is our answer


class BadSealingKey(Exception):
    """Key and certificate for the seal cannot be used; the text says what is wrong and how to mend it."""


class Verdict(StrEnum):
    """What a look at a sealed document gave."""

    GENUINE = "genuine"
    ALTERED = "altered"
    FOREIGN = "foreign"
    UNSEALED = "unsealed"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Found:
    """Whether it is as it was sealed, by whom, and when (as the sealing machine's clock had it)."""

    verdict: Verdict
    by: str = ""
    at: datetime | None = None


class _Signer(signers.Signer):
    """Holds the key as it is used: reading it costs more than a signature."""

    def __init__(self, key: PrivateKey, own: x509.Certificate, others: Authorities) -> None:
        self._key = key
        super().__init__(
            signing_cert=own,
            cert_registry=SimpleCertificateStore.from_certs(others),  # type: ignore[no-untyped-call]  # as they ship it
            signature_mechanism=_PSS if isinstance(key, rsa.RSAPrivateKey) else None,
        )

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PSS(padding.MGF1(hashes.SHA256()), _SALT), hashes.SHA256())
        return self._key.sign(data, ec.ECDSA(hashes.SHA256()))


@dataclass(frozen=True)
class Sealer:
    """The key with its certificate."""

    signer: _Signer

    @property
    def name(self) -> str:
        """Whose seal it is, as the certificate says."""
        return _name(self.signer.signing_cert)

    def seal_pdf(self, document: bytes, *, reason: str) -> bytes:
        """The document with the seal behind it (PAdES B-B); its own bytes stay as they are."""
        meta = signers.PdfSignatureMetadata(
            field_name=_FIELD,
            md_algorithm=_DIGEST,
            subfilter=fields.SigSeedSubFilter.PADES,
            name=self.name,
            reason=reason,
            certify=True,
            docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        )
        written = IncrementalPdfFileWriter(io.BytesIO(document))
        sealed = _aside(signers.PdfSigner(meta, signer=self.signer).sign_pdf, written)
        return bytes(sealed.getvalue())

    def sign(self, content: bytes) -> bytes:
        """A signature to lie beside the content: CMS, detached, DER (CAdES B-B)."""
        signing = self.signer.async_sign_general_data(content, _DIGEST, use_cades=True, detached=True)
        return bytes(_aside(asyncio.run, signing).dump())


def load(*, key: Path, certificate: Path) -> Sealer:
    """The certificate stands first in its file, then those that vouch for it. Raises BadSealingKey."""
    private, (first, *others) = _private(key), authorities([certificate])
    public = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if first.public_key.dump() != public:
        raise BadSealingKey(f"{key} does not belong to {certificate}: name the two that belong together")
    return Sealer(_Signer(private, first, others))


def _aside(act: Callable[..., Any], *given: object) -> Any:
    """pyHanko turns a loop of its own, and who calls may have one running: a thread keeps them apart."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(act, *given).result()


def _private(path: Path) -> PrivateKey:
    try:
        key = load_pem_private_key(private_files.read(path), password=None)
    except private_files.Unusable as error:
        raise BadSealingKey(str(error)) from error
    except (ValueError, TypeError):
        # `from None`: the parser's error could show a piece of the key.
        raise BadSealingKey(
            f"{path}: is no private key in PEM without a password; ask whoever made it"
        ) from None
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise BadSealingKey(f"{path}: readers of PDF know no such key; use RSA (3072 bits) or ECDSA")
    return key


def authorities(files: Iterable[Path]) -> list[x509.Certificate]:
    """Every certificate in these PEM files. Raises BadSealingKey."""
    found: list[x509.Certificate] = []
    for path in files:
        try:
            held = list(load_certs_from_pemder([str(path)]))  # type: ignore[no-untyped-call]  # as above
        except (OSError, ValueError) as error:
            raise BadSealingKey(f"{path}: is no certificate in PEM ({error})") from error
        if not held:
            raise BadSealingKey(f"{path}: holds no certificate")
        found += held
    return found


def verify_pdf(document: bytes, trusted: Authorities) -> Found:
    """Whether a PDF is as it was sealed, by a certificate that one of the trusted ones vouches for."""
    if not document.startswith(b"%PDF-"):
        return Found(Verdict.UNREADABLE)
    try:
        embedded = PdfFileReader(io.BytesIO(document)).embedded_signatures
        if not embedded:
            return Found(Verdict.UNSEALED)
        first = embedded[0]
        at = first.self_reported_timestamp
        checking = functools.partial(validate_pdf_signature, key_usage_settings=_MAY_SIGN)
        status = _aside(checking, first, _context(trusted, at))
    except (PdfError, CMSExtractionError, errors.SignatureValidationError, *_BROKEN):
        return Found(Verdict.ALTERED)
    whole = (
        status.coverage is SignatureCoverageLevel.ENTIRE_FILE
        and status.modification_level is ModificationLevel.NONE
    )
    return _found(status, whole=whole, at=at)


def verify_detached(content: bytes, signature: bytes, trusted: Authorities, *, at: datetime) -> Found:
    """Whether content is as it was signed; `at` is when it says so, and the certificate must hold then."""
    try:
        signed = cms.ContentInfo.load(signature, strict=True)["content"]
        checking = async_validate_detached_cms(
            content, signed, _context(trusted, at), key_usage_settings=_MAY_SIGN
        )
        status = _aside(asyncio.run, checking)
    except (CMSExtractionError, errors.SignatureValidationError, *_BROKEN):
        return Found(Verdict.UNREADABLE)
    return _found(status, whole=True, at=at)


# What parsers of PDF and ASN.1 raise for bytes that somebody changed.
_BROKEN: Final = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, OverflowError)


def _found(status: StandardCMSSignatureStatus, *, whole: bool, at: datetime | None) -> Found:
    if not (status.intact and status.valid and whole):
        return Found(Verdict.ALTERED)
    by = _name(status.signing_cert)
    return Found(Verdict.GENUINE if status.trusted else Verdict.FOREIGN, by, at)


def _context(trusted: Authorities, at: datetime | None) -> ValidationContext:
    """Nothing is fetched: who revoked a certificate takes it out of the trusted ones."""
    return ValidationContext(
        trust_roots=list(trusted), moment=at, allow_fetching=False, revocation_mode="soft-fail"
    )


def _name(certificate: x509.Certificate) -> str:
    said = certificate.subject.native
    return str(said.get("organization_name") or said.get("common_name") or certificate.subject.human_friendly)
