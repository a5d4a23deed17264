"""A page that says something else asks for a new picture; the others stay as they are."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from flexnet.manual import pictures
from lab.album import Album

if TYPE_CHECKING:
    from lab.browser import Steering

WHOLE = ("main", "main")


class Shown:
    """A browser that shows these headings, labels and buttons."""

    def __init__(self, *lines: str) -> None:
        self.lines = lines

    def outline(self) -> list[str]:
        return list(self.lines)

    def shot(self, path: str, *_part: str) -> None:
        Path(path).write_text("taken", encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two pages have their pictures."""
    before = pictures.Kept(date(2026, 1, 1), {"old": ["Weiter"], "same": ["Noch # Tage"]})
    monkeypatch.setattr(pictures, "kept", lambda: before)
    for name in before.outlines:
        (tmp_path / f"{name}.png").write_text("before", encoding="utf-8")
    return tmp_path


def look(album: Album, name: str, *lines: str) -> None:
    album.look(cast("Steering", Shown(*lines)), name, WHOLE, 640)


def test_only_what_changed_is_taken_anew_and_what_is_gone_goes(folder: Path) -> None:
    album = Album(folder)
    look(album, "same", "Noch 3 Tage")
    look(album, "new", "Hochladen")
    assert album.changed() == ["new", "old"]
    album.close()
    assert {path.stem: path.read_text() for path in folder.glob("*.png")} == {
        "same": "before",
        "new": "taken",
    }
    assert '"Hochladen"' in (folder / pictures.KEPT).read_text(encoding="utf-8")


def test_without_a_folder_nothing_is_taken_and_the_change_is_told(folder: Path) -> None:
    album = Album()
    look(album, "same", "Noch 3 Tage")
    look(album, "old", "Absenden")
    assert album.changed() == ["old"]
    album.close()
    assert (folder / "old.png").read_text() == "before"
