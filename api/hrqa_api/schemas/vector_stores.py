"""OpenAI's vector store search: its requests and answers."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from hrqa.attribute_filters import AllOrAny, Attribute, AttributeIs, Comparison, Condition
from hrqa.queries import MAX_LIMIT
from hrqa_api.schemas import examples
from hrqa_api.schemas.requests import Question, Request

Scalar = str | int | float | bool
MAX_QUERIES = 16
_MOST_CONDITIONS = 100
_DEEPEST = 10
_MOST_VALUES = 1000
_NUMBERS = frozenset({"year", "page", "paragraph", "start", "end"})


def _check_kind(key: str, value: Scalar) -> None:
    """Refuse a value that no passage's attribute could equal.

    Raises:
        ValueError: It is a text for a number, or the other way round.
    """
    if isinstance(value, str) == (key in _NUMBERS) or isinstance(value, bool):
        raise ValueError(f"`{key}` is compared with {'a number' if key in _NUMBERS else 'text'}")


class ComparisonIn(Request):
    """A condition on one of the attributes that results carry."""

    type: Literal["eq", "ne", "gt", "gte", "lt", "lte"]
    key: Attribute
    value: Scalar

    @model_validator(mode="after")
    def _fits(self) -> "ComparisonIn":
        _check_kind(self.key, self.value)
        return self

    def condition(self) -> Condition:
        """The condition as hrqa puts it."""
        return AttributeIs(self.key, Comparison(self.type), (self.value,))


class MembershipIn(Request):
    """A condition that one of the attributes is, or is not, among some values."""

    type: Literal["in", "nin"]
    key: Attribute
    value: Annotated[list[str | int | float], Field(max_length=_MOST_VALUES)]

    @model_validator(mode="after")
    def _fits(self) -> "MembershipIn":
        for value in self.value:
            _check_kind(self.key, value)
        return self

    def condition(self) -> Condition:
        """The condition as hrqa puts it."""
        return AttributeIs(self.key, Comparison(self.type), tuple(self.value))


class CompoundIn(Request):
    """Several conditions, of which all or any must hold."""

    type: Literal["and", "or"]
    filters: Annotated[list["FilterIn"], Field(min_length=1, max_length=_MOST_CONDITIONS)]

    def condition(self) -> Condition:
        """The conditions as hrqa puts them."""
        return AllOrAny(self.type == "and", tuple(part.condition() for part in self.filters))


FilterIn = Annotated[ComparisonIn | MembershipIn | CompoundIn, Field(discriminator="type")]


class RankingOptionsIn(Request):
    """How results are ranked; hrqa has one ranker, under any name."""

    ranker: str | None = None
    score_threshold: Annotated[float | None, Field(ge=0, le=1)] = None


class VectorStoreSearchIn(Request):
    """A search as OpenAI's clients put it; `rewrite_query` is accepted and has no effect."""

    query: Question | Annotated[list[Question], Field(min_length=1, max_length=MAX_QUERIES)]
    max_num_results: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = 10
    filters: FilterIn | None = None
    ranking_options: RankingOptionsIn | None = None
    rewrite_query: bool | None = None

    @field_validator("filters", mode="before")
    @classmethod
    def _bounded(cls, value: object) -> object:
        """Refuse filters that take long to compare, before they are looked at more closely."""
        conditions, level, depth = 0, [value], 0
        while level:
            depth += 1
            conditions += len(level)
            if conditions > _MOST_CONDITIONS or depth > _DEEPEST:
                raise ValueError(
                    f"filters may have {_MOST_CONDITIONS} conditions in all, {_DEEPEST} deep"
                )
            parts = [part.get("filters") for part in level if isinstance(part, dict)]
            level = [inner for part in parts if isinstance(part, list) for inner in part]
        return value

    @property
    def questions(self) -> list[str]:
        """The questions, one or several."""
        return [self.query] if isinstance(self.query, str) else self.query


class ContentOut(BaseModel):
    """A passage's text."""

    type: Literal["text"] = "text"
    text: str


class VectorStoreResultOut(BaseModel):
    """A passage; `file_id` is the id of its document."""

    file_id: str
    filename: str
    score: Annotated[float, Field(ge=0, le=1)]
    attributes: Annotated[
        dict[str, Scalar],
        Field(
            max_length=16,
            description="Where the passage stands: page, label, section, offsets and more; each at "
            "most 512 characters.",
        ),
    ]
    content: list[ContentOut]


class VectorStoreResultsOut(BaseModel):
    """The answer to a search."""

    model_config = ConfigDict(json_schema_extra={"example": examples.VECTOR_STORE_SEARCH})

    object: Literal["vector_store.search_results.page"] = "vector_store.search_results.page"
    search_query: list[str]
    answerability: Annotated[
        float | None,
        Field(
            description="hrqa's own: the probability that the first five passages hold the answer"
        ),
    ]
    data: list[VectorStoreResultOut]
    has_more: bool = False
    next_page: str | None = None


class FileCountsOut(BaseModel):
    """How many documents there are."""

    in_progress: int = 0
    completed: int
    failed: int
    cancelled: int = 0
    total: int


class VectorStoreOut(BaseModel):
    """The index as a vector store; its id is always `default`."""

    model_config = ConfigDict(protected_namespaces=())

    id: str
    object: Literal["vector_store"] = "vector_store"
    created_at: int
    last_active_at: int
    name: str
    usage_bytes: int
    file_counts: FileCountsOut
    status: Literal["completed"] = "completed"
    expires_after: None = None
    expires_at: None = None
    metadata: dict[str, str]


class VectorStoresOut(BaseModel):
    """All vector stores: the one."""

    object: Literal["list"] = "list"
    data: list[VectorStoreOut]
    first_id: str | None
    last_id: str | None
    has_more: bool = False
