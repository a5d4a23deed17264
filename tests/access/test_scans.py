"""The store of signed declarations: what is taken, how it is kept, and who may read it."""

import errno
import os
import stat
from pathlib import Path

import pytest

from flexnet import configuration
from flexnet.access import acceptances, queries, scans, terms
from flexnet.access.errors import AlreadyDeclared, BadDeclaration, BadScan, NoSuchScan, StoreFull
from flexnet.access.models import Declaration, Scan
from flexnet.audit.models import Event
from flexnet.lib.sealed import SealBroken
from tests import configured, make

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\nA signature\nendobj\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0" + b"A signature" + b"\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n" + b"A signature" + b"\0\0\0\0IEND\xaeB`\x82"
TODAY = make.NOW.date()


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    configured.change(monkeypatch, state_dir=tmp_path)
    return tmp_path / "scans"


@pytest.fixture
def bob() -> make.Member:
    return make.member("bob", declared=False)


def sign(who: make.Member, scan: bytes | None) -> Declaration:
    return terms.enter_declaration(
        person=who.person, version=1, signed_on=TODAY, by=make.BY, now=make.NOW, scan=scan
    )


def files(store: Path) -> list[Path]:
    return [path for path in store.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("content", "kind"), [(PDF, Scan.Kind.PDF), (JPEG, Scan.Kind.JPEG), (PNG, Scan.Kind.PNG)]
)
def test_a_scan_is_kept_with_the_declaration_and_read_back(
    bob: make.Member, content: bytes, kind: Scan.Kind
) -> None:
    row = sign(bob, content)
    scan, read = terms.read_scan(declaration=row, by="office:anna", reason="Nachweis")
    assert (read, scan.kind, scan.size) == (content, kind, len(content))
    (proof,) = queries.proof_of_acceptance(bob.person)
    assert proof.scan == scan


@pytest.mark.parametrize(
    "content",
    [b"", b"%PDF-1.7 half of it", b"%%EOF", PNG[:-1], JPEG[:-2], b"<html>%%EOF</html>", b"GIF89a", b"MZ\x90"],
)
def test_what_is_no_whole_scan_is_not_taken_and_nothing_is_entered(
    bob: make.Member, store: Path, content: bytes
) -> None:
    with pytest.raises(BadScan, match="no whole PDF, JPEG or PNG"):
        sign(bob, content)
    assert not Declaration.objects.exists()
    assert files(store) == []


def test_a_scan_has_its_limit(bob: make.Member) -> None:
    filling = b"x" * (scans.LARGEST - len(PDF))
    assert scans.examine(PDF[:9] + filling + PDF[9:]).size == scans.LARGEST
    with pytest.raises(BadScan, match="more than 10 MB"):
        scans.examine(PDF[:9] + filling + b"x" + PDF[9:])


def test_on_the_disk_it_is_sealed_and_private(bob: make.Member, store: Path) -> None:
    sign(bob, PDF)
    (path,) = files(store)
    assert b"A signature" not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.stat().st_mode) == stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_what_was_exchanged_on_the_disk_is_noticed(bob: make.Member, store: Path) -> None:
    row = sign(bob, PDF)
    (path,) = files(store)
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    with pytest.raises(SealBroken):
        terms.read_scan(declaration=row, by=make.BY, reason="")


def test_whoever_reads_it_stands_in_the_trail_even_if_the_store_fails(bob: make.Member, store: Path) -> None:
    row = sign(bob, PDF)
    files(store)[0].unlink()
    with pytest.raises(FileNotFoundError):
        terms.read_scan(declaration=row, by="office:anna", reason="Nachweis")
    entry = Event.objects.get(kind="scan.read")
    assert (entry.by, entry.subject) == ("office:anna", f"person:{bob.person}")
    assert "Nachweis" in entry.data


def test_a_declaration_that_is_refused_leaves_no_file(bob: make.Member, store: Path) -> None:
    make.declare(bob.person)
    with pytest.raises(AlreadyDeclared):
        sign(bob, PDF)
    assert files(store) == []


def test_a_refusal_does_not_take_away_the_same_scan_of_another(bob: make.Member, store: Path) -> None:
    alice = make.member(declared=False)
    kept = sign(alice, PDF)
    make.declare(bob.person)
    with pytest.raises(AlreadyDeclared):
        sign(bob, PDF)
    assert terms.read_scan(declaration=kept, by=make.BY, reason="")[1] == PDF


def test_it_may_follow_later_and_is_never_exchanged(bob: make.Member) -> None:
    row = sign(bob, None)
    with pytest.raises(NoSuchScan):
        acceptances.scan_of(row)
    terms.add_scan(declaration=row, content=PDF, by=make.BY, now=make.NOW)
    with pytest.raises(AlreadyDeclared, match="never exchanged"):
        terms.add_scan(declaration=row, content=PNG, by=make.BY, now=make.NOW)
    assert terms.read_scan(declaration=row, by=make.BY, reason="")[1] == PDF


def test_a_tick_has_no_paper(bob: make.Member) -> None:
    row = make.tick(bob.personal_access, make.terms())
    assert isinstance(row, Declaration)
    with pytest.raises(BadDeclaration, match="never on paper"):
        terms.add_scan(declaration=row, content=PDF, by=make.BY, now=make.NOW)


def test_a_full_disk_is_said_and_nothing_is_entered(
    bob: make.Member, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreFull, match="no room"):
        sign(bob, PDF)
    monkeypatch.undo()
    assert not Declaration.objects.exists()
    assert files(store) == []


def test_it_lies_in_the_state_folder() -> None:
    found = scans.examine(PDF)
    path = configuration.current().state_dir / "scans" / found.sha256[:2] / found.sha256
    with scans.kept(PDF):
        assert path.exists()
