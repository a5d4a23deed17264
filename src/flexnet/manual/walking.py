"""Goes through a chapter's blocks, however deep they lie."""

from collections.abc import Iterator, Sequence

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
    Table,
    words,
)


def every(blocks: Sequence[Block]) -> Iterator[Block]:
    """Each block, and each one within it, in the order of reading."""
    for block in blocks:
        yield block
        if isinstance(block, Notice):
            yield from every(block.blocks)
        if isinstance(block, Listing):
            for item in block.items:
                yield from every(item)


def pictures(blocks: Sequence[Block]) -> list[Picture]:
    return [one for one in every(blocks) if isinstance(one, Picture)]


def spans(blocks: Sequence[Block]) -> Iterator[Span]:
    for block in every(blocks):
        for several in _lines(block):
            yield from several


def sentences(blocks: Sequence[Block]) -> Iterator[str]:
    """All that is to be read, paragraph by paragraph and cell by cell."""
    for block in every(blocks):
        yield from (words(several) for several in _lines(block))
        if isinstance(block, Picture):
            yield from (block.alt, block.caption)
        if isinstance(block, Code):
            yield block.text


def _lines(block: Block) -> Iterator[Spans]:
    if isinstance(block, Heading | Paragraph):
        yield block.spans
    if isinstance(block, Table):
        yield from (cell for row in (block.head, *block.rows) for cell in row)
