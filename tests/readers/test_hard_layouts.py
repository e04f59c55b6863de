"""Layouts that readers get wrong."""

from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest

from hrqa.citations import span_boxes
from hrqa.datatypes import BlockKind, Page
from hrqa.readers.formats import read_document

Typeset = Callable[..., Path]
NAMES = "Hanoi Danang Hue Vinh Dalat Cantho Haiphong Mytho Camau Laocai Sonla Namdinh".split()
SENTENCES = [
    f"{name} says that the province trains engineers for its industrial parks near {name} and "
    f"that many firms in the town keep their people longer."
    for name in NAMES
]


def read(path: Path) -> Page:
    """The first page."""
    return read_document(path, file="page.pdf").pages[0]


def blocks(page: Page, *kinds: BlockKind) -> list[str]:
    """The texts of the blocks of some kinds, or of all."""
    return [
        page.text[block.start : block.end]
        for block in page.blocks
        if not kinds or block.kind in kinds
    ]


def test_three_columns_are_read_one_after_the_other(typeset: Typeset) -> None:
    """With 10 points between them."""
    text = "\n\n".join(SENTENCES)
    page = read(
        typeset(
            "#set page(width: 560pt, height: 260pt, margin: 20pt)\n#set text(size: 9pt)\n"
            f"#set par(justify: true)\n#columns(3, gutter: 10pt)[{text}]"
        )
    )

    assert blocks(page) == SENTENCES


def test_a_heading_over_both_columns_parts_what_is_above_from_what_is_below(
    typeset: Typeset,
) -> None:
    """First both columns above, then the heading, then both below."""
    above, below = SENTENCES[:4], SENTENCES[4:8]
    heading = "A heading that goes over both columns of this page"
    page = read(
        typeset(
            "#set page(width: 400pt, height: 420pt, margin: 20pt)\n#set text(size: 10pt)\n"
            "#set par(justify: true)\n"
            f"#block(height: 110pt, columns(2, gutter: 12pt)[{(chr(10) * 2).join(above)}])\n"
            f"#align(center, text(size: 16pt)[{heading}])\n"
            f"#block(height: 110pt, columns(2, gutter: 12pt)[{(chr(10) * 2).join(below)}])"
        )
    )

    assert blocks(page) == [*above, heading, *below]


def test_a_table_of_words_beside_no_rules_is_not_read_as_columns(typeset: Typeset) -> None:
    """Rows of a name and what it is stay rows."""
    rows = "".join(f"[{name} region], [Industrial parks and firms], " for name in NAMES[:8])
    page = read(typeset(f"#table(columns: (1fr, 1fr), stroke: none, {rows})"))

    for name in NAMES[:7]:
        after = page.text[page.text.index(f"{name} region") :]
        assert after.split("region")[1].strip().startswith("Industrial parks")


@pytest.mark.parametrize("degrees", [90, -90, 180])
def test_words_that_are_turned_are_read_after_those_that_stand_upright(
    typeset: Typeset, degrees: int
) -> None:
    """A label beside a figure cuts no sentence, and each of its words has its own box."""
    page = read(
        typeset(
            "#set page(width: 300pt, height: 300pt, margin: 20pt)\n"
            f"#place(right, dx: 0pt, rotate({degrees}deg, reflow: true)[Number of workers])\n"
            f"#block(width: 180pt)[{SENTENCES[0]}]"
        )
    )
    at = page.text.index("Number")
    boxes = span_boxes(page, at, len(page.text))

    assert blocks(page) == [SENTENCES[0], "Number of workers"]
    assert all(box.left > 0.6 for box in boxes)


def test_line_numbers_are_left_out_of_the_sentences(typeset: Typeset) -> None:
    """As manuscripts and laws have them in the margin."""
    page = read(
        typeset(
            '#set page(width: 300pt, height: 400pt)\n#set par.line(numbering: "1")\n'
            + " ".join(SENTENCES[:5])
        )
    )
    running = blocks(page, BlockKind.FURNITURE)

    assert blocks(page, BlockKind.PARAGRAPH) == [" ".join(SENTENCES[:5])]
    assert running[0].startswith("1 2 3 4")


def test_a_footnote_stands_apart_from_the_sentence_over_the_column_end(typeset: Typeset) -> None:
    """The sentence is whole, the note comes after it."""
    text = SENTENCES[0].replace("engineers", "engineers#footnote[See the report of 2020.]")
    rest = "\n\n".join(SENTENCES[1:4])
    page = read(
        typeset(
            "#set page(width: 400pt, height: 190pt, margin: 20pt, columns: 2)\n"
            f"#set text(size: 10pt)\n#set par(justify: true)\n{text}\n\n{rest}"
        )
    )
    prose = blocks(page, BlockKind.PARAGRAPH)

    assert prose[1:] == SENTENCES[1:4]


def test_the_same_glyphs_drawn_twice_are_read_once(typeset: Typeset) -> None:
    """Some programs make bold type so."""
    sentence = "Provinces that train engineers report higher wages."
    page = read(
        typeset(f"#place(dx: 0pt)[{sentence}]\n#place(dx: 0.2pt)[{sentence}]\n#v(30pt)\nThe end.")
    )

    assert page.text == f"{sentence}\n\nThe end."


@pytest.mark.parametrize("size", [3, 60])
def test_very_small_and_very_large_type_is_read(typeset: Typeset, size: int) -> None:
    """Words are found by gaps in proportion to the type."""
    page = read(
        typeset(
            "#set page(width: 1400pt, height: 500pt)\n"
            f"#text(size: {size}pt)[Provinces train engineers for parks.]"
        )
    )

    assert page.text == "Provinces train engineers for parks."


def test_an_initial_over_several_lines_belongs_to_its_word(typeset: Typeset) -> None:
    """It stands before the first line, not before the second."""
    page = read(
        typeset(
            "#set page(width: 300pt, height: 200pt, margin: 20pt)\n#set text(size: 10pt)\n"
            '#place(dx: 0pt, dy: -2pt, text(size: 34pt, top-edge: "cap-height")[P])\n'
            "#pad(left: 21pt)[rovinces that train engineers for the industrial parks report "
            "higher wages than all of the others in this part of the country do.]"
        )
    )

    assert page.text.startswith("Provinces that train engineers")


def test_right_to_left_words_come_in_their_order(typeset: Typeset) -> None:
    """Hebrew is in the file as it is seen, and in the text as it is read."""
    text = "שלום לכל העולם"
    page = read(
        typeset(f'#set text(lang: "he", font: ("Noto Sans Hebrew", "DejaVu Sans"))\n{text}')
    )
    if not page.text.strip():
        pytest.skip("no typeface with Hebrew letters is installed")

    assert page.text == text


def test_words_outside_the_page_as_displayed_keep_their_page(typeset: Typeset) -> None:
    """A cropped page turned on its side reads like the whole upright one."""
    path = typeset(f"#set page(width: 300pt, height: 300pt, margin: 60pt)\n{SENTENCES[0]}")
    writer = pypdf.PdfWriter(clone_from=path)
    for sheet in writer.pages:
        sheet.cropbox.lower_left = (20, 20)
        sheet.rotate(90)
    turned = path.with_name("turned.pdf")
    writer.write(turned)

    assert read(turned).text == read(path).text
