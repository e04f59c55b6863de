"""Running headers, footers and page numbers, known by their recurrence over the pages."""

import re
from collections import Counter
from collections.abc import Sequence

from hrqa.readers.layout import Item, TextLine
from hrqa.words import words

_DIGITS = re.compile(r"\d+|\b[ivxlc]+\b", re.IGNORECASE)
_NUMBER_ALONE = re.compile(r"^[-–—\s]*(?:page\s*)?(\d{1,4})[-–—\s]*$", re.IGNORECASE)
_TITLE_WORDS = 3
_EDGE_LINES = 3
_EDGE_FRACTION = 0.14
_EDGE_PERCENT = 8
_MIN_PAGES = 3
_FEW_PAGES = 6
_FEW_PAGES_NEEDED = 2


def running_lines(
    pages: Sequence[Sequence[Item]], heights: Sequence[float], *, title: str | None
) -> list[set[int]]:
    """Find the lines that recur at the head or foot of pages.

    A line recurs when the same words, numbers apart, stand at the same height, within 1 % of
    the page, on at least three pages and a tenth of all; in a document of fewer than six pages
    twice is enough for a line at the very edge. After the first page a line at the very edge
    that repeats the title, or its beginning, is a running header even if it stands there once.

    Args:
        pages: The lines and tables of each page.
        heights: The pages' heights in points.
        title: The title that the file declares; None where it declares none.

    Returns:
        For each page the indices of such lines among its items.
    """
    candidates = [_edge_lines(items, height) for items, height in zip(pages, heights, strict=True)]
    seen: Counter[tuple[str, int]] = Counter()
    for page in candidates:
        seen.update({(pattern, place) for _, pattern, place in page})
    needed = max(_MIN_PAGES, len(pages) // 10)
    few_pages = len(pages) < _FEW_PAGES
    found = []
    for page in candidates:
        running = set()
        for index, pattern, place in page:
            count = sum(seen[pattern, place + shift] for shift in (-1, 0, 1))
            at_the_edge = not _EDGE_PERCENT < place < 100 - _EDGE_PERCENT
            if count >= (_FEW_PAGES_NEEDED if few_pages and at_the_edge else needed):
                running.add(index)
        found.append(running)
    for indices, numbers in zip(found, _page_numbers(pages), strict=True):
        indices.update(numbers)
    for indices, page in zip(found[1:], candidates[1:], strict=True):
        indices.update(index for index, pattern, place in page if _repeats(title, pattern, place))
    return found


def _repeats(title: str | None, pattern: str, place: int) -> bool:
    """Whether a line at the very edge says the title or its beginning, three words at least."""
    at_the_edge = not _EDGE_PERCENT < place < 100 - _EDGE_PERCENT
    said = words(pattern)
    beginning = words(_DIGITS.sub("#", (title or "").casefold()))[: len(said)]
    return at_the_edge and len(said) >= _TITLE_WORDS and said == beginning


def _page_numbers(pages: Sequence[Sequence[Item]]) -> list[set[int]]:
    """Lines that hold nothing but a number which counts up with the pages, at any height."""
    shifts: Counter[int] = Counter()
    numbered: list[list[tuple[int, int]]] = []
    for page_number, items in enumerate(pages, start=1):
        found = []
        lines = [(i, item) for i, item in enumerate(items) if isinstance(item, TextLine)]
        for index, line in (*lines[:1], *lines[-1:]):
            match = _NUMBER_ALONE.match(line.text)
            if match:
                found.append((index, int(match.group(1)) - page_number))
        shifts.update({shift for _, shift in found})
        numbered.append(found)
    usual = {shift for shift, count in shifts.items() if count >= max(_MIN_PAGES, len(pages) // 4)}
    return [{index for index, shift in found if shift in usual} for found in numbered]


def _edge_lines(items: Sequence[Item], height: float) -> list[tuple[int, str, int]]:
    """Index, words with numbers struck out, and height in per cent of each edge line."""
    lines = [(i, item) for i, item in enumerate(items) if isinstance(item, TextLine)]
    by_height = sorted(lines, key=lambda pair: pair[1].top)
    edge = {i for i, _ in by_height[:_EDGE_LINES] + by_height[-_EDGE_LINES:]}
    edge |= {
        i
        for i, line in lines
        if line.bottom < _EDGE_FRACTION / 2 * height or line.top > (1 - _EDGE_FRACTION / 2) * height
    }
    return [
        (i, _DIGITS.sub("#", line.text.casefold()), round(100 * line.top / height))
        for i, line in lines
        if i in edge
        and (line.bottom < _EDGE_FRACTION * height or line.top > (1 - _EDGE_FRACTION) * height)
    ]
