"""Where a passage stands: in words, and in boxes that PDFium proves."""

import ctypes
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pypdf
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_raw
import pytest
from pypdf.generic import RectangleObject

from hrqa.citations import cite, span_boxes
from hrqa.datatypes import (
    Bibliography,
    Block,
    BlockKind,
    Box,
    Document,
    Line,
    Name,
    Page,
    Passage,
    Span,
)
from hrqa.passages import PassageSizes, cut_passages
from hrqa.readers.formats import read_document
from hrqa.words import words

SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
FILINGS = Path(__file__).resolve().parents[2] / "shared" / "data" / "financebench-dev"


def passage(*spans: Span, paragraph: int | None = None) -> Passage:
    """A passage of which only the place matters."""
    return Passage("doc.1", "doc", "", spans, (), paragraph, None, ())


def citation_text(
    *spans: Span,
    authors: tuple[str, ...] = ("Tram",),
    issued: tuple[int, ...] = (2023,),
    edition: str | None = None,
    labels: dict[int, str] | None = None,
    paragraph: int | None = None,
) -> str:
    """The line that cites these spans."""
    names = tuple(Name(literal=author) for author in authors)
    known = Bibliography("Schools", authors=names, issued=issued, edition=edition)
    document = Document("doc", "doc.pdf", "0" * 64, known, pages=None)
    pages = {
        span.page: Page(span.page, (labels or {}).get(span.page or 0), "", ()) for span in spans
    }
    return cite(passage(*spans, paragraph=paragraph), document, pages).text


@pytest.mark.parametrize(
    ("authors", "expected"),
    [
        ((), "Schools (2023), p. 6"),
        (("Tram",), "Tram: Schools (2023), p. 6"),
        (("Tram", "Lan"), "Tram & Lan: Schools (2023), p. 6"),
        (("Tram", "Lan", "Hoa"), "Tram et al.: Schools (2023), p. 6"),
    ],
)
def test_a_citation_names_up_to_two_authors(authors: tuple[str, ...], expected: str) -> None:
    """Of three or more the first stands for all."""
    assert citation_text(Span(6, 0, 1), authors=authors) == expected


def test_a_citation_without_a_year_says_so() -> None:
    """A missing year is ``n.d.``."""
    assert citation_text(Span(6, 0, 1), issued=()) == "Tram: Schools (n.d.), p. 6"


def test_a_citation_of_an_edition_names_it() -> None:
    """Nobody takes its pages for the original's."""
    cited = citation_text(Span(6, 0, 1), edition="hrqa reading edition")

    assert cited == "Tram: Schools (2023). [hrqa reading edition, p. 6]"


@pytest.mark.parametrize(
    ("pages", "labels", "place"),
    [
        ((6,), {6: "140"}, "p. 140"),
        ((6, 7), {}, "pp. 6–7"),
        ((6, 7), {6: "140", 7: "141"}, "pp. 140–141"),
        ((2, 3), {2: "ii", 3: "1"}, "pp. ii–1"),
        ((6, 6), {}, "p. 6"),
        ((6, 7, 8), {7: "x"}, "pp. 6–8"),
    ],
)
def test_a_citation_shows_labels_before_page_numbers(
    pages: tuple[int, ...], labels: dict[int, str], place: str
) -> None:
    """A range where the passage stands on several pages."""
    spans = [Span(page, 0, 1) for page in pages]

    assert citation_text(*spans, labels=labels) == f"Tram: Schools (2023), {place}"


@pytest.mark.parametrize(("pages", "place"), [((6, 7, 6), "pp. 6–7"), ((7, 6), "pp. 6–7")])
def test_a_footnote_after_a_page_end_does_not_turn_the_range(
    pages: tuple[int, ...], place: str
) -> None:
    """A paragraph over a page end comes before the footnote of the page where it begins."""
    assert citation_text(*[Span(page, 0, 1) for page in pages]).endswith(place)


def test_a_document_without_pages_is_cited_by_paragraph() -> None:
    """No page is invented, and there are no boxes."""
    document = Document("doc", "doc.md", "0" * 64, Bibliography("Notes"), pages=None)
    page = Page(None, None, "First.", (Block(BlockKind.PARAGRAPH, 0, 6),))
    citation = cite(passage(Span(None, 0, 6), paragraph=4), document, {None: page})

    assert citation.text == "Notes (n.d.), para. 4"
    assert citation.paragraph == 4
    assert citation.spans[0].boxes is None
    assert citation.spans[0].label is None


