"""The lines and tables of a page in reading order.

Words become segments (runs without a wide gap), segments become rows; a page is cut at the
gutter between columns of prose (after Nagy & Seth's XY-cut, ICPR 1984, pp. 347-349), and
what remains is read from top to bottom, tables row by row.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hrqa.readers.glyphs import PageGlyphs, Word

_WIDE_GAP = 1.6
_MIN_GUTTER_POINTS = 9.0
_MIN_COLUMN_ROWS = 5


@dataclass(frozen=True, slots=True)
class TextLine:
    """Words that stand side by side, left to right, without a wide gap."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The words with single spaces between them."""
        return " ".join(word.text for word in self.words)

    @property
    def left(self) -> float:
        """Left edge in points."""
        return self.words[0].left

    @property
    def right(self) -> float:
        """Right edge in points."""
        return max(word.right for word in self.words)

    @property
    def top(self) -> float:
        """Upper edge in points."""
        return min(word.top for word in self.words)

    @property
    def bottom(self) -> float:
        """Lower edge in points."""
        return max(word.bottom for word in self.words)

    @property
    def size(self) -> float:
        """Size of most of the type, in points."""
        weights: dict[float, int] = {}
        for word in self.words:
            weights[word.size] = weights.get(word.size, 0) + len(word.text)
        return max(weights, key=lambda size: (weights[size], size))

    @property
    def bold(self) -> bool:
        """Whether all words are bold."""
        return all(word.bold for word in self.words)


@dataclass(frozen=True, slots=True)
class TableLayout:
    """A table: rows of cells, each cell its lines from top to bottom (none in an empty cell).

    Attributes:
        rows: The cells, row by row.
        header_rows: Number of rows at the head that name the columns.
    """

    rows: tuple[tuple[tuple[TextLine, ...], ...], ...]
    header_rows: int

    @property
    def top(self) -> float:
        """Upper edge in points."""
        return min(line.top for row in self.rows for cell in row for line in cell)


Item = TextLine | TableLayout
Row = list[TextLine]
TableFinder = Callable[[list[Row]], list[Row | TableLayout]]


def lay_out(
    glyphs: PageGlyphs,
    *,
    ruled_tables: Callable[[PageGlyphs], tuple[list[TableLayout], list[Word]]],
    aligned_tables: TableFinder,
) -> list[Item]:
    """Put the lines and tables of a page into reading order.

    Args:
        glyphs: The page's words and rulings.
        ruled_tables: Takes the tables that rulings draw out of the page and returns them with
            the words left over.
        aligned_tables: Finds the tables among rows that alignment alone makes.
    """
    tables, words = ruled_tables(glyphs)
    items: list[Item] = []
    for part in _reading_parts(segments(words)):
        for found in aligned_tables(rows(part)):
            if isinstance(found, TableLayout):
                items.append(found)
            else:
                items.extend(found)
    for table in sorted(tables, key=lambda table: table.top):
        at = next((i for i, item in enumerate(items) if item.top > table.top), len(items))
        items.insert(at, table)
    return items


def segments(words: Sequence[Word]) -> list[TextLine]:
    """Join words that follow each other on a line without a wide gap."""
    joined: list[list[Word]] = []
    for word in sorted_into_lines(words):
        if joined and _follows(joined[-1][-1], word):
            joined[-1].append(word)
        else:
            joined.append([word])
    return [TextLine(tuple(group)) for group in joined]


def sorted_into_lines(words: Sequence[Word]) -> list[Word]:
    """Words line by line, each from left to right."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: ((word.top + word.bottom) / 2, word.left)):
        middle = (word.top + word.bottom) / 2
        for line in reversed(lines[-6:]):
            if _shares_line(line[0], word) and line[0].top <= middle <= line[0].bottom:
                line.append(word)
                break
        else:
            lines.append([word])
    return [word for line in lines for word in sorted(line, key=lambda word: word.left)]


def _shares_line(a: Word, b: Word) -> bool:
    overlap = min(a.bottom, b.bottom) - max(a.top, b.top)
    return overlap > 0.5 * min(a.bottom - a.top, b.bottom - b.top)


def _follows(before: Word, after: Word) -> bool:
    gap = after.left - before.right
    size = max(before.size, after.size, 4.0)
    return _shares_line(before, after) and -size < gap < _WIDE_GAP * size


def rows(lines: Sequence[TextLine]) -> list[Row]:
    """Group segments that stand at the same height; rows downwards, segments left to right."""
    grouped: list[Row] = []
    for line in sorted(lines, key=lambda line: ((line.top + line.bottom) / 2, line.left)):
        middle = (line.top + line.bottom) / 2
        if grouped and grouped[-1][0].top <= middle <= grouped[-1][0].bottom:
            grouped[-1].append(line)
        else:
            grouped.append([line])
    return [sorted(row, key=lambda line: line.left) for row in grouped]


def _reading_parts(lines: list[TextLine]) -> list[list[TextLine]]:
    """Cut the page into parts that are each read from top to bottom."""
    if len(lines) < 2 * _MIN_COLUMN_ROWS:
        return [lines] if lines else []
    gutter = _gutter(lines)
    if gutter is not None:
        left = [line for line in lines if line.right <= gutter]
        right = [line for line in lines if line.right > gutter]
        return _reading_parts(left) + _reading_parts(right)
    for above, below in _horizontal_cuts(lines):
        if _gutter(below) is not None or _gutter(above) is not None:
            return _reading_parts(above) + _reading_parts(below)
    return [lines]


def _horizontal_cuts(
    lines: list[TextLine],
) -> list[tuple[list[TextLine], list[TextLine]]]:
    """Ways to cut at the lines that span the page: those above a row, and the rest."""
    ordered = rows(lines)
    width = max(line.right for line in lines) - min(line.left for line in lines)
    cuts = []
    for index in range(1, len(ordered)):
        before, after = ordered[index - 1], ordered[index]
        spans_before = len(before) == 1 and before[0].right - before[0].left > 0.55 * width
        spans_after = len(after) == 1 and after[0].right - after[0].left > 0.55 * width
        if spans_before != spans_after:
            above = [line for row in ordered[:index] for line in row]
            below = [line for row in ordered[index:] for line in row]
            cuts.append((above, below))
    return cuts


def _gutter(lines: list[TextLine]) -> float | None:
    """The middle of a vertical white strip between two columns of prose; None without one."""
    if len(lines) < 2 * _MIN_COLUMN_ROWS:
        return None
    best: tuple[float, float] | None = None
    reach = float("-inf")
    for line in sorted(lines, key=lambda line: line.left):
        gap = line.left - reach
        if (
            reach > float("-inf")
            and gap >= _MIN_GUTTER_POINTS
            and (best is None or gap > best[0])
            and _both_are_prose(lines, reach + gap / 2)
        ):
            best = (gap, reach + gap / 2)
        reach = max(reach, line.right)
    return best[1] if best else None


def _both_are_prose(lines: list[TextLine], gutter: float) -> bool:
    left = [line for line in lines if line.right <= gutter]
    right = [line for line in lines if line.right > gutter]
    return all(_is_prose(side) for side in (left, right))


def _is_prose(side: list[TextLine]) -> bool:
    if len(side) < _MIN_COLUMN_ROWS:
        return False
    counts = sorted(len(line.words) for line in side)
    lettered = sum(any(char.isalpha() for char in line.text) for line in side)
    return counts[len(counts) // 2] >= 4 and lettered > 0.8 * len(side)
