"""Every sentence that the pages mark for translation, found in the code and in the templates."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.extract import DEFAULT_KEYWORDS, extract
from django.utils.translation.template import templatize

import flexnet

SOURCE = Path(flexnet.__file__).parent
_CONTEXT = ((1, "c"), 2)
_KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "pgettext": _CONTEXT,
    "pgettext_lazy": _CONTEXT,
}

Key = tuple[str, str | None]


def all_marked() -> set[Key]:
    """Pairs of sentence and context; of a plural the singular."""
    return {key for path in _files() for key in _in_file(path)}


def _files() -> Iterator[Path]:
    yield from SOURCE.rglob("*.py")
    yield from SOURCE.rglob("*.html")


def _in_file(path: Path) -> Iterator[Key]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        text = "\n".join(line.lstrip() for line in templatize(text, origin=str(path)).splitlines())
    for _line, found, _comments, context in extract("python", BytesIO(text.encode()), keywords=_KEYWORDS):
        yield (found if isinstance(found, str) else found[0]), context
