"""A page's text as blocks to be shown, with what is marked in it: no character added or lost."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from hrqa.datatypes import Block, BlockKind, Page
from hrqa.queries import Citation, CitedSpan, Highlight

PASSAGE, ANSWER = 1, 2
"""How much a stretch is marked: as part of the passage, or as the sentence that answers."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of a page's text that is marked.

    Attributes:
        start: First character, code-point offset into the page's text.
        end: One past the last.
        level: ``PASSAGE`` or ``ANSWER``; the higher shows where two overlap.
    """

    start: int
    end: int
    level: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that is marked alike.

    Attributes:
        text: Its characters.
        level: 0, ``PASSAGE`` or ``ANSWER``.
        start: Its first character, offset into the text that is shown: the page's, or the
            passage's.
        turned_to: The page on which it begins, where the piece before stands on another; else None.
    """

    text: str
    level: int
    start: int
    turned_to: Page | None = None


Pieces = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class ShownBlock:
    """A block to be shown.

    Attributes:
        kind: What it is.
        level: Depth of a heading, else 0.
        rows: Of a table its rows of cells; of any other block one row of one cell.
        head_rows: How many of the rows name columns.
        joins: Whether it goes on with what the block before left unfinished.
    """

    kind: BlockKind
    level: int
    rows: tuple[tuple[Pieces, ...], ...]
    head_rows: int = 0
    joins: bool = False

    @property
    def pieces(self) -> Pieces:
        """The text of a block that is no table."""
        return self.rows[0][0]

    @property
    def columns(self) -> int:
        """Cells of its longest row."""
        return max(len(row) for row in self.rows)


def shown_page(
    page: Page, marks: Sequence[Mark] = (), blocks: Iterable[Block] | None = None
) -> list[ShownBlock]:
    """Blocks of a page, all of them unless some are chosen, with running lines left as they are."""
    chosen = page.blocks if blocks is None else blocks
    return [_shown(page, block, block.start, block.end, marks, 0) for block in chosen]


def shown_passage(
    citation: Citation, highlights: Sequence[Highlight], pages: Sequence[Page]
) -> list[ShownBlock]:
    """The blocks that a passage stands in, cut to the passage.

    Args:
        citation: Where it stands.
        highlights: What of it answers.
        pages: The page of each of the citation's spans, in their order.
    """
    shown: list[ShownBlock] = []
    offset = 0
    before: Page | None = None
    for cited, page in zip(citation.spans, pages, strict=True):
        span = cited.span
        marks = [
            Mark(part.span.start, part.span.end, ANSWER)
            for part in _parts(highlights)
            if part.span.page == span.page
        ]
        for block in page.blocks:
            start, end = max(block.start, span.start), min(block.end, span.end)
            if start >= end or not page.text[start:end].strip():
                continue
            turned = page if before is not None and before.number != page.number else None
            each = _shown(page, block, start, end, marks, offset - span.start)
            _put(shown, _turned(each, turned) if turned is not None else each)
            before = page
        offset += span.end - span.start + 1  # the line feed between two spans
    return shown


def _parts(highlights: Sequence[Highlight]) -> Iterable[CitedSpan]:
    return (part for highlight in highlights for part in highlight.spans)


def _put(shown: list[ShownBlock], block: ShownBlock) -> None:
    """Add a block, as one with the last where it goes on with that."""
    last = shown[-1] if shown else None
    if last is None or not block.joins or last.kind is not block.kind:
        shown.append(block)
    elif block.kind is BlockKind.TABLE:
        shown[-1] = replace(last, rows=last.rows + block.rows)
    else:
        gap = Piece(" ", 0, block.pieces[0].start - 1)
        shown[-1] = replace(last, rows=(((*last.pieces, gap, *block.pieces),),))


def _turned(block: ShownBlock, page: Page) -> ShownBlock:
    """A block whose first piece tells that another page begins."""
    (first_cell, *cells), *rows = block.rows
    first = replace(first_cell[0], turned_to=page) if first_cell else Piece("", 0, 0, page)
    return replace(block, rows=(((first, *first_cell[1:]), *cells), *rows))


def _shown(
    page: Page, block: Block, start: int, end: int, marks: Sequence[Mark], shift: int
) -> ShownBlock:
    """A stretch of a block.

    Args:
        page: The page.
        block: The block.
        start: First character, offset into the page's text.
        end: One past the last.
        marks: What is marked.
        shift: What is added to offsets.
    """
    whole_from = start == block.start
    if block.kind is not BlockKind.TABLE:
        cell = tuple(_pieces(page.text, start, end, marks, shift))
        return ShownBlock(block.kind, block.level, ((cell,),), joins=block.continues and whole_from)
    rows = []
    for row_start, row_end in _split(page.text, start, end, "\n"):
        cells = _split(page.text, row_start, row_end, "\t")
        rows.append(tuple(tuple(_pieces(page.text, *cell, marks, shift)) for cell in cells))
    return ShownBlock(
        block.kind,
        0,
        tuple(rows),
        head_rows=min(block.header_rows, len(rows)) if whole_from else 0,
        joins=block.continues and whole_from,
    )


def _split(text: str, start: int, end: int, separator: str) -> list[tuple[int, int]]:
    """The stretches between separators."""
    found = []
    while (at := text.find(separator, start, end)) >= 0:
        found.append((start, at))
        start = at + 1
    found.append((start, end))
    return found


def _pieces(text: str, start: int, end: int, marks: Sequence[Mark], shift: int) -> Iterable[Piece]:
    """A stretch of text, cut wherever its marking changes."""
    cuts = {start, end}
    for mark in marks:
        cuts.update(place for place in (mark.start, mark.end) if start < place < end)
    places = sorted(cuts)
    for first, last in pairwise(places):
        levels = [mark.level for mark in marks if mark.start <= first and last <= mark.end]
        yield Piece(text[first:last], max(levels, default=0), first + shift)
