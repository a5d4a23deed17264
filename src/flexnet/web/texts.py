"""Plain text that a KV writes for its pages: headings, lists, paragraphs. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

_HEADING, _ITEM = "# ", "- "


@dataclass(frozen=True)
class Block:
    """A heading or a paragraph with its lines, or a list with its items."""

    kind: Literal["heading", "list", "paragraph"]
    lines: tuple[str, ...]


def blocks(text: str) -> Iterator[Block]:
    """Blank lines part the blocks; `# ` begins a heading, `- ` the items of a list."""
    for part in text.replace("\r\n", "\n").removeprefix("\ufeff").split("\n\n"):
        lines = tuple(line.strip() for line in part.splitlines() if line.strip())
        if lines:
            yield _block(lines)


def _block(lines: tuple[str, ...]) -> Block:
    if len(lines) == 1 and lines[0].startswith(_HEADING):
        return Block("heading", (lines[0].removeprefix(_HEADING),))
    if all(line.startswith(_ITEM) for line in lines):
        return Block("list", tuple(line.removeprefix(_ITEM) for line in lines))
    return Block("paragraph", lines)
