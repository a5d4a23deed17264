"""A new key for the ring: every seal is renewed under it, and a running process takes it up by itself."""

import base64
import shutil
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest

from flexnet import key_ring
from flexnet.access import scans, terms
from flexnet.accounts import actions as accounts
from flexnet.accounts import factors
from flexnet.accounts.models import (
    Account,
    AuthenticatorApp,
    EnrolmentCode,
    FormerPassword,
    RecoveryCode,
    Role,
)
from flexnet.accounts.proofs import AppCode, Outcome, PaperCode
from flexnet.audit import person_keys
from flexnet.audit.models import Event, PersonKey
from flexnet.audit.queries import personal
from flexnet.gateway import actions as gateways
from flexnet.gateway.actions import Accepted
from flexnet.gateway.models import Gateway
from flexnet.keys import actions as keys
from flexnet.keys.models import Key
from flexnet.lib.sealed import BadKeyRing, KeyRing, ring_number
from tests import configured, make

pytestmark = pytest.mark.django_db
SECRET = b"a secret of sixteen or more"


@pytest.fixture(autouse=True)
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ring of this test's own, and a store beside it."""
    path = tmp_path / "key-ring.json"
    KeyRing.create(path)
    configured.change(monkeypatch, key_ring=path, state_dir=tmp_path)
    return path


def seals() -> dict[str, set[int]]:
    """Under which keys of the ring the seals of every column are."""
    paper = [*EnrolmentCode.objects.values_list("hashed"), *RecoveryCode.objects.values_list("hashed")]
    passwords = [*Account.objects.values_list("password"), *FormerPassword.objects.values_list("password")]
    return {
        "seed": numbers(Key.objects.values_list("sealed_seed")),
        "missed code": numbers(Key.objects.exclude(missed_code=None).values_list("missed_code")),
        "password": {ring_number(base64.b64decode(text)) for (text,) in passwords},
        "code on paper": {ring_number(base64.b64decode(text)) for (text,) in paper},
        "app": numbers(AuthenticatorApp.objects.values_list("sealed_secret")),
        "revocation word": {
            ring_number(base64.b64decode(text))
            for (text,) in Account.objects.exclude(revocation_word=None).values_list("revocation_word")
            if text
        },
        "gateway": numbers(Gateway.objects.exclude(sealed_secret=None).values_list("sealed_secret")),
        "person": numbers(PersonKey.objects.values_list("sealed_key")),
    }


def numbers(rows: Iterable[tuple[bytes | memoryview | None]]) -> set[int]:
    return {ring_number(bytes(blob or b"")) for (blob,) in rows}


def reseal() -> int:
    count = keys.reseal() + accounts.reseal_passwords() + factors.reseal()
    return count + gateways.reseal() + person_keys.reseal() + scans.reseal()


def test_every_seal_is_renewed_and_everything_works_as_before(ring: Path) -> None:
    alice = make.settled()
    door = make.door(alice)
    gateway = gateways.register(
        name="gw2", certificate_name="gw2.example", address="192.0.2.1", secret=SECRET, by=make.BY
    )
    assert isinstance(door.sign_in(0), Accepted)
    door.sign_in(300)
    clara = make.colleague(Role.CLERK)
    paper = factors.issue_recovery_codes(staff=clara.staff, by=make.BY, now=make.NOW)
    assert set(map(frozenset, seals().values())) == {frozenset({1})}

    KeyRing.add_key(ring)
    changed = reseal()
    assert set(map(frozenset, seals().values())) == {frozenset({2})}
    # one seed, its missed code, two passwords, two former ones, two words, one secret, an access's key; of
    # staff a password, the one before, a word, a code to enrol, an app, ten recovery codes, one person's key
    assert changed == 10 + 16
    assert reseal() == 0

    assert isinstance(door.sign_in(301, now=make.NOW + timedelta(minutes=1)), Accepted)
    assert gateways.secret_of(Gateway.objects.get(pk=gateway.pk)) == SECRET
    assert AppCode(clara.code()).spend(clara.staff, now=make.NOW) is Outcome.RIGHT
    assert PaperCode(paper[0]).spend(clara.staff, now=make.NOW) is Outcome.RIGHT
    entry = Event.objects.filter(kind="sign_in.accepted").earliest("pk")
    assert personal(entry) == {"source": make.SOURCE, "user_agent": "AnyConnect-compatible"}


def test_a_scan_in_the_store_is_renewed_too(ring: Path) -> None:
    alice, content = make.settled(), b"%PDF-1.7\n%%EOF\n"
    declaration = alice.person.declarations.get()
    scan = terms.add_scan(declaration=declaration, content=content, by=make.BY, now=make.NOW)
    (path,) = (ring.parent / "scans").glob("*/*")
    KeyRing.add_key(ring)
    assert (scans.reseal(), scans.reseal()) == (1, 0)
    assert ring_number(path.read_bytes()) == 2
    assert path.name == scan.sha256
    assert terms.read_scan(declaration=declaration, by=make.BY, reason="")[1] == content


def test_more_rows_than_a_batch_are_renewed(ring: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flexnet.resealing._BATCH", 2)
    for _ in range(5):
        make.stock_key()
    KeyRing.add_key(ring)
    assert keys.reseal() == 5
    assert seals()["seed"] == {2}


def test_a_process_takes_up_a_new_key_without_a_restart(ring: Path) -> None:
    before = key_ring.current()
    assert key_ring.current() is before
    KeyRing.add_key(ring)
    assert (before.current, key_ring.current().current) == (1, 2)


def test_a_ring_that_is_away_for_a_moment_stops_nobody_who_read_it(ring: Path) -> None:
    before = key_ring.current()
    shutil.move(ring, ring.with_suffix(".away"))
    assert key_ring.current() is before


def test_a_ring_that_others_may_read_is_not_taken(ring: Path) -> None:
    ring.chmod(0o640)
    with pytest.raises(BadKeyRing, match="chmod 0600"):
        key_ring.current()
    ring.chmod(0o600)
    assert key_ring.current().current == 1
