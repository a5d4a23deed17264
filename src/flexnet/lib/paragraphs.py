"""What changed between two versions of a text, by its paragraphs, and in a changed one by its words."""

import difflib
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

_BETWEEN = re.compile(r"\n\s*\n|\n(?=- |# )")
_HEADING = re.compile(r"#\s+|(?=§)")
_MARK = re.compile(r"[#-]\s+")
_WORDS = re.compile(r"\s+")
_ALIKE = 0.4  # share of words in common from which a paragraph counts as changed, not exchanged


class Kind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class Piece:
    """Some words of a paragraph, which the other version has or has not."""

    text: str
    is_changed: bool = False


@dataclass(frozen=True)
class Change:
    """A paragraph that is not as it was; `place` is the heading above it, if there is one."""

    kind: Kind
    place: str
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


def of(text: str) -> list[str]:
    """Empty lines part the paragraphs, and each item of a list is one; within one, any blanks are one."""
    return [_WORDS.sub(" ", part).strip() for part in _BETWEEN.split(text) if part.strip()]


def changes(before: str, after: str) -> list[Change]:
    """In the order of the text; none if only lines were broken elsewhere."""
    old, new = of(before), of(after)
    words = [_shown(one) for one in old], [_shown(one) for one in new]
    steps = difflib.SequenceMatcher(None, *words, autojunk=False).get_opcodes()
    return [
        change
        for step, i, i_end, j, j_end in steps
        if step != "equal"
        for change in _within(old[i:i_end], new[j:j_end], _headings(old, i, i_end), _headings(new, j, j_end))
    ]


def _within(
    old: Sequence[str], new: Sequence[str], old_places: Sequence[str], new_places: Sequence[str]
) -> Iterator[Change]:
    """Pairs that are alike are changes; what is left over was taken out or put in."""
    paired = itertools.zip_longest(old, new, old_places, new_places, fillvalue="")
    for was, now, old_place, new_place in paired:
        if was and now and _alike(was, now):
            yield Change(Kind.CHANGED, new_place, *_pieces(was, now))
            continue
        if was:
            yield Change(Kind.REMOVED, old_place, (Piece(_shown(was)),), ())
        if now:
            yield Change(Kind.ADDED, new_place, (), (Piece(_shown(now)),))


def _headings(text: Sequence[str], begin: int, end: int) -> list[str]:
    """The heading above each paragraph from `begin` to `end`; a heading stands for itself."""
    places, above = [], ""
    for paragraph in text[:end]:
        is_heading = bool(_HEADING.match(paragraph))
        places.append("" if is_heading else above)
        above = _shown(paragraph) if is_heading else above
    return places[begin:]


def _alike(was: str, now: str) -> bool:
    return (
        difflib.SequenceMatcher(None, _shown(was).split(), _shown(now).split(), autojunk=False).ratio()
        >= _ALIKE
    )


def _pieces(was: str, now: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    old, new = _shown(was).split(), _shown(now).split()
    before, after = [], []
    for step, i, i_end, j, j_end in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if i < i_end:
            before.append(Piece(" ".join(old[i:i_end]), step != "equal"))
        if j < j_end:
            after.append(Piece(" ".join(new[j:j_end]), step != "equal"))
    return tuple(before), tuple(after)


def _shown(paragraph: str) -> str:
    """Without the mark of a heading or an item."""
    return _MARK.sub("", paragraph, count=1) if _MARK.match(paragraph) else paragraph
