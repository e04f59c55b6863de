"""Documents cut into passages: what holds for every document, and single cases by hand."""

import hashlib
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hrqa.datatypes import Bibliography, Block, BlockKind, Document, Page, Passage, Span
from hrqa.passages import PassageSizes, cut_passages
from hrqa.readers.formats import read_document
from hrqa.sentences import sentence_spans

DOCUMENT = Document("doc", "doc.pdf", "0" * 64, Bibliography("A title", language="fr"), pages=None)
PROSE = (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM)
NO_FLOW = (BlockKind.FURNITURE, BlockKind.FOOTNOTE)
SMALL = PassageSizes(200, 300)
SIZES = st.sampled_from(
    [
        PassageSizes(200, 200),
        SMALL,
        PassageSizes(400, 1000),
        PassageSizes(1000, 1500),
    ]
)

# A block of a page to be made: kind, text, heading level, header rows.
RawBlock = tuple[BlockKind, str, int, int]


def tidy(words: list[str]) -> str:
    """Words as readers hand them on: NFC, single spaces."""
    return " ".join(unicodedata.normalize("NFC", " ".join(words)).split())


WORD = st.one_of(
    st.sampled_from(
        "the of nhân lực Tỉnh 2021 1.394.958 Dr. e.g. No. 4,5 Source: • – ( ) [3] ” … ! ? ; , . A. "
        "Hà end. (1) 😀 nghiệp! e\u0301\u0323 \u200b a\u00adb 漢字。 ﷽ \U0001d49c".split()
    ),
    st.text(
        st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")),
        min_size=1,
        max_size=12,
    ),
    st.integers(1, 400).map(lambda length: "x" * length),
)
TEXT = st.lists(WORD, min_size=1, max_size=60).map(tidy).filter(bool)
CELL = st.lists(WORD, max_size=4).map(tidy)


@st.composite
def tables(draw: st.DrawFn) -> RawBlock:
    """A table with empty cells, even empty rows, and perhaps rows that name its columns."""
    width = draw(st.integers(1, 5))
    row = st.lists(CELL, min_size=width, max_size=width)
    rows = draw(st.lists(row, min_size=1, max_size=25).filter(lambda rows: any(map(any, rows))))
    header_rows = draw(st.integers(0, min(4, len(rows) - 1)))
    return BlockKind.TABLE, "\n".join(map("\t".join, rows)), 0, header_rows


BLOCKS = st.one_of(
    tables(),
    st.tuples(st.just(BlockKind.PARAGRAPH), TEXT, st.just(0), st.just(0)),
    st.tuples(st.sampled_from([*PROSE, BlockKind.CAPTION, *NO_FLOW]), TEXT, st.just(0), st.just(0)),
    st.tuples(
        st.just(BlockKind.HEADING),
        st.lists(WORD, min_size=1, max_size=8).map(tidy).filter(bool),
        st.integers(1, 4),
        st.just(0),
    ),
)


def build_pages(
    raw_pages: list[list[RawBlock]], *, numbered: bool, goes_on: list[bool]
) -> tuple[Page, ...]:
    """Pages of blocks; the first paragraph of a page may go on with the last of the page before."""
    pages = []
    last: BlockKind | None = None
    for number, (raw_blocks, continues) in enumerate(zip(raw_pages, goes_on, strict=True), start=1):
        text, blocks, first = "", [], True
        for kind, words, level, header_rows in raw_blocks:
            text += "\n\n" if blocks else ""
            follows = False
            if kind not in NO_FLOW:
                follows = first and continues and kind is BlockKind.PARAGRAPH and last in PROSE
                kind = last if follows and last else kind
                first, last = False, kind
            blocks.append(
                Block(kind, len(text), len(text) + len(words), level, follows, header_rows)
            )
            text += words
        pages.append(Page(number if numbered else None, None, text, tuple(blocks)))
    return tuple(pages)


@st.composite
def documents(draw: st.DrawFn) -> tuple[Page, ...]:
    """The pages of a document of any blocks, with or without page numbers."""
    numbered = draw(st.booleans())
    count = draw(st.integers(1, 5)) if numbered else 1
    raw_pages = draw(st.lists(st.lists(BLOCKS, max_size=6), min_size=count, max_size=count))
    goes_on = draw(st.lists(st.booleans(), min_size=count, max_size=count))
    return build_pages(raw_pages, numbered=numbered, goes_on=goes_on)


