"""Tables cut between rows, and rows in words."""

import pytest

from hrqa.datatypes import BlockKind, Page
from hrqa.flow import Part, Unit
from hrqa.tabular import cut_table, name_values, table_head, table_name


@pytest.mark.parametrize(
    ("row", "head", "words"),
    [
        ("Leaders\t10\t11", "Year\t2016\t2017", "Leaders – 2016: 10; 2017: 11"),
        ("Leaders\t10\t11", "2016\t2017", "Leaders – 2016: 10; 2017: 11"),
        ("Binh Duong\t\t9", "Province\tMen\tWomen", "Binh Duong – Women: 9"),
        ("A\t1\t2", "\tWorkers\tWorkers\nName\t2019\t2020", "A – Workers 2019: 1; Workers 2020: 2"),
        ("A\t1\t2", "", "A – 1; 2"),
        ("A\t1\t2\t3", "Only\tTwo", "A – 1; 2; 3"),
        ("Alone\t\t", "x\ty\tz", "Alone"),
    ],
)
def test_name_values_gives_each_value_its_column_head(row: str, head: str, words: str) -> None:
    """Rows of the head add up; a head without a cell over the row names counts from the right."""
    assert name_values(row, head) == words


def table_units(rows: list[str], *, header_rows: int) -> tuple[list[Unit], dict[int | None, Page]]:
    """A caption, a table and a note on page 4."""
    text = "Table 1: Workers\n\n" + "\n".join(rows) + "\n\nSource: Office"
    end = len(text) - len("\n\nSource: Office")
    kinds = (BlockKind.CAPTION, BlockKind.TABLE, BlockKind.PARAGRAPH)
    bounds = ((0, 16), (18, end), (end + 2, len(text)))
    units = [
        Unit(kind, (Part(4, start, stop),), (), 1, header_rows if kind is BlockKind.TABLE else 0)
        for kind, (start, stop) in zip(kinds, bounds, strict=True)
    ]
    return units, {4: Page(4, None, text, ())}


def pieces_of(rows: list[str], *, header_rows: int, target: int) -> list[list[str]]:
    """The pieces that a table is cut into, as texts."""
    units, pages = table_units(rows, header_rows=header_rows)
    return [
        [pages[part.page].text[part.start : part.end] for _, part in piece]
        for piece in cut_table(units, pages, target=target, maximum=1500)
    ]


def test_cut_table_leaves_a_short_table_whole() -> None:
    """Caption, rows and note are one piece, the rows one stretch."""
    pieces = pieces_of(["Year\tMen", "2019\t10", "2020\t11"], header_rows=1, target=200)

    assert pieces == [["Table 1: Workers", "Year\tMen\n2019\t10\n2020\t11", "Source: Office"]]


def test_cut_table_cuts_between_rows_only() -> None:
    """26 rows of 10 characters and what is round them make three pieces at a target of 80."""
    rows = [f"row {letter}\t100" for letter in "abcdefghijklmnopqrstuvwxyz"]
    pieces = pieces_of(rows, header_rows=0, target=80)
    lines = [line for piece in pieces for part in piece for line in part.split("\n")]

    assert lines == ["Table 1: Workers", *rows, "Source: Office"]
    assert len(pieces) == 3


def test_cut_table_keeps_the_head_with_the_first_row() -> None:
    """Though the head alone fills a piece, a row of values stands below it."""
    rows = ["H" * 90 + "\tMen", "K" * 90 + "\tWomen", "2019\t10", "2020\t" + "9" * 90]
    pieces = pieces_of(rows, header_rows=2, target=70)

    assert pieces[0] == ["Table 1: Workers", "\n".join(rows[:3])]
    assert pieces[1:] == [[rows[3], "Source: Office"]]


def test_table_head_and_name_are_read_from_the_units() -> None:
    """The head is as many rows as the table says; without a table there is neither."""
    units, pages = table_units(["\tMen", "Year\t(n)", "2019\t10"], header_rows=2)

    assert table_head(units, pages) == "\tMen\nYear\t(n)"
    assert table_name(units, pages) == "Table 1: Workers"
    assert table_head(units[:1], pages) == ""
    assert table_name(units[1:], pages) == ""
