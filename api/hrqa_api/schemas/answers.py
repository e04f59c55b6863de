"""Answers to searches as callers get them."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from hrqa.model_context import ModelContext, statement_of
from hrqa.queries import ScoredPassage, SearchResult
from hrqa.store.description import IndexText
from hrqa_api.schemas import examples
from hrqa_api.schemas.citations import CitationOut, PassageOut, citation_out, passage_out
from hrqa_api.schemas.problems import ProblemOut

Answerability = Annotated[
    float | None,
    Field(
        ge=0,
        le=1,
        description="Probability that the first five passages hold the answer; below .45 nothing "
        "is highlighted. Null where there is no calibration for the index's model.",
    ),
]


class AlsoInOut(BaseModel):
    """A passage that says the same elsewhere."""

    passage_id: str
    citation: CitationOut


class StageScoreOut(BaseModel):
    """What a stage gave a passage, on its own scale; higher is better."""

    stage: str
    score: float


class StageTimeOut(BaseModel):
    """How long a stage took."""

    stage: str
    ms: float


class ResultOut(BaseModel):
    """One answer; `scores` is null unless an explanation was asked for."""

    rank: int
    score: Annotated[float, Field(ge=0, le=1, description="falling with rank")]
    passage: PassageOut
    citation: CitationOut
    also_in: list[AlsoInOut]
    scores: list[StageScoreOut] | None = None


class IndexRefOut(BaseModel):
    """The index that answered."""

    id: str
    built_at: str
    model: str


class SearchOut(BaseModel):
    """The answer to a search.

    `language` is that of the question, null where its words do not tell. `stages` is null unless an
    explanation was asked for.
    """

    model_config = ConfigDict(json_schema_extra={"example": examples.SEARCH})

    query: str
    language: str | None
    answerability: Answerability
    statement: Annotated[
        str | None,
        Field(
            description="Says plainly, in the question's language, that the documents do not seem "
            "to answer; null where `answerability` is at least .45 or not known."
        ),
    ]
    results: list[ResultOut]
    index: IndexRefOut
    took_ms: float
    stages: list[StageTimeOut] | None = None
    request_id: str | None = None


class BatchOut(BaseModel):
    """For each search of a batch, in order, its answer or the problem with it."""

    model_config = ConfigDict(json_schema_extra={"example": examples.BATCH})

    answers: list[SearchOut | ProblemOut]
    took_ms: float
    request_id: str | None = None


class BudgetOut(BaseModel):
    """How much text was allowed, and how much it is."""

    unit: Annotated[str, Field(examples=["tokens", "characters"])]
    limit: int
    used: int


class ContextPassageOut(BaseModel):
    """A passage of a context: its number, its citation line, and what of its text is there."""

    number: int
    score: float
    passage_id: str
    text: str
    cut: Annotated[bool, Field(description="whether `text` is only the passage's beginning")]
    citation: CitationOut
    also_in: list[AlsoInOut]


class ContextOut(BaseModel):
    """What a language model is given: `text`, and what it is made of.

    `statement` says plainly, in the question's language, that the passages do not seem to answer;
    it is null where they do, and otherwise begins `text`.
    """

    model_config = ConfigDict(json_schema_extra={"example": examples.CONTEXT})

    query: str
    language: str | None
    answerability: Answerability
    statement: str | None
    text: str
    passages: list[ContextPassageOut]
    left_out: Annotated[int, Field(description="passages that did not fit")]
    budget: BudgetOut
    index: IndexRefOut
    took_ms: float
    request_id: str | None = None


def search_out(
    result: SearchResult, index: IndexText, *, request_id: str | None = None
) -> SearchOut:
    """The answer to a search as callers get it."""
    explained = result.query.explain
    return SearchOut(
        query=result.query.text,
        language=result.language,
        answerability=result.answerability,
        statement=statement_of(result),
        results=[_result_out(scored, explained=explained) for scored in result.passages],
        index=index_ref_out(index),
        took_ms=result.took_ms,
        stages=[StageTimeOut(stage=each.stage, ms=round(each.ms, 3)) for each in result.stages]
        if explained
        else None,
        request_id=request_id,
    )


def context_out(
    context: ModelContext,
    result: SearchResult,
    index: IndexText,
    *,
    budget: BudgetOut,
    request_id: str | None,
) -> ContextOut:
    """A model's context as callers get it."""
    return ContextOut(
        query=result.query.text,
        language=result.language,
        answerability=result.answerability,
        statement=context.statement,
        text=context.text,
        passages=[
            ContextPassageOut(
                number=numbered.number,
                score=numbered.scored.score,
                passage_id=numbered.scored.passage.id,
                text=numbered.text,
                cut=numbered.cut,
                citation=citation_out(numbered.scored.citation),
                also_in=_also_in_out(numbered.scored),
            )
            for numbered in context.passages
        ],
        left_out=context.left_out,
        budget=budget,
        index=index_ref_out(index),
        took_ms=result.took_ms,
        request_id=request_id,
    )


def index_ref_out(index: IndexText) -> IndexRefOut:
    """The index that answered as callers get it."""
    return IndexRefOut(id=index.meta.id, built_at=index.meta.built_at, model=index.meta.model)


def _result_out(scored: ScoredPassage, *, explained: bool) -> ResultOut:
    return ResultOut(
        rank=scored.rank,
        score=scored.score,
        passage=passage_out(scored.passage, scored.citation.document, scored.highlights),
        citation=citation_out(scored.citation),
        also_in=_also_in_out(scored),
        scores=[StageScoreOut(stage=each.stage, score=each.score) for each in scored.scores]
        if explained
        else None,
    )


def _also_in_out(scored: ScoredPassage) -> list[AlsoInOut]:
    return [
        AlsoInOut(passage_id=passage_id, citation=citation_out(citation))
        for passage_id, citation in scored.also_in
    ]
