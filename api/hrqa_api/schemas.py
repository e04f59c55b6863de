"""The shapes of requests and answers, version 1; without fastapi, for the command line too."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hrqa.datatypes import (
    MAX_LIMIT,
    MAX_QUERY_CHARS,
    Citation,
    Document,
    Page,
    Passage,
    Query,
    ScoredPassage,
    SearchResult,
    YearRange,
)
from hrqa.store.description import IndexText
from hrqa.store.texts import StoredDocument


class Request(BaseModel):
    """A request body: fields that hrqa does not know are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class YearsIn(Request):
    """Years of publication, both ends included."""

    from_: Annotated[int | None, Field(alias="from", ge=0, le=9999)] = None
    to: Annotated[int | None, Field(ge=0, le=9999)] = None

    @model_validator(mode="after")
    def _in_order(self) -> "YearsIn":
        if self.from_ is not None and self.to is not None and self.from_ > self.to:
            raise ValueError("`from` must not be later than `to`")
        return self


class FiltersIn(Request):
    """Which documents may answer."""

    document_ids: Annotated[list[str] | None, Field(max_length=1000)] = None
    languages: Annotated[list[str] | None, Field(max_length=100)] = None
    years: YearsIn | None = None


class SearchIn(Request):
    """A question with its conditions."""

    query: Annotated[
        str,
        Field(
            min_length=1,
            max_length=MAX_QUERY_CHARS,
            pattern=r"\S",
            description="a question that stands alone",
            examples=["What do companies expect of graduates?"],
        ),
    ]
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = 10
    filters: FiltersIn | None = None
    max_per_document: Annotated[int | None, Field(ge=1)] = None

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


class HighlightOut(BaseModel):
    """Half-open offsets into the passage's text, in Unicode code points."""

    start: int
    end: int


class PassageOut(BaseModel):
    """A passage; highlights are empty where no question was asked."""

    id: str
    text: str
    language: str | None
    highlights: list[HighlightOut]


class SpanOut(BaseModel):
    """Where a part of a passage stands: physical page, its label, offsets, boxes."""

    page: int | None
    label: str | None
    start: int
    end: int
    boxes: list[tuple[float, float, float, float]] | None


class CitationOut(BaseModel):
    """What a reader needs to find and to cite a passage."""

    document_id: str
    file: str
    title: str
    authors: list[str]
    year: int | None
    url: str | None
    edition: str | None
    section: list[str]
    paragraph: int | None
    spans: list[SpanOut]
    text: str


class AlsoInOut(BaseModel):
    """A passage with the same words elsewhere."""

    passage_id: str
    citation: CitationOut


class ResultOut(BaseModel):
    """One answer."""

    rank: int
    score: float
    passage: PassageOut
    citation: CitationOut
    also_in: list[AlsoInOut]


class IndexRefOut(BaseModel):
    """The index that answered."""

    id: str
    built_at: str
    model: str


class SearchOut(BaseModel):
    """The answer to a search."""

    query: str
    language: str | None
    answerability: float | None
    results: list[ResultOut]
    index: IndexRefOut
    took_ms: float


class FailedOut(BaseModel):
    """A file that did not become a document."""

    file: str
    reason: str


class IndexOut(BaseModel):
    """What is in the index."""

    id: str
    built_at: str
    model: str
    documents: int
    passages: int
    languages: list[str]
    failed: list[FailedOut]


class OutlineOut(BaseModel):
    """A heading of a document."""

    title: str
    level: int
    page: int | None


class UnreadablePageOut(BaseModel):
    """A page whose text could not be read, and why."""

    page: int
    reason: str


class DocumentOut(BaseModel):
    """A document; the text of its `ocr_pages` was recognised in images."""

    id: str
    file: str
    title: str
    authors: list[str]
    year: int | None
    url: str | None
    language: str | None
    pages: int | None
    passages: int
    sha256: str
    edition: str | None
    same_as: list[str]
    ocr_pages: list[int]
    unreadable_pages: list[UnreadablePageOut]


class DocumentDetailOut(DocumentOut):
    """A document with its headings."""

    outline: list[OutlineOut]


class DocumentsOut(BaseModel):
    """A page of the list of documents; `next_cursor` is null on the last."""

    documents: list[DocumentOut]
    next_cursor: str | None


class TextOut(BaseModel):
    """The text of a page, or of a document without pages."""

    document_id: str
    page: int | None
    label: str | None
    text: str


class PageOut(BaseModel):
    """A page with its size in points."""

    page: int
    label: str | None
    text: str
    width: float
    height: float


