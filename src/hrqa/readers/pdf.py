"""PDF files: pypdf for what the file declares, PDFium for the words and their places."""

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pypdf
import pypdfium2 as pdfium
from pypdf.errors import PyPdfError
from pypdf.generic import Destination

from hrqa.datatypes import BlockKind, OutlineEntry
from hrqa.errors import UnreadableDocumentError
from hrqa.readers.assembly import RawBlock, assemble_page, vocabulary
from hrqa.readers.blocks import body_size, find_blocks, link_pages
from hrqa.readers.furniture import running_lines
from hrqa.readers.glyphs import PageGlyphs, read_glyphs
from hrqa.readers.layout import lay_out
from hrqa.readers.reading import DEFAULT_LIMITS, Reading, ReadingLimits
from hrqa.readers.tables import aligned_tables, ruled_tables

_T = TypeVar("_T")
_EMPTY_PAGE = PageGlyphs(width=612, height=792, words=(), rulings=(), images=0)

logging.getLogger("pypdf").setLevel(logging.ERROR)


def read_pdf(path: Path, *, file: str, limits: ReadingLimits = DEFAULT_LIMITS) -> Reading:
    """Read a PDF file.

    Args:
        path: Where the file lies.
        file: Its name in messages: the path relative to the corpus.
        limits: How much of the machine it may take.

    Raises:
        UnreadableDocumentError: It is empty, broken or encrypted, has too many pages, or no
            page has text.
    """
    if path.stat().st_size == 0:
        raise UnreadableDocumentError(file, "the file is empty; put the whole file in its place")
    declared = _declared(path, file)
    opened = _glyphs(path, file)
    unreadable = tuple(
        (number, _why_unreadable(page))
        for number, page in enumerate(opened, start=1)
        if page is None or (not page.words and page.images)
    )
    if len(opened) > limits.pages:
        raise UnreadableDocumentError(
            file, f"it has {len(opened)} pages, more than the {limits.pages} that are allowed"
        )
    glyphs = [_EMPTY_PAGE if page is None else page for page in opened]
    if not any(page.words for page in glyphs):
        raise UnreadableDocumentError(
            file,
            "no page has text, only images; run OCR on it (for example with ocrmypdf)"
            if unreadable
            else "no page has text; check that this is the right file",
        )
    labels = declared.labels if len(declared.labels) == len(glyphs) else [None] * len(glyphs)
    pages = _blocks(glyphs, declared.outline, declared.title)
    known = vocabulary(pages)
    built = tuple(
        assemble_page(
            blocks,
            known_words=known,
            number=number,
            label=label,
            width=page.width,
            height=page.height,
        )
        for number, (blocks, page, label) in enumerate(
            zip(pages, glyphs, labels, strict=True), start=1
        )
    )
    return Reading(
        pages=built,
        title=declared.title,
        authors=declared.authors,
        language=declared.language,
        outline=declared.outline or _headings(pages),
        unreadable_pages=unreadable,
    )


class _Declared:
    """What the file declares of itself; each part is left empty where it cannot be read."""

    def __init__(self, reader: pypdf.PdfReader) -> None:
        info = _quietly(lambda: reader.metadata) or pypdf.DocumentInformation()
        title = _quietly(lambda: info.title)
        self.title = str(title).strip() or None if title else None
        author = _quietly(lambda: info.author)
        names = re.split(r"\s*[;,]\s*", str(author)) if author else []
        self.authors = tuple(name for name in names if name)
        language = _quietly(lambda: reader.root_object.get("/Lang"))
        self.language = str(language) if language else None
        has_labels = _quietly(lambda: "/PageLabels" in reader.root_object)
        self.labels: list[str | None] = (
            list(_quietly(lambda: reader.page_labels) or []) if has_labels else []
        )
        self.outline = tuple(_quietly(lambda: list(_outline(reader, reader.outline, 1))) or ())


def _quietly(read: Callable[[], _T]) -> _T | None:
    """The value, or None where a damaged file does not give it."""
    try:
        return read()
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError):
        return None


def _outline(
    reader: pypdf.PdfReader, entries: Sequence[Destination | list[Any]], level: int
) -> Iterator[OutlineEntry]:
    for entry in entries:
        if isinstance(entry, list):
            yield from _outline(reader, entry, level + 1)
        elif entry.title and str(entry.title).strip():
            page = reader.get_destination_page_number(entry)
            if page is not None and page >= 0:
                yield OutlineEntry(" ".join(str(entry.title).split()), level, page + 1)


def _declared(path: Path, file: str) -> _Declared:
    try:
        reader = pypdf.PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableDocumentError(
                file, "the file is encrypted; save a copy without a password"
            )
        return _Declared(reader)
    except UnreadableDocumentError:
        raise
    except Exception as error:  # pypdf raises many kinds on damaged files
        raise UnreadableDocumentError(
            file, f"the file is broken or no PDF ({_first_line(error)}); get an intact copy"
        ) from error


def _glyphs(path: Path, file: str) -> list[PageGlyphs | None]:
    """The glyphs of each page; None for one that cannot be opened."""
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        raise UnreadableDocumentError(
            file, f"the file is broken or no PDF ({_first_line(error)}); get an intact copy"
        ) from error
    with document:
        pages: list[PageGlyphs | None] = []
        for index in range(len(document)):
            try:
                page = document[index]
                pages.append(read_glyphs(page))
                page.close()
            except pdfium.PdfiumError:
                pages.append(None)
        return pages


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")


def _why_unreadable(page: PageGlyphs | None) -> str:
    if page is None:
        return "the page is broken and cannot be opened; get an intact copy of the file"
    images = "an image" if page.images == 1 else f"{page.images} images"
    return f"the page holds {images} and no text; run OCR on the file"


def _blocks(
    glyphs: Sequence[PageGlyphs], outline: Sequence[OutlineEntry], title: str | None
) -> list[list[RawBlock]]:
    items = [
        lay_out(page, ruled_tables=ruled_tables, aligned_tables=aligned_tables) for page in glyphs
    ]
    running = running_lines(items, [page.height for page in glyphs], title=title)
    body = body_size(items)
    return link_pages(
        [
            find_blocks(
                page_items,
                running=page_running,
                outline=[entry for entry in outline if entry.page == number],
                has_outline=bool(outline),
                body=body,
            )
            for number, (page_items, page_running) in enumerate(
                zip(items, running, strict=True), start=1
            )
        ]
    )


def _headings(pages: Sequence[Sequence[RawBlock]]) -> tuple[OutlineEntry, ...]:
    return tuple(
        OutlineEntry(" ".join(line.text for line in block.lines), block.level, number)
        for number, blocks in enumerate(pages, start=1)
        for block in blocks
        if block.kind is BlockKind.HEADING
    )
