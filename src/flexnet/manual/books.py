"""The two books: one for practices, one for the KV's own staff; their chapters as one KV has them."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from flexnet import configuration
from flexnet.configuration import Configuration
from flexnet.manual import filling, markdown, pictures, walking
from flexnet.manual.blocks import Block, Heading, Paragraph, Picture, Span, words
from flexnet.manual.errors import BadManual

Name = Literal["praxis", "geschaeftsstelle"]
_OTHERS_PICTURES: Final = Paragraph(
    (Span(f"Die Bilder zeigen Seiten der {pictures.OF}. Ihre sehen ebenso aus, nur heißt manches anders."),)
)
SOURCE: Final = Path(__file__).parent / "book"  # docs/handbuch, so that it can be read there as well


@dataclass(frozen=True)
class Chapter:
    """`slug` is its address; the title is its first line."""

    slug: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Book:
    name: Name
    title: str
    subtitle: str
    chapters: tuple[Chapter, ...]

    def chapter(self, slug: str) -> Chapter | None:
        return next((one for one in self.chapters if one.slug == slug), None)

    def beside(self, chapter: Chapter) -> tuple[Chapter | None, Chapter | None]:
        """The chapters before and after it."""
        at = self.chapters.index(chapter)
        return (self.chapters[at - 1] if at else None), next(iter(self.chapters[at + 1 :]), None)

    def pictures(self) -> list[Picture]:
        return [one for chapter in self.chapters for one in walking.pictures(chapter.blocks)]


def current(name: Name) -> Book:
    """The book of this installation's KV; read once."""
    return _kept(name, configuration.current())


@functools.lru_cache(maxsize=8)
def _kept(name: Name, of: Configuration) -> Book:
    return read(name, of)


def read(name: Name, of: Configuration) -> Book:
    """One book for one KV; a chapter of which nothing is left is left out. Raises BadManual."""
    known = filling.known(of)
    found = [_chapter(path, known) for path in sorted((SOURCE / name).glob("*.md"))]
    chapters = tuple(_with_a_word_on_pictures(one, of) for one in found if one)
    _check_links(chapters)
    return Book(name, *_titles(name, of), chapters)


def _titles(name: Name, of: Configuration) -> tuple[str, str]:
    profile = of.profile
    what = "KV-FlexNet" if profile.second_factor else profile.portal_name
    if name == "praxis":
        how = "verbinden" if profile.second_factor else "anmelden"
        return f"Handbuch {what}", f"Für Praxen: beantragen, {how}, abrechnen, bei Verlust"
    keys = "Schlüsselausgabe, " if profile.second_factor else ""
    return f"Handbuch {what} für die Geschäftsstelle", f"Anträge, {keys}Briefe, Sperren"


def _chapter(path: Path, known: dict[str, object]) -> Chapter | None:
    try:
        text = filling.filled(path.read_text(encoding="utf-8"), known)
        found = markdown.blocks(text)
    except BadManual as error:
        raise BadManual(f"{path.name}: {error}") from None
    if not found:
        return None
    title = found[0]
    if not isinstance(title, Heading) or title.level != 1:
        raise BadManual(f"{path.name}: a chapter begins with its title, „# …“.")
    return Chapter(markdown.slug(path.stem), words(title.spans), found[1:])


def _with_a_word_on_pictures(chapter: Chapter, of: Configuration) -> Chapter:
    """Where the pictures are another KV's, a chapter that has some says so first."""
    if of.profile.short_name == pictures.OF or not walking.pictures(chapter.blocks):
        return chapter
    return replace(chapter, blocks=(_OTHERS_PICTURES, *chapter.blocks))


def _check_links(chapters: Sequence[Chapter]) -> None:
    slugs = {one.slug for one in chapters}
    for chapter in chapters:
        for span in walking.spans(chapter.blocks):
            if span.link and not span.is_address and span.link not in slugs:
                raise BadManual(f"{chapter.slug}: there is no chapter {span.link} to link to.")
