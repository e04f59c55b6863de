"""Columns read one after the other."""

from collections.abc import Callable
from pathlib import Path

import pytest

from hrqa.datatypes import BlockKind, Page
from hrqa.readers.formats import read_document

Typeset = Callable[..., Path]
NUMBERS = "one two three four five six seven eight nine ten".split()
BODY = (
    "Provinces that train engineers for industrial parks report higher wages, and firms that "
    "lead their teams with care keep their people longer"
)
PARAGRAPHS = [f"Paragraph {number} begins here. {BODY} in part {number}." for number in NUMBERS]


def set_in_columns(typeset: Typeset, paragraphs: list[str], *, gutter: int, head: str = "") -> Page:
    """A page with these paragraphs in two justified columns of 10-point type."""
    text = "\n\n".join(paragraphs)
    source = (
        "#set page(width: 400pt, height: 330pt, margin: 20pt)\n"
        f"#set text(size: 10pt)\n#set par(justify: true)\n{head}\n"
        f"#columns(2, gutter: {gutter}pt)[{text}]"
    )
    return read_document(typeset(source), file="columns.pdf").pages[0]


def texts(page: Page) -> list[str]:
    """The texts of the blocks."""
    return [page.text[block.start : block.end] for block in page.blocks]


def words(texts: list[str]) -> list[str]:
    """All words in order, without the hyphens of line ends."""
    return " ".join(texts).replace("-", "").split()


def test_two_columns_are_read_one_after_the_other(typeset: Typeset) -> None:
    """Every word comes in its order."""
    page = set_in_columns(typeset, PARAGRAPHS[:8], gutter=24)

    assert words(texts(page)) == words(PARAGRAPHS[:8])
    assert texts(page)[0] == PARAGRAPHS[0]


def test_what_spans_both_columns_is_read_before_them(typeset: Typeset) -> None:
    """A title and an abstract over the whole width."""
    abstract = (
        "This abstract spans the whole width of the page and is set before the two columns begin "
        "so that it is read first by everybody."
    )
    head = f"#align(center, text(size: 18pt)[A Title over Both Columns])\n\n{abstract}\n"
    page = set_in_columns(typeset, PARAGRAPHS[:5], gutter=24, head=head)

    assert texts(page)[:3] == ["A Title over Both Columns", abstract, PARAGRAPHS[0]]
    assert page.blocks[0].kind is BlockKind.HEADING
    assert words(texts(page)[2:]) == words(PARAGRAPHS[:5])


@pytest.mark.parametrize("gutter", [10, 14])
def test_columns_that_stand_close_are_told_apart(typeset: Typeset, gutter: int) -> None:
    """Ten points is what LaTeX puts between columns."""
    page = set_in_columns(typeset, PARAGRAPHS[:8], gutter=gutter)

    assert words(texts(page)) == words(PARAGRAPHS[:8])


def test_a_column_of_few_lines_is_a_column(typeset: Typeset) -> None:
    """On the last page of an article the right column may hold three lines."""
    page = set_in_columns(
        typeset, [*PARAGRAPHS[:3], "#colbreak()\n" + PARAGRAPHS[3][:90]], gutter=24
    )

    assert words(texts(page)) == words([*PARAGRAPHS[:3], PARAGRAPHS[3][:90]])


def test_a_paragraph_over_a_column_end_is_one_paragraph(typeset: Typeset) -> None:
    """As one over a page end is, or its sentence is cut for good."""
    paragraphs = ["One short paragraph moves the others down.", *PARAGRAPHS[:7]]
    page = set_in_columns(typeset, paragraphs, gutter=24)

    assert texts(page) == paragraphs


def test_words_of_vietnamese_keep_their_marks(typeset: Typeset) -> None:
    """Every letter with every tone, composed."""
    line = "ắ ằ ẳ ẵ ặ ấ ầ ẩ ẫ ậ ế ề ể ễ ệ ố ồ ổ ỗ ộ ớ ờ ở ỡ ợ ứ ừ ử ữ ự ỳ ỵ ỷ ỹ Đ đ Ư ư Ơ ơ"
    (page,) = read_document(typeset(f'#set text(lang: "vi")\n{line}'), file="x.pdf").pages

    assert page.text == line
