"""The records that pass between hrqa's stages.

All are frozen and hold plain values. Offsets are 0-based Unicode code points, half-open;
page numbers are physical, 1-based, and None for a document without pages.
"""

from dataclasses import dataclass
from enum import StrEnum

MAX_QUERY_CHARS = 2000
"""Longest question that is answered, in code points."""

MAX_LIMIT = 50
"""Most passages that one query can ask for."""


class BlockKind(StrEnum):
    """What a block of a page is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE = "table"
    CAPTION = "caption"
    FOOTNOTE = "footnote"
    FURNITURE = "furniture"
    """Running header, footer or page number: kept in the page's text, left out of passages."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page as displayed: fractions of its width and height from the top left."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Line:
    """A stretch of a page's text that stands on one line, with the place of each of its words.

    Attributes:
        start: First character, offset into ``Page.text``.
        end: One past the last character.
        top: Upper edge, fraction of the page's height.
        bottom: Lower edge, fraction of the page's height.
        edges: Left and right edge of each white-space-separated word in turn, fractions of
            the page's width; twice as many as the stretch has words.
    """

    start: int
    end: int
    top: float
    bottom: float
    edges: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, list item, table, caption, footnote or running line of one page.

    Attributes:
        kind: What the block is.
        start: First character, offset into ``Page.text``.
        end: One past the last character.
        level: Depth of a heading, 1 for the highest; 0 for every other kind.
        continues: Whether the block goes on with the sentence or table that the last of its kind
            on the page before left unfinished.
        header_rows: Number of rows at the head of a table that name its columns.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    continues: bool = False
    header_rows: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """One page, or the whole text of a document without pages.

    Attributes:
        number: Physical page number, 1-based; None for a document without pages.
        label: The page number that the file declares, or prints where it declares none; None
            where there is none.
        text: The text in reading order, NFC: blocks separated by a blank line, lines of a
            paragraph joined by one space, table rows one a line with tabs between cells.
        blocks: The blocks in reading order; together they cover the text but for separators.
        lines: Where the text stands on the page, ascending by start; empty without pages.
        width: Width as displayed, in points; None without pages.
        height: Height as displayed, in points; None without pages.
    """

    number: int | None
    label: str | None
    text: str
    blocks: tuple[Block, ...]
    lines: tuple[Line, ...] = ()
    width: float | None = None
    height: float | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """A person's or institution's name; ``literal`` where its parts are not known."""

    literal: str | None = None
    family: str | None = None
    given: str | None = None

    def __str__(self) -> str:
        if self.literal is not None:
            return self.literal
        return " ".join(part for part in (self.given, self.family) if part)


@dataclass(frozen=True, slots=True)
class Bibliography:
    """What is known of a document as a publication, in CSL-JSON's terms.

    Attributes:
        type: CSL type, ``document`` where it is not known.
        issued: Year, or year and month, or year, month and day; empty where unknown.
        language: BCP 47 tag; None where unknown.
        edition: Name of an edition made by others than the publisher; None for the original.
    """

    title: str
    type: str = "document"
    authors: tuple[Name, ...] = ()
    issued: tuple[int, ...] = ()
    container_title: str | None = None
    publisher: str | None = None
    volume: str | None = None
    issue: str | None = None
    doi: str | None = None
    url: str | None = None
    language: str | None = None
    edition: str | None = None

    @property
    def year(self) -> int | None:
        """The year of publication; None where unknown."""
        return self.issued[0] if self.issued else None


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A heading of a document with the place where it stands.

    Attributes:
        title: The heading's words.
        level: Depth, 1 for the highest.
        page: Physical page number; None for a document without pages.
    """

    title: str
    level: int
    page: int | None


@dataclass(frozen=True, slots=True)
class Document:
    """A document of a corpus, without its text.

    Attributes:
        id: Stable identifier, safe in a URL.
        file: Path relative to the corpus, with ``/``.
        sha256: Hexadecimal digest of the file.
        bibliography: What is known of it as a publication.
        pages: Number of pages; None for a document without pages.
        outline: Its headings in order.
        same_as: Other files of equal content, as relative paths.
        unreadable_pages: Physical numbers of pages whose text could not be read, with the reason.
        ocr_pages: Physical numbers of pages whose text was recognised in an image.
        titled: Whether the manifest gives its title, and not the file itself.
    """

    id: str
    file: str
    sha256: str
    bibliography: Bibliography
    pages: int | None
    outline: tuple[OutlineEntry, ...] = ()
    same_as: tuple[str, ...] = ()
    unreadable_pages: tuple[tuple[int, str], ...] = ()
    ocr_pages: tuple[int, ...] = ()
    titled: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one page's text.

    Attributes:
        page: Physical page number, 1-based, as a PDF viewer counts; not the printed label;
            None for a document without pages.
        start: First character, 0-based code-point offset into ``Page.text``.
        end: One past the last character, same unit; greater than ``start``.
    """

    page: int | None
    start: int
    end: int

    def __post_init__(self) -> None:
        if (self.page is not None and self.page < 1) or not 0 <= self.start < self.end:
            raise ValueError(f"not a span: page {self.page}, [{self.start}, {self.end})")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence or table row of a passage.

    Attributes:
        start: First character, offset into ``Passage.text``.
        end: One past the last character.
        under: For a table row, the label rows above that give it its sense; else empty.
    """

    start: int
    end: int
    under: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A citable piece of a document.

    Attributes:
        id: The document's id and a hash of text and page; stable over rebuilds.
        document_id: The document it belongs to.
        text: Its spans' texts joined with a line feed.
        spans: Where it stands, in reading order.
        section: The headings above it, outermost first.
        paragraph: Number of its first paragraph in a document without pages, from 1; else None.
        language: BCP 47 tag of the text; None where unknown.
        sentences: Its sentences and table rows, in order.
        table_caption: Caption of the table that it holds or continues; empty without one.
        table_head: Rows that name that table's columns, one a line, tabs between cells.
    """

    id: str
    document_id: str
    text: str
    spans: tuple[Span, ...]
    section: tuple[str, ...]
    paragraph: int | None
    language: str | None
    sentences: tuple[Sentence, ...]
    table_caption: str = ""
    table_head: str = ""


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


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quotation that answers a gold question, or a part of it.

    Attributes:
        document: Path of the document relative to the corpus.
        page: Physical page number; None where the quotation may stand on any page.
        quote: The exact words; empty where the page alone is the evidence.
        group: Quotes of one group are alternatives; every group is needed for a full answer.
    """

    document: str
    page: int | None
    quote: str
    group: int


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question whose answer is known."""

    id: str
    language: str
    question: str
    kind: str
    answerable: bool
    evidence: tuple[Evidence, ...]
    answers: tuple[str, ...] = ()
    note: str = ""
