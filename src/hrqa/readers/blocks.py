"""What the lines of a page are: headings, paragraphs, list items, captions, footnotes."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from hrqa.datatypes import BlockKind, OutlineEntry
from hrqa.readers.assembly import RawBlock
from hrqa.readers.continuation import join_interrupted
from hrqa.readers.layout import Item, TableLayout, TextLine
from hrqa.words import words

_LIST_MARK = re.compile(r"^(?:[•●▪◦‣·∙–—*-]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])\s", re.IGNORECASE)
_CAPTION = re.compile(r"^(?:table|figure|fig\.|chart|exhibit|bảng|hình|biểu)\s*\d", re.IGNORECASE)
_FOOTNOTE_MARK = re.compile(r"^(?:[⁰¹²³⁴⁵⁶⁷⁸⁹]+|\d{1,3}|[*†‡§]+|\(\d+\))\s?\S")
_SENTENCE_END = re.compile(r"[.!?…:;][\"'”’)\]⁰¹²³⁴⁵⁶⁷⁸⁹]*$")
_HEADING_CHARS = 220
_HEADING_LINES = 3
_CAPITALS = 8
_CAPITALS_LEVEL = 3
_NUMBERED = re.compile(r"^\d{1,2}(?:\.\d{1,2})+\.?\s+[^\W\d_]{2,}.{0,80}$")


def add_type_sizes(weights: Counter[float], items: Sequence[Item]) -> None:
    """Count the characters of a page's lines by the size of their type, in tenths of a point."""
    for item in items:
        if isinstance(item, TextLine):
            weights[round(item.size, 1)] += sum([len(word.text) + 1 for word in item.words]) - 1


def body_size(weights: Counter[float]) -> float:
    """Size of most of the type of a document, in points; 10 for one without text."""
    return max(weights, key=lambda size: (weights[size], size)) if weights else 10.0


def find_blocks(
    items: Sequence[Item],
    *,
    running: frozenset[int],
    outline: Sequence[OutlineEntry],
    has_outline: bool,
    body: float,
) -> list[RawBlock]:
    """Group the lines of a page into blocks.

    Args:
        items: Lines and tables in reading order.
        running: Indices of the lines that are running headers, footers or page numbers.
        outline: The file's own outline entries that point to this page; where they match
            lines, those are the headings, with the outline's level.
        has_outline: Whether the file has an outline that covers this page; size and weight of
            the type tell the headings where it has none.
        body: Size of the document's body type, in points.
    """
    levels = _outlined(items, outline)
    blocks: list[RawBlock] = []
    open_lines: list[TextLine] = []
    open_kind = BlockKind.PARAGRAPH
    open_level = 0

    def close() -> None:
        if open_lines:
            blocks.append(RawBlock(open_kind, tuple(open_lines), level=open_level))
            open_lines.clear()

    for index, item in enumerate(items):
        if isinstance(item, TableLayout):
            close()
            blocks.append(RawBlock(BlockKind.TABLE, table=item))
            continue
        kind, level = _kind(item, index, running, levels, body, has_outline=has_outline)
        if not open_lines or not _goes_on(open_kind, open_level, open_lines, kind, level, item):
            close()
            open_kind, open_level = kind, level
        open_lines.append(item)
    close()
    return join_interrupted(_with_headings(_with_captions(blocks), has_outline=has_outline))


def _outlined(items: Sequence[Item], outline: Sequence[OutlineEntry]) -> dict[int, int]:
    """Lines whose words an outline entry repeats, each with the entry's level."""
    levels: dict[int, int] = {}
    for entry in outline:
        wanted = words(entry.title)
        for begin in range(len(items)):
            if wanted and begin not in levels:
                end = _matching_lines(items, begin, wanted)
                if end is not None:
                    levels.update(dict.fromkeys(range(begin, end), entry.level))
                    break
    return levels


def _matching_lines(items: Sequence[Item], begin: int, wanted: list[str]) -> int | None:
    """One past the last of the lines from here on that together have these words; else None."""
    found: list[str] = []
    for index in range(begin, len(items)):
        item = items[index]
        if isinstance(item, TableLayout):
            return None
        found.extend(words(item.text))
        if found == wanted:
            return index + 1
        if found != wanted[: len(found)]:
            return None
    return None