for_any_document = settings(
    max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@for_any_document
@given(documents(), SIZES)
def test_spans_rebuild_every_passage(pages: tuple[Page, ...], sizes: PassageSizes) -> None:
    """A passage's text is exactly its spans' texts joined with a line feed."""
    by_number = {page.number: page for page in pages}
    for passage in cut_passages(DOCUMENT, pages, sizes=sizes):
        texts = [by_number[span.page].text[span.start : span.end] for span in passage.spans]

        assert passage.text == "\n".join(texts)
        assert all(text == text.strip(" \n") for text in texts)


@for_any_document
@given(documents(), SIZES)
def test_passages_hold_every_character_once(pages: tuple[Page, ...], sizes: PassageSizes) -> None:
    """No two passages overlap; all but running lines and white space is in one of them."""
    held = Counter(
        (span.page, offset)
        for passage in cut_passages(DOCUMENT, pages, sizes=sizes)
        for span in passage.spans
        for offset in range(span.start, span.end)
    )
    wanted = {
        (page.number, offset)
        for page in pages
        for block in page.blocks
        if block.kind is not BlockKind.FURNITURE
        for offset in range(block.start, block.end)
        if not page.text[offset].isspace()
    }
    white = {
        (page.number, offset)
        for page in pages
        for offset, char in enumerate(page.text)
        if char.isspace()
    }

    assert set(held.values()) <= {1}
    assert set(held) - white == wanted


@for_any_document
@given(documents(), SIZES)
def test_only_a_single_table_row_is_longer_than_the_maximum(
    pages: tuple[Page, ...], sizes: PassageSizes
) -> None:
    """What passes the maximum is one row of a table and nothing else."""
    tables_by_page = {
        page.number: [block for block in page.blocks if block.kind is BlockKind.TABLE]
        for page in pages
    }
    for passage in cut_passages(DOCUMENT, pages, sizes=sizes):
        if len(passage.text) > sizes.maximum:
            span = passage.spans[0]
            in_table = any(
                table.start <= span.start and span.end <= table.end
                for table in tables_by_page[span.page]
            )

            assert in_table
            assert len(passage.spans) == 1
            assert "\n" not in passage.text


@for_any_document
@given(documents(), SIZES)
def test_sentences_hold_every_character_of_a_passage(
    pages: tuple[Page, ...], sizes: PassageSizes
) -> None:
    """They are in order, apart, and leave out nothing but white space and rows without values."""
    for passage in cut_passages(DOCUMENT, pages, sizes=sizes):
        at = 0
        has_rows = "\t" in passage.text
        for sentence in passage.sentences:
            assert has_rows or passage.text[at : sentence.start].strip() == ""
            assert passage.text[sentence.start : sentence.end].strip() != ""
            assert at <= sentence.start < sentence.end <= len(passage.text)
            at = sentence.end

        assert has_rows or passage.text[at:].strip() == ""


@for_any_document
@given(documents(), SIZES)
def test_cutting_twice_gives_the_same(pages: tuple[Page, ...], sizes: PassageSizes) -> None:
    """Passages are the same, their ids apart from each other."""
    passages = cut_passages(DOCUMENT, pages, sizes=sizes)

    assert cut_passages(DOCUMENT, pages, sizes=sizes) == passages
    assert len({passage.id for passage in passages}) == len(passages)


def test_passages_do_not_depend_on_the_hash_seed(corpus_folder: Path) -> None:
    """Two processes with other orders of sets and dictionaries read and cut the same."""
    program = (
        "import hashlib, sys; from pathlib import Path\n"
        "from hrqa.datatypes import Bibliography, Document\n"
        "from hrqa.passages import PassageSizes, cut_passages\n"
        "from hrqa.readers.formats import read_document\n"
        "reading = read_document(Path(sys.argv[1]), file='f.pdf')\n"
        "document = Document('d', 'f.pdf', '', Bibliography('T'), None)\n"
        "passages = cut_passages(document, reading.pages, sizes=PassageSizes())\n"
        "print(hashlib.sha256(repr((reading, passages)).encode()).hexdigest())\n"
    )
    digests = {
        subprocess.run(
            [
                sys.executable,
                "-c",
                program,
                str(corpus_folder / "international-cooperation-2022.pdf"),
            ],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(digests) == 1


@pytest.fixture(scope="module")
def thesis(corpus_folder: Path) -> tuple[Page, ...]:
    """The longest document of the corpus, read."""
    path = corpus_folder / "central-region-thesis-2025.pdf"
    return read_document(path, file=path.name).pages


def test_passages_of_a_real_document_are_near_the_target(thesis: tuple[Page, ...]) -> None:
    """No passage is above the maximum, and hardly one is shorter than half the target."""
    lengths = [len(p.text) for p in cut_passages(DOCUMENT, thesis, sizes=PassageSizes())]

    assert max(lengths) <= 1500
    assert sum(length < 500 for length in lengths) <= 0.05 * len(lengths)


def test_no_passage_of_a_real_document_cuts_a_sentence(thesis: tuple[Page, ...]) -> None:
    """A sentence of prose that is not longer than a passage may be stands in one passage."""
    passages = cut_passages(DOCUMENT, thesis, sizes=PassageSizes())
    held = {
        (span.page, offset): passage.id
        for passage in passages
        for span in passage.spans
        for offset in range(span.start, span.end)
    }
    sentences = [
        (page.number, block.start + start, block.start + end)
        for page in thesis
        for block in page.blocks
        if block.kind not in (BlockKind.FURNITURE, BlockKind.TABLE)
        for start, end in sentence_spans(page.text[block.start : block.end])
    ]
    cut_up = [
        (number, start, end)
        for number, start, end in sentences
        if len({held.get((number, offset)) for offset in range(start, end)} - {None}) > 1
    ]

    assert len(sentences) > 300
    assert all(end - start > 1500 for _, start, end in cut_up)


def cut(
    *blocks: RawBlock, sizes: PassageSizes = SMALL, numbered: bool = True
) -> tuple[Passage, ...]:
    """The passages of a single page."""
    pages = build_pages([list(blocks)], numbered=numbered, goes_on=[False])
    return cut_passages(DOCUMENT, pages, sizes=sizes)


def paragraph(text: str) -> RawBlock:
    """A paragraph."""
    return BlockKind.PARAGRAPH, text, 0, 0


def heading(text: str, level: int = 1) -> RawBlock:
    """A heading."""
    return BlockKind.HEADING, text, level, 0


def test_blank_lines_between_paragraphs_count_to_the_maximum() -> None:
    """100, 2 and 99 characters are 201 and no passage of at most 200."""
    passages = cut(
        paragraph("A" * 99 + "."), paragraph("B" * 98 + "."), sizes=PassageSizes(200, 200)
    )

    assert max(len(passage.text) for passage in passages) <= 200


def test_a_heading_stands_with_the_text_below_it() -> None:
    """The cut comes before the heading, not between it and its paragraph."""
    passages = cut(
        heading("One"), paragraph("A" * 180 + "."), heading("Two"), paragraph("B" * 180 + ".")
    )

    assert [passage.text for passage in passages] == [
        "One\n\n" + "A" * 180 + ".",
        "Two\n\n" + "B" * 180 + ".",
    ]
    assert [passage.section for passage in passages] == [("One",), ("Two",)]


def test_short_sections_share_a_passage_and_its_common_heading() -> None:
    """Of the two paths of headings that part stays in which they agree."""
    passages = cut(
        heading("Results"),
        heading("Wages", 2),
        paragraph("They rose."),
        heading("Jobs", 2),
        paragraph("They grew."),
    )

    assert [p.text for p in passages] == ["Results\n\nWages\n\nThey rose.\n\nJobs\n\nThey grew."]
    assert passages[0].section == ("Results",)


def test_a_sentence_too_long_for_a_passage_is_cut_at_its_semicolon() -> None:
    """Only there does a passage end within a sentence."""
    first, second = "a" * 150 + ", " + "b" * 40 + ";", "c" * 100 + ", " + "d" * 60 + "."
    passages = cut(paragraph(f"{first} {second}"))

    assert [passage.text for passage in passages] == [first, second]


def test_a_sentence_over_a_page_end_is_one_sentence() -> None:
    """Header and footer are left out; two spans, one passage, one sentence."""
    pages = build_pages(
        [
            [paragraph("The plan for the year"), (BlockKind.FURNITURE, "6", 0, 0)],
            [(BlockKind.FURNITURE, "Running head", 0, 0), paragraph("was good. It was kept.")],
        ],
        numbered=True,
        goes_on=[False, True],
    )
    (passage,) = cut_passages(DOCUMENT, pages, sizes=PassageSizes())

    assert passage.spans == (Span(1, 0, 21), Span(2, 14, 36))
    assert [passage.text[s.start : s.end] for s in passage.sentences] == [
        "The plan for the year\nwas good.",
        "It was kept.",
    ]


def test_a_table_keeps_caption_head_and_note() -> None:
    """Later pieces of a cut table know the caption and head that stand in the first alone.

    All is 451 characters long, so at most 226 go into each of two pieces; with row 10 the
    first would have 246.
    """
    rows = "\n".join(f"row number {number:02}\t{number}.000" for number in range(20))
    passages = cut(
        paragraph("Before."),
        (BlockKind.CAPTION, "Table 1: Rows", 0, 0),
        (BlockKind.TABLE, "Name\tValue\n" + rows, 0, 1),
        paragraph("Source: Office."),
        paragraph("After."),
    )

    assert [passage.text.split("\n")[0] for passage in passages] == [
        "Before.",
        "Table 1: Rows",
        "row number 10\t10.000",
        "After.",
    ]
    assert passages[1].text.startswith("Table 1: Rows\n\nName\tValue\nrow number 00\t0.000\n")
    assert passages[2].text.endswith("row number 19\t19.000\n\nSource: Office.")
    assert [p.table_caption for p in passages] == ["", "Table 1: Rows", "Table 1: Rows", ""]
    assert [p.table_head for p in passages] == ["", "Name\tValue", "Name\tValue", ""]


def test_a_line_above_a_table_is_its_title() -> None:
    """A short line without the end of a sentence names the table that follows it."""
    table = (BlockKind.TABLE, "\t2022\nSales\t10", 0, 1)
    passages = cut(paragraph("It was a good year."), paragraph("Sales by segment"), table)

    assert [passage.text for passage in passages] == [
        "It was a good year.",
        "Sales by segment\n\n\t2022\nSales\t10",
    ]
    assert passages[1].table_caption == "Sales by segment"


def test_each_row_of_a_table_is_a_sentence() -> None:
    """Points inside cells do not cut a row."""
    (passage,) = cut((BlockKind.TABLE, "No. One\tIt rose. It fell.\nB\t2", 0, 0))

    assert [passage.text[s.start : s.end] for s in passage.sentences] == [
        "No. One\tIt rose. It fell.",
        "B\t2",
    ]


def test_an_id_tells_document_page_and_text() -> None:
    """The same words again on the same page have an ordinal behind the same hash."""
    same = "The same words stand here twice. " * 5
    passages = cut(heading("A"), paragraph(same.strip()), heading("A"), paragraph(same.strip()))
    digest = hashlib.sha256(f"1\nA\n\n{same.strip()}".encode()).hexdigest()[:12]

    assert [passage.id for passage in passages] == [f"doc.{digest}", f"doc.{digest}-2"]


def test_an_id_stays_when_the_document_changes_elsewhere() -> None:
    """Another first section leaves the second one's passage as it was."""
    second = [heading("Two"), paragraph("B" * 250 + ".")]
    before = cut(heading("One"), paragraph("A" * 250 + "."), *second)
    after = cut(heading("One"), paragraph("New words here. " * 16 + "End."), *second)

    assert before[0].id != after[0].id
    assert before[1].id == after[1].id
    assert before[1].spans != after[1].spans


def test_a_document_without_pages_is_cited_by_paragraph() -> None:
    """The number is that of the passage's first paragraph; its spans have no page."""
    passages = cut(
        paragraph("A" * 190 + "."),
        heading("Two"),
        paragraph("B" * 190 + "."),
        numbered=False,
    )

    assert [passage.paragraph for passage in passages] == [1, 2]
    assert {span.page for passage in passages for span in passage.spans} == {None}


def test_a_passage_takes_the_documents_language_where_its_words_tell_none() -> None:
    """Numbers are in no language; words that tell theirs go before the document's."""
    numbers, words = cut(
        paragraph("1.000 2.000 " * 20 + "."),
        heading("Results of the survey"),
        paragraph("The wages of the workers rose in all of the provinces. " * 4),
    )

    assert numbers.language == "fr"
    assert words.language == "en"
