"""Passages and where they stand, as callers get them."""

from typing import Literal
from urllib.parse import quote

from pydantic import BaseModel

from hrqa.datatypes import Document, Passage
from hrqa.queries import Citation, CitedSpan, Highlight


class TextQuoteOut(BaseModel):
    """The words of a span, and what stands around them (W3C Web Annotation)."""

    type: Literal["TextQuoteSelector"] = "TextQuoteSelector"
    exact: str
    prefix: str
    suffix: str


class TextPositionOut(BaseModel):
    """Half-open offsets into the text of the page, or of the document (W3C Web Annotation)."""

    type: Literal["TextPositionSelector"] = "TextPositionSelector"
    start: int
    end: int


class PlaceOut(BaseModel):
    """Where a part of a passage stands.

    `page` counts from 1 as a PDF viewer does, `label` is what is printed on it. `start` and `end`
    are offsets in Unicode code points into the text of that page. `boxes`, one per line of text,
    are left, top, right, bottom as fractions of the page as displayed. `link` opens the file at the
    page, relative to the service's address.
    """

    page: int | None
    label: str | None
    start: int
    end: int
    boxes: list[tuple[float, float, float, float]] | None
    link: str


class SpanOut(PlaceOut):
    """Where a part of a passage stands, with selectors by which to find it again."""

    selectors: list[TextQuoteOut | TextPositionOut]


class HighlightOut(BaseModel):
    """A sentence that seems to answer, in the order of the text.

    `start` and `end` are half-open offsets into the passage's text, in Unicode code points. `spans`
    is where it stands: its own page, which need not be that on which the passage begins.
    """

    start: int
    end: int
    spans: list[PlaceOut]


class PassageOut(BaseModel):
    """A passage; highlights are empty where no question was asked."""

    id: str
    text: str
    language: str | None
    highlights: list[HighlightOut]


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


def passage_out(
    passage: Passage, document: Document, highlights: tuple[Highlight, ...] = ()
) -> PassageOut:
    """A passage as callers get it."""
    return PassageOut(
        id=passage.id,
        text=passage.text,
        language=passage.language,
        highlights=[
            HighlightOut(
                start=marked.start,
                end=marked.end,
                spans=[_place_out(document, cited) for cited in marked.spans],
            )
            for marked in highlights
        ],
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
        spans=[_span_out(citation.document, cited) for cited in citation.spans],
        text=citation.text,
    )


def _place_out(document: Document, cited: CitedSpan) -> PlaceOut:
    span, boxes = cited.span, cited.boxes
    return PlaceOut(
        page=span.page,
        label=cited.label,
        start=span.start,
        end=span.end,
        boxes=None
        if boxes is None
        else [(box.left, box.top, box.right, box.bottom) for box in boxes],
        link=span_link(document, span.page),
    )


def _span_out(document: Document, cited: CitedSpan) -> SpanOut:
    span = cited.span
    return SpanOut(
        **dict(_place_out(document, cited)),
        selectors=[
            TextQuoteOut(exact=cited.quote, prefix=cited.prefix, suffix=cited.suffix),
            TextPositionOut(start=span.start, end=span.end),
        ],
    )


def span_link(document: Document, page: int | None) -> str:
    """Where a page opens, relative to the service's address: a PDF at its page, else the text."""
    address = f"/v1/documents/{quote(document.id, safe='')}"
    if page is None:
        return f"{address}/text"
    if document.file.lower().endswith(".pdf"):
        return f"{address}/file#page={page}"
    return f"{address}/text?page={page}"