# Two lines of a paragraph, then a table row of two cells at one height.
LINES = (
    Line(0, 7, 0.10, 0.12, (0.1, 0.2, 0.3, 0.5)),
    Line(8, 13, 0.13, 0.15, (0.1, 0.4)),
    Line(15, 18, 0.20, 0.22, (0.1, 0.2)),
    Line(19, 26, 0.21, 0.23, (0.6, 0.7, 0.75, 0.9)),
)
PAGE = Page(1, None, "One two three\n\nRow\t4,5 per", (), LINES, 100, 100)


@pytest.mark.parametrize(
    ("start", "end", "boxes"),
    [
        (0, 3, [Box(0.1, 0.10, 0.2, 0.12)]),
        (0, 13, [Box(0.1, 0.10, 0.5, 0.12), Box(0.1, 0.13, 0.4, 0.15)]),
        (5, 6, [Box(0.3, 0.10, 0.5, 0.12)]),
        (3, 4, []),
        (13, 15, []),
        (15, 22, [Box(0.1, 0.20, 0.7, 0.23)]),
        (19, 26, [Box(0.6, 0.21, 0.9, 0.23)]),
    ],
)
def test_boxes_are_drawn_round_the_words_touched(start: int, end: int, boxes: list[Box]) -> None:
    """One box a line; a word touched in part is whole; cells at one height are one line."""
    assert span_boxes(PAGE, start, end) == boxes


def letters(text: str) -> str:
    """Letters and digits alone, raised digits as plain ones."""
    plain = unicodedata.normalize("NFC", text).translate(SUPERSCRIPTS)
    return "".join(char for char in plain if char.isalnum())


def letters_under(page: pdfium.PdfPage, textpage: pdfium.PdfTextPage, box: Box) -> str:
    """Letters that PDFium finds in the middle of a box, which other lines do not reach."""

    def in_page(x: float, y: float) -> tuple[float, float]:
        left, up = ctypes.c_double(), ctypes.c_double()
        fine = 100_000
        pdfium_raw.FPDF_DeviceToPage(
            page, 0, 0, fine, fine, 0, round(x * fine), round(y * fine), left, up
        )
        return left.value, up.value

    inside = 0.5 / page.get_width()
    quarter = (box.bottom - box.top) / 4
    a, b = in_page(box.left + inside, box.top + quarter)
    c, d = in_page(box.right - inside, box.bottom - quarter)
    return letters(textpage.get_text_bounded(min(a, c), min(b, d), max(a, c), max(b, d)))


def misplaced(path: Path) -> list[tuple[str, str]]:
    """Spans of a file's passages that have other letters under their boxes."""
    pages = {page.number: page for page in read_document(path, file=path.name).pages}
    document = Document("doc", path.name, "0" * 64, Bibliography("T"), pages=len(pages))
    wrong = []
    with pdfium.PdfDocument(path) as file:
        shown = {number: file[(number or 0) - 1] for number in pages}
        texts = {number: page.get_textpage() for number, page in shown.items()}
        for cut in cut_passages(document, list(pages.values()), sizes=PassageSizes()):
            for cited in cite(cut, document, pages).spans:
                span, number = cited.span, cited.span.page
                found = "".join(
                    letters_under(shown[number], texts[number], box) for box in cited.boxes or ()
                )
                wanted = letters(pages[number].text[span.start : span.end])
                if found != wanted:
                    wrong.append((wanted, found))
    return wrong


@pytest.mark.parametrize(
    "name",
    [
        "bac-ninh-2025",
        "binh-duong-2023",
        "cao-bang-2025",
        "central-region-thesis-2025",
        "international-cooperation-2022",
    ],
)
def test_under_the_boxes_of_every_passage_stand_its_words(corpus_folder: Path, name: str) -> None:
    """Letter by letter, in reading order, through all of the shipped documents."""
    assert misplaced(corpus_folder / f"{name}.pdf") == []


@pytest.mark.skipif(not FILINGS.is_dir(), reason="the filings are not here")
@pytest.mark.parametrize("name", ["BESTBUY_2024Q2_10Q", "ULTABEAUTY_2023Q4_EARNINGS"])
def test_under_the_boxes_of_filings_stand_their_words(name: str) -> None:
    """Pages full of tables, set by other programs."""
    assert misplaced(FILINGS / f"{name}.pdf") == []


