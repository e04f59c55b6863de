"""Running headers, footers and page numbers, known by their recurrence over the pages."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from hrqa.readers.layout import Item, TextLine
from hrqa.words import words

_DIGITS = re.compile(r"\d+|\b[ivxlc]+\b", re.IGNORECASE)
_TITLE_WORDS = 3
_EDGE_LINES = 3
_EDGE_FRACTION = 0.14
_EDGE_PERCENT = 8
_MIN_PAGES = 3
_MANY_PAGES = 6
_TITLE_PAGES = 10
_FEW_PAGES = 6
_FEW_PAGES_NEEDED = 2
_GAP_IN_STRETCH = 4
_SHARE_OF_STRETCH = 0.45
_LARGER = 1.1
_RISING = "rising "
_CONTINUED = re.compile(r"\b(?:continued|cont\.|tiếp theo)\)?\s*$", re.IGNORECASE)


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
        emphatic: Whether it is bold, or larger than most lines of its page.
        apart: Whether a gap as high as the line parts it from what stands next to it towards
            the middle of the page.
    """

    index: int
    text: str
    pattern: str
    place: int
    outermost: bool
    emphatic: bool = False
    apart: bool = True

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
    usual = median(line.size for _, line in lines) if lines else 0.0
    found = {}
    for turn in {line.turn for _, line in lines}:
        frame = [(i, line) for i, line in lines if line.turn == turn]
        whole = width if turn % 2 else height
        by_height = sorted(frame, key=lambda pair: pair[1].top)
        heights = [(item.top, item.bottom) for item in items if item.turn == turn]
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
                    emphatic=line.bold or line.size > _LARGER * usual,
                    apart=_is_apart(line, heights, whole),
                )
    return tuple(found[index] for index in sorted(found))


def _is_apart(line: TextLine, heights: Sequence[tuple[float, float]], whole: float) -> bool:
    """Whether nothing stands within its own height of a line, towards the middle of the page.

    A bold line has nothing close on its other side either: the lines of a title go together.
    """
    height = line.bottom - line.top
    at_head = line.top + line.bottom < whole
    below = line.bottom - height / 2, line.bottom + height
    above = line.top - height, line.top + height / 2
    near_below = any(below[0] < top < below[1] for top, _ in heights)
    near_above = any(above[0] < bottom < above[1] for _, bottom in heights)
    if line.bold:
        return not near_below and not near_above
    return not (near_below if at_head else near_above)


def running_lines(
    pages: Sequence[Sequence[EdgeLine]],
    numbers: Sequence[frozenset[int]],
    *,
    title: str | None,
    labels: Sequence[str | None] = (),
) -> list[frozenset[int]]:
    """Find the lines that recur at the head or foot of pages.

    A line recurs when the same words stand at the same height, within 1 % of the page, on about
    half of the pages of a stretch. Numbers are the same, or the page's own. Six pages are enough
    for any line; three, and a tenth of all, for one that stands apart, or in a document of fewer
    than six pages two at the very edge.

    What is bold or large may head a table or a section. It is a running header if it recurs on
    ten pages, and where it is first it is a title all the same; but at the very edge and apart
    from the rest half of the document's pages are enough, and the first is no exception.

    After the first page a line at the very edge that repeats the document's title, or its
    beginning, is a running header even if it stands there once.

    Args:
        pages: The edge lines of each page.
        numbers: For each page the indices of the lines that hold its printed number alone.
        title: The title that the file declares; None where it declares none.
        labels: The label of each page; empty where no page has one.

    Returns:
        For each page the indices of such lines among its items.
    """
    own = labels or [None] * len(pages)
    candidates = [[line for line in page if not line.outermost] for page in pages]
    places: dict[tuple[str, int], list[int]] = defaultdict(list)
    for index, page in enumerate(candidates):
        for key in {(key, line.place) for line in page for key in _keys(line, index, own[index])}:
            places[key].append(index)
    found = []
    for index, page in enumerate(candidates):
        running = set(numbers[index])
        for line in page:
            stretches = [
                (key, _stretch_of(index, _near(places, key, line.place)))
                for key in _keys(line, index, own[index])
            ]
            recurs = any(_recurs(line, *stretch, index, len(pages)) for stretch in stretches)
            if recurs or (index and _repeats(title, line)):
                running.add(line.index)
        found.append(frozenset(running))
    return found


def _keys(line: EdgeLine, index: int, label: str | None) -> Iterator[str]:
    """What a line has in common with others: all its words, or all but the page's own number.

    The page's own number is its label, or goes up with the pages.
    """
    text = line.text.casefold()
    yield text
    if line.pattern != text:
        own = {str(index + 1), (label or "").casefold()}
        yield "own " + _DIGITS.sub(lambda m: "#" if m.group() in own else m.group(), text)
        yield _RISING + _DIGITS.sub(lambda m: _less(m.group(), index), text)


def _less(number: str, index: int) -> str:
    return f"#{int(number) - index}" if number.isdecimal() and len(number) < 6 else number


def _near(places: dict[tuple[str, int], list[int]], key: str, place: int) -> list[int]:
    """Pages on which a key stands at about this height, upwards."""
    held = [places[key, at] for at in (place - 1, place, place + 1) if (key, at) in places]
    return held[0] if len(held) == 1 else sorted({index for pages in held for index in pages})


def _stretch_of(index: int, pages: Sequence[int]) -> Sequence[int]:
    """The pages around one, among them it, that follow each other closely."""
    at = bisect_left(pages, index)
    first = last = at
    while first and pages[first] - pages[first - 1] <= _GAP_IN_STRETCH:
        first -= 1
    while last + 1 < len(pages) and pages[last + 1] - pages[last] <= _GAP_IN_STRETCH:
        last += 1
    return pages[first : last + 1]


def _recurs(line: EdgeLine, key: str, stretch: Sequence[int], index: int, pages: int) -> bool:
    """Whether a line that stands on the pages of a stretch is a running line there."""
    if len(stretch) < _SHARE_OF_STRETCH * (stretch[-1] - stretch[0] + 1):
        return False
    at_edge = _at_the_edge(line)
    if line.emphatic:
        if line.apart and at_edge:
            return len(stretch) >= min(_TITLE_PAGES, max(_MIN_PAGES, pages // 2))
        first = index == stretch[0] and not _CONTINUED.search(line.text)
        return len(stretch) >= _TITLE_PAGES and not first
    if len(stretch) >= _MANY_PAGES:
        return True
    if key.startswith(_RISING) or not line.apart:
        return False
    if pages < _FEW_PAGES and at_edge:
        return len(stretch) >= _FEW_PAGES_NEEDED
    return len(stretch) >= max(_MIN_PAGES, pages // 10)


def _at_the_edge(line: EdgeLine) -> bool:
    return not _EDGE_PERCENT < line.place < 100 - _EDGE_PERCENT


def _repeats(title: str | None, line: EdgeLine) -> bool:
    """Whether a line at the very edge says the title or its beginning, three words at least."""
    said = words(line.pattern)
    beginning = words(_DIGITS.sub("#", (title or "").casefold()))[: len(said)]
    return _at_the_edge(line) and len(said) >= _TITLE_WORDS and said == beginning
