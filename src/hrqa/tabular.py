"""Tables as passages: cut between rows, each value named by its row and column heads."""

import re
from collections.abc import Sequence

from hrqa.datatypes import BlockKind, Page
from hrqa.flow import Part, Unit, part_text

_TOTAL = re.compile(r"\s*(?:sub)?total\b|\s*(?:tổng|cộng)\b", re.IGNORECASE)


def cut_table(
    units: Sequence[Unit], pages: dict[int | None, Page], *, target: int, maximum: int
) -> list[list[tuple[Unit, Part]]]:
    """Cut a table with its caption and note into pieces of whole rows.

    A table up to 1.4 times the target stays whole; a longer one is cut into even pieces. A piece
    passes the maximum only where a single row does.

    Args:
        units: Caption units, the table, and its note, in order.
        pages: The document's pages by number.
        target: Length that a piece should have, in characters.
        maximum: Length that no piece of more than one row passes, in characters.

    Returns:
        For each piece its stretches; the caption is in the first, the note in the last.
    """
    table_at = next(i for i, unit in enumerate(units) if unit.kind is BlockKind.TABLE)
    table = units[table_at]
    before = [(unit, part) for unit in units[:table_at] for part in unit.parts]
    rows = [(table, row) for part in table.parts for row in table_rows(part, pages)]
    after = [(unit, part) for unit in units[table_at + 1 :] for part in unit.parts]
    length = sum(_size(stretch) for stretch in [*before, *rows, *after])
    whole = min(1.4 * target, maximum)
    share = length / -(-length // int(whole))
    pieces: list[list[tuple[Unit, Part]]] = [[]]
    filled, done = 0, 0
    for number, stretch in enumerate([*before, *rows, *after], start=-len(before)):
        size = _size(stretch)
        is_body_row = table.header_rows < number < len(rows)
        due = is_body_row and done + size / 2 > len(pieces) * share
        if pieces[-1] and (filled + size > maximum or due):
            pieces.append([])
            filled = 0
        pieces[-1].append(stretch)
        filled += size
        done += size
    return [_join_rows(piece) for piece in pieces]


def _size(stretch: tuple[Unit, Part]) -> int:
    """Characters of a stretch with what parts it from the next: a line's end, or a blank line."""
    unit, part = stretch
    return part.end - part.start + (1 if unit.kind is BlockKind.TABLE else 2)


def table_head(units: Sequence[Unit], pages: dict[int | None, Page]) -> str:
    """The rows that name the columns of the first table among the units; empty without one."""
    table = next((unit for unit in units if unit.kind is BlockKind.TABLE), None)
    if table is None or not table.header_rows:
        return ""
    rows = part_text(table.parts[0], pages).split("\n")
    return "\n".join(rows[: table.header_rows])


def table_name(units: Sequence[Unit], pages: dict[int | None, Page]) -> str:
    """What a table is called: its caption, else the heading and the words right above it."""
    before = []
    for unit in units:
        if unit.kind is BlockKind.TABLE:
            break
        before.append(unit)
    captions = [unit for unit in before if unit.kind is BlockKind.CAPTION]
    headings = [unit for unit in before if unit.kind is BlockKind.HEADING]
    others = [unit for unit in before if unit.kind not in (BlockKind.CAPTION, BlockKind.HEADING)]
    named = captions or [*headings[-1:], *others]
    return " ".join(part_text(part, pages) for unit in named for part in unit.parts)


def body_rows(table: Unit, pages: dict[int | None, Page]) -> dict[tuple[int | None, int], str]:
    """The rows of a table that hold values, by page and first character.

    Returns:
        For each its label rows above; rows of the head and label rows are left out.
    """
    rows = [row for part in table.parts for row in table_rows(part, pages)]
    texts = [part_text(row, pages) for row in rows]
    groups = row_groups(texts, table.header_rows)
    return {
        (row.page, row.start): group
        for number, (row, text, group) in enumerate(zip(rows, texts, groups, strict=True))
        if number >= table.header_rows and not is_label_row(text)
    }


def row_groups(rows: Sequence[str], header_rows: int) -> list[str]:
    """For each row of a table the label rows above that give it its sense, outermost first.

    Label rows that follow each other are in force together, until the next label row or until a
    total has closed them.
    """
    groups: list[str] = []
    open_labels: list[str] = []
    fresh = False
    for number, row in enumerate(rows):
        label = is_label_row(row) and number >= header_rows
        if label:
            open_labels = [*open_labels, row.strip()] if fresh else [row.strip()]
        groups.append("" if label else " ".join(text.rstrip(":") for text in open_labels[-2:]))
        fresh = label
        if not label and _TOTAL.match(row):
            open_labels = []
    return groups


def is_label_row(row: str) -> bool:
    """Whether a table row holds nothing but its first cell."""
    return bool(row.strip()) and not row.split("\t", 1)[1:]


def column_names(head: str) -> list[str]:
    """The name of each column: the cells above each other in the head, spanning ones repeated.

    A cell of a head row but the last also stands for the empty cells that follow it: it spans
    them.
    """
    rows = [line.split("\t") for line in head.split("\n") if line.strip()]
    count = max((len(row) for row in rows), default=0)
    names: list[list[str]] = [[] for _ in range(count)]
    for number, row in enumerate(rows):
        spanning = ""
        for column in range(count):
            cell = row[column].strip() if column < len(row) else ""
            if column and number < len(rows) - 1:
                spanning = cell or spanning
                cell = spanning
            if cell and cell not in names[column]:
                names[column].append(cell)
    return [" ".join(parts) for parts in names]


def name_values(row: str, head: str, under: str = "") -> str:
    """A table row in words: its labels, then each value with its column's name.

    ``name_values("Leaders\\t10\\t11", "Year\\t2016\\t2017")`` is
    ``"Leaders – 2016: 10; 2017: 11"``.
    """
    cells = [cell.strip() for cell in row.split("\t")]
    names = column_names(head)
    shift = 0
    if not any(line.startswith("\t") for line in head.split("\n")):
        # A head without a cell over the row names is one cell shorter than the rows.
        shift = 1 if len(names) == len(cells) - 1 else 0
        names = names if len(names) >= len(cells) - 1 else []
    values = []
    for column in range(1, len(cells)):
        at = column - shift
        name = names[at] if at < len(names) else ""
        if cells[column]:
            values.append(f"{name}: {cells[column]}" if name else cells[column])
    label = ", ".join(part for part in (under, cells[0]) if part)
    return f"{label} – {'; '.join(values)}" if values and label else label or "; ".join(values)


def table_rows(part: Part, pages: dict[int | None, Page]) -> list[Part]:
    """The rows of a part of a table."""
    rows, at = [], part.start
    for row in part_text(part, pages).split("\n"):
        if row.strip():
            rows.append(Part(part.page, at, at + len(row)))
        at += len(row) + 1
    return rows


def _join_rows(piece: Sequence[tuple[Unit, Part]]) -> list[tuple[Unit, Part]]:
    """Rows that follow each other on a page become one stretch."""
    joined: list[tuple[Unit, Part]] = []
    for unit, part in piece:
        last_unit, last = joined[-1] if joined else (None, None)
        if last is not None and last_unit is unit and last.page == part.page:
            joined[-1] = (unit, Part(part.page, last.start, part.end))
        else:
            joined.append((unit, part))
    return joined
