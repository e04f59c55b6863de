"""Running headers, footers and page numbers, and what they must not cut or swallow."""

from collections.abc import Callable
from pathlib import Path

from hrqa.datatypes import Bibliography, BlockKind, Document
from hrqa.passages import PassageSizes, cut_passages
from hrqa.readers.formats import read_document
from hrqa.readers.reading import Reading
from hrqa.sentences import sentence_spans

Typeset = Callable[..., Path]
PLACES = (
    "Hanoi Danang Hue Vinh Dalat Nhatrang Cantho Haiphong Mytho Travinh Camau Longan Tayninh "
    "Laocai Sonla Hagiang Caobang Bacninh Namdinh Thaibinh Hoabinh Quangtri Phuyen Kontum "
    "Pleiku Vungtau Bienhoa Phanthiet Soctrang Rachgia"
).split()
SENTENCES = [
    f"{place} says that the province trains engineers for its industrial parks near {place} and "
    f"that {number} firms keep their people longer."
    for number, place in enumerate(PLACES, start=1)
]
RUNNING = (
    '#set page(paper: "a6", margin: (x: 30pt, y: 50pt), header: [Human Resources in Vietnam], '
    'footer: context align(center, counter(page).display("1")))\n#set par(justify: true)\n'
)


def read(typeset: Typeset, source: str) -> Reading:
    """A source, set and read."""
    return read_document(typeset(source), file="running.pdf")


def texts(reading: Reading, *, running: bool) -> list[list[str]]:
    """For each page the texts of its running lines, or of all others."""
    return [
        [
            page.text[block.start : block.end]
            for block in page.blocks
            if (block.kind is BlockKind.FURNITURE) is running
        ]
        for page in reading.pages
    ]


def test_header_and_page_number_are_running_lines(typeset: Typeset) -> None:
    """They stay in the page's text as blocks of their own, at its head and foot."""
    reading = read(typeset, RUNNING + " ".join(SENTENCES))

    assert len(reading.pages) > 3
    assert texts(reading, running=True) == [
        ["Human Resources in Vietnam", str(page.number)] for page in reading.pages
    ]
    assert reading.pages[1].text.startswith("Human Resources in Vietnam\n\n")
    assert reading.pages[1].text.endswith("\n\n2")


def test_a_sentence_over_a_page_end_is_whole_in_its_passage(typeset: Typeset) -> None:
    """Neither header nor footer stands in it; all sentences come out as they went in."""
    reading = read(typeset, RUNNING + " ".join(SENTENCES))
    document = Document("doc", "running.pdf", "0" * 64, Bibliography("T"), len(reading.pages))
    passages = cut_passages(document, reading.pages, sizes=PassageSizes())
    found = [
        " ".join(passage.text[start:end].split())
        for passage in passages
        for start, end in sentence_spans(passage.text)
    ]
    over_an_end = [p for p in passages if len({span.page for span in p.spans}) > 1]

    assert found == SENTENCES
    assert over_an_end


def test_a_new_paragraph_at_the_head_of_a_page_is_a_new_one(typeset: Typeset) -> None:
    """Where the page before ends with a whole sentence nothing goes on."""
    reading = read(typeset, RUNNING + "\n#pagebreak()\n".join(SENTENCES[:4]))

    assert texts(reading, running=False) == [[sentence] for sentence in SENTENCES[:4]]
    assert not any(block.continues for page in reading.pages for block in page.blocks)


def test_page_numbers_in_words_and_roman_are_running_lines(typeset: Typeset) -> None:
    """Numbers are struck out before lines are compared."""
    reading = read(
        typeset,
        '#set page(paper: "a6", numbering: "i", footer: context [Report, page '
        '#counter(page).display("i")])\n' + "\n#pagebreak()\n".join(SENTENCES[:4]),
    )

    assert texts(reading, running=True) == [
        [f"Report, page {numeral}"] for numeral in ("i", "ii", "iii", "iv")
    ]


def test_words_that_recur_in_the_text_are_no_running_lines(typeset: Typeset) -> None:
    """A line in the middle of the page may stand on every page."""
    middle = "#v(120pt)\nSource: Statistics Office of the province.\n\n"
    reading = read(
        typeset, RUNNING + "\n#pagebreak()\n".join(middle + text for text in SENTENCES[:4])
    )

    assert [page[0] for page in texts(reading, running=False)] == [
        "Source: Statistics Office of the province."
    ] * 4


def test_a_single_page_has_no_running_lines_but_keeps_its_text(typeset: Typeset) -> None:
    """Nothing recurs, so nothing is lost."""
    reading = read(typeset, RUNNING + SENTENCES[0])

    assert SENTENCES[0] in texts(reading, running=False)[0]


def test_titles_over_tables_are_no_running_lines(typeset: Typeset) -> None:
    """Bold lines close above a table name it, though they stand alike on four pages."""
    table = "#table(columns: 2, stroke: none, [islands], [pupils], [Heron], [4,710])"
    title = "*Ferry Company and Islands* \\\n*Pupils in Thousands*\n\n"
    reading = read(
        typeset,
        '#set page(paper: "a6", margin: (y: 20pt))\n'
        + "\n#pagebreak()\n".join(title + table + text for text in SENTENCES[:4]),
    )

    assert texts(reading, running=True) == [[]] * 4
    assert all("Ferry Company and Islands" in page.text for page in reading.pages)


def test_numbers_of_items_are_no_page_numbers(typeset: Typeset) -> None:
    """They rise otherwise than the pages, so the lines that hold them are not the same."""
    reading = read(
        typeset,
        '#set page(paper: "a6", margin: (y: 20pt))\n'
        + "\n#pagebreak()\n".join(
            f"Item {number}.\n\n{text}"
            for number, text in zip((2, 5, 6, 9), SENTENCES[:4], strict=True)
        ),
    )

    assert texts(reading, running=True) == [[]] * 4


def test_a_running_header_of_one_chapter_is_found(typeset: Typeset) -> None:
    """It counts in its stretch of pages, however long the rest of the document is."""
    chapter = RUNNING + "\n#pagebreak()\n".join(SENTENCES[:6])
    rest = "#set page(header: none)\n" + "\n#pagebreak()\n".join(SENTENCES * 3)
    reading = read(typeset, f"{chapter}\n{rest}")

    assert len(reading.pages) == 96
    assert [page[0] for page in texts(reading, running=True)[:6]] == [
        "Human Resources in Vietnam"
    ] * 6
