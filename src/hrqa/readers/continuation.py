"""Sentences that a column end, a page end, a footnote or a figure cuts, made whole."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from hrqa.datatypes import BlockKind
from hrqa.readers.assembly import RawBlock
from hrqa.readers.cells import is_value
from hrqa.readers.layout import TableLayout

_PROSE = (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM)
_APART = (BlockKind.FURNITURE, BlockKind.FOOTNOTE)
_FLOATS = (*_APART, BlockKind.CAPTION, BlockKind.TABLE)
_SAME_COLUMN = 4.0
"""Points by which the right edges of values in one column may differ."""
_SENTENCE_END = re.compile(r"[.!?…:;][\"'”’)\]⁰¹²³⁴⁵⁶⁷⁸⁹]*$")


def join_interrupted(blocks: Sequence[RawBlock]) -> list[RawBlock]:
    """Join a paragraph over the column ends of a page, and over what stands in its midst.

    What stood between its parts comes after it.
    """
    joined: list[RawBlock] = []
    open_at: int | None = None
    for block in blocks:
        if open_at is not None and _is_upright_prose(block):
            between = any(other.kind in _FLOATS for other in joined[open_at + 1 :])
            if _is_rest(joined[open_at], block, between=between):
                before = joined[open_at]
                joined[open_at] = replace(before, lines=before.lines + block.lines)
                continue
        if _is_upright_prose(block):
            open_at = len(joined)
        elif block.kind not in _FLOATS and not _is_turned(block):
            open_at = None
        joined.append(block)
    return joined


def _is_rest(before: RawBlock, after: RawBlock, *, between: bool) -> bool:
    """Whether a block of the same page goes on with the sentence of one before."""
    if not _continues(before, after):
        return False
    last, first = before.lines[-1], after.lines[0]
    goes_on = first.text[0].islower()
    if first.top < last.top and first.left > last.left:
        right = max(line.right for line in before.lines)
        return goes_on or (len(before.lines) > 1 and right - last.right < 2 * last.size)
    return between and goes_on


def link_pages(pages: Iterable[list[RawBlock]]) -> Iterator[list[RawBlock]]:
    """Mark the blocks that go on with a sentence which the page before left unfinished.

    Where figures or tables stand at the foot of the one page or the head of the other, the
    sentence's first part is put last on its page and its rest first.
    """
    held: list[RawBlock] | None = None
    open_block: RawBlock | None = None
    for page in pages:
        blocks = list(page)
        table = next((i for i, b in enumerate(blocks) if b.kind not in _APART), None)
        if held and table is not None and _is_rest_of_table(held, blocks[table]):
            blocks[table] = replace(blocks[table], continues=True)
        first = next((i for i, b in enumerate(blocks) if not _is_float(b)), None)
        over_floats = (
            open_block is not None
            and first is not None
            and _is_upright_prose(blocks[first])
            and _continues(open_block, blocks[first])
        )
        if over_floats and open_block is not None and first is not None:
            moved = _put_last(held, open_block)
            floats = any(b.kind in (BlockKind.TABLE, BlockKind.CAPTION) for b in blocks[:first])
            if not (moved or floats) or blocks[first].lines[0].text[0].islower():
                if held is not None and moved:
                    held[:] = moved
                rest = replace(blocks.pop(first), continues=True, kind=open_block.kind)
                at = next((i for i, b in enumerate(blocks[:first]) if b.kind not in _APART), first)
                blocks.insert(at, rest)
        if held is not None:
            yield held
        open_block = next((b for b in reversed(blocks) if not _is_float(b)), open_block)
        held = blocks
    if held is not None:
        yield held


def _is_rest_of_table(page: Sequence[RawBlock], block: RawBlock) -> bool:
    """Whether a table without heads has most of its values below those of a page's last block."""
    last = next((b for b in reversed(page) if b.kind not in _APART), None)
    if last is None or last.table is None or block.table is None or block.table.header_rows:
        return False
    above, below = _value_edges(last.table), _value_edges(block.table)
    under = sum(any(abs(edge - other) <= _SAME_COLUMN for other in above) for edge in below)
    return bool(last.table.header_rows and below) and 2 * under > len(below)


def _value_edges(table: TableLayout) -> list[float]:
    """Right edges of the values of a table, in points."""
    cells = (cell for row in table.rows for cell in row[1:])
    return [line.right for cell in cells for line in cell if is_value(line)]


def _put_last(blocks: list[RawBlock] | None, block: RawBlock) -> list[RawBlock] | None:
    """The blocks of a page with one of them behind the tables after it; None if none is there."""
    at = next((i for i, b in enumerate(blocks or ()) if b is block), None)
    if blocks is None or at is None:
        return None
    after = blocks[at + 1 :]
    if not any(b.kind in (BlockKind.TABLE, BlockKind.CAPTION) for b in after):
        return None
    last = max(i for i, b in enumerate(after) if b.kind in (BlockKind.TABLE, BlockKind.CAPTION))
    return [*blocks[:at], *after[: last + 1], block, *after[last + 1 :]]


def _is_float(block: RawBlock) -> bool:
    """Whether a block is no part of the running text."""
    return block.kind in _FLOATS or _is_turned(block)


def _is_turned(block: RawBlock) -> bool:
    return bool(block.lines) and block.lines[0].turn != 0


def _is_upright_prose(block: RawBlock) -> bool:
    return block.kind in _PROSE and not _is_turned(block)


def _continues(before: RawBlock, after: RawBlock) -> bool:
    if before.kind not in _PROSE or after.kind is not BlockKind.PARAGRAPH:
        return False
    if _SENTENCE_END.search(before.lines[-1].text):
        return False
    first = after.lines[0]
    return abs(first.size - before.lines[-1].size) < 0.6 and (
        len(before.lines) > 1 or first.text[0].islower()
    )
