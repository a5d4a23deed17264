"""The store of each test lies in a folder of its own."""

from pathlib import Path

import pytest

from tests import configured


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "store"
    configured.change(monkeypatch, software={"store": folder})
    return folder
