"""The lines and tables of a page in reading order.

Words that are turned alike are laid out together, on the page turned so that they stand upright.
They become lines, lines parts that are read from top to bottom (``columns``), and what stands
apart in a line by a wide gap becomes segments of its own; tables are read row by row.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter

from hrqa.readers.columns import WordLine, in_reading_order
from hrqa.readers.glyphs import PageGlyphs, Ruling, Word
from hrqa.readers.margins import join_initials, take_line_numbers
from hrqa.readers.placement import turned_back
from hrqa.readers.writing_direction import from_right_to_left

_WIDE_GAP = 1.6
_by_left = attrgetter("left")


@dataclass(frozen=True, slots=True)
class TextLine:
    """Words that stand side by side, left to right, without a wide gap.

    Attributes:
        words: The words; they have one turn.
        in_margin: Whether it is a line number, beside the text.
        left: Left edge in points.
        right: Right edge in points.
        top: Upper edge in points.
        bottom: Lower edge in points.
    """

    words: tuple[Word, ...]
    in_margin: bool = False
    left: float = field(init=False, compare=False, repr=False)
    right: float = field(init=False, compare=False, repr=False)
    top: float = field(init=False, compare=False, repr=False)
    bottom: float = field(init=False, compare=False, repr=False)
    _order: tuple[Word, ...] | None = field(init=False, compare=False, repr=False)
    _text: str | None = field(init=False, compare=False, repr=False)
    _size: float | None = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        words = self.words
        set_ = object.__setattr__
        set_(self, "_order", None)  # these are found when they are asked for, and once
        set_(self, "_text", None)
        set_(self, "_size", None)
        set_(self, "left", words[0].left)
        set_(self, "right", max([word.right for word in words]))
        set_(self, "top", min([word.top for word in words]))
        set_(self, "bottom", max([word.bottom for word in words]))

    def __reduce__(self) -> tuple[type["TextLine"], tuple[tuple[Word, ...], bool]]:
        return TextLine, (self.words, self.in_margin)

    @property
    def reading_order(self) -> tuple[Word, ...]:
        """The words as they are read: from right to left where most are written so."""
        if self._order is None:
            object.__setattr__(self, "_order", from_right_to_left(self.words))
        return self._order or self.words

    @property
    def text(self) -> str:
        """The words with single spaces between them."""
        if self._text is None:
            text = " ".join([word.text for word in self.reading_order])
            object.__setattr__(self, "_text", text)
        return self._text or ""

    @property
    def size(self) -> float:
        """Size of most of the type, in points."""
        if self._size is None:
            object.__setattr__(self, "_size", _usual_size(self.words))
        return self._size or 0.0

    @property
    def bold(self) -> bool:
        """Whether all words are bold."""
        return all(word.bold for word in self.words)

    @property
    def turn(self) -> int:
        """Quarter turns, clockwise, by which it is turned as displayed."""
        return self.words[0].turn


def _usual_size(words: Sequence[Word]) -> float:
    first = words[0].size
    if len({word.size for word in words}) == 1:
        return first
    weights: dict[float, int] = {}
    for word in words:
        weights[word.size] = weights.get(word.size, 0) + len(word.text)
    return max(weights, key=lambda size: (weights[size], size))


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

    @property
    def bottom(self) -> float:
        """Lower edge in points."""
        return max(line.bottom for row in self.rows for cell in row for line in cell)

    @property
    def turn(self) -> int:
        """Quarter turns, clockwise, by which it is turned as displayed."""
        return next(line.turn for row in self.rows for cell in row for line in cell)


Item = TextLine | TableLayout
Row = list[TextLine]
TableFinder = Callable[[list[Row], Sequence[Ruling]], list[Row | TableLayout]]


def lay_out(
    glyphs: PageGlyphs,
    *,
    ruled_tables: Callable[[PageGlyphs], tuple[list[TableLayout], list[Word]]],
    aligned_tables: TableFinder,
) -> list[Item]:
    """Put the lines and tables of a page into reading order.

    What stands upright is read first, then what is turned.

    Args:
        glyphs: The page's words and rulings.
        ruled_tables: Takes the tables that rulings draw out of the page and returns them with
            the words left over.
        aligned_tables: Finds the tables among rows that alignment alone makes, given the rulings.
    """
    turns = sorted({word.turn for word in glyphs.words})
    frames = [glyphs] if turns == [0] else [_upright(glyphs, turn) for turn in turns]
    return [
        item for frame in frames for item in _lay_out_upright(frame, ruled_tables, aligned_tables)
    ]


def _upright(glyphs: PageGlyphs, turn: int) -> PageGlyphs:
    """The words of one turn, and the page turned so that they stand upright."""
    width, height = glyphs.width, glyphs.height
    rulings = [
        Ruling(*turned_back((r.left, r.top, r.right, r.bottom), turn, width, height))
        for r in glyphs.rulings
    ]
    if turn % 2 == 1:
        width, height = height, width
    words = tuple(word for word in glyphs.words if word.turn == turn)
    return replace(glyphs, width=width, height=height, words=words, rulings=tuple(rulings))


def _lay_out_upright(
    glyphs: PageGlyphs,
    ruled_tables: Callable[[PageGlyphs], tuple[list[TableLayout], list[Word]]],
    aligned_tables: TableFinder,
) -> list[Item]:
    tables, words = ruled_tables(glyphs)
    numbers, words = take_line_numbers(words)
    words = join_initials(words)
    places = {_place_of(table, number): table for number, table in enumerate(tables)}
    items: list[Item] = []
    for part in in_reading_order(_with_places(word_lines(words), places), glyphs.rulings):
        prose: list[WordLine] = []
        for line in part:
            table = places.get(line[0])
            if table is None:
                prose.append(line)
            else:
                items.extend(_read_part(prose, glyphs.rulings, aligned_tables))
                items.append(table)
                prose = []
        items.extend(_read_part(prose, glyphs.rulings, aligned_tables))
    return [*items, *(TextLine((number,), in_margin=True) for number in numbers)]


def _read_part(
    lines: Sequence[WordLine], rulings: Sequence[Ruling], aligned_tables: TableFinder
) -> list[Item]:
    items: list[Item] = []
    for found in aligned_tables(rows(_segments_of(lines)), rulings) if lines else ():
        if isinstance(found, TableLayout):
            items.append(found)
        else:
            items.extend(found)
    return items


def _place_of(table: TableLayout, number: int) -> Word:
    """A word as large as the table, which holds its place among the lines."""
    lines = [line for row in table.rows for cell in row for line in cell]
    return Word(
        f"table{number}",
        min(line.left for line in lines),
        table.top,
        max(line.right for line in lines),
        table.bottom,
        lines[0].size,
        bold=False,
    )


def _with_places(lines: list[WordLine], places: Iterable[Word]) -> list[WordLine]:
    held = list(lines)
    for place in sorted(places, key=lambda place: place.top):
        at = next((i for i, line in enumerate(held) if line[0].top > place.top), len(held))
        held.insert(at, [place])
    return held


def segments(words: Sequence[Word]) -> list[TextLine]:
    """Join words that follow each other on a line without a wide gap."""
    return _segments_of(word_lines(words))


def _segments_of(lines: Sequence[WordLine]) -> list[TextLine]:
    joined: list[list[Word]] = []
    for line in lines:
        joined.append([line[0]])
        for word in line[1:]:
            if _follows(joined[-1][-1], word):
                joined[-1].append(word)
            else:
                joined.append([word])
    return [TextLine(tuple(group)) for group in joined]


def word_lines(words: Sequence[Word]) -> list[WordLine]:
    """The words of each line over the whole width, downwards, each from left to right."""
    lines: list[WordLine] = []
    for word in sorted(words, key=lambda word: (word.top + word.bottom, word.left)):
        middle = (word.top + word.bottom) / 2
        for line in reversed(lines[-6:]):
            first = line[0]
            if first.top <= middle <= first.bottom and _shares_line(first, word):
                line.append(word)
                break
        else:
            lines.append([word])
    for line in lines:
        line.sort(key=_by_left)
    return lines


def _shares_line(a: Word, b: Word) -> bool:
    overlap = min(a.bottom, b.bottom) - max(a.top, b.top)
    return overlap > 0.5 * min(a.bottom - a.top, b.bottom - b.top)


def _follows(before: Word, after: Word) -> bool:
    gap = after.left - before.right
    size = max(before.size, after.size, 4.0)
    return -size < gap < _WIDE_GAP * size and _shares_line(before, after)


def rows(lines: Sequence[TextLine]) -> list[Row]:
    """Group segments that stand at the same height; rows downwards, segments left to right."""
    grouped: list[Row] = []
    for line in sorted(lines, key=lambda line: (line.top + line.bottom, line.left)):
        middle = (line.top + line.bottom) / 2
        if grouped and grouped[-1][0].top <= middle <= grouped[-1][0].bottom:
            grouped[-1].append(line)
        else:
            grouped.append([line])
    for row in grouped:
        row.sort(key=_by_left)
    return grouped
