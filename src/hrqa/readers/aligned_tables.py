"""Tables that no rulings enclose: rows whose values stand below each other."""

from collections.abc import Sequence
from itertools import pairwise

from hrqa.readers.cells import has_value, is_body, is_value, is_year, part_cells
from hrqa.readers.glyphs import Ruling
from hrqa.readers.layout import Row, TableLayout, TextLine
from hrqa.readers.rulings import level_lines
from hrqa.readers.table_columns import Columns, bridges, find_columns, find_text_columns
from hrqa.readers.table_rows import build_table

_MIN_ROWS = 3
_LABEL_CHARS = 110
_ROOM = 2.2
_MOST_ROOM = 4.5
_HEADS_ABOVE = 3
_MIN_HEADS = 3
_LABELS = 8
_LABELS_TOGETHER = 2
_SAME = 3.0
_UNDER = 14.0
_FRAME_LINES = 2


def aligned_tables(page_rows: list[Row], rulings: Sequence[Ruling] = ()) -> list[Row | TableLayout]:
    """Find runs of rows whose cells stand apart by wide gaps and hold values.

    Args:
        page_rows: Rows of segments, downwards.
        rulings: The page's lines; those below a head say which columns it spans.

    Returns:
        The rows in order, each run of table rows replaced by one table.
    """
    cells = [part_cells(row) for row in page_rows]
    lines = level_lines(rulings)
    found: list[Row | TableLayout] = []
    index = 0
    while index < len(page_rows):
        end = _run_end(cells, index)
        if not _is_table(cells[index:end]):
            framed = _framed(cells, index, lines)
            if framed is None:
                found.append(page_rows[index])
                index += 1
            else:
                table, index = framed
                found.append(table)
            continue
        end = _table_end(cells, index, end)
        begin = _with_heads_above(cells, index, end, found)
        found[len(found) - (index - begin) :] = []
        found.append(build_table(cells[begin:end], rulings))
        index = end
    return found


def _is_table(rows: Sequence[Row]) -> bool:
    """Whether enough rows hold values, or one holds several right below as many heads."""
    if sum(has_value(row) for row in rows) >= _MIN_ROWS:
        return True
    return any(
        len(head) >= _MIN_HEADS
        and len(row) >= len(head)
        and not any(is_value(cell) and not is_year(cell) for cell in head)
        and sum(is_value(cell) for cell in row[1:]) >= len(head) - 1
        for head, row in pairwise(rows)
    )


def _framed(
    rows: Sequence[Row], begin: int, lines: Sequence[Ruling]
) -> tuple[TableLayout, int] | None:
    """A table of words that begins here: a line above, one below its head, one at its end."""
    first = rows[begin]
    above = next((line for line in lines if _frames(line, first)), None)
    if above is None:
        return None
    alike = [
        line
        for line in lines
        if abs(line.left - above.left) <= _SAME
        and abs(line.right - above.right) <= _SAME
        and line.top > first[0].top
    ]
    end = begin
    while end < len(rows) and all(
        above.left - _SAME <= cell.left and cell.right <= above.right + _SAME for cell in rows[end]
    ):
        end += 1
    inside = [
        line for line in alike if end > begin and line.top <= rows[end - 1][0].bottom + _UNDER
    ]
    if len(inside) < _FRAME_LINES:
        return None
    while end > begin and rows[end - 1][0].top > inside[-1].top:
        end -= 1
    run = rows[begin:end]
    heads = sum(row[0].bottom <= inside[0].top + _SAME for row in run)
    columns = find_text_columns(run)
    if not columns.stretches or not 0 < heads < len(run) or 2 * _wide(run) < len(run):
        return None
    if 2 * sum(is_body(row) for row in run) > _wide(run):
        return None  # its values say more of its columns than its words do
    return build_table(run, lines, columns=columns, head_rows=heads), end


def _frames(line: Ruling, row: Row) -> bool:
    """Whether a line lies right above a row and over all of it."""
    gap = row[0].top - line.bottom
    return (
        -_SAME < gap < _UNDER
        and line.left <= row[0].left + _SAME
        and line.right >= row[-1].right - _SAME
    )


def _wide(rows: Sequence[Row]) -> int:
    return sum(len(row) > 1 for row in rows)


