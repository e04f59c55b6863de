"""The records of a question and of its answer.

All are frozen and hold plain values, like those of documents in ``datatypes``.
"""

from dataclasses import dataclass

from hrqa.datatypes import Box, Document, Passage, Span

MAX_QUERY_CHARS = 2000
"""Longest question that is answered, in code points."""

MAX_LIMIT = 50
"""Most passages that one query can ask for."""


@dataclass(frozen=True, slots=True)
class YearRange:
    """Years of publication from ``first`` to ``last``, both included; None leaves an end open."""

    first: int | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """A question with its conditions.

    Attributes:
        text: The question, 1 to 2,000 characters, not blank.
        limit: Number of passages wanted, 1 to 50.
        document_ids: Only these documents; empty for all.
        languages: Only documents in these languages (BCP 47, by prefix); empty for all.
        years: Only documents published in these years; None for all.
        max_per_document: At most so many passages of one document; None for no bound.
        explain: Whether each passage is wanted with its scores by stage.
    """

    text: str
    limit: int = 10
    document_ids: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    years: YearRange | None = None
    max_per_document: int | None = None
    explain: bool = False


@dataclass(frozen=True, slots=True)
class StageTime:
    """How long a stage of an answer took.

    Attributes:
        stage: ``prepare`` (courtesy, spelling, marks), ``encode``, ``dense`` (passages and
            sentences by vector), ``lexical``, ``fuse``, ``rerank`` (token by token, and by a
            cross-encoder if one is set), ``judge`` (answerability) or ``cite`` (fold, mark, cite).
        ms: Milliseconds.
    """

    stage: str
    ms: float


@dataclass(frozen=True, slots=True)
class StageScore:
    """What a retriever or a later stage gave a passage.

    Attributes:
        stage: ``passages``, ``sentences``, ``lexical`` or ``tokens``.
        score: On that stage's own scale; higher is better.
    """

    stage: str
    score: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """Passages ranked by one retriever.

    Attributes:
        retriever: Which one: ``passages``, ``sentences``, ``lexical``, ``tokens`` or ``fused``.
        entries: ``(passage number, score)``, highest score first, equal scores by ascending
            passage id. A passage number is the passage's row in the index.
    """

    retriever: str
    entries: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class CitedSpan:
    """A span with the page label and the boxes that a reader needs to find it.

    Attributes:
        span: The stretch of text.
        label: As ``Page.label``.
        boxes: One per line of text; None for a document without pages.
        quote: The text of the span.
        prefix: What stands before it on its page, at most 32 characters.
        suffix: What stands after it, at most 32 characters.
    """

    span: Span
    label: str | None
    boxes: tuple[Box, ...] | None
    quote: str = ""
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a passage stands, for a person and for a program.

    Attributes:
        document: The document cited.
        section: Headings above the passage, outermost first.
        paragraph: Paragraph number in a document without pages; else None.
        spans: The stretches of text, in reading order.
        text: One line in words, such as ``Tram, P. N. (2023), p. 140``.
    """

    document: Document
    section: tuple[str, ...]
    paragraph: int | None
    spans: tuple[CitedSpan, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Highlight:
    """A sentence of a passage that answers.

    Attributes:
        start: First character, offset into ``Passage.text``.
        end: One past the last.
        spans: Where it stands on its page, or on two where a page end cuts it.
    """

    start: int
    end: int
    spans: tuple[CitedSpan, ...]


@dataclass(frozen=True, slots=True)
class ScoredPassage:
    """A passage as an answer to a query.

    Attributes:
        rank: Place in the ranking, from 1.
        score: In [0, 1], not rising with rank.
        passage: The passage.
        citation: Where it stands.
        highlights: What answers best, in the order of the text.
        also_in: Passages with the same words elsewhere, folded into this one.
        scores: What the stages gave it, where they found it; empty unless the query asks for it.
    """

    rank: int
    score: float
    passage: Passage
    citation: Citation
    highlights: tuple[Highlight, ...]
    also_in: tuple[tuple[str, Citation], ...] = ()
    scores: tuple[StageScore, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The answer to a query.

    Attributes:
        query: The query answered.
        language: Language of the question, BCP 47; None where it cannot be told.
        answerability: Probability that the first five passages hold the answer; None where
            there is no calibration for the index's model.
        passages: Best first.
        took_ms: Milliseconds from question to answer.
        stages: How they are made up, in order.
    """

    query: Query
    language: str | None
    answerability: float | None
    passages: tuple[ScoredPassage, ...]
    took_ms: float
    stages: tuple[StageTime, ...] = ()
