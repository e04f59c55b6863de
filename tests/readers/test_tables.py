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
    source = f"#set page(width: 480pt, height: 320pt)\n{BEFORE}\n\n{table}\n\n{AFTER}"
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


STATEMENT = """
#let rule(from, to) = grid.hline(start: from, end: to, stroke: 0.5pt)
#grid(
  columns: (130pt, 7pt, 42pt, 7pt, 42pt, 7pt, 42pt, 7pt, 42pt), column-gutter: 3pt, row-gutter: 4pt,
  align: (left, left, right, left, right, left, right, left, right),
  [], grid.cell(colspan: 4, align(center)[Three months ended]),
  grid.cell(colspan: 4, align(center)[Twelve months ended]),
  rule(1, 5), rule(5, 9),
  [(in thousands)], [], [May 1,], [], [May 2,], [], [May 1,], [], [May 2,],
  [], [], [2022], [], [2021], [], [2022], [], [2021],
  [Costs and expenses:], [], [], [], [], [], [], [], [],
  [Wages], [\\$], [2,297], [\\$], [1,806], [\\$], [8,398], [\\$], [4,737],
  [Net cash of the parts of the firm that], [], [], [], [], [], [], [], [],
  [were sold], [], [(991)], [], [—], [], [(3,815)], [], [3,392],
  [Rents], [], [], [], [314], [], [], [], [1,210],
  [], [\\$], [1,306], [\\$], [2,120], [\\$], [4,583], [\\$], [9,339],
)
"""


def test_heads_that_span_columns_stand_over_the_first_of_them(typeset: Typeset) -> None:
    """Heads of one column on two lines are one cell; signs stand with their numbers."""
    rows = blocks(read(typeset, STATEMENT))[1][1].split("\n")

    assert rows[:3] == [
        "\tThree months ended\t\tTwelve months ended",
        "(in thousands)\tMay 1, 2022\tMay 2, 2021\tMay 1, 2022\tMay 2, 2021",
        "Costs and expenses:",
    ]
    assert rows[3] == "Wages\t$ 2,297\t$ 1,806\t$ 8,398\t$ 4,737"
    assert header_rows(read(typeset, STATEMENT)) == [2]


def test_values_stay_in_their_columns(typeset: Typeset) -> None:
    """Where a row leaves a cell empty, and where a label wraps or is missing."""
    rows = blocks(read(typeset, STATEMENT))[1][1].split("\n")

    assert rows[4:] == [
        "Net cash of the parts of the firm that were sold\t(991)\t—\t(3,815)\t3,392",
        "Rents\t\t314\t\t1,210",
        "\t$ 1,306\t$ 2,120\t$ 4,583\t$ 9,339",
    ]


def test_one_row_of_values_below_its_heads_is_a_table(typeset: Typeset) -> None:
    """As in a count of votes."""
    page = read(
        typeset,
        "#grid(columns: (1fr, 1fr, 1fr), row-gutter: 6pt, align: center, "
        "[Votes for], [Votes against], [Abstentions], [57,172,731], [13,324,080], [170,172])",
    )

    assert blocks(page)[1] == (
        "table",
        "Votes for\tVotes against\tAbstentions\n57,172,731\t13,324,080\t170,172",
    )


def test_a_table_of_words_between_lines_is_a_table(typeset: Typeset) -> None:
    """A line above, one below its head, one at its end; a cell that wraps is one cell."""
    page = read(
        typeset,
        "#table(columns: (80pt, 130pt, 130pt), stroke: none, table.hline(), "
        "[Aim], [Means], [Who], table.hline(), "
        "[Training], [Courses in the parks], [Firms and the colleges of the province], "
        "[Wages], [A fund], [Ministries], table.hline())",
    )

    assert blocks(page)[1] == (
        "table",
        "Aim\tMeans\tWho\n"
        "Training\tCourses in the parks\tFirms and the colleges of the province\n"
        "Wages\tA fund\tMinistries",
    )
    assert header_rows(page) == [1]


def test_a_merged_cell_of_a_ruled_table_is_written_once(typeset: Typeset) -> None:
    """In the first column and row that it covers."""
    page = read(
        typeset,
        "#table(columns: (90pt, 60pt, 60pt, 60pt), table.cell(rowspan: 2)[Province], "
        "table.cell(colspan: 2)[Trained workers], [All], [2019], [2020], [2020], "
        "[Bac Ninh], [1.200], [1.300], [9.000], [Cao Bang], [300], [350], [2.000])",
    )

    assert blocks(page)[1] == (
        "table",
        "Province\tTrained workers\t\tAll\n\t2019\t2020\t2020\n"
        "Bac Ninh\t1.200\t1.300\t9.000\nCao Bang\t300\t350\t2.000",
    )
    assert header_rows(page) == [2]