def _run_end(rows: Sequence[Row], begin: int) -> int:
    """One past the last row of the run that begins here; single-cell rows only in its midst."""
    end = index = begin
    while index < len(rows):
        row = rows[index]
        if index > begin:
            room = (row[0].top - rows[index - 1][0].bottom) / row[0].size
            if room > _MOST_ROOM or (room > _ROOM and not _goes_on_below(rows, begin, index - 1)):
                break
        if len(row) >= 2:
            end = index + 1
        elif index == begin or not _labels_go_on(rows, begin, end, index):
            break
        index += 1
    return end


def _labels_go_on(rows: Sequence[Row], begin: int, end: int, index: int) -> bool:
    """Whether a line alone in its row is a label of the run: at most two stand together, or more
    where values follow in the same columns."""
    if not _could_label(rows[index][0], find_columns(rows[begin:end])):
        return False
    return index - end < _LABELS_TOGETHER or _goes_on_below(rows, begin, index)


def _goes_on_below(rows: Sequence[Row], begin: int, index: int) -> bool:
    """Whether after some more labels a row has most values in the columns found so far."""
    columns = find_columns(rows[begin : index + 1])
    heads = [cell for row in rows[begin : index + 1] if len(row) > 1 for cell in row]
    for row in rows[index + 1 : index + 1 + _LABELS]:
        if is_body(row):
            values = [cell for cell in row[1:] if is_value(cell)]
            if columns.stretches:
                return 2 * sum(columns.holds(cell) for cell in values) >= len(values)
            return all(any(_below(cell, head) for head in heads) for cell in values)
        if len(row) > 1 or not _could_label(row[0], columns):
            return False
    return False


def _below(value: TextLine, head: TextLine) -> bool:
    return value.left < head.right + head.size and value.right > head.left - head.size


def _could_label(line: TextLine, columns: Columns) -> bool:
    """Whether a line alone in its row could be a row's label or a part of it, not prose."""
    if columns.stretches and line.right <= columns.first_value:
        return True
    return len(line.text) <= _LABEL_CHARS and not line.text.rstrip().endswith((".", ";"))


def _table_end(rows: Sequence[Row], begin: int, end: int) -> int:
    """Where the first table of a run ends: at the next head, or where other columns begin."""
    body = 0
    for index in range(begin, end):
        row = rows[index]
        if is_body(row):
            if body >= _MIN_ROWS and bridges(find_columns(rows[begin:index]), row):
                return _before_labels(rows, begin, index)
            body += 1
        elif body >= 2 and len(row) >= 2 and _names_columns(row, rows[begin:index]):
            return _before_labels(rows, begin, index)
    return end


def _names_columns(row: Row, above: Sequence[Row]) -> bool:
    """Whether a row without values stands over value columns that held values alone: a head."""
    columns = find_columns(above)
    right = [cell for cell in row if columns.of(cell) > 0]
    worded = {columns.of(cell) for r in above if is_body(r) for cell in r[1:] if not is_value(cell)}
    if columns.of(row[0]) > 0:
        return bool(right)
    return any(columns.of(cell) not in worded for cell in right)


def _before_labels(rows: Sequence[Row], begin: int, index: int) -> int:
    """The lines right above a new table are its title."""
    while index - 1 > begin and len(rows[index - 1]) == 1:
        index -= 1
    return index


def _with_heads_above(
    rows: Sequence[Row], begin: int, end: int, found: Sequence[Row | TableLayout]
) -> int:
    """Take in lines above that say a unit in brackets, or stand over the value columns alone."""
    columns = find_columns(rows[begin:end])
    labels = [row[0].right for row in rows[begin:end] if columns.of(row[0]) == 0]
    labels_end = max(labels, default=float("inf"))
    first = begin
    while first > 0 and begin - first < _HEADS_ABOVE and len(rows[first - 1]) == 1:
        (line,) = rows[first - 1]
        near = rows[first][0].top - line.bottom <= _ROOM * line.size
        text = line.text.strip()
        unit = text.startswith("(") and text.endswith(")") and len(text) <= _LABEL_CHARS
        labelled = any(columns.of(row[0]) == 0 for row in rows[begin:end])
        room = -line.size if labelled else line.size
        over_values = line.left > labels_end + line.size or (
            columns.of(line) > 0 and line.left >= columns.first_value + room
        )
        taken = (
            not found
            or len(found) < begin - first + 1
            or isinstance(found[len(found) - (begin - first) - 1], TableLayout)
        )
        if taken or not near or not (unit or over_values):
            break
        first -= 1
    return first
