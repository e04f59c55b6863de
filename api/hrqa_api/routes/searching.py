"""Questions answered: one, the same in an address, several, and as a language model's context."""

import time
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hrqa.errors import QueryError
from hrqa.model_context import ModelContext, model_context
from hrqa.queries import MAX_LIMIT, MAX_QUERY_CHARS, SearchResult
from hrqa.queries import Query as AskedQuery
from hrqa.search import Searcher
from hrqa_api.borrowing import EngineDep, ServingDep, known_parameters
from hrqa_api.caching import Unchanged, tag_headers
from hrqa_api.engine import Engine, Serving
from hrqa_api.failures import hrqa_problem, invalid_problem
from hrqa_api.problems import (
    MALFORMED_JSON,
    TOO_LARGE,
    parameter_problem,
    problem_out,
)
from hrqa_api.rate_limits import Charge
from hrqa_api.responses import NOT_MODIFIED, TAGGED, search_failures
from hrqa_api.schemas.answers import (
    BatchOut,
    BudgetOut,
    ContextOut,
    SearchOut,
    context_out,
    search_out,
)
from hrqa_api.schemas.problems import ProblemOut
from hrqa_api.schemas.requests import BatchIn, ContextIn, FiltersIn, SearchIn, YearsIn

_DEFAULT_TOKENS = 2000
_BODY_FAILURES = search_failures(MALFORMED_JSON, TOO_LARGE)

router = APIRouter(dependencies=[Depends(known_parameters)], tags=["Search"])


class SearchParameters(BaseModel):
    """A question in an address; lists by repetition."""

    model_config = ConfigDict(extra="forbid")

    query: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=MAX_QUERY_CHARS,
            description="A question that stands alone, not blank; `q` is accepted instead.",
            examples=["What do companies expect of graduates?"],
        ),
    ] = None
    q: Annotated[str | None, Field(min_length=1, max_length=MAX_QUERY_CHARS)] = None
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT, description="How many passages at most.")] = 10
    document_ids: Annotated[
        list[Annotated[str, Field(min_length=1)]], Field(description="Only these documents.")
    ] = []
    languages: Annotated[
        list[str], Field(description="Only documents in these languages (BCP 47, by prefix).")
    ] = []
    year_from: Annotated[int | None, Field(ge=0, le=9999, description="`filters.years.from`")] = (
        None
    )
    year_to: Annotated[int | None, Field(ge=0, le=9999, description="`filters.years.to`")] = None
    max_per_document: Annotated[int | None, Field(ge=1)] = None
    explain: Annotated[bool, Field(description="Whether to give times and scores by stage.")] = (
        False
    )


@router.post(
    "/v1/search",
    summary="Answer a question with ranked passages",
    operation_id="search",
    response_model=SearchOut,
    responses=_BODY_FAILURES,
)
async def search(
    body: SearchIn, request: Request, engine: EngineDep, serving: ServingDep
) -> Response:
    """Ranked passages, each with its citation.

    `passage.text` is exactly the texts of the citation's spans joined with a line feed.
    """
    return await _search(request, engine, serving, body)


@router.get(
    "/v1/search",
    summary="The same for links and bookmarks",
    operation_id="searchByAddress",
    response_model=SearchOut,
    responses={**search_failures(), **NOT_MODIFIED, **TAGGED},
    dependencies=[Unchanged],
)
async def search_by_address(
    parameters: Annotated[SearchParameters, Query()],
    request: Request,
    response: Response,
    engine: EngineDep,
    serving: ServingDep,
) -> Response:
    """Ranked passages, each with its citation; `query` or `q` is needed."""
    question = parameters.query or parameters.q
    if question is None or not question.strip():
        raise parameter_problem("query", "the question is missing or blank")
    first, last = parameters.year_from, parameters.year_to
    if first is not None and last is not None and first > last:
        raise parameter_problem("year_from", "must not be later than `year_to`")
    body = SearchIn(
        query=question,
        limit=parameters.limit,
        filters=FiltersIn(
            document_ids=parameters.document_ids,
            languages=parameters.languages,
            years=YearsIn.model_validate({"from": first, "to": last}),
        ),
        max_per_document=parameters.max_per_document,
        explain=parameters.explain,
    )
    answer = await _search(request, engine, serving, body)
    answer.headers.update(tag_headers(response))
    return answer


