"""Tables of web pages as grids, with the tricks of their makers undone."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from hrqa.datatypes import BlockKind
from hrqa.readers.unpaged import TextBlock, table_block

_MOST_COLUMNS = 200
_MOST_ROWS = 65_000
_LONG_CELL = 1_500
_OPENING = re.compile(r"[$€£¥₫(]*")
_CLOSING = re.compile(r"[)%\]]*")
_NUMBER = re.compile(r"[-–—($€£¥₫\s]*\d[\d.,\s]*[)%₫\s]*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def table_rows(table: Any) -> list[Any]:
    """The ``tr`` elements of a table, but not those of tables inside it."""
    return [row for row in table.iter("tr") if next(row.iterancestors("table"), None) is table]


def row_cells(row: Any) -> list[Any]:
    """The ``td`` and ``th`` elements of a row."""
    return [cell for cell in row if cell.tag in ("td", "th")]


def is_layout(table: Any) -> bool:
    """Whether a table only places things on the page: its cells then stand by themselves."""
    if (
        table.get("role") in ("presentation", "none")
        or next(table.iterdescendants("table"), None) is not None
    ):
        return True
    columns = 0
    for row in table_rows(table):
        cells = row_cells(row)
        columns = max(columns, len(cells))
        for cell in cells:
            if next(cell.iter(*_HEADINGS), None) is not None:
                return True
            if len("".join(cell.itertext()).strip()) > _LONG_CELL:
                return True
    return columns < 2


def data_table(table: Any, text_of: Callable[[Any], str]) -> TextBlock:
    """A table of data as a block.

    A cell over several rows or columns has its text once. A column of currency signs or of
    closing brackets, as filings have them, becomes one with that of the numbers.

    Args:
        table: The ``table`` element.
        text_of: Gives the text of a cell.
    """
    rows = table_rows(table)
    grid, spans = _grid(rows, text_of)
    heads = _header_rows(rows, grid)
    _centre_heads(grid, spans, heads)
    return table_block(_join_signs(grid, heads), header_rows=heads)


def _grid(
    rows: Sequence[Any], text_of: Callable[[Any], str]
) -> tuple[list[list[str]], dict[tuple[int, int], int]]:
    """The texts by row and column, and the width of cells over several columns."""
    taken: dict[tuple[int, int], str] = {}
    spans: dict[tuple[int, int], int] = {}
    for number, row in enumerate(rows):
        column = 0
        for cell in row_cells(row):
            while (number, column) in taken:
                column += 1
            if column >= _MOST_COLUMNS:
                break
            width = min(_span(cell, "colspan"), _MOST_COLUMNS - column)
            height = min(_span(cell, "rowspan"), len(rows) - number)
            for down in range(height):
                for across in range(width):
                    taken.setdefault((number + down, column + across), "")
            taken[number, column] = text_of(cell)
            spans[number, column] = width
            column += width
    width = max((column + 1 for _, column in taken), default=0)
    return [
        [taken.get((number, column), "") for column in range(width)] for number in range(len(rows))
    ], spans


def _span(cell: Any, name: str) -> int:
    value = cell.get(name, "1").strip()
    return min(max(int(value), 1), _MOST_ROWS) if value.isascii() and value.isdecimal() else 1


def _header_rows(rows: Sequence[Any], grid: Sequence[Sequence[str]]) -> int:
    """Rows at the head that name columns: so marked, or else by their look."""
    marked = 0
    for row in rows:
        cells = row_cells(row)
        in_head = row.getparent().tag == "thead"
        if cells and (in_head or all(cell.tag == "th" or not _has_text(cell) for cell in cells)):
            marked += 1
        else:
            break
    filled = sum(any(row) for row in grid)
    if marked:
        return marked if any(any(row) for row in grid[marked:]) else 0
    # Years and units above the numbers, with nothing above the names of the rows.
    above = 0
    for row in grid[:6]:
        if any(row) and row[0]:
            break
        above += 1
    if 0 < above < len(grid) and any(any(row) for row in grid[:above]):
        return above
    first = next((number for number, row in enumerate(grid) if any(row)), 0)
    values = [cell for cell in grid[first] if cell] if grid else []
    names = sum(not _NUMBER.fullmatch(cell) or bool(_YEAR.fullmatch(cell)) for cell in values)
    return first + 1 if filled > 1 and len(values) > 1 and names == len(values) else 0


def _has_text(cell: Any) -> bool:
    return bool("".join(cell.itertext()).strip())


def _centre_heads(grid: list[list[str]], spans: dict[tuple[int, int], int], heads: int) -> None:
    """Put a head over several columns above the first of them that has values."""
    body = grid[heads:]
    has_value = [any(row[column] for row in body) for column in range(len(grid[0]) if grid else 0)]
    for (number, column), width in spans.items():
        if number < heads and width > 1 and not has_value[column]:
            for better in range(column + 1, column + width):
                if has_value[better]:
                    grid[number][column], grid[number][better] = "", grid[number][column]
                    break


def _join_signs(grid: list[list[str]], heads: int) -> list[list[str]]:
    """Columns that hold only signs become one with the numbers after or before them."""
    width = len(grid[0]) if grid else 0
    column = 0
    while column < width:
        values = [row[column] for row in grid[heads:] if row[column]]
        target = None
        if values and column + 1 < width and all(_OPENING.fullmatch(value) for value in values):
            target = column + 1
        elif values and column and all(_CLOSING.fullmatch(value) for value in values):
            target = column - 1
        if target is not None and _free_heads(grid[:heads], column, target):
            left = min(column, target)
            for row in grid:
                row[left : left + 2] = [row[left] + row[left + 1]]
            width -= 1
            column = left
        else:
            column += 1
    return grid


def _free_heads(heads: Sequence[Sequence[str]], column: int, target: int) -> bool:
    return not any(row[column] and row[target] for row in heads)


def caption_of(table: Any, text_of: Callable[[Any], str]) -> TextBlock:
    """The caption that a table has inside it; empty without one."""
    caption = table.find("caption")
    return TextBlock(BlockKind.CAPTION, "" if caption is None else text_of(caption))
