"""The paths of version 1."""

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict, Field

from hrqa.datatypes import MAX_LIMIT, MAX_QUERY_CHARS, Page, Passage
from hrqa.digests import file_sha256
from hrqa.search import cite_from
from hrqa.store.texts import StoredDocument
from hrqa_api.cursors import make_cursor, read_cursor
from hrqa_api.engine import Engine
from hrqa_api.problems import (
    DOCUMENT_CHANGED,
    INVALID_REQUEST,
    NOT_FOUND,
    NOT_READY,
    FaultOut,
    ProblemError,
)
from hrqa_api.schemas import (
    DocumentDetailOut,
    DocumentsOut,
    FiltersIn,
    IndexOut,
    PageOut,
    PassageDetailOut,
    PassagesOut,
    PassageWithCitationOut,
    SearchIn,
    SearchOut,
    StatusOut,
    TextOut,
    citation_out,
    document_detail_out,
    document_out,
    index_out,
    passage_out,
    search_out,
    text_out,
)


def _known_parameters(request: Request) -> None:
    """Refuse a parameter that the path does not know."""
    known = _PARAMETERS.get(request.scope["route"].path)
    for name in request.query_params:
        if known is not None and name not in known:
            detail = f"{name}: hrqa does not know this parameter here"
            raise ProblemError(
                INVALID_REQUEST, detail, errors=[FaultOut(detail=detail, parameter=name)]
            )


_RANGE = re.compile(r"bytes=((?:\s*(?:\d+-\d*|-\d+)\s*,?)+)")
_DOCUMENT = "/v1/documents/{document_id}"
_PARAMETERS: dict[str, frozenset[str]] = {
    "/v1/index": frozenset(),
    "/v1/documents": frozenset({"limit", "cursor"}),
    _DOCUMENT: frozenset(),
    f"{_DOCUMENT}/text": frozenset({"page"}),
    f"{_DOCUMENT}/pages/{{number}}": frozenset(),
    f"{_DOCUMENT}/passages": frozenset({"page", "limit", "cursor"}),
    f"{_DOCUMENT}/file": frozenset(),
    "/v1/passages/{passage_id}": frozenset({"context"}),
}

router = APIRouter(dependencies=[Depends(_known_parameters)])


def _engine(request: Request) -> Engine:
    engine: Engine = request.app.state.engine
    return engine


EngineDep = Annotated[Engine, Depends(_engine)]
PageNumber = Annotated[int, Path(ge=1, description="physical page number, from 1")]
Limit = Annotated[int, Query(ge=1, le=200, description="how many at most")]
Cursor = Annotated[str | None, Query(description="`next_cursor` of the answer before")]


class SearchParameters(BaseModel):
    """A question in an address; lists by repetition."""

    model_config = ConfigDict(extra="forbid")

    query: Annotated[str | None, Field(min_length=1, max_length=MAX_QUERY_CHARS)] = None
    q: Annotated[
        str | None, Field(min_length=1, max_length=MAX_QUERY_CHARS, description="same as `query`")
    ] = None
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = 10
    document_ids: list[str] = []
    languages: list[str] = []
    max_per_document: Annotated[int | None, Field(ge=1)] = None


@router.post("/v1/search", summary="Answer a question with ranked passages")
async def search(body: SearchIn, engine: EngineDep) -> SearchOut:
    """Ranked passages, each with its citation."""
    return await _search(engine, body)


@router.get("/v1/search", summary="The same for links and bookmarks")
async def search_by_address(
    parameters: Annotated[SearchParameters, Query()], engine: EngineDep
) -> SearchOut:
    """Ranked passages, each with its citation."""
    question = parameters.query or parameters.q
    if question is None or not question.strip():
        detail = "query: the question is missing or blank"
        raise ProblemError(
            INVALID_REQUEST, detail, errors=[FaultOut(detail=detail, parameter="query")]
        )
    body = SearchIn(
        query=question,
        limit=parameters.limit,
        filters=FiltersIn(document_ids=parameters.document_ids, languages=parameters.languages),
        max_per_document=parameters.max_per_document,
    )
    return await _search(engine, body)


async def _search(engine: Engine, body: SearchIn) -> SearchOut:
    result = await engine.search(body.to_query())
    return search_out(result, engine.index)


@router.get("/v1/index", summary="What is in the index")
def index(engine: EngineDep) -> IndexOut:
    """The index, and the files that did not make it into it."""
    return index_out(engine.index)


@router.get("/v1/documents", summary="The documents")
def documents(engine: EngineDep, limit: Limit = 50, cursor: Cursor = None) -> DocumentsOut:
    """The documents in the order of their files."""
    stored = engine.index.texts.documents
    begin = read_cursor(cursor, engine.index.meta.id)
    end = begin + limit
    return DocumentsOut(
        documents=[document_out(document) for document in stored[begin:end]],
        next_cursor=make_cursor(engine.index.meta.id, end) if end < len(stored) else None,
    )


@router.get("/v1/documents/{document_id}", summary="A document with its headings")
def document(document_id: str, engine: EngineDep) -> DocumentDetailOut:
    """One document."""
    return document_detail_out(_stored(engine, document_id))


