"""What a chapter is made of: a closed set of blocks, which pages and PDF both know how to show."""

from dataclasses import dataclass
from typing import Literal

Style = Literal["plain", "strong", "em", "code"]


@dataclass(frozen=True)
class Span:
    """Some words in one style; `link` is another chapter's slug, or an address of the Internet."""

    text: str
    style: Style = "plain"
    link: str = ""

    @property
    def is_address(self) -> bool:
        return ":" in self.link


Spans = tuple[Span, ...]


@dataclass(frozen=True)
class Heading:
    level: int
    spans: Spans
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True)
class Paragraph:
    spans: Spans
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True)
class Code:
    """What is typed or shown in a terminal, line by line."""

    text: str
    kind: Literal["code"] = "code"


@dataclass(frozen=True)
class Picture:
    """`alt` says what is to be seen to those who do not see it; `caption` why it is shown."""

    name: str
    alt: str
    caption: str
    kind: Literal["picture"] = "picture"


@dataclass(frozen=True)
class Table:
    """`rows` begin with the cell that names them."""

    head: tuple[Spans, ...]
    rows: tuple[tuple[Spans, ...], ...]
    kind: Literal["table"] = "table"


@dataclass(frozen=True)
class Listing:
    """Steps in their order, or points without one; each item may hold several blocks."""

    is_ordered: bool
    items: tuple[tuple["Block", ...], ...]
    kind: Literal["list"] = "list"


@dataclass(frozen=True)
class Notice:
    """What is set off, because it must not be missed."""

    blocks: tuple["Block", ...]
    kind: Literal["notice"] = "notice"


Block = Heading | Paragraph | Code | Picture | Table | Listing | Notice


def words(spans: Spans) -> str:
    """The same without any style."""
    return "".join(span.text for span in spans)
