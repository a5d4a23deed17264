"""A store of the test's own, and Alice, who hands in."""

from pathlib import Path

import pytest

from flexnet.access.models import Access
from tests import configured, make


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test's files are kept."""
    folder = tmp_path / "store"
    configured.change(monkeypatch, billing={"store": folder})
    return folder


@pytest.fixture
def alice(db: None) -> make.Member:
    """Her passwords are changed."""
    return make.settled()


@pytest.fixture
def access(alice: make.Member) -> Access:
    """Alice's practice access."""
    return alice.practice_access
