"""The index, its documents, their pages and passages."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from hrqa_api.borrowing import ServingDep, known_parameters
from hrqa_api.caching import Unchanged
from hrqa_api.cursors import make_cursor, read_cursor
from hrqa_api.problems import GONE, NOT_FOUND, parameter_problem
from hrqa_api.responses import NOT_MODIFIED, TAGGED, Responses, failures
from hrqa_api.routes.finding import find_document, find_page, find_passage, with_citation
from hrqa_api.schemas.citations import PassageDetailOut, PassagesOut
from hrqa_api.schemas.documents import (
    DocumentDetailOut,
    DocumentsOut,
    IndexOut,
    PageOut,
    TextOut,
    document_detail_out,
    document_out,
    index_out,
    text_out,
)

DocumentId = Annotated[str, Path(description="the document's id", examples=["binh-duong-2023"])]
PassageId = Annotated[str, Path(description="the passage's id, as a search gives it")]
PageNumber = Annotated[int, Path(ge=1, description="physical page number, from 1")]
Limit = Annotated[int, Query(ge=1, le=200, description="how many at most")]
Cursor = Annotated[
    str | None, Query(description="`next_cursor` of the answer before; without it from the start")
]
_UNCHANGED: Responses = {**NOT_MODIFIED, **TAGGED}

router = APIRouter(dependencies=[Depends(known_parameters), Unchanged], tags=["Documents"])


@router.get(
    "/v1/index",
    summary="What is in the index",
    operation_id="index",
    responses={**failures(), **_UNCHANGED},
)
def index(serving: ServingDep) -> IndexOut:
    """The index, and the files that did not make it into it."""
    return index_out(serving.index)


@router.get(
    "/v1/documents",
    summary="The documents",
    operation_id="documents",
    responses={**failures(GONE), **_UNCHANGED},
)
def documents(serving: ServingDep, limit: Limit = 50, cursor: Cursor = None) -> DocumentsOut:
    """The documents in the order of their files."""
    stored = serving.index.texts.documents
    index_id = serving.index.meta.id
    begin = read_cursor(cursor, index_id, "documents")
    end = begin + limit
    return DocumentsOut(
        documents=[document_out(document) for document in stored[begin:end]],
        next_cursor=make_cursor(index_id, "documents", end) if end < len(stored) else None,
    )


@router.get(
    "/v1/documents/{document_id}",
    summary="A document with its headings",
    operation_id="document",
    responses={**failures(NOT_FOUND), **_UNCHANGED},
)
def document(document_id: DocumentId, serving: ServingDep) -> DocumentDetailOut:
    """One document."""
    return document_detail_out(find_document(serving, document_id))


@router.get(
    "/v1/documents/{document_id}/text",
    summary="The text of a page",
    operation_id="text",
    responses={**failures(NOT_FOUND), **_UNCHANGED},
)
def text(
    document_id: DocumentId,
    serving: ServingDep,
    page: Annotated[int | None, Query(ge=1, description="physical page number, from 1")] = None,
) -> TextOut:
    """The text into which spans count.

    `page` is needed for a document with pages, and refused for one without.
    """
    stored = find_document(serving, document_id)
    has_pages = stored.document.pages is not None
    if has_pages != (page is not None):
        raise parameter_problem(
            "page",
            f"{document_id} has {stored.document.pages} pages; say which"
            if has_pages
            else f"{document_id} has no pages; leave this out",
        )
    return text_out(stored.document, find_page(serving, stored, page))


@router.get(
    "/v1/documents/{document_id}/pages/{number}",
    summary="A page with its size",
    operation_id="page",
    responses={**failures(NOT_FOUND), **_UNCHANGED},
)
def page(document_id: DocumentId, number: PageNumber, serving: ServingDep) -> PageOut:
    """A page's text, label, and size in points."""
    found = find_page(serving, find_document(serving, document_id), number)
    assert found.number is not None
    return PageOut(
        page=found.number,
        label=found.label,
        text=found.text,
        width=found.width or 0.0,
        height=found.height or 0.0,
    )


@router.get(
    "/v1/documents/{document_id}/passages",
    summary="The passages of a document",
    operation_id="passages",
    responses={**failures(NOT_FOUND, GONE), **_UNCHANGED},
)
def passages(
    document_id: DocumentId,
    serving: ServingDep,
    page: Annotated[int | None, Query(ge=1, description="only those on this page")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> PassagesOut:
    """Passages in the order of the text."""
    stored = find_document(serving, document_id)
    if page is not None:
        find_page(serving, stored, page)
    texts, index_id = serving.index.texts, serving.index.meta.id
    found = [
        passage
        for passage in texts.passages(stored.first_passage, stored.first_passage + stored.passages)
        if page is None or any(span.page == page for span in passage.spans)
    ]
    of = f"passages {document_id} {page}"
    begin = read_cursor(cursor, index_id, of)
    end = begin + limit
    return PassagesOut(
        passages=[with_citation(serving, passage) for passage in found[begin:end]],
        next_cursor=make_cursor(index_id, of, end) if end < len(found) else None,
    )


@router.get(
    "/v1/passages/{passage_id}",
    summary="A passage with its neighbours",
    operation_id="passage",
    responses={**failures(NOT_FOUND), **_UNCHANGED},
)
def passage(
    passage_id: PassageId,
    serving: ServingDep,
    context: Annotated[int, Query(ge=0, le=10, description="neighbours on each side")] = 0,
) -> PassageDetailOut:
    """A passage, and those before and after it in its document."""
    texts = serving.index.texts
    number, found = find_passage(serving, passage_id)
    stored = find_document(serving, found.document_id)
    first, end = stored.first_passage, stored.first_passage + stored.passages
    shown = with_citation(serving, found)
    return PassageDetailOut(
        passage=shown.passage,
        citation=shown.citation,
        before=[
            with_citation(serving, other)
            for other in texts.passages(max(first, number - context), number)
        ],
        after=[
            with_citation(serving, other)
            for other in texts.passages(number + 1, min(end, number + 1 + context))
        ],
    )
