"""The manual's pictures: the story looks at each page of theirs, and takes them anew when asked to."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from flexnet.manual import pictures

if TYPE_CHECKING:
    from lab.browser import Steering


@dataclass
class Album:
    """Without a folder nothing is taken, only compared with what is kept."""

    folder: Path | None = None
    seen: dict[str, list[str]] = field(default_factory=dict)

    def look(self, browser: "Steering", name: str, part: tuple[str, str], width: int) -> None:
        """Note the outline of the page, and take its picture if it is not as it was."""
        self.seen[name] = pictures.outline(browser.outline())
        if self.folder and (self._is_new(name) or not (self.folder / f"{name}.png").exists()):
            browser.shot(str(self.folder / f"{name}.png"), *part, str(width))

    def changed(self) -> list[str]:
        """Pages that are not as their pictures are, and pictures whose page nobody came to."""
        kept = set(pictures.kept().outlines)
        return sorted(name for name in kept | set(self.seen) if self._is_new(name))

    def close(self) -> None:
        """Note what is on the pictures now, and take away those that the story has no more."""
        if self.folder and (self.changed() or not (self.folder / pictures.KEPT).exists()):
            pictures.Kept(datetime.now(UTC).date(), self.seen).write(self.folder)
            for path in self.folder.glob("*.png"):
                if path.stem not in self.seen:
                    path.unlink()

    def _is_new(self, name: str) -> bool:
        return pictures.kept().outlines.get(name) != self.seen.get(name)
