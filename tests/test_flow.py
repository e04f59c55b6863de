"""A document as one flow of units."""

from hrqa.datatypes import Bibliography, Block, BlockKind, Document, Page
from hrqa.flow import Part, Unit, document_flow, part_text

DOCUMENT = Document("doc", "doc.pdf", "0" * 64, Bibliography("The Title of It All"), pages=2)
HEADING, PARAGRAPH = BlockKind.HEADING, BlockKind.PARAGRAPH
FOOTNOTE, FURNITURE = BlockKind.FOOTNOTE, BlockKind.FURNITURE


def page(number: int | None, *blocks: tuple[BlockKind, str], continues: int | None = None) -> Page:
    """A page of blocks; headings take their level from the ``#`` before them."""
    text, placed = "", []
    for index, (kind, words) in enumerate(blocks):
        text += "\n\n" if text else ""
        level = len(words) - len(words.lstrip("#")) if kind is HEADING else 0
        words = words.lstrip("#")
        end = len(text) + len(words)
        placed.append(Block(kind, len(text), end, level=level, continues=index == continues))
        text += words
    return Page(number, None, text, tuple(placed))


def texts(unit: Unit, *pages: Page) -> list[str]:
    """What each part of a unit says."""
    by_number = {each.number: each for each in pages}
    return [part_text(part, by_number) for part in unit.parts]


def test_flow_makes_a_paragraph_whole_over_a_page_end() -> None:
    """Footer, header and footnote no longer cut it; the footnote comes after it."""
    first = page(1, (PARAGRAPH, "The plan was"), (FOOTNOTE, "¹See there."), (FURNITURE, "6"))
    second = page(
        2,
        (FURNITURE, "Running head"),
        (PARAGRAPH, "a good one."),
        (PARAGRAPH, "Another."),
        continues=1,
    )
    units = document_flow(DOCUMENT, [first, second])

    assert [texts(unit, first, second) for unit in units] == [
        ["The plan was", "a good one."],
        ["¹See there."],
        ["Another."],
    ]
    assert units[0].parts == (Part(1, 0, 12), Part(2, 14, 25))


def test_flow_gives_each_unit_the_headings_above_it() -> None:
    """A heading ends those of its own and deeper levels; the title of the whole is none."""
    only = page(
        None,
        (HEADING, "#The title of it all"),
        (PARAGRAPH, "Front."),
        (HEADING, "#One"),
        (HEADING, "###One  deep"),
        (PARAGRAPH, "Deep."),
        (HEADING, "##One two"),
        (PARAGRAPH, "Second."),
        (HEADING, "#Two"),
    )
    units = document_flow(DOCUMENT, [only])

    assert [unit.section for unit in units] == [
        (),
        (),
        ("One",),
        ("One", "One deep"),
        ("One", "One deep"),
        ("One", "One two"),
        ("One", "One two"),
        ("Two",),
    ]


def test_flow_counts_paragraphs_but_not_headings() -> None:
    """A heading has the number of what follows it; running lines are not counted."""
    only = page(
        None,
        (PARAGRAPH, "First."),
        (HEADING, "#Head"),
        (FURNITURE, "12"),
        (PARAGRAPH, "Second."),
        (BlockKind.LIST_ITEM, "- third"),
    )
    units = document_flow(DOCUMENT, [only])

    assert [unit.paragraph for unit in units] == [1, 2, 2, 3]


def test_flow_keeps_a_footnote_with_the_paragraph_on_whose_page_it_stands() -> None:
    """It comes before the next paragraph, not at the document's end."""
    first = page(1, (PARAGRAPH, "One."), (FOOTNOTE, "¹Note."))
    second = page(2, (PARAGRAPH, "Two."))
    units = document_flow(DOCUMENT, [first, second])

    assert [texts(unit, first, second)[0] for unit in units] == ["One.", "¹Note.", "Two."]


def test_flow_knows_the_source_note_of_a_table() -> None:
    """Notes and sources are told by their first word, in both languages; prose is not."""
    only = page(
        None,
        (PARAGRAPH, "Source: Statistics Office, 2021."),
        (PARAGRAPH, "(Nguồn: Tổng cục Thống kê)"),
        (PARAGRAPH, "Sources of growth are many."),
        (PARAGRAPH, "Note that " + "this is long. " * 25),
    )

    assert [unit.is_table_note for unit in document_flow(DOCUMENT, [only])] == [
        True,
        True,
        False,
        False,
    ]


def test_a_heading_that_begins_many_pages_is_no_section() -> None:
    """The name of a company over each of its statements says nothing of what follows."""
    pages = [
        page(
            number,
            (HEADING, "#ACME INC."),
            (HEADING, f"##Statement {number}"),
            (PARAGRAPH, "Text."),
        )
        for number in range(1, 6)
    ]
    units = document_flow(DOCUMENT, pages)

    sections = [unit.section for unit in units if unit.kind is PARAGRAPH]
    assert sections == [(f"Statement {number}",) for number in range(1, 6)]
