"""Rows of cells put into the columns of a table: heads that span, labels that wrap."""

import statistics
from collections.abc import Sequence
from itertools import pairwise

from hrqa.readers.cells import has_value, is_body, is_value
from hrqa.readers.glyphs import Ruling
from hrqa.readers.layout import Row, TableLayout, TextLine
from hrqa.readers.rulings import level_lines
from hrqa.readers.table_columns import Columns, find_columns

_GOES_ON = (",", " and", " or", " of", " to", " in", " for", " by", " from", " with", " the", "–")
_TIGHT = 0.85
_CLOSE = 0.85
_HEAD_GAP = 0.42
_LEAST_HEAD_GAP = 0.3
_HEADS_APART = 0.9
_CENTRED = 0.6
_OVERLAP = 1.5
_LABEL_SIZES = 30.0
_RULE_BELOW = 7.0

Cells = list[list[TextLine]]


def build_table(
    rows: Sequence[Row],
    rulings: Sequence[Ruling],
    *,
    columns: Columns | None = None,
    head_rows: int | None = None,
) -> TableLayout:
    """Put the rows of a table into its columns.

    Heads that stand above each other in a column become one cell, but a head that spans columns
    stays in a row of its own, in the first column that it spans. A label that wraps becomes one
    cell with the row that it names.

    Args:
        rows: Rows of cells, downwards, as ``part_cells`` parts them.
        rulings: The page's lines; one below a head says which columns it spans.
        columns: Its columns; None to find them by its values.
        head_rows: How many rows name the columns; None to find out by the values.
    """
    columns = columns or find_columns(rows)
    heads = head_rows
    if heads is None:
        first_body = next((n for n, row in enumerate(rows) if is_body(row)), 0)
        heads = _head_count(rows, first_body, columns)
    head = _head_rows(rows[:heads], columns, rulings)
    body = _body_rows(rows[heads:], columns)
    rows_made = [*head, *body]
    if not any(row[0] for row in rows_made):
        rows_made = [row[1:] for row in rows_made]
    return TableLayout(tuple(_trimmed(row) for row in rows_made), len(head))


def _trimmed(row: Cells) -> tuple[tuple[TextLine, ...], ...]:
    """A row without the empty cells at its end."""
    last = max((n for n, cell in enumerate(row) if cell), default=0)
    return tuple(tuple(cell) for cell in row[: last + 1])


def _head_count(rows: Sequence[Row], first_body: int, columns: Columns) -> int:
    """Rows before the body; label rows right before it name its first group, not columns."""
    count = first_body
    while count and len(rows[count - 1]) == 1 and columns.of(rows[count - 1][0]) == 0:
        text = rows[count - 1][0].text.strip()
        if text.startswith("("):
            break
        count -= 1
    return count


def _head_rows(rows: Sequence[Row], columns: Columns, rulings: Sequence[Ruling]) -> list[Cells]:
    columns = _widened(rows, columns)
    left = min((cell.left for row in rows for cell in row), default=0.0)
    lines = [line for line in level_lines(rulings) if line.left > left + _LABEL_SIZES]
    made: list[Cells] = []
    last_groups: list[list[int]] | None = None
    for row in rows:
        cells: Cells = [[] for _ in range(len(columns.stretches) + 1)]
        placed = _head_groups(row, columns, lines)
        groups = [group for _, group in placed]
        for part, group in placed:
            cells[group[0]].append(part)
        single = all(len(group) == 1 for group in groups)
        single_above = last_groups is not None and all(len(group) == 1 for group in last_groups)
        if made and ((single and single_above) or groups == last_groups):
            for above, cell in zip(made[-1], cells, strict=True):
                above.extend(cell)
        else:
            made.append(cells)
        last_groups = groups
    return made


