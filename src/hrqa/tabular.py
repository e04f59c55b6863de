"""Tables as passages: cut between rows, each value named by its row and column heads."""

from collections.abc import Sequence

from hrqa.datatypes import BlockKind, Page
from hrqa.flow import Part, Unit, part_text


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
    rows = [(table, row) for part in table.parts for row in _rows(part, pages)]
    after = [(unit, part) for unit in units[table_at + 1 :] for part in unit.parts]
    length = sum(_size(stretch) for stretch in [*before, *rows, *after])
    whole = min(1.4 * target, maximum)
    share = length / -(-length // int(whole))
    pieces: list[list[tuple[Unit, Part]]] = [[]]
    filled = 0
    for number, stretch in enumerate([*before, *rows, *after], start=-len(before)):
        size = _size(stretch)
        is_body_row = table.header_rows < number < len(rows)
        if pieces[-1] and (filled + size > maximum or (is_body_row and filled + size > share)):
            pieces.append([])
            filled = 0
        pieces[-1].append(stretch)
        filled += size
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


def table_caption(units: Sequence[Unit], pages: dict[int | None, Page]) -> str:
    """The words of a table's caption; empty without one."""
    captions = [unit for unit in units if unit.kind is BlockKind.CAPTION]
    return " ".join(part_text(part, pages) for unit in captions for part in unit.parts)


def name_values(row: str, head: str) -> str:
    """A table row in words: its first cell, then each value with its column's name.

    ``name_values("Leaders\\t10\\t11", "Year\\t2016\\t2017")`` is
    ``"Leaders – 2016: 10; 2017: 11"``.
    """
    cells = row.split("\t")
    heads = [line.split("\t") for line in head.split("\n") if line]
    values = []
    for column in range(1, len(cells)):
        # A head without a cell over the row names is one cell shorter than the rows.
        named = [h[column - len(cells) + len(h)] for h in heads if len(h) >= len(cells) - 1]
        name = " ".join(part for part in named if part)
        if cells[column]:
            values.append(f"{name}: {cells[column]}" if name else cells[column])
    return f"{cells[0]} – {'; '.join(values)}" if values else cells[0]


def _rows(part: Part, pages: dict[int | None, Page]) -> list[Part]:
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
