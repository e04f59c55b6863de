"""Running headers, footers and page numbers, known by their recurrence over the pages."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from hrqa.readers.layout import Item, TextLine
from hrqa.words import words

_DIGITS = re.compile(r"\d+|\b[ivxlc]+\b", re.IGNORECASE)
_TITLE_WORDS = 3
_EDGE_LINES = 3
_EDGE_FRACTION = 0.14
_EDGE_PERCENT = 8
_MIN_PAGES = 3
_FEW_PAGES = 6
_FEW_PAGES_NEEDED = 2


@dataclass(frozen=True, slots=True)
class EdgeLine:
    """A line near the head or foot of a page.

    Attributes:
        index: Its place among the page's items.
        text: What it says.
        pattern: The same with numbers struck out, casefolded.
        place: Height of its upper edge in per cent of the page, from the top.
        outermost: Whether it is the first or last line of the page at any height; only such
            lines may stand outside the head and foot.
    """

    index: int
    text: str
    pattern: str
    place: int
    outermost: bool

    @property
    def at_head_or_foot(self) -> bool:
        """Whether it stands in the seventh of the page where running lines are."""
        return not _EDGE_FRACTION * 100 <= self.place <= (1 - _EDGE_FRACTION) * 100


def edge_lines(items: Sequence[Item], width: float, height: float) -> tuple[EdgeLine, ...]:
    """The lines of a page that may be running lines, in the order of the items.

    Args:
        items: The page's lines and tables.
        width: Width of the page as displayed, in points.
        height: Its height.
    """
    lines = [(i, item) for i, item in enumerate(items) if isinstance(item, TextLine)]
    outermost = {i for i, _ in (*lines[:1], *lines[-1:])}
    found = {}
    for turn in {line.turn for _, line in lines}:
        frame = [(i, line) for i, line in lines if line.turn == turn]
        whole = width if turn % 2 else height
        by_height = sorted(frame, key=lambda pair: pair[1].top)
        nearest = {i for i, _ in by_height[:_EDGE_LINES] + by_height[-_EDGE_LINES:]}
        for index, line in frame:
            half = _EDGE_FRACTION / 2
            at_edge = line.bottom < half * whole or line.top > (1 - half) * whole
            near = (
                line.bottom < _EDGE_FRACTION * whole or line.top > (1 - _EDGE_FRACTION) * whole
            ) and (index in nearest or at_edge)
            if near or index in outermost:
                text = line.text
                found[index] = EdgeLine(
                    index,
                    text,
                    _DIGITS.sub("#", text.casefold()),
                    round(100 * line.top / whole),
                    outermost=not near,
                )
    return tuple(found[index] for index in sorted(found))


def running_lines(
    pages: Sequence[Sequence[EdgeLine]],
    numbers: Sequence[frozenset[int]],
    *,
    title: str | None,
) -> list[frozenset[int]]:
    """Find the lines that recur at the head or foot of pages.

    A line recurs when the same words, numbers apart, stand at the same height, within 1 % of
    the page, on at least three pages and a tenth of all; in a document of fewer than six pages
    twice is enough for a line at the very edge. After the first page a line at the very edge
    that repeats the title, or its beginning, is a running header even if it stands there once.

    Args:
        pages: The edge lines of each page.
        numbers: For each page the indices of the lines that hold its printed number alone.
        title: The title that the file declares; None where it declares none.

    Returns:
        For each page the indices of such lines among its items.
    """
    candidates = [[line for line in page if not line.outermost] for page in pages]
    seen = Counter(
        place for page in candidates for place in {(line.pattern, line.place) for line in page}
    )
    few_pages = len(pages) < _FEW_PAGES
    found = []
    for number, page in enumerate(candidates):
        running = set(numbers[number])
        for line in page:
            count = sum(seen[line.pattern, line.place + shift] for shift in (-1, 0, 1))
            needed = _MIN_PAGES if few_pages else _needed(len(pages))
            if few_pages and _at_the_edge(line):
                needed = _FEW_PAGES_NEEDED
            if count >= needed or (number and _repeats(title, line)):
                running.add(line.index)
        found.append(frozenset(running))
    return found


def _needed(pages: int) -> int:
    return max(_MIN_PAGES, pages // 10)


def _at_the_edge(line: EdgeLine) -> bool:
    return not _EDGE_PERCENT < line.place < 100 - _EDGE_PERCENT


def _repeats(title: str | None, line: EdgeLine) -> bool:
    """Whether a line at the very edge says the title or its beginning, three words at least."""
    said = words(line.pattern)
    beginning = words(_DIGITS.sub("#", (title or "").casefold()))[: len(said)]
    return _at_the_edge(line) and len(said) >= _TITLE_WORDS and said == beginning
