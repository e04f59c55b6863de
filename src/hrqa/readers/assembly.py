"""A page's text out of its blocks, with the place of every word."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hrqa.datatypes import Block, BlockKind, Line, Page
from hrqa.readers.glyphs import Word
from hrqa.readers.layout import Item, TableLayout, TextLine
from hrqa.readers.placement import turned_back
from hrqa.words import words

_SOFT_HYPHEN = "\u00ad"
_PUNCTUATION = ".,;:()[]\"'“”‘’"
_PARTS = 100_000
_fractions: dict[int, float] = {}
"""Each fraction once: a long document's words have millions of edges."""
_HYPHENS = ("-", "\u2010", _SOFT_HYPHEN)


@dataclass(frozen=True, slots=True)
class RawBlock:
    """A block before its text is put together: lines, or a table.

    Attributes:
        kind: What the block is.
        lines: Its lines from top to bottom; empty for a table.
        table: The table; None for every other kind.
        level: Depth of a heading, else 0.
        continues: Whether it goes on with a sentence or a table of the page before.
    """

    kind: BlockKind
    lines: tuple[TextLine, ...] = ()
    table: TableLayout | None = None
    level: int = 0
    continues: bool = False


def add_vocabulary(known: set[str], items: Sequence[Item]) -> None:
    """Add the words of a page that no line end cuts, with their hyphens, casefolded."""
    for item in items:
        if isinstance(item, TextLine):
            for word in item.words[1:-1]:
                folded = word.text.casefold()
                known.add(folded.strip(_PUNCTUATION))
                if not folded.isalpha():
                    known.update(words(folded))


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
            follower = lines[index + 1].reading_order[0].text if index + 1 < len(lines) else None
            self._write_line(line, follower)

    def _write_line(self, line: TextLine, follower: str | None) -> None:
        """Write a line and what joins it to the next: a space, or nothing at a hyphen."""
        held = line.reading_order
        tokens = [(word.text.replace(_SOFT_HYPHEN, ""), word) for word in held[:-1]]
        last, joint = self._join(held[-1].text, follower)
        tokens.append((last, held[-1]))
        tokens = [(text, word) for text, word in tokens if text]
        if line.turn:
            self._write_turned(tokens)
        elif tokens:
            start = self._at
            self._write(" ".join([text for text, _ in tokens]))
            self._add_line(start, [word for _, word in tokens])
        self._write(joint)

    def _write_turned(self, tokens: Sequence[tuple[str, Word]]) -> None:
        """Write words that do not stand upright, each as a line of its own on the page."""
        for number, (text, word) in enumerate(tokens):
            if number:
                self._write(" ")
            start = self._at
            self._write(text)
            self._add_line(start, [self._as_displayed(word)])

    def _as_displayed(self, word: Word) -> Word:
        width, height = self._width, self._height
        if word.turn % 2 == 1:
            width, height = height, width
        left, top, right, bottom = turned_back(
            (word.left, word.top, word.right, word.bottom), 4 - word.turn, width, height
        )
        return replace(word, left=left, top=top, right=right, bottom=bottom, turn=0)

    def _add_line(self, start: int, held: Sequence[Word]) -> None:
        edges = [edge for word in held for edge in (word.left, word.right)]
        self.lines.append(
            Line(
                start,
                self._at,
                _fraction(min([word.top for word in held]), self._height),
                _fraction(max([word.bottom for word in held]), self._height),
                tuple([_fraction(edge, self._width) for edge in edges]),
            )
        )

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
    share = value / whole
    parts = round(share * _PARTS) if 0.0 <= share <= 1.0 else _PARTS * (share > 1.0)
    found = _fractions.get(parts)
    if found is None:
        found = _fractions[parts] = round(parts / _PARTS, 5)
    return found