class PassageWithCitationOut(BaseModel):
    """A passage and where it stands."""

    passage: PassageOut
    citation: CitationOut


class PassagesOut(BaseModel):
    """A page of the list of passages; `next_cursor` is null on the last."""

    passages: list[PassageWithCitationOut]
    next_cursor: str | None


class PassageDetailOut(PassageWithCitationOut):
    """A passage with its neighbours, nearest last before and nearest first after."""

    before: list[PassageWithCitationOut]
    after: list[PassageWithCitationOut]


class StatusOut(BaseModel):
    """Whether the service is alive or ready."""

    status: str


def search_out(result: SearchResult, index: IndexText) -> SearchOut:
    """The answer to a search as callers get it."""
    return SearchOut(
        query=result.query.text,
        language=result.language,
        answerability=result.answerability,
        results=[_result_out(scored) for scored in result.passages],
        index=IndexRefOut(id=index.meta.id, built_at=index.meta.built_at, model=index.meta.model),
        took_ms=result.took_ms,
    )


def _result_out(scored: ScoredPassage) -> ResultOut:
    return ResultOut(
        rank=scored.rank,
        score=scored.score,
        passage=passage_out(scored.passage, scored.highlights),
        citation=citation_out(scored.citation),
        also_in=[
            AlsoInOut(passage_id=passage_id, citation=citation_out(citation))
            for passage_id, citation in scored.also_in
        ],
    )


def passage_out(passage: Passage, highlights: tuple[tuple[int, int], ...] = ()) -> PassageOut:
    """A passage as callers get it."""
    return PassageOut(
        id=passage.id,
        text=passage.text,
        language=passage.language,
        highlights=[HighlightOut(start=start, end=end) for start, end in highlights],
    )


def citation_out(citation: Citation) -> CitationOut:
    """A citation as callers get it."""
    known = citation.document.bibliography
    return CitationOut(
        document_id=citation.document.id,
        file=citation.document.file,
        title=known.title,
        authors=[str(author) for author in known.authors],
        year=known.year,
        url=known.url,
        edition=known.edition,
        section=list(citation.section),
        paragraph=citation.paragraph,
        spans=[
            SpanOut(
                page=cited.span.page,
                label=cited.label,
                start=cited.span.start,
                end=cited.span.end,
                boxes=None
                if cited.boxes is None
                else [(box.left, box.top, box.right, box.bottom) for box in cited.boxes],
            )
            for cited in citation.spans
        ],
        text=citation.text,
    )


def document_out(stored: StoredDocument) -> DocumentOut:
    """A document as callers get it."""
    document, known = stored.document, stored.document.bibliography
    return DocumentOut(
        id=document.id,
        file=document.file,
        title=known.title,
        authors=[str(author) for author in known.authors],
        year=known.year,
        url=known.url,
        language=known.language,
        pages=document.pages,
        passages=stored.passages,
        sha256=document.sha256,
        edition=known.edition,
        same_as=list(document.same_as),
        ocr_pages=list(document.ocr_pages),
        unreadable_pages=[
            UnreadablePageOut(page=page, reason=reason)
            for page, reason in document.unreadable_pages
        ],
    )


def document_detail_out(stored: StoredDocument) -> DocumentDetailOut:
    """A document with its headings as callers get it."""
    outline = [
        OutlineOut(title=entry.title, level=entry.level, page=entry.page)
        for entry in stored.document.outline
    ]
    return DocumentDetailOut(**document_out(stored).model_dump(), outline=outline)


def documents_out(index: IndexText) -> DocumentsOut:
    """All documents, unpaged."""
    documents = [document_out(stored) for stored in index.texts.documents]
    return DocumentsOut(documents=documents, next_cursor=None)


def index_out(index: IndexText) -> IndexOut:
    """The description of an index as callers get it."""
    documents = [stored.document for stored in index.texts.documents]
    languages = {document.bibliography.language for document in documents}
    return IndexOut(
        id=index.meta.id,
        built_at=index.meta.built_at,
        model=index.meta.model,
        documents=len(documents),
        passages=len(index.texts.passage_ids),
        languages=sorted(language for language in languages if language is not None),
        failed=[FailedOut(file=failed.file, reason=failed.reason) for failed in index.meta.failed],
    )


def text_out(document: Document, page: Page) -> TextOut:
    """A page's text as callers get it."""
    return TextOut(document_id=document.id, page=page.number, label=page.label, text=page.text)
