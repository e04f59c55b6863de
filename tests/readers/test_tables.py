"""Tables on a page."""

from collections.abc import Callable
from pathlib import Path

import pytest

from hrqa.datatypes import BlockKind, Page
from hrqa.readers.formats import read_document

Typeset = Callable[..., Path]
BEFORE = "Before the table stands a sentence that is long enough to be prose for any reader."
AFTER = "After the table stands a sentence that is long enough to be prose for any reader."


def read(typeset: Typeset, table: str) -> Page:
    """A page with a table between two sentences."""
    source = f"#set page(width: 420pt, height: 320pt)\n{BEFORE}\n\n{table}\n\n{AFTER}"
    return read_document(typeset(source), file="tables.pdf").pages[0]


def blocks(page: Page) -> list[tuple[str, str]]:
    """Kind and text of each block."""
    return [(str(block.kind), page.text[block.start : block.end]) for block in page.blocks]


def header_rows(page: Page) -> list[int]:
    """Rows that name the columns, for each table."""
    return [block.header_rows for block in page.blocks if block.kind is BlockKind.TABLE]


def test_a_ruled_table_is_rows_and_cells_with_its_caption(typeset: Typeset) -> None:
    """An empty cell leaves its tab; what stands outside stays outside."""
    page = read(
        typeset,
        "#figure(table(columns: 3, [Year], [Trained], [Employed], [2019], [1.200], [900], "
        "[2020], [], [1.100]), caption: [Workers by year])",
    )

    assert blocks(page) == [
        ("paragraph", BEFORE),
        ("table", "Year\tTrained\tEmployed\n2019\t1.200\t900\n2020\t\t1.100"),
        ("caption", "Table 1: Workers by year"),
        ("paragraph", AFTER),
    ]
    assert header_rows(page) == [1]


def test_a_cell_of_several_lines_is_one_cell(typeset: Typeset) -> None:
    """Its lines are joined by one space."""
    page = read(
        typeset,
        "#table(columns: (60pt, 120pt), [Aim], [What it means for all of the provinces], "
        "[First], [Train more engineers for the parks of the region])",
    )

    assert blocks(page)[1] == (
        "table",
        "Aim\tWhat it means for all of the provinces\n"
        "First\tTrain more engineers for the parks of the region",
    )


def test_a_table_without_rulings_is_told_by_its_numbers(typeset: Typeset) -> None:
    """Signs of currency and per cent belong to their numbers."""
    page = read(
        typeset,
        "#table(columns: (1fr, 1fr, 1fr), stroke: none, [Province], [2019], [2020], "
        "[Binh Duong], [1,200], [1,500], [Bac Ninh], [900], [1,100], "
        "[Cao Bang], [\\$ 300], [45 %])",
    )

    assert blocks(page) == [
        ("paragraph", BEFORE),
        (
            "table",
            "Province\t2019\t2020\nBinh Duong\t1,200\t1,500\nBac Ninh\t900\t1,100\n"
            "Cao Bang\t$ 300\t45 %",
        ),
        ("paragraph", AFTER),
    ]
    assert header_rows(page) == [1]


def test_a_frame_around_prose_is_no_table(typeset: Typeset) -> None:
    """A box with a border holds a paragraph."""
    page = read(typeset, "#rect(width: 100%)[A framed sentence that is prose and nothing else.]")

    assert {kind for kind, _ in blocks(page)} == {"paragraph"}


@pytest.mark.parametrize("stroke", ["none", "0.5pt"])
def test_two_tables_stand_apart(typeset: Typeset, stroke: str) -> None:
    """The sentence between them ends the first."""
    rows = "[2019], [1.200], [2020], [1.300], [2021], [1.400]"
    page = read(
        typeset,
        f"#table(columns: (1fr, 1fr), stroke: {stroke}, [Year], [Men], {rows})\n\n"
        "Between the two tables stands a whole sentence of prose, which belongs to neither.\n\n"
        f"#table(columns: (1fr, 1fr), stroke: {stroke}, [Year], [Women], {rows})",
    )
    tables = [text for kind, text in blocks(page) if kind == "table"]

    assert tables == [
        "Year\tMen\n2019\t1.200\n2020\t1.300\n2021\t1.400",
        "Year\tWomen\n2019\t1.200\n2020\t1.300\n2021\t1.400",
    ]
