"""A document as one flow of units: paragraphs whole over page ends, each with its section."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from hrqa.datatypes import Block, BlockKind, Document, Page
from hrqa.words import words

_TABLE_NOTE = re.compile(r"^\W*(source|note|nguồn|ghi chú)\b", re.IGNORECASE)
_NOTE_CHARS = 300
_MANY_PAGES = 4


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of one page's text: page number, first and one-past-last character."""

    page: int | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Unit:
    """A block, whole over page ends.

    Attributes:
        kind: What it is.
        parts: Where it stands, one part a page.
        section: Headings above it, outermost first.
        paragraph: Its number among the document's blocks other than headings, from 1; a
            heading has that of the block that follows.
        header_rows: Rows at the head of a table that name its columns.
        is_table_note: Whether it is a short note of source such as tables have below.
    """

    kind: BlockKind
    parts: tuple[Part, ...]
    section: tuple[str, ...]
    paragraph: int
    header_rows: int = 0
    is_table_note: bool = False

    @property
    def length(self) -> int:
        """Characters, with one between parts."""
        return sum(part.end - part.start + 1 for part in self.parts) - 1


def part_text(part: Part, pages: dict[int | None, Page]) -> str:
    """The text of a part."""
    return pages[part.page].text[part.start : part.end]


def document_flow(document: Document, pages: Sequence[Page]) -> list[Unit]:
    """Put the blocks of all pages into one sequence.

    Running headers and footers are left out; a footnote follows the paragraph in which it
    stands instead of cutting it.
    """
    flow = _Flow(document, _running_headings(pages))
    for page in pages:
        for block in page.blocks:
            flow.add(page, block)
    return flow.finish()


def _running_headings(pages: Sequence[Page]) -> set[tuple[str, ...]]:
    """Words of the headings that begin many pages: the name of the document or a part of it."""
    first: Counter[tuple[str, ...]] = Counter()
    for page in pages:
        block = next((b for b in page.blocks if b.kind is not BlockKind.FURNITURE), None)
        if block is not None and block.kind is BlockKind.HEADING:
            first[tuple(words(page.text[block.start : block.end]))] += 1
    return {heading for heading, times in first.items() if times >= _MANY_PAGES}


class _Flow:
    def __init__(self, document: Document, running: set[tuple[str, ...]]) -> None:
        self._title = words(document.bibliography.title)
        self._running = running
        self._units: list[Unit] = []
        self._footnotes: list[Unit] = []
        self._headings: list[tuple[int, str]] = []
        self._paragraph = 0

    def add(self, page: Page, block: Block) -> None:
        if block.kind is BlockKind.FURNITURE:
            return
        part = Part(page.number, block.start, block.end)
        text = page.text[block.start : block.end]
        if block.kind is BlockKind.FOOTNOTE:
            self._footnotes.append(self._unit(block, (part,), text))
            return
        if block.continues and self._units:
            last = self._units[-1]
            self._units[-1] = Unit(
                last.kind, (*last.parts, part), last.section, last.paragraph, last.header_rows
            )
            return
        self._put_footnotes()
        if block.kind is BlockKind.HEADING:
            self._enter(block.level, text)
        self._units.append(self._unit(block, (part,), text))

    def finish(self) -> list[Unit]:
        self._put_footnotes()
        return self._units

    def _unit(self, block: Block, parts: tuple[Part, ...], text: str) -> Unit:
        is_heading = block.kind is BlockKind.HEADING
        if not is_heading:
            self._paragraph += 1
        return Unit(
            kind=block.kind,
            parts=parts,
            section=tuple(title for _, title in self._headings),
            paragraph=self._paragraph + is_heading,
            header_rows=block.header_rows,
            is_table_note=len(text) <= _NOTE_CHARS and bool(_TABLE_NOTE.match(text)),
        )

    def _enter(self, level: int, text: str) -> None:
        if tuple(words(text)) in self._running:
            return
        self._headings = [entry for entry in self._headings if entry[0] < level]
        if words(text) != self._title:
            self._headings.append((level, " ".join(text.split())))

    def _put_footnotes(self) -> None:
        self._units.extend(self._footnotes)
        self._footnotes.clear()