SHEET = """
#set page(width: 300pt, height: 400pt, margin: 40pt)
= A Heading of the Page
Provinces that train engineers for parks report higher wages#super(typographic: false)[5] in
most of the years since 2015, and firms that lead their teams with care keep their people.

A second paragraph about vocational schools in Đồng Nai and Bình Dương follows the first.

#table(columns: 2, [Year], [Workers], [2020], [1.500], [2021], [1.900])
"""
WIDTH, HEIGHT = 300, 400


def crop(page: pypdf.PageObject) -> None:
    """Show less of the page than there is."""
    page.cropbox = RectangleObject((20, 30, 290, 390))


def shift(page: pypdf.PageObject) -> None:
    """Let the page begin below and left of the origin."""
    page.mediabox = page.cropbox = RectangleObject((-50, -70, 300, 400))


def turn(degrees: int) -> Callable[[pypdf.PageObject], None]:
    """Draw the page on its side or upside down, and have it shown upright."""

    def turn_page(page: pypdf.PageObject) -> None:
        move = {90: (HEIGHT, 0), 180: (WIDTH, HEIGHT), 270: (0, WIDTH)}[degrees]
        page.add_transformation(pypdf.Transformation().rotate(degrees).translate(*move))
        if degrees != 180:
            page.mediabox = page.cropbox = RectangleObject((0, 0, HEIGHT, WIDTH))
        page.rotate(degrees)

    return turn_page


def turn_and_crop(page: pypdf.PageObject) -> None:
    """Both at once."""
    turn(90)(page)
    page.cropbox = RectangleObject((10, 20, HEIGHT - 30, WIDTH - 5))


def altered(path: Path, alter: Callable[[pypdf.PageObject], object]) -> Path:
    """A copy of a file with every page altered."""
    writer = pypdf.PdfWriter(clone_from=path)
    for page in writer.pages:
        alter(page)
    copy = path.with_name("altered.pdf")
    writer.write(copy)
    return copy


@pytest.mark.parametrize(
    ("alter", "size"),
    [
        (turn(90), (300, 400)),
        (turn(180), (300, 400)),
        (turn(270), (300, 400)),
        (crop, (270, 360)),
        (shift, (350, 470)),
        (turn_and_crop, (275, 360)),
    ],
)
def test_boxes_are_places_on_the_page_as_displayed(
    typeset: Callable[..., Path],
    alter: Callable[[pypdf.PageObject], object],
    size: tuple[float, float],
) -> None:
    """However the page is turned, cropped or shifted, text and boxes belong together."""
    sheet = typeset(SHEET)
    copy = altered(sheet, alter)
    (page,) = read_document(copy, file="altered.pdf").pages
    (upright,) = read_document(sheet, file="sheet.pdf").pages

    assert (page.width, page.height) == size
    assert page.text == upright.text
    assert misplaced(copy) == []


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_boxes_of_a_turned_page_are_those_of_the_upright_one(
    typeset: Callable[..., Path], degrees: int
) -> None:
    """What looks the same has the same boxes, within a hundredth of a per cent or two."""
    sheet = typeset(SHEET)
    (turned,) = read_document(altered(sheet, turn(degrees)), file="altered.pdf").pages
    (upright,) = read_document(sheet, file="sheet.pdf").pages
    expected = span_boxes(upright, 0, len(upright.text))
    found = span_boxes(turned, 0, len(turned.text))

    assert len(found) == len(expected)
    for box, wanted in zip(found, expected, strict=True):
        assert (box.left, box.top, box.right, box.bottom) == pytest.approx(
            (wanted.left, wanted.top, wanted.right, wanted.bottom), abs=2e-4
        )


@pytest.mark.parametrize("degrees", [90, 270])
def test_a_page_that_lies_on_its_side_is_read(typeset: Callable[..., Path], degrees: int) -> None:
    """Wide tables stand so on upright pages; their words are whole all the same."""
    sheet = typeset(SHEET)
    (upright,) = read_document(sheet, file="sheet.pdf").pages
    lying = altered(sheet, lambda page: page.rotate(degrees))
    (page,) = read_document(lying, file="altered.pdf").pages

    assert words(page.text) == words(upright.text)
