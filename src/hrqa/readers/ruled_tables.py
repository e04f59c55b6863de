"""Tables whose cells rulings enclose, merged cells among them."""

from collections.abc import Sequence

from hrqa.readers.cells import is_number, is_value, is_year
from hrqa.readers.glyphs import PageGlyphs, Ruling, Word
from hrqa.readers.layout import TableLayout, TextLine, segments
from hrqa.readers.rulings import touching

_TOUCH = 3.0
_MAX_HEADS = 4
_NEAR = 120.0

Slot = tuple[int, int]


def ruled_tables(glyphs: PageGlyphs) -> tuple[list[TableLayout], list[Word]]:
    """Find the tables whose cells rulings enclose.

    Returns:
        The tables from top to bottom, and the words that stand in none.
    """
    tables = []
    left_over = list(glyphs.words)
    for group in touching(glyphs.rulings):
        grid = _Grid(group)
        if len(grid.across) < 3 or len(grid.along) < 3:
            continue
        table = _fill(grid, left_over)
        if table is None or _cuts_rows(table, grid, glyphs.words):
            continue
        tables.append(table)
        inside = {
            word for row in table.rows for cell in row for line in cell for word in line.words
        }
        left_over = [word for word in left_over if word not in inside]
    return tables, left_over


class _Grid:
    """The slots that rulings mark off, and which of them no ruling parts."""

    def __init__(self, rulings: Sequence[Ruling]) -> None:
        self._level = [ruling for ruling in rulings if ruling.horizontal]
        self._upright = [ruling for ruling in rulings if not ruling.horizontal]
        self.across = _positions([(r.top + r.bottom) / 2 for r in self._level])
        self.along = _positions([(r.left + r.right) / 2 for r in self._upright])

    def slot(self, word: Word) -> Slot | None:
        """Row and column of a word; None outside the grid."""
        row = _between((word.top + word.bottom) / 2, self.across)
        column = _between((word.left + word.right) / 2, self.along)
        return None if row is None or column is None else (row, column)

    def cell(self, slot: Slot) -> Slot:
        """The first slot of the cell to which a slot belongs: leftwards, then upwards."""
        row, column = slot
        while column and not self._parted_sideways(row, column):
            column -= 1
        while row and not self._parted_downwards(row, column):
            row -= 1
        return row, column

    def _parted_sideways(self, row: int, column: int) -> bool:
        """Whether an upright ruling stands left of a slot."""
        middle = (self.across[row] + self.across[row + 1]) / 2
        return any(
            abs((r.left + r.right) / 2 - self.along[column]) <= _TOUCH
            and r.top - 1 <= middle <= r.bottom + 1
            for r in self._upright
        )

    def _parted_downwards(self, row: int, column: int) -> bool:
        """Whether a level ruling lies above a slot."""
        middle = (self.along[column] + self.along[column + 1]) / 2
        return any(
            abs((r.top + r.bottom) / 2 - self.across[row]) <= _TOUCH
            and r.left - 1 <= middle <= r.right + 1
            for r in self._level
        )


def _positions(values: list[float]) -> list[float]:
    """Distinct positions, those closer than the width of a ruling taken as one."""
    distinct: list[float] = []
    for value in sorted(values):
        if not distinct or value - distinct[-1] > _TOUCH:
            distinct.append(value)
    return distinct


def _between(value: float, bounds: list[float]) -> int | None:
    for index in range(len(bounds) - 1):
        if bounds[index] <= value <= bounds[index + 1]:
            return index
    return None


def _fill(grid: _Grid, words: list[Word]) -> TableLayout | None:
    """Put the words into the cells of the grid; None if it is a frame rather than a table."""
    cells: dict[Slot, list[Word]] = {}
    for word in words:
        slot = grid.slot(word)
        if slot is not None:
            cells.setdefault(grid.cell(slot), []).append(word)
    used_rows = sorted({row for row, _ in cells})
    used_columns = sorted({column for _, column in cells})
    filled = [
        tuple(tuple(segments(cells.get((row, column), []))) for column in used_columns)
        for row in used_rows
    ]
    if len(filled) < 2 or sum(sum(map(bool, row)) > 1 for row in filled) < 2:
        return None
    merged = _merged_head(grid, used_rows, used_columns)
    heads = merged if merged and not _has_values(filled[:merged]) else _header_rows(filled)
    return TableLayout(tuple(_trimmed(row) for row in filled), max(1, heads))


def _merged_head(grid: _Grid, rows: Sequence[int], columns: Sequence[int]) -> int:
    """How many rows the highest cell of the first row reaches down, if more than one."""
    heights = [sum(grid.cell((row, n)) == grid.cell((rows[0], n)) for row in rows) for n in columns]
    return max(heights) if 1 < max(heights) <= min(_MAX_HEADS, len(rows) - 1) else 0


def _has_values(rows: Sequence[tuple[tuple[TextLine, ...], ...]]) -> bool:
    lines = [line for row in rows for cell in row[1:] for line in cell]
    return any(is_value(line) and not is_year(line) for line in lines)


def _cuts_rows(table: TableLayout, grid: _Grid, words: Sequence[Word]) -> bool:
    """Whether most rows go on with values outside the grid: it frames a part of a table."""
    left, right = grid.along[0], grid.along[-1]
    outside = [
        (word.top + word.bottom) / 2
        for word in words
        if is_number(word.text)
        and any(char.isdigit() for char in word.text)
        and (left - _NEAR < word.right < left or right < word.left < right + _NEAR)
    ]
    cut = 0
    for row in table.rows:
        lines = [line for cell in row for line in cell]
        cut += any(line.top <= middle <= line.bottom for line in lines for middle in outside)
    return 2 * cut > len(table.rows)


def _trimmed(row: tuple[tuple[TextLine, ...], ...]) -> tuple[tuple[TextLine, ...], ...]:
    """A row without the empty cells at its end."""
    last = max((n for n, cell in enumerate(row) if cell), default=0)
    return row[: last + 1]


def _header_rows(rows: Sequence[tuple[tuple[TextLine, ...], ...]]) -> int:
    """Number of leading rows that hold names of columns or years, not values."""
    count = 0
    for row in rows[:-1]:
        lines = [line for cell in row[1:] for line in cell]
        if any(is_value(line) and not is_year(line) for line in lines) or (count and not lines):
            break
        count += 1
        if any(is_year(line) for line in lines) or all(row):
            break
    return count if count < len(rows) and count <= _MAX_HEADS else 0
