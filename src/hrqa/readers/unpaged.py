"""The text of a document without pages, put together from its blocks."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from hrqa.datatypes import Block, BlockKind, OutlineEntry, Page
from hrqa.errors import UnreadableDocumentError
from hrqa.readers.reading import Reading


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A block before it has its place.

    Attributes:
        kind: What it is.
        text: Its words; of a table its rows, one a line, with tabs between cells.
        level: Depth of a heading, 1 for the highest; 0 for every other kind.
        header_rows: Rows at the head of a table that name its columns.
    """

    kind: BlockKind
    text: str
    level: int = 0
    header_rows: int = 0


def plain(text: str) -> str:
    """Text on one line with single spaces, NFC, without characters that cannot be seen."""
    kept = "".join(c for c in text if c.isspace() or unicodedata.category(c) not in _UNSEEN)
    kept = kept.replace("\u00ad", "").replace("\ufeff", "")
    return unicodedata.normalize("NFC", " ".join(kept.split()))


_UNSEEN = ("Cc", "Cs")


def table_block(rows: Iterable[Iterable[str]], *, header_rows: int) -> TextBlock:
    """A table of these cells, without rows and columns that are wholly empty.

    Args:
        rows: The cells' texts; rows may differ in length and are filled up with empty cells.
        header_rows: Rows at its head that name its columns.
    """
    grid = [[plain(cell) for cell in row] for row in rows]
    width = max((len(row) for row in grid), default=0)
    grid = [row + [""] * (width - len(row)) for row in grid]
    filled = [column for column in range(width) if any(row[column] for row in grid)]
    kept = [
        ("\t".join(row[column] for column in filled), number < header_rows)
        for number, row in enumerate(grid)
        if any(row)
    ]
    heads = sum(is_head for _, is_head in kept)
    return TextBlock(
        BlockKind.TABLE,
        "\n".join(row for row, _ in kept),
        header_rows=heads if heads < len(kept) else 0,
    )


def place_blocks(blocks: Iterable[TextBlock]) -> tuple[str, tuple[Block, ...]]:
    """The text of blocks parted by blank lines, and where each stands; empty ones are left out."""
    parts: list[str] = []
    placed: list[Block] = []
    at = 0
    for block in blocks:
        if not block.text.strip():
            continue
        if parts:
            parts.append("\n\n")
            at += 2
        end = at + len(block.text)
        placed.append(Block(block.kind, at, end, level=block.level, header_rows=block.header_rows))
        parts.append(block.text)
        at = end
    return "".join(parts), tuple(placed)


def unpaged_reading(
    blocks: Iterable[TextBlock],
    *,
    file: str,
    title: str | None = None,
    authors: tuple[str, ...] = (),
    language: str | None = None,
    issued: tuple[int, ...] = (),
    url: str | None = None,
    notes: tuple[str, ...] = (),
) -> Reading:
    """The reading of a document without pages.

    Args:
        blocks: Its blocks in reading order.
        file: Its path relative to the corpus, for messages.
        title: Title that the file declares; its first heading where it is None.
        authors: As in ``Reading``; so are ``language``, ``issued``, ``url`` and ``notes``.
        language: See above.
        issued: See above.
        url: See above.
        notes: See above.

    Raises:
        UnreadableDocumentError: No block has text.
    """
    text, placed = place_blocks(blocks)
    if not placed:
        raise UnreadableDocumentError(file, "the file has no text; check that it is the right one")
    outline = tuple(
        OutlineEntry(text[block.start : block.end], block.level, None)
        for block in placed
        if block.kind is BlockKind.HEADING
    )
    return Reading(
        pages=(Page(number=None, label=None, text=text, blocks=placed),),
        title=title or (outline[0].title if outline else None),
        authors=authors,
        language=language,
        issued=issued,
        url=url,
        outline=outline,
        notes=notes,
    )
