"""Line ends, raised digits and blocks of prose in a page's text."""

from collections.abc import Callable
from pathlib import Path

import pytest

from hrqa.datatypes import BlockKind, Page
from hrqa.readers.formats import read_document

Typeset = Callable[..., Path]


def read(typeset: Typeset, source: str) -> Page:
    """The first page of a source."""
    return read_document(typeset(source), file="page.pdf").pages[0]


def blocks(page: Page) -> list[tuple[str, str]]:
    """Kind and text of each block."""
    return [(str(block.kind), page.text[block.start : block.end]) for block in page.blocks]


@pytest.mark.parametrize(
    ("cut", "whole", "elsewhere"),
    [
        ("admin-\\\nistration", "administration", "The administration works well here."),
        ("respon-\\\nsibility", "responsibility", "Nothing more is said of it here."),
        ("high-\\\nquality", "high-quality", "Some high-quality people came here."),
        ("well-\\\nknown", "well-known", "It is well indeed known to us here."),
        ("Viet-\\\nNam", "Viet-Nam", "Nothing more is said of it here."),
        ("2020-\\\n2025", "2020- 2025", "Nothing more is said of it here."),
        ("x.org/a-\\\nb", "x.org/a-b", "Nothing more is said of it here."),
        ("respon-?\\\nsibility", "responsibility", "Nothing more is said of it here."),
    ],
)
def test_a_hyphen_at_a_line_end_stays_if_it_belongs_to_the_word(
    typeset: Typeset, cut: str, whole: str, elsewhere: str
) -> None:
    """The document's other words tell; names, addresses and numbers keep theirs."""
    page = read(typeset, f"We speak of {cut} in this place. {elsewhere}")

    assert page.text == f"We speak of {whole} in this place. {elsewhere}"


def test_words_that_the_typesetter_hyphenates_come_out_whole(typeset: Typeset) -> None:
    """A narrow justified column is full of cut words."""
    text = (
        "Internationalization of universities requires administrative responsibility and "
        "considerable understanding of professional qualifications, particularly where "
        "industrialization transforms manufacturing communities."
    )
    page = read(
        typeset,
        "#set page(width: 130pt, height: 400pt, margin: 10pt)\n"
        f'#set text(hyphenate: true, lang: "en")\n#set par(justify: true)\n{text}',
    )

    assert page.text == text


def test_raised_digits_are_superscripts(typeset: Typeset) -> None:
    """A footnote mark does not stick to a number; lowered digits are plain."""
    page = read(
        typeset,
        "#set super(typographic: false)\n#set sub(typographic: false)\n"
        "In 2023#super[5] the 1.394#super[12] workers per km#super[2] drank H#sub[2]O.",
    )

    assert page.text == "In 2023⁵ the 1.394¹² workers per km² drank H2O."


def test_raised_digits_of_the_typeface_are_superscripts(typeset: Typeset) -> None:
    """Many typefaces have glyphs for them, of the same size as the rest; 2023⁵ is not 20235."""
    page = read(typeset, "In 2023#super[5] the 1.394#super[12] workers came.")

    assert page.text == "In 2023⁵ the 1.394¹² workers came."


def test_a_footnote_is_a_block_of_its_own(typeset: Typeset) -> None:
    """Its number stands before it, raised."""
    page = read(
        typeset,
        "#set super(typographic: false)\n#set page(width: 400pt, height: 200pt)\n"
        "The plan#footnote[See the yearbook of the province.] was made in spring, and it was kept.",
    )

    assert blocks(page) == [
        ("paragraph", "The plan¹ was made in spring, and it was kept."),
        ("footnote", "¹See the yearbook of the province."),
    ]


def test_paragraphs_headings_and_list_items_are_told_apart(typeset: Typeset) -> None:
    """Lines of one paragraph are joined; each item is a block."""
    page = read(
        typeset,
        "#set page(width: 300pt, height: 400pt)\n= Results\n"
        "Wages rose in all of the provinces, and jobs grew in most of the towns.\n\n"
        "A second paragraph follows it.\n- first item of two\n- second item\n"
        "== Outlook\nIt is good.",
    )

    assert blocks(page) == [
        ("heading", "Results"),
        ("paragraph", "Wages rose in all of the provinces, and jobs grew in most of the towns."),
        ("paragraph", "A second paragraph follows it."),
        ("list_item", "• first item of two"),
        ("list_item", "• second item"),
        ("heading", "Outlook"),
        ("paragraph", "It is good."),
    ]
    assert [block.level for block in page.blocks if block.kind is BlockKind.HEADING] == [1, 2]
