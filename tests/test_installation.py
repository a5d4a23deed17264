"""What a new installation needs is made once, for its owner's eyes only."""

import stat
from pathlib import Path

import pytest

from flexnet import configuration, installation
from flexnet.configuration import Configuration
from flexnet.lib.sealed import KeyRing
from tests.test_configuration import GOOD


@pytest.fixture
def fresh(tmp_path: Path) -> Configuration:
    path = tmp_path / "flexnet.toml"
    path.write_text(GOOD)
    return configuration.load(path)


def test_secrets_and_folders_are_made_and_nobody_else_reads_them(fresh: Configuration) -> None:
    made = installation.make_secrets(fresh)
    assert sorted(path.name for path in made) == [
        "audit.pem",
        "django",
        "key-ring.json",
        "seal.key",
        "seal.pem",
    ]
    assert {stat.S_IMODE(path.stat().st_mode) for path in made} == {0o600}
    folders = (fresh.state_dir, fresh.billing.store, fresh.audit.anchor_dir, fresh.key_ring.parent)
    assert {stat.S_IMODE(path.stat().st_mode) for path in folders} == {0o700}


def test_nothing_is_overwritten(fresh: Configuration) -> None:
    made = installation.make_secrets(fresh)
    before = [path.read_bytes() for path in made]
    assert installation.make_secrets(fresh) == []
    assert [path.read_bytes() for path in made] == before


def test_what_is_missing_is_made_again(fresh: Configuration) -> None:
    installation.make_secrets(fresh)
    fresh.secret_key_file.unlink()
    assert installation.make_secrets(fresh) == [fresh.secret_key_file]
    assert KeyRing.load(fresh.key_ring).current == 1
