"""The pictures of the manual: taken from the running system, each with what stood on the page then."""

import functools
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from flexnet.manual.errors import BadManual

FOLDER: Final = Path(__file__).parent / "book" / "bilder"
KEPT: Final = "bilder.json"
OF: Final = "KVSA"  # whose pages they show
SCALE: Final = 1.5  # dots of a picture for each of the page, so that it is sharp on paper
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MONTHS = "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
_DAYS = "Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonntag"
_CHANGING = re.compile(rf"\b(?:{_MONTHS}|{_DAYS})\b|\d+")


@dataclass(frozen=True)
class Size:
    """As the page shows it, in CSS pixels."""

    width: int
    height: int


@dataclass(frozen=True)
class Kept:
    """When the pictures were taken, and the outline of each page at that time."""

    taken_on: date
    outlines: Mapping[str, Sequence[str]]

    def write(self, folder: Path) -> None:
        content = {"taken_on": self.taken_on.isoformat(), "outlines": dict(sorted(self.outlines.items()))}
        text = json.dumps(content, ensure_ascii=False, indent=1)
        (folder / KEPT).write_text(text + "\n", encoding="utf-8")


def kept(folder: Path = FOLDER) -> Kept:
    """What is known of a folder's pictures; of an empty one nothing."""
    path = folder / KEPT
    if not path.exists():
        return Kept(date(1970, 1, 1), {})
    content = json.loads(path.read_text(encoding="utf-8"))
    return Kept(date.fromisoformat(content["taken_on"]), content["outlines"])


def outline(lines: Sequence[str]) -> list[str]:
    """Headings, labels and buttons of a page without what changes from day to day."""
    shown = (_CHANGING.sub("#", " ".join(line.split())) for line in lines)
    return [line for line in shown if line]


@functools.lru_cache(maxsize=256)
def size(name: str, folder: Path = FOLDER) -> Size:
    """Of the picture with this name; raises BadManual if there is none."""
    path = folder / f"{name}.png"
    try:
        head = path.read_bytes()[:24]
    except FileNotFoundError:
        raise BadManual(f"{path} is missing: scripts/handbuch takes the pictures.") from None
    if not head.startswith(_SIGNATURE):
        raise BadManual(f"{path} is no PNG: scripts/handbuch takes the pictures.")
    width, height = (int.from_bytes(head[at : at + 4], "big") for at in (16, 20))
    return Size(round(width / SCALE), round(height / SCALE))
