"""Tables on a page: those that rulings draw, and those that alignment alone makes."""

import re
from collections.abc import Sequence

from hrqa.readers.glyphs import PageGlyphs, Ruling, Word
from hrqa.readers.layout import Row, TableLayout, TextLine, segments

_TOUCH = 3.0
_VALUE = re.compile(r"^[$€£(]*\s*[-–—]?[$€£]?\d[\d.,]*\s*[%)]*$|^[-–—]+$|^[$€£]$|^%$|^\)$|^[n/a]+$")
_YEAR = re.compile(r"^(19|20)\d\d$")
_MIN_ROWS = 3


def ruled_tables(glyphs: PageGlyphs) -> tuple[list[TableLayout], list[Word]]:
    """Find the tables whose cells rulings enclose.

    Returns:
        The tables from top to bottom, and the words that stand in none.
    """
    tables = []
    left_over = list(glyphs.words)
    for group in _connected(glyphs.rulings):
        across = _positions([(r.top + r.bottom) / 2 for r in group if r.horizontal])
        along = _positions([(r.left + r.right) / 2 for r in group if not r.horizontal])
        if len(across) < 3 or len(along) < 3:
            continue
        table = _fill(across, along, left_over)
        if table is None:
            continue
        tables.append(table)
        inside = {
            word for row in table.rows for cell in row for line in cell for word in line.words
        }
        left_over = [word for word in left_over if word not in inside]
    return tables, left_over


def _connected(rulings: Sequence[Ruling]) -> list[list[Ruling]]:
    """Groups of rulings that touch each other."""
    groups: list[list[Ruling]] = []
    for ruling in rulings:
        touching = [group for group in groups if any(_touch(ruling, other) for other in group)]
        for group in touching:
            groups.remove(group)
        groups.append([ruling, *(other for group in touching for other in group)])
    return groups


def _touch(a: Ruling, b: Ruling) -> bool:
    return (
        a.left <= b.right + _TOUCH
        and b.left <= a.right + _TOUCH
        and a.top <= b.bottom + _TOUCH
        and b.top <= a.bottom + _TOUCH
    )


def _positions(values: list[float]) -> list[float]:
    """Distinct positions, those closer than the width of a ruling taken as one."""
    distinct: list[float] = []
    for value in sorted(values):
        if not distinct or value - distinct[-1] > _TOUCH:
            distinct.append(value)
    return distinct


def _fill(across: list[float], along: list[float], words: list[Word]) -> TableLayout | None:
    """Put the words into the cells of the grid; None if it is a frame rather than a table."""
    cells: dict[tuple[int, int], list[Word]] = {}
    for word in words:
        row = _slot((word.top + word.bottom) / 2, across)
        column = _slot((word.left + word.right) / 2, along)
        if row is not None and column is not None:
            cells.setdefault((row, column), []).append(word)
    used = [row for row in range(len(across) - 1) if any(key[0] == row for key in cells)]
    filled_rows = [
        tuple(tuple(segments(cells.get((row, c), []))) for c in range(len(along) - 1))
        for row in used
    ]
    if len(filled_rows) < 2 or sum(len(row) > 1 and bool(row[1]) for row in filled_rows) < 2:
        return None
    return TableLayout(tuple(filled_rows), max(1, _header_rows([_texts(r) for r in filled_rows])))


def _slot(value: float, bounds: list[float]) -> int | None:
    for index in range(len(bounds) - 1):
        if bounds[index] <= value <= bounds[index + 1]:
            return index
    return None


def _texts(row: Sequence[Sequence[TextLine]]) -> list[str]:
    return [" ".join(line.text for line in cell) for cell in row]


def aligned_tables(page_rows: list[Row]) -> list[Row | TableLayout]:
    """Find runs of rows whose cells stand apart by wide gaps and hold values.

    Returns:
        The rows in order, each run of table rows replaced by one table.
    """
    found: list[Row | TableLayout] = []
    index = 0
    while index < len(page_rows):
        end = _run_end(page_rows, index)
        run = page_rows[index:end]
        if sum(_has_values(row) for row in run) >= _MIN_ROWS:
            cells = [tuple((line,) for line in _join_values(row)) for row in run]
            heads = _header_rows([_texts(row) for row in cells])
            found.append(TableLayout(tuple(cells), heads))
            index = end
        else:
            found.append(page_rows[index])
            index += 1
    return found


def _run_end(page_rows: list[Row], begin: int) -> int:
    """One past the last row of the run that begins here; single-cell rows only in its midst."""
    end = index = begin
    while index < len(page_rows):
        row = page_rows[index]
        if index > begin and row[0].top - page_rows[index - 1][0].bottom > 2.2 * row[0].size:
            break
        if len(row) >= 2:
            end = index + 1
        elif index == begin or index - end >= 2 or not _could_label(row[0]):
            break
        index += 1
    return end


def _could_label(line: TextLine) -> bool:
    """Whether a line alone in its row could be a row head or a wrapped one, not prose."""
    return len(line.text) <= 90 and not line.text.rstrip().endswith((".", ";"))


def _has_values(row: Row) -> bool:
    return len(row) >= 2 and any(_VALUE.match(line.text) for line in row[1:])


def _join_values(row: Row) -> list[TextLine]:
    """Put a currency sign before its number, and a per cent sign or bracket behind."""
    joined: list[TextLine] = []
    for line in row:
        sign_before = joined and joined[-1].text in {"$", "€", "£", "($"}
        sign_after = joined and line.text in {"%", ")", "%)"}
        if sign_before or sign_after:
            joined[-1] = TextLine(joined[-1].words + line.words)
        else:
            joined.append(line)
    return joined


def _header_rows(texts: list[list[str]]) -> int:
    """Number of leading rows that hold names of columns or years, not values."""
    count = 0
    for cells in texts[:-1]:
        values = [text for text in cells[1:] if _VALUE.match(text)]
        if any(not _YEAR.match(text) for text in values):
            break
        if not any(cells[1:]) and count:
            break
        count += 1
        if values:
            break
    return count if count < len(texts) and count <= 4 else 0
