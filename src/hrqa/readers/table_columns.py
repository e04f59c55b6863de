"""The columns of a table without rulings: where its values stand below each other."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from hrqa.readers.cells import is_body, is_value, is_year
from hrqa.readers.layout import Row, TextLine

_TOUCH = 0.3
Stretch = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table.

    Attributes:
        stretches: Left and right edge of each column after the labels', in points.
    """

    stretches: tuple[Stretch, ...]

    @property
    def first_value(self) -> float:
        """Left edge of the first column after the labels'."""
        return self.stretches[0][0] if self.stretches else float("inf")

    def of(self, cell: TextLine) -> int:
        """Number of the column in which a cell stands; 0 for the labels'."""
        if cell.right <= self.first_value:
            return 0
        if not self.stretches or (cell.left < self.first_value and not is_value(cell)):
            inside = self.stretches and cell.left > self.first_value - 2 * cell.size
            middle = (cell.left + cell.right) / 2
            if not (inside and middle > self.first_value):
                return 0
        overlaps = [min(cell.right, right) - max(cell.left, left) for left, right in self.stretches]
        best = max(range(len(overlaps)), key=lambda n: (overlaps[n], -n))
        return best + 1

    def holds(self, cell: TextLine) -> bool:
        """Whether a cell touches a column of values."""
        return any(_overlap((cell.left, cell.right), column) > 0 for column in self.stretches)

    def middle(self, first: int, last: int) -> float:
        """The middle of the columns from ``first`` to ``last``, in points."""
        return (self.stretches[first - 1][0] + self.stretches[last - 1][1]) / 2

    def under(self, cell: TextLine) -> list[int]:
        """Numbers of the columns whose middle lies below or above a cell."""
        return [
            number
            for number, (left, right) in enumerate(self.stretches, start=1)
            if cell.left <= (left + right) / 2 <= cell.right
        ]


def find_columns(rows: Sequence[Row]) -> Columns:
    """Find the columns of a run of rows.

    Values that overlap, seen from above, are one column; so are texts that stand right of a
    row's label and in no column of values.
    """
    body = [row for row in rows if is_body(row)]
    values = [row[n] for row in body for n in range(len(row)) if n and is_value(row[n])]
    # A row that begins with a value has no label, or a first column of numbers; years label rows.
    values += [row[0] for row in body if is_value(row[0]) and not is_year(row[0])]
    columns = _apart(_merged([(cell.left, cell.right) for cell in values]), body)
    texts = [
        (cell.left, cell.right)
        for row in body
        for cell in row[1:]
        if not is_value(cell) and not any(_overlap((cell.left, cell.right), c) for c in columns)
    ]
    return Columns(tuple(sorted([*columns, *_merged(texts)])))


def find_text_columns(rows: Sequence[Row]) -> Columns:
    """Find the columns of rows of words: stretches that white strips part, the first for labels."""
    cells = [(cell.left, cell.right) for row in rows if len(row) > 1 for cell in row]
    return Columns(tuple(_merged(cells)[1:]))


def bridges(columns: Columns, row: Row) -> bool:
    """Whether a value of a row reaches over two columns: it belongs to another table."""
    return any(
        is_value(cell)
        and sum(_overlap((cell.left, cell.right), c) > 1 for c in columns.stretches) > 1
        for cell in row
    )


def _overlap(a: Stretch, b: Stretch) -> float:
    return max(0.0, min(a[1], b[1]) - max(a[0], b[0]))


def _merged(stretches: Sequence[Stretch]) -> list[Stretch]:
    merged: list[Stretch] = []
    for left, right in sorted(stretches):
        if merged and left < merged[-1][1] - _TOUCH:
            merged[-1] = (merged[-1][0], max(right, merged[-1][1]))
        else:
            merged.append((left, right))
    return merged


def _apart(columns: Sequence[Stretch], rows: Sequence[Row]) -> list[Stretch]:
    """Part a column in which rows have two values: something wide had bridged two columns."""
    parted: list[Stretch] = []
    for column in columns:
        inside = [[c for c in row if is_value(c) and _holds(column, c)] for row in rows]
        pairs = [cells for cells in inside if len(cells) > 1]
        if not pairs:
            parted.append(column)
            continue
        widest = max(pairs, key=len)
        cuts = [(a.right + b.left) / 2 for a, b in itertools.pairwise(widest)]
        bounds = [column[0], *cuts, column[1]]
        for low, high in itertools.pairwise(bounds):
            own = [c for cells in inside for c in cells if low <= (c.left + c.right) / 2 <= high]
            if own:
                left, right = min(c.left for c in own), max(c.right for c in own)
                parted.append((max(low, left), min(high, right)))
    return parted


def _holds(column: Stretch, cell: TextLine) -> bool:
    return column[0] - _TOUCH <= cell.left and cell.right <= column[1] + _TOUCH