@router.get("/v1/documents/{document_id}/text", summary="The text of a page")
def text(
    document_id: str,
    engine: EngineDep,
    page: Annotated[int | None, Query(ge=1, description="physical page number, from 1")] = None,
) -> TextOut:
    """A page's text, into which spans count; without `page` for a document without pages."""
    stored = _stored(engine, document_id)
    has_pages = stored.document.pages is not None
    if has_pages != (page is not None):
        detail = (
            f"page: {document_id} has {stored.document.pages} pages; say which"
            if has_pages
            else f"page: {document_id} has no pages; leave this out"
        )
        raise ProblemError(
            INVALID_REQUEST, detail, errors=[FaultOut(detail=detail, parameter="page")]
        )
    return text_out(stored.document, _page(engine, stored, page))


@router.get("/v1/documents/{document_id}/pages/{number}", summary="A page with its size")
def page(document_id: str, number: PageNumber, engine: EngineDep) -> PageOut:
    """A page's text, label, and size in points."""
    found = _page(engine, _stored(engine, document_id), number)
    assert found.number is not None
    return PageOut(
        page=found.number,
        label=found.label,
        text=found.text,
        width=found.width or 0.0,
        height=found.height or 0.0,
    )


@router.get("/v1/documents/{document_id}/passages", summary="The passages of a document")
def passages(
    document_id: str,
    engine: EngineDep,
    page: Annotated[int | None, Query(ge=1, description="only those on this page")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> PassagesOut:
    """Passages in the order of the text."""
    stored = _stored(engine, document_id)
    if page is not None:
        _page(engine, stored, page)
    texts = engine.index.texts
    found = [
        passage
        for passage in texts.passages(stored.first_passage, stored.first_passage + stored.passages)
        if page is None or any(span.page == page for span in passage.spans)
    ]
    begin = read_cursor(cursor, engine.index.meta.id)
    end = begin + limit
    return PassagesOut(
        passages=[_with_citation(engine, passage) for passage in found[begin:end]],
        next_cursor=make_cursor(engine.index.meta.id, end) if end < len(found) else None,
    )


@router.get("/v1/documents/{document_id}/file", summary="The file", response_class=FileResponse)
def file(
    document_id: str,
    engine: EngineDep,
    range_: Annotated[str | None, Header(alias="range")] = None,
) -> FileResponse:
    """The document's file as it was indexed; 409 where it is gone or has changed."""
    document = _stored(engine, document_id).document
    path = engine.corpus / document.file
    if not path.is_file() or file_sha256(path) != document.sha256:
        raise ProblemError(
            DOCUMENT_CHANGED,
            f"{document.file} is gone or has changed since it was indexed; its text still answers.",
        )
    _check_range(range_, path.stat().st_size)
    return FileResponse(path, filename=path.name, content_disposition_type="inline")


def _check_range(wanted: str | None, size: int) -> None:
    """Refuse a range that is malformed or lies beyond the file."""
    if wanted is None:
        return
    match = _RANGE.fullmatch(wanted)
    starts = [part.split("-")[0].strip() for part in match.group(1).split(",")] if match else []
    if match is None or any(start and int(start) >= size for start in starts):
        detail = f"range: {wanted!r} is no range of bytes of this file, which has {size}"
        raise ProblemError(
            INVALID_REQUEST, detail, errors=[FaultOut(detail=detail, header="range")]
        )


@router.get("/v1/passages/{passage_id}", summary="A passage with its neighbours")
def passage(
    passage_id: str,
    engine: EngineDep,
    context: Annotated[int, Query(ge=0, le=10, description="neighbours on each side")] = 0,
) -> PassageDetailOut:
    """A passage, and those before and after it in its document."""
    texts = engine.index.texts
    number = texts.passage_number(passage_id)
    if number is None:
        raise ProblemError(NOT_FOUND, f"No passage has the id {passage_id!r}.")
    found = texts.passage(number)
    stored = _stored(engine, found.document_id)
    first, end = stored.first_passage, stored.first_passage + stored.passages
    shown = _with_citation(engine, found)
    return PassageDetailOut(
        passage=shown.passage,
        citation=shown.citation,
        before=[
            _with_citation(engine, other)
            for other in texts.passages(max(first, number - context), number)
        ],
        after=[
            _with_citation(engine, other)
            for other in texts.passages(number + 1, min(end, number + 1 + context))
        ],
    )


@router.get("/healthz", summary="Alive")
async def healthz() -> StatusOut:
    """The process answers."""
    return StatusOut(status="alive")


@router.get("/readyz", summary="Ready to answer")
async def readyz(engine: EngineDep) -> StatusOut:
    """200 once questions can be answered, else 503."""
    if not engine.ready:
        raise ProblemError(NOT_READY, engine.failure or "The index and the model are being loaded.")
    return StatusOut(status="ready")


def _stored(engine: Engine, document_id: str) -> StoredDocument:
    stored = engine.index.texts.document(document_id)
    if stored is None:
        raise ProblemError(
            NOT_FOUND, f"No document has the id {document_id!r}; /v1/documents lists them."
        )
    return stored


def _page(engine: Engine, stored: StoredDocument, number: int | None) -> Page:
    found = engine.index.texts.page(stored.document.id, number)
    if found is None:
        has = stored.document.pages
        raise ProblemError(
            NOT_FOUND,
            f"{stored.document.id} has no page {number}; "
            + (f"it has {has} pages." if has is not None else "it has no pages."),
        )
    return found


def _with_citation(engine: Engine, passage: Passage) -> PassageWithCitationOut:
    citation = cite_from(engine.index.texts, passage)
    return PassageWithCitationOut(passage=passage_out(passage), citation=citation_out(citation))