def _kind(
    line: TextLine,
    index: int,
    running: frozenset[int],
    levels: dict[int, int],
    body: float,
    *,
    has_outline: bool,
) -> tuple[BlockKind, int]:
    if index in running or line.in_margin:
        return BlockKind.FURNITURE, 0
    if index in levels:
        return BlockKind.HEADING, levels[index]
    if line.size < 0.9 * body and _FOOTNOTE_MARK.match(line.text):
        return BlockKind.FOOTNOTE, 0
    if len(line.text) <= _HEADING_CHARS and _has_letters(line):
        if line.size >= 1.5 * body:
            return BlockKind.HEADING, 1
        if not has_outline and line.size >= 1.15 * body:
            return BlockKind.HEADING, 2
        if not has_outline and line.bold and not line.text.rstrip().endswith((".", ",", ";")):
            return BlockKind.HEADING, 3
    if _LIST_MARK.match(line.text):
        return BlockKind.LIST_ITEM, 0
    return BlockKind.PARAGRAPH, 0


def _has_letters(line: TextLine) -> bool:
    return _letters(line.text) >= 3


def _goes_on(
    open_kind: BlockKind,
    open_level: int,
    lines: list[TextLine],
    kind: BlockKind,
    level: int,
    line: TextLine,
) -> bool:
    """Whether a line belongs to the block that is open."""
    last = lines[-1]
    if line.turn != last.turn:
        return False
    gap = line.top - last.bottom
    leading = lines[1].top - lines[0].bottom if len(lines) > 1 else 0.45 * last.size
    near = -last.size < gap <= max(leading, 0.1 * last.size) + 0.35 * last.size
    if open_kind is BlockKind.FURNITURE or kind is BlockKind.FURNITURE:
        return last.in_margin and line.in_margin
    if open_kind is BlockKind.HEADING or kind is BlockKind.HEADING:
        same = kind is open_kind and level == open_level
        return same and near and abs(line.size - last.size) < 0.6
    if kind is BlockKind.LIST_ITEM:
        return False
    if open_kind is BlockKind.FOOTNOTE:
        return near and kind is not BlockKind.FOOTNOTE and abs(line.size - last.size) < 0.6
    if kind is BlockKind.FOOTNOTE:
        return near and abs(line.size - last.size) < 0.6
    if not near or abs(line.size - last.size) > 0.8:
        return False
    return not _starts_paragraph(lines, line)


def _starts_paragraph(lines: list[TextLine], line: TextLine) -> bool:
    """Whether an indent, or a short last line before it, begins a paragraph."""
    last = lines[-1]
    left = min(item.left for item in lines[1:] or lines)
    right = max(item.right for item in lines)
    indented = line.left > left + 0.8 * line.size and len(lines) > 1
    ended = bool(_SENTENCE_END.search(last.text))
    return ended and (indented or (right - last.right > 0.3 * (right - left) and len(lines) > 2))


def _with_captions(blocks: list[RawBlock]) -> list[RawBlock]:
    """Call a caption what begins like one and stands beside a table or is short."""
    named = list(blocks)
    for index, block in enumerate(blocks):
        if block.kind in (BlockKind.PARAGRAPH, BlockKind.HEADING) and block.lines:
            text = block.lines[0].text
            near_table = any(b.kind is BlockKind.TABLE for b in blocks[index + 1 : index + 4])
            if _CAPTION.match(text) and (near_table or len(text) < 80):
                named[index] = replace(block, kind=BlockKind.CAPTION, level=0)
    return named


def _with_headings(blocks: list[RawBlock], *, has_outline: bool) -> list[RawBlock]:
    """Call a heading what stands alone in capitals, or alone with a number such as 3.1."""
    named = list(blocks)
    for index, block in enumerate(blocks):
        if block.kind is not BlockKind.PARAGRAPH or len(block.lines) > _HEADING_LINES:
            continue
        text = " ".join(line.text for line in block.lines)
        if len(text) > _HEADING_CHARS or text.endswith((".", ",", ";", ":")):
            continue
        if text.isupper() and len(words(text)) >= 2 and _letters(text) >= _CAPITALS:
            level = _CAPITALS_LEVEL + has_outline
            named[index] = replace(block, kind=BlockKind.HEADING, level=level)
        elif not has_outline and len(block.lines) == 1 and _NUMBERED.match(text):
            dots = text.split()[0].strip(".").count(".")
            named[index] = replace(block, kind=BlockKind.HEADING, level=1 + dots)
    return named


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))
