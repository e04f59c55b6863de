"""The first of two passes over a PDF file: the lines of every page, and what recurs in them.

Lines go into a spool, so that only a few facts of each page are kept in memory.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pypdfium2 as pdfium

from hrqa.readers import ocr
from hrqa.readers.aligned_tables import aligned_tables
from hrqa.readers.assembly import add_vocabulary
from hrqa.readers.blocks import add_type_sizes
from hrqa.readers.declarations import broken
from hrqa.readers.furniture import EdgeLine, edge_lines
from hrqa.readers.glyphs import PageGlyphs, Word, read_glyphs
from hrqa.readers.layout import Item, lay_out
from hrqa.readers.legibility import why_illegible
from hrqa.readers.reading import ReadingLimits, too_many_pages
from hrqa.readers.ruled_tables import ruled_tables
from hrqa.readers.spool import PageSpool

_EMPTY_PAGE = PageGlyphs(width=612, height=792, words=(), rulings=(), images=0)
_BROKEN_PAGE = "the page is broken and cannot be opened; get an intact copy of the file"


@dataclass(slots=True)
class Survey:
    """What the pages of a file have in common, gathered page by page.

    Attributes:
        sizes: Width and height of each page as displayed, in points.
        edges: The edge lines of each page.
        type_sizes: How many characters are set in each size of type, by tenths of a point.
        known_words: Words that no line end cuts.
        unreadable: Numbers of pages whose text cannot be read, each with the reason.
        recognised: Numbers of pages whose text was recognised in their image.
        pictures: Numbers of pages that hold images only, in which no text was found.
        has_text: Whether any page has words.
    """

    sizes: list[tuple[float, float]] = field(default_factory=list)
    edges: list[tuple[EdgeLine, ...]] = field(default_factory=list)
    type_sizes: Counter[float] = field(default_factory=Counter)
    known_words: set[str] = field(default_factory=set)
    unreadable: list[tuple[int, str]] = field(default_factory=list)
    recognised: list[int] = field(default_factory=list)
    pictures: list[int] = field(default_factory=list)
    has_text: bool = False

    def add(self, page: PageGlyphs, items: Sequence[Item]) -> None:
        """Take the next page in."""
        self.sizes.append((page.width, page.height))
        self.edges.append(edge_lines(items, page.width, page.height))
        add_type_sizes(self.type_sizes, items)
        add_vocabulary(self.known_words, items)
        self.has_text = self.has_text or bool(items)


def survey(path: Path, file: str, limits: ReadingLimits, spool: PageSpool) -> Survey:
    """Read the lines of every page into a spool.

    Args:
        path: Where the file lies.
        file: Its name in messages.
        limits: How much of the machine it may take.
        spool: Takes the items of each page.

    Raises:
        UnreadableDocumentError: The file cannot be opened or has too many pages.
    """
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        raise broken(file, error) from error
    found = Survey()
    with document:
        if len(document) > limits.pages:
            raise too_many_pages(file, len(document), limits)
        for index in range(len(document)):
            glyphs = _page(document, index, limits, found)
            items = lay_out(glyphs, ruled_tables=ruled_tables, aligned_tables=aligned_tables)
            found.add(glyphs, items)
            spool.add(items)
    return found


def _page(
    document: pdfium.PdfDocument, index: int, limits: ReadingLimits, found: Survey
) -> PageGlyphs:
    """The glyphs of a page, recognised in its image where the file does not name them."""
    try:
        page = document[index]
    except pdfium.PdfiumError:
        found.unreadable.append((index + 1, _BROKEN_PAGE))
        return _EMPTY_PAGE
    try:
        glyphs = read_glyphs(page)
        problem = _problem(glyphs)
        if problem is None:
            return glyphs
        words, failure = _recognised(page, limits)
        if failure is not None:
            found.unreadable.append((index + 1, f"{problem}; {failure}"))
        elif words:
            found.recognised.append(index + 1)
        elif glyphs.words or glyphs.unmapped:
            found.unreadable.append((index + 1, f"{problem}; OCR found no text in its image"))
        else:
            found.pictures.append(index + 1)
        return replace(glyphs, words=words)
    except pdfium.PdfiumError:
        found.unreadable.append((index + 1, _BROKEN_PAGE))
        return _EMPTY_PAGE
    finally:
        page.close()


def _problem(glyphs: PageGlyphs) -> str | None:
    if not glyphs.words and not glyphs.unmapped:
        if not glyphs.images:
            return None
        images = "an image" if glyphs.images == 1 else f"{glyphs.images} images"
        return f"the page holds {images} and no text"
    return why_illegible(glyphs)


def _recognised(page: pdfium.PdfPage, limits: ReadingLimits) -> tuple[tuple[Word, ...], str | None]:
    """The words in the page's image, and why there are none if it could not be recognised."""
    if not limits.ocr:
        return (), "OCR is switched off"
    if ocr.engine() is None:
        return (), f"for OCR, {ocr.why_missing()}"
    try:
        return ocr.recognise(page), None
    except ocr.RecognitionError as error:
        return (), str(error)
