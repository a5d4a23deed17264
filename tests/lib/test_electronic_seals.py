"""The electronic seal: genuine only as it was sealed, also after the key is retired."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st

from flexnet.lib import electronic_seals, sealing_certificates
from flexnet.lib.electronic_seals import BadSealingKey, Sealer, Verdict

NOW = datetime.now(UTC)
KV = "Kassenärztliche Vereinigung Musterland"


def made(folder: Path, name: str = "seal", *, now: datetime = NOW) -> tuple[Path, Path]:
    key, certificate = folder / f"{name}.key", folder / f"{name}.pem"
    sealing_certificates.create(key=key, certificate=certificate, name=KV, now=now)
    return key, certificate


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("seal")
    made(folder)
    made(folder, "other")
    return folder


@pytest.fixture(scope="module")
def sealer(folder: Path) -> Sealer:
    return electronic_seals.load(key=folder / "seal.key", certificate=folder / "seal.pem")


@pytest.fixture(scope="module")
def trusted(folder: Path) -> electronic_seals.Authorities:
    return electronic_seals.authorities([folder / "seal.pem"])


@pytest.fixture(scope="module")
def plain() -> bytes:
    source = b'#set document(title: "T")\n= Hallo'
    return typst.compile(source, format="pdf", pdf_standards=["a-3b", "ua-1"])


@pytest.fixture(scope="module")
def sealed(sealer: Sealer, plain: bytes) -> bytes:
    return sealer.seal_pdf(plain, reason="Eingangsbestätigung")


def test_a_sealed_document_is_genuine_and_says_by_whom(
    sealed: bytes, plain: bytes, trusted: electronic_seals.Authorities
) -> None:
    found = electronic_seals.verify_pdf(sealed, trusted)
    assert (found.verdict, found.by) == (Verdict.GENUINE, KV)
    assert found.at is not None
    assert sealed.startswith(plain)
    assert b"/ETSI.CAdES.detached" in sealed


def test_without_a_seal_it_says_so(plain: bytes, trusted: electronic_seals.Authorities) -> None:
    assert electronic_seals.verify_pdf(plain, trusted).verdict is Verdict.UNSEALED
    assert electronic_seals.verify_pdf(b"PK\x03\x04", trusted).verdict is Verdict.UNREADABLE


def test_the_seal_of_somebody_else_counts_for_nothing(sealed: bytes, folder: Path) -> None:
    others = electronic_seals.authorities([folder / "other.pem"])
    assert electronic_seals.verify_pdf(sealed, others).verdict is Verdict.FOREIGN


def test_what_is_added_behind_the_seal_alters_it(
    sealed: bytes, trusted: electronic_seals.Authorities
) -> None:
    assert electronic_seals.verify_pdf(sealed + b"\n%more", trusted).verdict is Verdict.ALTERED


@given(st.data())
def test_no_byte_that_the_seal_covers_can_change(
    sealed: bytes, trusted: electronic_seals.Authorities, data: st.DataObject
) -> None:
    """Between its two ranges lies the signature itself, padded with zeros."""
    covered = len(sealed.partition(b"/Contents <")[0])
    place = data.draw(st.integers(8, covered - 1))
    broken = sealed[:place] + bytes([sealed[place] ^ data.draw(st.integers(1, 255))]) + sealed[place + 1 :]
    assert electronic_seals.verify_pdf(broken, trusted).verdict is not Verdict.GENUINE


@given(st.binary(max_size=400))
def test_a_file_of_anything_is_answered(trusted: electronic_seals.Authorities, content: bytes) -> None:
    found = electronic_seals.verify_pdf(b"%PDF-1.7\n" + content, trusted)
    assert found.verdict in (Verdict.ALTERED, Verdict.UNSEALED)
    detached = electronic_seals.verify_detached(b"{}", content, trusted, at=NOW)
    assert detached.verdict is Verdict.UNREADABLE


def test_a_signature_beside_the_content_holds_for_that_content_alone(
    sealer: Sealer, trusted: electronic_seals.Authorities
) -> None:
    signature = sealer.sign(b"{}")
    good = electronic_seals.verify_detached(b"{}", signature, trusted, at=NOW)
    bad = electronic_seals.verify_detached(b"{ }", signature, trusted, at=NOW)
    assert (good.verdict, bad.verdict) == (Verdict.GENUINE, Verdict.ALTERED)


def test_openssl_verifies_it_too(sealer: Sealer, folder: Path, tmp_path: Path) -> None:
    content, signature = tmp_path / "a.json", tmp_path / "a.json.p7s"
    content.write_bytes(b'{"a":1}')
    signature.write_bytes(sealer.sign(b'{"a":1}'))
    command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", str(signature)]
    command += ["-content", str(content), "-CAfile", str(folder / "seal.pem"), "-purpose", "any"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    content.write_bytes(b'{"a":2}')
    assert subprocess.run(command, capture_output=True, check=False).returncode != 0


def test_what_was_signed_with_a_former_key_stays_genuine(tmp_path: Path) -> None:
    """Its certificate has run out since; it held when the content says it was signed."""
    then = NOW - timedelta(days=4 * 365)
    key, certificate = made(tmp_path, "former", now=then)
    signature = electronic_seals.load(key=key, certificate=certificate).sign(b"{}")
    _key, newer = made(tmp_path, "newer")
    both = electronic_seals.authorities([newer, certificate])
    at_the_time = electronic_seals.verify_detached(b"{}", signature, both, at=then + timedelta(days=1))
    forgotten = electronic_seals.verify_detached(b"{}", signature, both[:1], at=NOW)
    assert (at_the_time.verdict, forgotten.verdict) == (Verdict.GENUINE, Verdict.FOREIGN)


@pytest.mark.parametrize(
    ("key", "certificate", "said"),
    [
        ("other.key", "seal.pem", "does not belong to"),
        ("seal.pem", "seal.pem", "no private key in PEM"),
        ("missing.key", "seal.pem", "cannot be read"),
        ("seal.key", "missing.pem", "no certificate in PEM"),
    ],
)
def test_a_key_that_does_not_fit_is_refused_in_words(
    folder: Path, key: str, certificate: str, said: str
) -> None:
    with pytest.raises(BadSealingKey, match=said):
        electronic_seals.load(key=folder / key, certificate=folder / certificate)
