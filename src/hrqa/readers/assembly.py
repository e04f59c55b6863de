"""A page's text out of its blocks, with the place of every word."""

from collections.abc import Sequence
from dataclasses import dataclass

from hrqa.datatypes import Block, BlockKind, Line, Page
from hrqa.readers.layout import TableLayout, TextLine
from hrqa.words import words

_SOFT_HYPHEN = "\u00ad"
_HYPHENS = ("-", "\u2010", _SOFT_HYPHEN)


@dataclass(frozen=True, slots=True)
class RawBlock:
    """A block before its text is put together: lines, or a table.

    Attributes:
        kind: What the block is.
        lines: Its lines from top to bottom; empty for a table.
        table: The table; None for every other kind.
        level: Depth of a heading, else 0.
        continues: Whether it goes on with a sentence of the page before.
    """

    kind: BlockKind
    lines: tuple[TextLine, ...] = ()
    table: TableLayout | None = None
    level: int = 0
    continues: bool = False


def vocabulary(pages: Sequence[Sequence[RawBlock]]) -> frozenset[str]:
    """The words of a document that no line end cuts, with their hyphens, casefolded."""
    known: set[str] = set()
    for blocks in pages:
        for block in blocks:
            for line in block.lines:
                for word in line.words[1:-1]:
                    known.add(word.text.casefold().strip(".,;:()[]\"'“”‘’"))
                    known.update(words(word.text))
    return frozenset(known)


def assemble_page(
    blocks: Sequence[RawBlock],
    *,
    known_words: frozenset[str],
    number: int,
    label: str | None,
    width: float,
    height: float,
) -> Page:
    """Put the text of a page together.

    Args:
        blocks: In reading order.
        known_words: Decides whether a hyphen at a line end belongs to the word.
        number: Physical page number, 1-based.
        label: Page number declared in the file; None where there is none.
        width: Width as displayed, in points.
        height: Height as displayed, in points.
    """
    writer = _Writer(known_words, width, height)
    for block in blocks:
        writer.add(block)
    return Page(
        number=number,
        label=label,
        text="".join(writer.parts),
        blocks=tuple(writer.blocks),
        lines=tuple(writer.lines),
        width=width,
        height=height,
    )


class _Writer:
    """Collects text, blocks and lines while keeping count of the offset."""

    def __init__(self, known_words: frozenset[str], width: float, height: float) -> None:
        self.parts: list[str] = []
        self.blocks: list[Block] = []
        self.lines: list[Line] = []
        self._at = 0
        self._known = known_words
        self._width, self._height = width, height

    def add(self, block: RawBlock) -> None:
        if self.blocks:
            self._write("\n\n")
        start = self._at
        if block.table is not None:
            self._write_table(block.table)
        else:
            self._write_lines(block.lines)
        if self._at > start:
            self.blocks.append(
                Block(
                    block.kind,
                    start,
                    self._at,
                    level=block.level,
                    continues=block.continues,
                    header_rows=block.table.header_rows if block.table else 0,
                )
            )

    def _write(self, text: str) -> None:
        self.parts.append(text)
        self._at += len(text)

    def _write_table(self, table: TableLayout) -> None:
        for row_number, row in enumerate(table.rows):
            if row_number:
                self._write("\n")
            for cell_number, cell in enumerate(row):
                if cell_number:
                    self._write("\t")
                self._write_lines(cell)

    def _write_lines(self, lines: Sequence[TextLine]) -> None:
        for index, line in enumerate(lines):
            follower = lines[index + 1].words[0].text if index + 1 < len(lines) else None
            self._write_line(line, follower)

    def _write_line(self, line: TextLine, follower: str | None) -> None:
        """Write a line and what joins it to the next: a space, or nothing at a hyphen."""
        tokens = [(word.text.replace(_SOFT_HYPHEN, ""), word) for word in line.words[:-1]]
        last, joint = self._join(line.words[-1].text, follower)
        tokens.append((last, line.words[-1]))
        tokens = [(text, word) for text, word in tokens if text]
        start = self._at
        self._write(" ".join(text for text, _ in tokens))
        if self._at > start:
            edges = [edge for _, word in tokens for edge in (word.left, word.right)]
            self.lines.append(
                Line(
                    start,
                    self._at,
                    _fraction(min(word.top for _, word in tokens), self._height),
                    _fraction(max(word.bottom for _, word in tokens), self._height),
                    tuple(_fraction(edge, self._width) for edge in edges),
                )
            )
        self._write(joint)

    def _join(self, last: str, follower: str | None) -> tuple[str, str]:
        """The last word of a line as written, and what comes between it and the next line."""
        if follower is None:
            return last.replace(_SOFT_HYPHEN, ""), ""
        if not last.endswith(_HYPHENS) or len(last) < 2 or not last[-2].isalpha():
            return last.replace(_SOFT_HYPHEN, ""), " "
        if last.endswith(_SOFT_HYPHEN):
            return last.replace(_SOFT_HYPHEN, ""), ""
        if "/" in last:  # an address
            return last, ""
        if not follower[0].isalpha():
            return last, " "
        head, tail = last[:-1].casefold(), words(follower)[0]
        head_words = words(head)
        joined = (head_words[-1] if head_words else head) + tail
        if f"{head}-{tail}" in self._known or not follower[0].islower():
            return last, ""
        if joined in self._known:
            return last[:-1], ""
        both_stand_alone = head_words[-1:] and head_words[-1] in self._known and tail in self._known
        return (last, "") if both_stand_alone else (last[:-1], "")


def _fraction(value: float, whole: float) -> float:
    return round(min(1.0, max(0.0, value / whole)), 5)