def table_texts(page: Page) -> list[str]:
    """The text of each table."""
    return [text for kind, text in blocks(page) if kind == "table"]


def columns(*rows: str, widths: str = "(2.4fr, 1fr, 1fr)") -> str:
    """A table without rulings; cells are parted by ``|``."""
    cells = "".join(f"[{cell.strip()}]," for row in rows for cell in row.split("|"))
    return f"#set text(size: 8pt)\n#table(columns: {widths}, stroke: none, inset: 3pt, {cells})"


def test_labels_between_heads_and_values_leave_the_heads_to_the_table(typeset: Typeset) -> None:
    """A balance sheet names its sections before the first value."""
    page = read(
        typeset,
        columns(
            "(In millions) | May 2, 2022 | May 3, 2021",
            *("Assets ||", "Property of the company ||", "Current assets: ||"),
            *("Cash | 4,236 | 3,844", "Inventories | 835 | 993", "Total assets | 5,071 | 4,837"),
        ),
    )

    assert header_rows(page) == [1]
    assert table_texts(page)[0].startswith("(In millions)\tMay 2, 2022\tMay 3, 2021\nAssets\n")


def test_a_long_label_does_not_end_a_table(typeset: Typeset) -> None:
    """Labels may hold semicolons and run over lines, as long as they stay in their column."""
    page = read(
        typeset,
        columns(
            *("| 2022 | 2021", "Preferred stock | 10 | 20", "Paid-in capital | 11 | 21"),
            "Common stock of 0.0001 par value; 900 shares authorized; 601 shares issued; "
            "462 and 475 shares outstanding at each year's end, respectively; none held | 12 | 22",
            *("Retained earnings | 13 | 23", "Total equity | 46 | 86"),
        ),
    )

    assert len(table_texts(page)) == 1
    assert header_rows(page) == [1]
    assert table_texts(page)[0].endswith("Total equity\t46\t86")


def test_years_with_note_marks_are_heads(typeset: Typeset) -> None:
    """A mark close behind a number belongs to it."""
    page = read(
        typeset,
        columns(
            *("| 2022 (1) | 2021", "Net sales (2) | 136 | 177", "Profit | 41 | 42 (3)"),
            "Cash | 18 | 19",
        ),
    )

    assert header_rows(page) == [1]
    assert table_texts(page) == [
        "\t2022 (1)\t2021\nNet sales (2)\t136\t177\nProfit\t41\t42 (3)\nCash\t18\t19"
    ]


def test_the_heads_of_the_next_table_begin_it(typeset: Typeset) -> None:
    """Two tables follow each other without a word between them."""
    rows = ("Sales | 1,136 | 1,177", "Costs | 941 | 1,042", "Profit | 195 | 135")
    page = read(
        typeset,
        columns(
            "| First quarter | Second quarter", *rows, "| Third quarter | Fourth quarter", *rows
        ),
    )

    assert header_rows(page) == [1, 1]


def test_a_wider_gap_does_not_part_a_table(typeset: Typeset) -> None:
    """Rows whose values go on in the same columns belong to the table above."""
    rows = ("Sales | 1,136 | 1,177", "Costs | 941 | 1,042", "Profit | 195 | 135")
    page = read(
        typeset,
        columns("| 2022 | 2021", *rows) + "\n#v(6pt)\n" + columns("Per share | 1.10 | 1.20"),
    )

    assert table_texts(page) == [
        "\t2022\t2021\nSales\t1,136\t1,177\nCosts\t941\t1,042\nProfit\t195\t135\n"
        "Per share\t1.10\t1.20"
    ]


def test_heads_over_merged_cells_of_a_ruled_table(typeset: Typeset) -> None:
    """The first row and all that its cells reach down to name the columns."""
    page = read(
        typeset,
        "#table(columns: 3, table.cell(rowspan: 2)[Product], table.cell(colspan: 2)[Approved], "
        "[Europe], [Japan], [Alpha], [May], [June], [Beta], [July], [August])",
    )

    assert header_rows(page) == [2]


def test_a_table_over_a_page_end_is_one_table(typeset: Typeset) -> None:
    """Its rest, which has no heads of its own, goes on with it."""
    rows = [f"Province {chr(65 + n)} | {n + 3},1{n % 10}0 | {n + 4},2{n % 10}5" for n in range(26)]
    source = f"#set page(width: 480pt, height: 320pt)\n{BEFORE}\n" + columns("| 2022 | 2021", *rows)
    pages = read_document(typeset(source), file="tables.pdf").pages
    found = [b for page in pages for b in page.blocks if b.kind is BlockKind.TABLE]

    assert len(pages) > 1
    assert [(block.header_rows, block.continues) for block in found] == [
        (1, False),
        *[(0, True)] * (len(pages) - 1),
    ]
