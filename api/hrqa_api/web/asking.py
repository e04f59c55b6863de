"""``/``: a question in the field, and below it the passages that answer."""

from collections.abc import Iterable
from dataclasses import dataclass

from fastapi import APIRouter, Depends, Request, Response

from hrqa.answerability.calibration import seems_answered
from hrqa.datatypes import BlockKind, Document
from hrqa.queries import MAX_LIMIT, MAX_QUERY_CHARS, Citation, Query, ScoredPassage, SearchResult
from hrqa.search import Searcher
from hrqa.store.texts import TextStore
from hrqa_api.borrowing import EngineDep, ServingDep
from hrqa_api.web.addresses import Addresses, root_of
from hrqa_api.web.examples import examples_of
from hrqa_api.web.preferences import follow_switch
from hrqa_api.web.rendering import page_response, words_of
from hrqa_api.web.shown_text import ShownBlock, shown_passage
from hrqa_api.web.wording import Wording

_LIMIT = 10
_DOCUMENTS_LISTED = 12
"""Of a corpus with more documents, only those chosen and those found are offered as a filter."""

router = APIRouter(include_in_schema=False, dependencies=[Depends(follow_switch)])


@dataclass(frozen=True, slots=True)
class Offered:
    """Something by which answers can be filtered: a document or a language."""

    value: str
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ShownResult:
    """A passage as it is shown.

    Attributes:
        scored: The passage as the search gave it.
        blocks: Its text.
        head: Rows that name the columns of its table, where they stand before the passage.
        look: Where the page is shown on which it stands, or begins to answer.
        marks: Offsets into the passage's text of what answers.
        also_in: Where else the same is said, each with its address.
    """

    scored: ScoredPassage
    blocks: list[ShownBlock]
    head: tuple[tuple[str, ...], ...]
    look: str
    marks: tuple[tuple[int, int], ...]
    also_in: tuple[tuple[Citation, str], ...]

    @property
    def document(self) -> Document:
        """The document that it is from."""
        return self.scored.citation.document


@router.get("/")
async def ask(request: Request, engine: EngineDep, serving: ServingDep) -> Response:
    """The field alone, or with the answer to the question in the address."""
    request.state.route = "/"
    words = words_of(request)
    documents = [stored.document for stored in serving.index.texts.documents]
    text = _text(request)
    wanted = request.query_params.getlist("document_ids")
    known = {document.id for document in documents}
    query = Query(
        text,
        limit=_limit(request),
        document_ids=tuple(dict.fromkeys(each for each in wanted if each in known)),
        languages=tuple(dict.fromkeys(each for each in request.query_params.getlist("languages"))),
    )
    lost = len(set(wanted) - known)
    common = {
        "lost": lost,
        "too_long": len(text) > MAX_QUERY_CHARS,
        "most": MAX_QUERY_CHARS,
        "languages": _languages(documents, query, words),
    }
    if not text.strip() or len(text) > MAX_QUERY_CHARS:
        view = {
            **common,
            "examples": examples_of(documents, words.language),
            "count": len(documents),
            "documents": _documents(documents, query, ()),
        }
        status = 422 if common["too_long"] else 200
        return page_response(request, "start.html", view, query=text, status=status)
    request.state.queries = [text]

    def work(searcher: Searcher) -> tuple[SearchResult, Response]:
        result = searcher.search(query)
        shown = _shown(result, searcher.index.text.texts, Addresses(root_of(request)))
        found = [each.document for each in shown]
        view = {
            **common,
            "results": shown,
            "answered": seems_answered(result.answerability),
            "asked": query,
            "more": _more(query, len(shown)),
            "documents": _documents(documents, query, found),
        }
        return result, page_response(request, "answer.html", view, query=text)

    result, response = await engine.run(work, serving)
    request.app.state.metrics.stages(result.stages)
    return response


def _text(request: Request) -> str:
    given = request.query_params.get("query") or request.query_params.get("q") or ""
    return " ".join(given.split())


def _limit(request: Request) -> int:
    given = request.query_params.get("limit", "")
    # Digits of other scripts and of a great length are left to those who write them.
    if not (given.isascii() and given.isdigit() and len(given) < 5):
        return _LIMIT
    return min(max(int(given), 1), MAX_LIMIT)


def _more(query: Query, shown: int) -> int | None:
    """How many passages to ask for next; None where there are no more."""
    if shown < query.limit or query.limit >= MAX_LIMIT:
        return None
    return min(query.limit + _LIMIT, MAX_LIMIT)


def _shown(result: SearchResult, texts: TextStore, to: Addresses) -> list[ShownResult]:
    return [_result(scored, texts, to) for scored in result.passages]


def _result(scored: ScoredPassage, texts: TextStore, to: Addresses) -> ShownResult:
    citation, passage = scored.citation, scored.passage
    pages = [texts.page(passage.document_id, cited.span.page) for cited in citation.spans]
    blocks = shown_passage(citation, scored.highlights, [page for page in pages if page])
    marks = tuple((marked.start, marked.end) for marked in scored.highlights)
    first = (scored.highlights[0].spans if scored.highlights else citation.spans)[0]
    return ShownResult(
        scored=scored,
        blocks=blocks,
        head=_head(passage.table_head, blocks),
        look=to.reading(citation.document, first.span.page, passage_id=passage.id, marks=marks),
        marks=marks,
        also_in=tuple(
            (other, to.reading(other.document, other.spans[0].span.page, passage_id=passage_id))
            for passage_id, other in scored.also_in
        ),
    )


def _head(table_head: str, blocks: Iterable[ShownBlock]) -> tuple[tuple[str, ...], ...]:
    """The rows that name the columns of a table, unless the passage itself holds them."""
    table = next((block for block in blocks if block.kind is BlockKind.TABLE), None)
    if table is None or table.head_rows or not table_head:
        return ()
    return tuple(tuple(row.split("\t")) for row in table_head.split("\n"))


def _languages(documents: Iterable[Document], query: Query, words: Wording) -> list[Offered]:
    tags = {(document.bibliography.language or "").split("-")[0] for document in documents}
    return [
        Offered(tag, words.language_name(tag), tag in query.languages)
        for tag in sorted({*tags, *query.languages} - {""})
    ]


def _documents(documents: list[Document], query: Query, found: Iterable[Document]) -> list[Offered]:
    """Documents to choose from: all of a small corpus; of a great one the chosen and the found."""
    offered = documents
    if len(documents) > _DOCUMENTS_LISTED:
        wanted = {*query.document_ids, *(document.id for document in found)}
        offered = [document for document in documents if document.id in wanted]
    return [
        Offered(document.id, document.bibliography.title, document.id in query.document_ids)
        for document in offered
    ]
