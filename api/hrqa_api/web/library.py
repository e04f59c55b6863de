"""``/library``: the documents, and of each what is known of it and what is in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Depends, Request, Response

from hrqa.datatypes import BlockKind, Document, OutlineEntry, Page
from hrqa.words import fold
from hrqa_api.borrowing import ServingDep
from hrqa_api.file_checks import FileChecks
from hrqa_api.routes.finding import find_document
from hrqa_api.web.addresses import Addresses, root_of
from hrqa_api.web.preferences import follow_switch
from hrqa_api.web.rendering import page_response

_ON_A_PAGE = 50

router = APIRouter(include_in_schema=False, dependencies=[Depends(follow_switch)])


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading with the address of its place; None where that cannot be told."""

    entry: OutlineEntry
    address: str | None


@router.get("/library")
def library(request: Request, serving: ServingDep) -> Response:
    """The documents in the order of their files, or those in whose names some words stand."""
    request.state.route = "/library"
    find = " ".join(request.query_params.get("find", "").split())
    words = _plain(find).split()
    found = [
        stored
        for stored in serving.index.texts.documents
        if not words or _has(_plain(_names(stored.document)), words)
    ]
    last = max(1, -(-len(found) // _ON_A_PAGE))
    number = min(_number(request.query_params.get("sheet", "")), last)
    begin = (number - 1) * _ON_A_PAGE
    view = {
        "find": find,
        "count": len(found),
        "stored": found[begin : begin + _ON_A_PAGE],
        "sheet": number,
        "last": last,
        "failed": serving.index.meta.failed,
    }
    return page_response(request, "library.html", view)


@router.get("/library/{document_id}")
def document(document_id: str, request: Request, serving: ServingDep) -> Response:
    """One document."""
    request.state.route = "/library/{document_id}"
    stored = find_document(serving, document_id)
    checks: FileChecks = request.app.state.files
    to = Addresses(root_of(request))
    shown = stored.document
    text = serving.index.texts.page(shown.id, None) if shown.pages is None else None
    view = {
        "stored": stored,
        "document": shown,
        "is_there": checks.is_unchanged(shown),
        "begin": to.reading(shown, _first_page(shown)),
        "headings": list(_headings(shown, text, to)),
        "shallowest": min((entry.level for entry in shown.outline), default=1),
    }
    return page_response(request, "document.html", view)


def _first_page(document: Document) -> int | None:
    return None if document.pages is None else 1


def _headings(document: Document, text: Page | None, to: Addresses) -> Iterator[Heading]:
    """The headings, each with where it stands: its page, or its block in a text without pages."""
    blocks = [] if text is None else _heading_blocks(text)
    for number, entry in enumerate(document.outline):
        if entry.page is not None:
            yield Heading(entry, to.reading(document, entry.page, heading=number))
            continue
        place = next((n for n, (_, title) in enumerate(blocks) if title == entry.title), None)
        if place is None:
            yield Heading(entry, None)
        else:
            yield Heading(entry, to.text_from(document, blocks[place][0]))
            blocks = blocks[place + 1 :]


def _heading_blocks(text: Page) -> Sequence[tuple[int, str]]:
    """Number and words of each block that is a heading."""
    return [
        (number, " ".join(text.text[block.start : block.end].split()))
        for number, block in enumerate(text.blocks)
        if block.kind is BlockKind.HEADING
    ]


def _names(document: Document) -> str:
    known = document.bibliography
    authors = " ".join(str(author) for author in known.authors)
    return f"{known.title} {authors} {document.file} {known.year or ''}"


def _has(names: str, words: Sequence[str]) -> bool:
    return all(word in names for word in words)


def _plain(text: str) -> str:
    """Without marks and case, as people type who look for a name."""
    return fold(text).casefold()


def _number(given: str) -> int:
    return max(1, int(given)) if given.isascii() and given.isdigit() and len(given) < 7 else 1
