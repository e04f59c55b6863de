"""Requests: what callers may ask, and the records that they become."""

from dataclasses import replace
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hrqa.queries import MAX_LIMIT, MAX_QUERY_CHARS, Query, YearRange

MAX_SEARCHES = 64
"""Most searches of one batch."""

Question = Annotated[
    str,
    Field(
        min_length=1,
        max_length=MAX_QUERY_CHARS,
        pattern=r"\S",
        description="A question that stands alone; it must not be blank.",
        examples=["What do companies expect of graduates?"],
    ),
]


class Request(BaseModel):
    """A request body: fields that hrqa does not know are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class YearsIn(Request):
    """Years of publication, both ends included; `from` must not be later than `to`."""

    from_: Annotated[int | None, Field(alias="from", ge=0, le=9999)] = None
    to: Annotated[int | None, Field(ge=0, le=9999)] = None

    @model_validator(mode="after")
    def _in_order(self) -> "YearsIn":
        if self.from_ is not None and self.to is not None and self.from_ > self.to:
            raise ValueError("`from` must not be later than `to`")
        return self


class FiltersIn(Request):
    """Which documents may answer."""

    document_ids: Annotated[
        list[Annotated[str, Field(min_length=1)]] | None,
        Field(
            max_length=1000,
            description="Only these documents; an id that no document has is an error.",
        ),
    ] = None
    languages: Annotated[
        list[str] | None,
        Field(
            max_length=100,
            description="Only documents in these languages (BCP 47, by prefix).",
            examples=[["en"]],
        ),
    ] = None
    years: YearsIn | None = None


class QuestionIn(Request):
    """A question with its conditions."""

    query: Question
    limit: Annotated[
        int, Field(ge=1, le=MAX_LIMIT, description="How many passages at most, after folding.")
    ] = 10
    filters: FiltersIn | None = None
    max_per_document: Annotated[
        int | None, Field(ge=1, description="How many passages of one document at most.")
    ] = None

    def to_query(self) -> Query:
        """The query that this request asks."""
        filters = self.filters or FiltersIn()
        years = filters.years
        return Query(
            text=self.query,
            limit=self.limit,
            document_ids=tuple(filters.document_ids or ()),
            languages=tuple(filters.languages or ()),
            years=YearRange(years.from_, years.to) if years else None,
            max_per_document=self.max_per_document,
        )


class SearchIn(QuestionIn):
    """A search."""

    explain: Annotated[
        bool,
        Field(description="Whether to say how long each stage took, and what each gave a passage."),
    ] = False

    def to_query(self) -> Query:
        """The query that this request asks."""
        return replace(super().to_query(), explain=self.explain)


class BatchIn(Request):
    """Several searches; each is a request of `POST /v1/search`, and is answered in its place."""

    searches: Annotated[
        list[Any],
        Field(
            min_length=1,
            max_length=MAX_SEARCHES,
            description="Bodies of `POST /v1/search`; one that does not fit is answered by a "
            "problem in its place.",
            examples=[[{"query": "What do companies expect of graduates?", "limit": 3}]],
        ),
    ]


class ContextIn(QuestionIn):
    """A question whose passages a language model is to read; one of the two budgets at most."""

    model_config = ConfigDict(
        json_schema_extra={
            "not": {
                "required": ["max_tokens", "max_characters"],
                "properties": {
                    "max_tokens": {"type": "integer"},
                    "max_characters": {"type": "integer"},
                },
            }
        }
    )

    max_tokens: Annotated[
        int | None,
        Field(
            ge=100,
            le=100_000,
            description="Most tokens of `text`, counted by the vocabulary of the index's model; "
            "that of a language model may count a tenth more or less. 2,000 where neither "
            "budget is given.",
        ),
    ] = None
    max_characters: Annotated[
        int | None, Field(ge=400, le=400_000, description="Most characters of `text`.")
    ] = None

    @model_validator(mode="after")
    def _one_budget(self) -> "ContextIn":
        if self.max_tokens is not None and self.max_characters is not None:
            raise ValueError("give `max_tokens` or `max_characters`, not both")
        return self
