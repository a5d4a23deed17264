"""Reads a chapter: the closed part of Markdown that pages and PDF can show, and no more."""

from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from flexnet.manual.blocks import (
    Block,
    Code,
    Heading,
    Listing,
    Notice,
    Paragraph,
    Picture,
    Span,
    Spans,
    Style,
    Table,
)
from flexnet.manual.errors import BadManual

_OWN = (".md", ".png")  # what a link or a picture may name of ours
_STYLES: dict[str, Style] = {"strong": "strong", "em": "em"}
_PARSER = MarkdownIt("zero").enable(
    [
        "heading",
        "list",
        "blockquote",
        "fence",
        "table",
        "emphasis",
        "link",
        "image",
        "backticks",
        "escape",
        "newline",
    ]
)


def blocks(text: str) -> tuple[Block, ...]:
    """The blocks of one chapter; raises BadManual for whatever does not belong to the closed part."""
    return tuple(_block(node) for node in SyntaxTreeNode(_PARSER.parse(text)).children)


def _block(node: SyntaxTreeNode) -> Block:
    read = _READERS.get(node.type)
    if read is None:
        raise BadManual(f"{_where(node)}: {node.type} is not part of the manual's Markdown.")
    return read(node)


def _heading(node: SyntaxTreeNode) -> Block:
    return Heading(int(node.tag[1:]), _spans(node.children[0]))


def _paragraph(node: SyntaxTreeNode) -> Block:
    inline = node.children[0]
    pictures = [one for one in inline.children if one.type == "image"]
    if not pictures:
        return Paragraph(_spans(inline))
    if len(inline.children) > 1:
        raise BadManual(f"{_where(node)}: a picture stands in a paragraph of its own.")
    return _picture(pictures[0])


def _picture(node: SyntaxTreeNode) -> Picture:
    caption, alt = str(node.attrs.get("title", "")), node.content
    if not caption or not alt:
        raise BadManual(f"{_where(node)}: a picture needs a text for those who do not see it, and a caption.")
    return Picture(_named(node, str(node.attrs["src"]), ".png"), alt, caption)


def _listing(node: SyntaxTreeNode) -> Block:
    items = tuple(tuple(_block(one) for one in item.children) for item in node.children)
    return Listing(node.type == "ordered_list", items)


def _notice(node: SyntaxTreeNode) -> Block:
    return Notice(tuple(_block(one) for one in node.children))


def _table(node: SyntaxTreeNode) -> Block:
    rows = [
        tuple(_spans(cell.children[0]) for cell in row.children)
        for part in node.children
        for row in part.children
    ]
    return Table(rows[0], tuple(rows[1:]))


def _code(node: SyntaxTreeNode) -> Block:
    return Code(node.content.rstrip("\n"))


_READERS: dict[str, Callable[[SyntaxTreeNode], Block]] = {
    "heading": _heading,
    "paragraph": _paragraph,
    "bullet_list": _listing,
    "ordered_list": _listing,
    "blockquote": _notice,
    "table": _table,
    "fence": _code,
}


def _spans(inline: SyntaxTreeNode) -> Spans:
    return tuple(_merged(_inline(inline, "plain", "")))


def _inline(node: SyntaxTreeNode, style: Style, link: str) -> Iterator[Span]:
    for one in node.children:
        if one.type == "text":
            yield Span(one.content, style, link)
        elif one.type == "softbreak":
            yield Span(" ", style, link)
        elif one.type == "code_inline":
            yield Span(one.content, "code", link)
        elif one.type in _STYLES:
            yield from _inline(one, _STYLES[one.type], link)
        elif one.type == "link":
            yield from _inline(one, style, _target(one))
        else:
            raise BadManual(f"{_where(node)}: {one.type} is not part of the manual's Markdown.")


def _merged(spans: Iterator[Span]) -> Iterator[Span]:
    """Neighbours of one kind as one, so that no sentence is cut where the parser cut it."""
    last: Span | None = None
    for span in spans:
        if last and (last.style, last.link) == (span.style, span.link):
            last = Span(last.text + span.text, span.style, span.link)
            continue
        if last and last.text:
            yield last
        last = span
    if last and last.text:
        yield last


def _target(node: SyntaxTreeNode) -> str:
    href = str(node.attrs["href"])
    if href.startswith(("https://", "mailto:")):
        return href
    return slug(_named(node, href, ".md"))


def slug(stem: str) -> str:
    """`notsperre` of "07-notsperre": the number only says in which order chapters stand."""
    return stem.lstrip("0123456789").lstrip("-")


def _named(node: SyntaxTreeNode, href: str, suffix: str) -> str:
    path = PurePosixPath(href)
    if path.suffix not in _OWN or path.suffix != suffix:
        raise BadManual(f"{_where(node)}: {href} is neither a chapter nor a picture of the manual.")
    return path.stem


def _where(node: SyntaxTreeNode) -> str:
    while node.map is None and node.parent is not None:
        node = node.parent
    return f"line {node.map[0] + 1}" if node.map else "the chapter"