def _widened(rows: Sequence[Row], columns: Columns) -> Columns:
    """The columns with their heads, where a row has a head for each: values may stand aside."""
    for row in reversed(rows):
        heads = [part for cell in row for part in _parted_at_columns(cell, columns)]
        heads = heads[-len(columns.stretches) :] if columns.stretches else []
        if len(heads) < len(columns.stretches) or heads[0].left > columns.stretches[0][1]:
            continue
        pairs = zip(columns.stretches, heads, strict=True)
        wide = [(min(left, h.left), max(right, h.right)) for (left, right), h in pairs]
        if all(a[1] <= b[0] + _OVERLAP for a, b in pairwise(wide)):
            return Columns(tuple(wide))
    return columns


def _head_groups(
    row: Row, columns: Columns, rulings: Sequence[Ruling]
) -> list[tuple[TextLine, list[int]]]:
    """The heads of a row, each with the numbers of the columns that it spans."""
    if len(row) == 1 and row[0].text.strip().startswith("("):  # a unit, not a column's name
        return [(row[0], [0])]
    parts = [part for cell in row for part in _parted_at_columns(cell, columns)]
    labels = [(part, [0]) for part in parts if columns.of(part) == 0]
    heads = [part for part in parts if columns.of(part) > 0]
    if len(heads) == len(columns.stretches):
        return [*labels, *((head, [n]) for n, head in enumerate(heads, start=1))]
    spread = _spread(heads, columns)
    if spread is not None:
        return [*labels, *zip(heads, spread, strict=True)]
    return [*labels, *((head, _spanned(head, heads, columns, rulings)) for head in heads)]


def _spread(heads: Sequence[TextLine], columns: Columns) -> list[list[int]] | None:
    """The groups of two columns and more over whose middles the heads stand, if these are all."""
    count = len(columns.stretches)
    if not heads or len(heads) * 2 > count:
        return None
    groups, first = [], 1
    for head in heads:
        middle = (head.left + head.right) / 2
        group = next(
            (
                list(range(first, last + 1))
                for last in range(first + 1, count + 1)
                if abs(columns.middle(first, last) - middle) <= _CENTRED * head.size
            ),
            None,
        )
        if group is None:
            return None
        groups.append(group)
        first = group[-1] + 1
    return groups if first == count + 1 else None


def _parted_at_columns(cell: TextLine, columns: Columns) -> list[TextLine]:
    """Part a head at gaps that no head has within, and at wide ones between two columns."""
    parts: list[TextLine] = []
    words = [cell.words[0]]
    gaps = [b.left - a.right for a, b in pairwise(cell.words)]
    usual = statistics.median(gaps) / cell.size if gaps else 0.0
    wide = max(_LEAST_HEAD_GAP, min(_HEAD_GAP, 2 * usual))
    for word in cell.words[1:]:
        gap = (words[-1].right, word.left)
        between = any(
            gap[0] <= right + cell.size and left - cell.size <= gap[1]
            for (_, right), (left, _) in zip(columns.stretches, columns.stretches[1:], strict=False)
        )
        size = gap[1] - gap[0]
        if size > _HEADS_APART * cell.size or (between and size > wide * cell.size):
            parts.append(TextLine(tuple(words)))
            words = []
        words.append(word)
    return [*parts, TextLine(tuple(words))]


def _spanned(
    head: TextLine, heads: Sequence[TextLine], columns: Columns, rulings: Sequence[Ruling]
) -> list[int]:
    """Numbers of the columns that a head spans, at least one."""
    ruled = _under_ruling(head, heads, columns, rulings)
    if ruled:
        return ruled
    under = columns.under(head)
    if len(under) == 1:
        return under
    if not under and not _between(head, columns):
        return [columns.of(head)]
    taken = {c for other in heads if other is not head for c in columns.under(other)}
    middle = (head.left + head.right) / 2
    count = len(columns.stretches)
    nearest = min(range(1, count + 1), key=lambda n: abs(columns.middle(n, n) - middle))
    best = under or [nearest]
    best_miss = float("inf") if under else 2 * _CENTRED * head.size
    for size in range(max(2, len(under)), count + 1):
        for first in range(1, count - size + 2):
            group = list(range(first, first + size))
            if not set(under) <= set(group) or taken & set(group):
                continue
            miss = abs(columns.middle(first, group[-1]) - middle)
            if miss < best_miss - _CENTRED * head.size:
                best, best_miss = group, miss
    return best