async def _search(request: Request, engine: Engine, serving: Serving, body: SearchIn) -> Response:
    query = body.to_query()
    request.state.queries = [query.text]
    request_id: str = request.state.request_id

    def work(searcher: Searcher) -> tuple[SearchResult, str]:
        result = searcher.search(query)
        answer = search_out(result, searcher.index.text, request_id=request_id)
        return result, answer.model_dump_json()

    result, text = await engine.run(work, serving)
    request.app.state.metrics.stages(result.stages)
    return Response(text, media_type="application/json")


@router.post(
    "/v1/search/batch",
    summary="Answer up to 64 questions, encoded together",
    operation_id="searchBatch",
    responses=_BODY_FAILURES,
)
async def search_batch(
    body: BatchIn, request: Request, engine: EngineDep, serving: ServingDep
) -> BatchOut:
    """For each search, in order, its answer or the problem with it.

    Each search counts as a request where requests are limited.
    """
    began = time.perf_counter()
    charge(request, len(body.searches) - 1)
    asked, problems = _parsed(request, body.searches)
    request.state.queries = [query.text for query in asked.values()]

    def work(searcher: Searcher) -> list[SearchResult | QueryError]:
        return searcher.search_all(list(asked.values()))

    results = await engine.run(work, serving) if asked else []
    answers: dict[int, SearchOut | ProblemOut] = dict(problems)
    for place, result in zip(asked, results, strict=True):
        if isinstance(result, QueryError):
            error = hrqa_problem(result, within=("searches", place))
            answers[place] = problem_out(request, error)
            continue
        request.app.state.metrics.stages(result.stages)
        answers[place] = search_out(result, serving.index, request_id=request.state.request_id)
    return BatchOut(
        answers=[answers[place] for place in range(len(body.searches))],
        took_ms=round(1000 * (time.perf_counter() - began), 1),
        request_id=request.state.request_id,
    )


def charge(request: Request, cost: int) -> None:
    """Count a request for more than one, where requests are limited.

    Raises:
        ProblemError: Its caller has fewer left.
    """
    counted: Charge | None = getattr(request.state, "charge", None)
    if counted is not None and cost > 0:
        counted.add(cost)


def _parsed(
    request: Request, searches: list[Any]
) -> tuple[dict[int, AskedQuery], dict[int, ProblemOut]]:
    """The searches that fit, and the problems of those that do not, by their place."""
    asked: dict[int, AskedQuery] = {}
    problems: dict[int, ProblemOut] = {}
    for place, given in enumerate(searches):
        try:
            asked[place] = SearchIn.model_validate(given).to_query()
        except ValidationError as error:
            faults = [
                {**fault, "loc": ("body", *fault["loc"])}
                for fault in error.errors(include_url=False)
            ]
            problem = invalid_problem(faults, body=given, within=("searches", place))
            problems[place] = problem_out(request, problem)
    return asked, problems


@router.post(
    "/v1/context",
    summary="What a language model is given to answer from",
    operation_id="context",
    responses=_BODY_FAILURES,
)
async def context(
    body: ContextIn, request: Request, engine: EngineDep, serving: ServingDep
) -> ContextOut:
    """Passages numbered and cited, within a budget.

    The best passages come first. Those that do not fit are left out whole; only the first is cut,
    after a sentence or, where none fits, after a word. Passages that say the same are given once.
    Where the documents do not seem to answer, `text` begins with a statement of that.
    """
    query = body.to_query()
    request.state.queries = [query.text]
    unit, budget = _budget(body)

    def work(searcher: Searcher) -> tuple[SearchResult, ModelContext]:
        result = searcher.search(query)
        measure: Callable[[str], int] = len if unit == "characters" else searcher.count_tokens
        return result, model_context(result, budget=budget, measure=measure)

    result, fitted = await engine.run(work, serving)
    request.app.state.metrics.stages(result.stages)
    return context_out(
        fitted,
        result,
        serving.index,
        budget=BudgetOut(unit=unit, limit=budget, used=fitted.used),
        request_id=request.state.request_id,
    )


def _budget(body: ContextIn) -> tuple[str, int]:
    if body.max_characters is not None:
        return "characters", body.max_characters
    return "tokens", body.max_tokens or _DEFAULT_TOKENS
