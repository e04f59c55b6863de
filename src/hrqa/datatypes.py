"""The records that pass between hrqa's stages.

All are frozen and hold plain values. Offsets are 0-based Unicode code points, half-open;
page numbers are physical, 1-based, and None for a document without pages.
"""

from dataclasses import dataclass
from enum import StrEnum


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
class ExampleQuestion:
    """A question that a document answers, for readers who do not know yet what to ask.

    Attributes:
        text: The question, on one line.
        language: BCP 47 tag of the question, which need not be that of the document.
    """

    text: str
    language: str


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
        questions: Example questions that the manifest gives; they change no search.
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
    questions: tuple[ExampleQuestion, ...] = ()


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
class Evidence:
    """A quotation that answers a gold question, or a part of it.

    Attributes:
        document: Path of the document relative to the corpus.
        page: Physical page number; None where the quotation may stand on any page.
        quote: The exact words; empty where the page alone, or the whole document, is the evidence.
        group: Quotes of one group are alternatives; every group is needed for a full answer.
        grade: What its group counts for, 1 or more; judgements by document have grades.
    """

    document: str
    page: int | None
    quote: str
    group: int
    grade: int = 1


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