def _under_ruling(
    head: TextLine, heads: Sequence[TextLine], columns: Columns, rulings: Sequence[Ruling]
) -> list[int]:
    """Columns above which a line right below this head, and below no other, reaches."""
    for ruling in rulings:
        below = -1 <= ruling.top - head.bottom <= _RULE_BELOW
        if not (below and _reaches(ruling, head)):
            continue
        if any(_reaches(ruling, other) for other in heads if other is not head):
            continue
        reached = [
            number
            for number, (left, right) in enumerate(columns.stretches, start=1)
            if ruling.left - 2 <= (left + right) / 2 <= ruling.right + 2
        ]
        if len(reached) > 1:
            return reached
    return []


def _reaches(ruling: Ruling, head: TextLine) -> bool:
    return ruling.left - 2 <= (head.left + head.right) / 2 <= ruling.right + 2


def _between(cell: TextLine, columns: Columns) -> bool:
    """Whether a head's middle lies in the gap between two columns."""
    middle = (cell.left + cell.right) / 2
    return any(
        right < middle < left
        for (_, right), (left, _) in zip(columns.stretches, columns.stretches[1:], strict=False)
    )


def _body_rows(rows: Sequence[Row], columns: Columns) -> list[Cells]:
    made: list[Cells] = []
    joined = _joined(rows, columns)
    for row, with_last in zip(rows, joined, strict=True):
        cells: Cells = [[] for _ in range(len(columns.stretches) + 1)]
        for cell in row:
            cells[columns.of(cell)].append(cell)
        if with_last:
            for above, lines in zip(made[-1], cells, strict=True):
                above.extend(lines)
        else:
            made.append(cells)
    return made


def _group(rows: Sequence[Row], joined: Sequence[bool], number: int) -> Sequence[Row]:
    """The rows right above a row that are joined to one."""
    first = number - 1
    while joined[first]:
        first -= 1
    return rows[first:number]


def _joined(rows: Sequence[Row], columns: Columns) -> list[bool]:
    """Say of each row whether it is the next line of the row before: of its label or words."""
    steps = [b[0].top - a[0].top for a, b in pairwise(rows)]
    after_values = [step for row, step in zip(rows, steps, strict=False) if has_value(row)]
    usual = statistics.median(after_values or steps or [0.0])
    joined = [False] * len(rows)
    for number in range(1, len(rows)):
        before, row = rows[number - 1], rows[number]
        after = rows[number + 1] if number + 1 < len(rows) else None
        step = steps[number - 1]
        next_step = steps[number] if after is not None else float("inf")
        if row[0].top - max(cell.bottom for cell in before) > _TIGHT * row[0].size:
            continue
        label = row[0] if columns.of(row[0]) == 0 else None
        label_before = before[0] if columns.of(before[0]) == 0 else None
        if label is None:
            words_alone = not has_value(before) and not any(is_value(cell) for cell in row)
            joined[number] = words_alone and label_before is not None and len(before) > 1
        elif len(before) == 1 and label_before is not None and not joined[number - 1]:
            wraps = label.text[:1].islower() or label_before.text.rstrip().endswith(_GOES_ON)
            close = step < _CLOSE * usual and step < _CLOSE * (
                steps[number - 2] if number > 1 else float("inf")
            )
            joined[number] = len(row) > 1 and (wraps or close)
            joined[number] |= len(row) == 1 and (label.text[:1].islower() or close)
        elif len(before) == 1 and label_before is not None:
            joined[number] = label.text[:1].islower() or step < _CLOSE * usual
            if len(row) > 1 and any(has_value(above) for above in _group(rows, joined, number)):
                joined[number] = False
        elif len(row) == 1:
            down = after is not None and columns.of(after[0]) == 0 and after[0].text[:1].islower()
            close = step < _CLOSE * usual and step < _CLOSE * next_step
            joined[number] = (label.text[:1].islower() and not down) or close
    return joined
