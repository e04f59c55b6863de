"""OpenAI's vector store search over the index, so that its clients need no adapter."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request

from hrqa.attribute_filters import (
    Value,
    document_attributes,
    passage_attributes,
    passages_where,
)
from hrqa.errors import QueryError
from hrqa.queries import Query as AskedQuery
from hrqa.queries import ScoredPassage, SearchResult
from hrqa.search import Searcher
from hrqa_api.borrowing import EngineDep, ServingDep, known_parameters
from hrqa_api.engine import Serving
from hrqa_api.failures import hrqa_problem
from hrqa_api.problems import (
    MALFORMED_JSON,
    NOT_FOUND,
    TOO_LARGE,
    ProblemError,
)
from hrqa_api.responses import openai_failures
from hrqa_api.routes.searching import charge
from hrqa_api.schemas.citations import span_link
from hrqa_api.schemas.vector_stores import (
    ContentOut,
    FileCountsOut,
    VectorStoreOut,
    VectorStoreResultOut,
    VectorStoreResultsOut,
    VectorStoreSearchIn,
    VectorStoresOut,
)

DEFAULT_STORE = "default"
_LONGEST_VALUE = 512

StoreId = Annotated[str, Path(description="always `default`", examples=[DEFAULT_STORE])]

router = APIRouter(dependencies=[Depends(known_parameters)], tags=["OpenAI"])


@router.get(
    "/v1/vector_stores",
    summary="The vector stores",
    operation_id="vectorStores",
    responses=openai_failures(),
)
def vector_stores(
    serving: ServingDep,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    order: Literal["asc", "desc"] = "desc",
    after: str | None = None,
    before: str | None = None,
) -> VectorStoresOut:
    """One, the index; before and after it is nothing."""
    del limit, order  # of one store they change nothing
    store = _store_out(serving)
    if DEFAULT_STORE in (after, before):
        return VectorStoresOut(data=[], first_id=None, last_id=None)
    return VectorStoresOut(data=[store], first_id=store.id, last_id=store.id)


@router.get(
    "/v1/vector_stores/{vector_store_id}",
    summary="A vector store",
    operation_id="vectorStore",
    responses=openai_failures(NOT_FOUND),
)
def vector_store(vector_store_id: StoreId, serving: ServingDep) -> VectorStoreOut:
    """The index as a vector store."""
    _check_store(vector_store_id)
    return _store_out(serving)


@router.post(
    "/v1/vector_stores/{vector_store_id}/search",
    summary="Search as OpenAI's clients do",
    operation_id="vectorStoreSearch",
    responses=openai_failures(NOT_FOUND, MALFORMED_JSON, TOO_LARGE),
)
async def vector_store_search(
    vector_store_id: StoreId,
    body: VectorStoreSearchIn,
    request: Request,
    engine: EngineDep,
    serving: ServingDep,
) -> VectorStoreResultsOut:
    """Passages with where they stand as attributes.

    Of several queries the answers are put together, each passage once, by its best score.
    """
    _check_store(vector_store_id)
    charge(request, len(body.questions) - 1)
    request.state.queries = body.questions
    condition = None if body.filters is None else body.filters.condition()
    queries = [AskedQuery(text, limit=body.max_num_results) for text in body.questions]

    def work(searcher: Searcher) -> list[SearchResult | QueryError]:
        texts = searcher.index.text.texts
        among = None if condition is None else passages_where(texts, condition)
        return searcher.search_all(queries, among=among)

    threshold = (body.ranking_options and body.ranking_options.score_threshold) or 0.0
    results: list[SearchResult] = []
    for result in await engine.run(work, serving):
        if isinstance(result, QueryError):
            raise hrqa_problem(result)
        request.app.state.metrics.stages(result.stages)
        results.append(result)
    known = [r.answerability for r in results if r.answerability is not None]
    base = request.app.state.address_of(request)
    return VectorStoreResultsOut(
        search_query=body.questions,
        answerability=max(known, default=None),
        data=[
            _result_out(scored, base)
            for scored in _together(results)[: body.max_num_results]
            if scored.score >= threshold
        ],
    )


def _check_store(store_id: str) -> None:
    if store_id != DEFAULT_STORE:
        raise ProblemError(
            NOT_FOUND, f"There is no vector store {store_id!r}; there is {DEFAULT_STORE!r}."
        )


def _together(results: Sequence[SearchResult]) -> list[ScoredPassage]:
    """The passages of several answers, best first; what says the same is there once."""
    if len(results) == 1:
        return list(results[0].passages)
    every = [scored for result in results for scored in result.passages]
    found: list[ScoredPassage] = []
    said: set[str] = set()
    for scored in sorted(every, key=lambda scored: (-scored.score, scored.passage.id)):
        if scored.passage.id not in said:
            found.append(scored)
        said.update([scored.passage.id, *(passage_id for passage_id, _ in scored.also_in)])
    return found


def _result_out(scored: ScoredPassage, base: str) -> VectorStoreResultOut:
    citation = scored.citation
    first = citation.spans[0]
    values: dict[str, Value] = {
        **document_attributes(citation.document),
        **passage_attributes(scored.passage, first.label),
        "citation": citation.text,
        "url": base + span_link(citation.document, first.span.page),
    }
    shortened = {
        key: value[:_LONGEST_VALUE] if isinstance(value, str) else value
        for key, value in values.items()
    }
    return VectorStoreResultOut(
        file_id=citation.document.id,
        filename=citation.document.file,
        score=scored.score,
        attributes=shortened,
        content=[ContentOut(text=scored.passage.text)],
    )


def _store_out(serving: Serving) -> VectorStoreOut:
    text = serving.index
    built = int(datetime.fromisoformat(text.meta.built_at).timestamp())
    documents, failed = len(text.texts.documents), len(text.meta.failed)
    return VectorStoreOut(
        id=DEFAULT_STORE,
        created_at=built,
        last_active_at=built,
        name="hrqa",
        usage_bytes=sum(file.size for file in text.generation.files),
        file_counts=FileCountsOut(completed=documents, failed=failed, total=documents + failed),
        metadata={"index_id": text.meta.id, "model": text.meta.model},
    )
