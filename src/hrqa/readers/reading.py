"""What every reader is given and hands on."""

from dataclasses import dataclass

from hrqa.datatypes import OutlineEntry, Page


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """How much of a machine one document may take while it is read.

    Attributes:
        pages: Most pages, or slides, of a document.
        expanded_bytes: Most bytes that a document may unpack to.
        ocr: Whether pages that hold only images are recognised, where tesseract is installed.
    """

    pages: int = 20_000
    expanded_bytes: int = 1_000_000_000
    ocr: bool = True


DEFAULT_LIMITS = ReadingLimits()


@dataclass(frozen=True, slots=True)
class Reading:
    """A document's text and what the file says of itself.

    Attributes:
        pages: Its pages; exactly one, with number None, for a document without pages.
        title: Title that the file declares or its first heading; None without one.
        authors: Authors that the file declares.
        language: BCP 47 tag that the file declares; None where it declares none.
        issued: Year, or year and month, or year, month and day of publication that the file
            declares; empty where it declares none.
        url: Address that the file declares for itself; None where it declares none.
        outline: Headings in order.
        unreadable_pages: Physical page numbers whose text could not be read, each with the reason.
        ocr_pages: Physical page numbers whose text was recognised in an image.
    """

    pages: tuple[Page, ...]
    title: str | None = None
    authors: tuple[str, ...] = ()
    language: str | None = None
    issued: tuple[int, ...] = ()
    url: str | None = None
    outline: tuple[OutlineEntry, ...] = ()
    unreadable_pages: tuple[tuple[int, str], ...] = ()
    ocr_pages: tuple[int, ...] = ()
