"""PDF files: pypdf for what the file declares, PDFium for the words and their places."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from hrqa.datatypes import BlockKind, OutlineEntry, Page
from hrqa.errors import UnreadableDocumentError
from hrqa.readers.assembly import RawBlock, assemble_page
from hrqa.readers.blocks import body_size, find_blocks
from hrqa.readers.continuation import link_pages
from hrqa.readers.declarations import Declarations, read_declarations
from hrqa.readers.furniture import running_lines
from hrqa.readers.page_labels import printed_numbers
from hrqa.readers.reading import DEFAULT_LIMITS, Reading, ReadingLimits, empty_file
from hrqa.readers.spool import PageSpool
from hrqa.readers.survey import Survey, survey

_COVERED = 0.5
"""Share of the pages that an outline reaches which covers the whole file."""


def read_pdf(path: Path, *, file: str, limits: ReadingLimits = DEFAULT_LIMITS) -> Reading:
    """Read a PDF file.

    Args:
        path: Where the file lies.
        file: Its name in messages: the path relative to the corpus.
        limits: How much of the machine it may take.

    Raises:
        UnreadableDocumentError: It is empty, broken or encrypted, has too many pages, or no
            page has text that can be read.
    """
    if path.stat().st_size == 0:
        raise empty_file(file)
    declared = read_declarations(path, file)
    with PageSpool() as spool:
        found = survey(path, file, limits, spool)
        if not found.has_text:
            raise _without_text(file, found)
        return _reading(declared, found, spool)


def _without_text(file: str, found: Survey) -> UnreadableDocumentError:
    if found.pictures:
        return UnreadableDocumentError(
            file, "its pages hold only images, in which OCR found no text; scan it more clearly"
        )
    if not found.unreadable:
        return UnreadableDocumentError(file, "no page has text; check that this is the right file")
    number, reason = found.unreadable[0]
    return UnreadableDocumentError(
        file, f"no page has text that can be read; page {number}: {reason}"
    )


def _reading(declared: Declarations, found: Survey, spool: PageSpool) -> Reading:
    printed = printed_numbers(found.edges)
    labels = declared.labels if len(declared.labels) == len(spool) else printed.labels
    known_words = frozenset(found.known_words)
    pages: list[Page] = []
    headings: list[OutlineEntry] = []
    outlined = _outlined_pages(declared.outline, len(spool))
    blocks_of_pages = link_pages(_blocks(declared, found, spool, printed.lines, labels))
    for number, blocks in enumerate(blocks_of_pages, start=1):
        width, height = found.sizes[number - 1]
        headings.extend(_headings(blocks, number))
        pages.append(
            assemble_page(
                blocks,
                known_words=known_words,
                number=number,
                label=labels[number - 1],
                width=width,
                height=height,
            )
        )
    return Reading(
        pages=tuple(pages),
        title=declared.title,
        authors=declared.authors,
        language=declared.language,
        outline=(
            *declared.outline,
            *(entry for entry in headings if (entry.page or 0) > outlined),
        ),
        unreadable_pages=tuple(found.unreadable),
        ocr_pages=tuple(found.recognised),
        notes=tuple(
            f"page {number} holds only images, in which OCR found no text"
            for number in found.pictures
        ),
    )


def _blocks(
    declared: Declarations,
    found: Survey,
    spool: PageSpool,
    numbers: Sequence[frozenset[int]],
    labels: Sequence[str | None],
) -> Iterator[list[RawBlock]]:
    """The blocks of each page."""
    running = running_lines(found.edges, numbers, title=declared.title, labels=labels)
    body = body_size(found.type_sizes)
    outline: dict[int | None, list[OutlineEntry]] = {}
    for entry in declared.outline:
        outline.setdefault(entry.page, []).append(entry)
    outlined = _outlined_pages(declared.outline, len(spool))
    for number, items in enumerate(spool, start=1):
        yield find_blocks(
            items,
            running=running[number - 1],
            outline=outline.get(number, []),
            has_outline=number <= outlined,
            body=body,
        )


def _outlined_pages(outline: Sequence[OutlineEntry], pages: int) -> int:
    """How many pages an outline covers: it may name the first pages of a file alone."""
    last = max((entry.page or 0 for entry in outline), default=0)
    return pages if last >= _COVERED * pages else last


def _headings(blocks: Sequence[RawBlock], page: int) -> Iterator[OutlineEntry]:
    for block in blocks:
        if block.kind is BlockKind.HEADING:
            yield OutlineEntry(" ".join(line.text for line in block.lines), block.level, page)
