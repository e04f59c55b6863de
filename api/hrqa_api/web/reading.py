"""A document read: a page as a picture with a passage boxed, or its text with it marked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import APIRouter, Depends, Request, Response

from hrqa.citations import cite_part, span_boxes
from hrqa.datatypes import Block, BlockKind, Box, Document, Page, Passage
from hrqa.queries import CitedSpan
from hrqa.search import cite_from
from hrqa.store.texts import TextStore
from hrqa_api.borrowing import ServingDep
from hrqa_api.file_checks import FileChecks
from hrqa_api.problems import NOT_FOUND, ProblemError
from hrqa_api.routes.finding import find_document, find_page
from hrqa_api.web.addresses import Addresses, root_of
from hrqa_api.web.preferences import follow_switch
from hrqa_api.web.rendering import page_response
from hrqa_api.web.shown_text import ANSWER, PASSAGE, Mark, shown_page

ZOOMS = (100, 150, 200, 300)
"""Widths at which a page is shown, in percent of the space that there is."""

_PICTURE_WIDTHS = {100: 1200, 150: 1800, 200: 2400, 300: 3000}
_CHARACTERS = 20_000
"""Length of the part of a text without pages that is shown at one time."""

_LEAD = 2_000
"""How much of it stands before the passage."""

_MARK = re.compile(r"(\d{1,9})-(\d{1,9})", re.ASCII)
_DIGITS = re.compile(r"\d{1,9}", re.ASCII)

router = APIRouter(include_in_schema=False, dependencies=[Depends(follow_switch)])


@dataclass(frozen=True, slots=True)
class ShownBox:
    """A box over a picture; ``level`` is ``PASSAGE`` or ``ANSWER``."""

    box: Box
    level: int


@dataclass(frozen=True, slots=True)
class _Looked:
    """What is looked at.

    Attributes:
        passage: The passage; None where none is asked for or it is no longer there.
        marks: Offsets into its text of what answers.
        is_lost: Whether a passage is asked for that is not in this document.
    """

    passage: Passage | None
    marks: tuple[tuple[int, int], ...]
    is_lost: bool


@router.get("/library/{document_id}/pages/{number}")
def page(document_id: str, number: str, request: Request, serving: ServingDep) -> Response:
    """A page; its picture where the file is a PDF and has not changed, and its text."""
    request.state.route = "/library/{document_id}/pages/{number}"
    stored = find_document(serving, document_id)
    document = stored.document
    if not _DIGITS.fullmatch(number) or document.pages is None:
        raise ProblemError(NOT_FOUND, f"{document.id} has no page {number[:20]!r}.")
    shown = find_page(serving, stored, int(number))
    assert shown.number is not None
    texts = serving.index.texts
    looked = _looked(request, texts, document)
    zoom = _zoom(request)
    to = Addresses(root_of(request))
    checks: FileChecks = request.app.state.files
    is_there = checks.is_unchanged(document)
    is_picture = is_there and document.file.lower().endswith(".pdf")
    parts = list(_parts(looked, texts, shown.number))
    heading = _heading(request, document, shown)
    boxes = [ShownBox(box, level) for cited, level in parts for box in cited.boxes or ()]
    marked = _marked(parts)
    if heading is not None:
        at_heading = span_boxes(shown, heading.start, heading.end)
        boxes += [ShownBox(box, PASSAGE) for box in at_heading]
        marked.append(Mark(heading.start, heading.end, PASSAGE))

    def at(other: int, zoomed: int = zoom) -> str:
        passage_id = looked.passage.id if looked.passage else None
        wanted = zoomed if zoomed != ZOOMS[0] else None
        return to.reading(document, other, passage_id=passage_id, marks=looked.marks, zoom=wanted)

    place = ZOOMS.index(zoom)
    view = {
        "document": document,
        "page": shown,
        "passage": looked.passage,
        "marks": looked.marks,
        "is_lost": looked.is_lost,
        "is_there": is_there,
        "picture": to.image(document, shown.number, _PICTURE_WIDTHS[zoom]) if is_picture else None,
        "boxes": boxes,
        "blocks": shown_page(shown, marked),
        "zoom": zoom,
        "smaller": at(shown.number, ZOOMS[place - 1]) if place else None,
        "larger": at(shown.number, ZOOMS[place + 1]) if place + 1 < len(ZOOMS) else None,
        "before": at(shown.number - 1) if shown.number > 1 else None,
        "after": at(shown.number + 1) if shown.number < document.pages else None,
        "unreadable": dict(document.unreadable_pages).get(shown.number),
        "is_ocr": shown.number in document.ocr_pages,
    }
    return page_response(request, "page.html", view)


@router.get("/library/{document_id}/text")
def text(document_id: str, request: Request, serving: ServingDep) -> Response:
    """The text of a document without pages, or as much of it as one can take in."""
    request.state.route = "/library/{document_id}/text"
    stored = find_document(serving, document_id)
    document = stored.document
    whole = find_page(serving, stored, None)
    looked = _looked(request, serving.index.texts, document)
    parts = list(_parts(looked, serving.index.texts, None))
    given = request.query_params.get("from", "")
    if _DIGITS.fullmatch(given):
        begin = min(int(given), max(0, len(whole.blocks) - 1))
    else:
        begin = _block_before(whole, parts[0][0].span.start if parts else 0)
    end = _end(whole.blocks, begin)
    to = Addresses(root_of(request))
    checks: FileChecks = request.app.state.files

    def at(block: int) -> str:
        passage_id = looked.passage.id if looked.passage else None
        return to.text_from(document, block, passage_id=passage_id, marks=looked.marks)

    view = {
        "document": document,
        "passage": looked.passage,
        "marks": looked.marks,
        "is_lost": looked.is_lost,
        "is_there": checks.is_unchanged(document),
        "blocks": shown_page(whole, _marked(parts), whole.blocks[begin:end]),
        "before": at(_begin_before(whole.blocks, begin)) if begin else None,
        "after": at(end) if end < len(whole.blocks) else None,
    }
    return page_response(request, "text.html", view)


def _looked(request: Request, texts: TextStore, document: Document) -> _Looked:
    wanted = request.query_params.get("passage")
    number = texts.passage_number(wanted) if wanted else None
    passage = texts.passage(number) if number is not None else None
    if passage is None or passage.document_id != document.id:
        return _Looked(None, (), is_lost=wanted is not None)
    marks = []
    for given in request.query_params.getlist("mark"):
        match = _MARK.fullmatch(given)
        if match and int(match[1]) < int(match[2]) <= len(passage.text):
            marks.append((int(match[1]), int(match[2])))
    return _Looked(passage, tuple(marks), is_lost=False)


def _parts(
    looked: _Looked, texts: TextStore, number: int | None
) -> Iterator[tuple[CitedSpan, int]]:
    """The stretches of a page that are marked, each with its level: the passage, then answers."""
    passage = looked.passage
    if passage is None:
        return
    citation = cite_from(texts, passage)
    pages = {
        span.page: found
        for span in passage.spans
        if (found := texts.page(passage.document_id, span.page)) is not None
    }
    answers = [cited for mark in looked.marks for cited in cite_part(passage, *mark, pages)]
    for level, spans in ((PASSAGE, citation.spans), (ANSWER, answers)):
        for cited in spans:
            if cited.span.page == number:
                yield cited, level


def _marked(parts: list[tuple[CitedSpan, int]]) -> list[Mark]:
    return [Mark(cited.span.start, cited.span.end, level) for cited, level in parts]


def _heading(request: Request, document: Document, page: Page) -> Block | None:
    """The heading of the outline that is asked for, where it stands on a page; else None."""
    given = request.query_params.get("heading", "")
    if not _DIGITS.fullmatch(given) or int(given) >= len(document.outline):
        return None
    title = document.outline[int(given)].title.split()
    headings = (block for block in page.blocks if block.kind is BlockKind.HEADING)
    return next((b for b in headings if page.text[b.start : b.end].split() == title), None)


def _zoom(request: Request) -> int:
    given = request.query_params.get("zoom", "")
    return next((zoom for zoom in ZOOMS if str(zoom) == given), ZOOMS[0])


def _block_before(whole: Page, start: int) -> int:
    """Number of the block with which to begin, so that something stands before a passage."""
    reached = max(0, start - _LEAD)
    return next((n for n, block in enumerate(whole.blocks) if block.end > reached), 0)


def _end(blocks: tuple[Block, ...], begin: int) -> int:
    """One past the last block that fits beside the first."""
    end = begin + 1
    while end < len(blocks) and blocks[end].end - blocks[begin].start <= _CHARACTERS:
        end += 1
    return min(end, len(blocks))


def _begin_before(blocks: tuple[Block, ...], begin: int) -> int:
    """The first block of the part before, which ends where this one begins."""
    first = begin - 1
    while first and blocks[begin - 1].end - blocks[first - 1].start <= _CHARACTERS:
        first -= 1
    return first
