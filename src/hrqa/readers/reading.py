"""What every reader is given and hands on."""

from dataclasses import dataclass
from pathlib import Path

from hrqa.datatypes import OutlineEntry, Page
from hrqa.errors import UnreadableDocumentError


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
        notes: What a person should know of how the file was read and is no failure, such as
            ``read as Windows-1258``; half a sentence each.
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
    notes: tuple[str, ...] = ()


def bounded_bytes(path: Path, file: str, limits: ReadingLimits) -> bytes:
    """The bytes of a file that is read as a whole.

    Raises:
        UnreadableDocumentError: It is empty or larger than a document may be.
        OSError: It cannot be opened.
    """
    size = path.stat().st_size
    if size > limits.expanded_bytes:
        raise too_large(file, size, limits)
    data = path.read_bytes()
    if not data:
        raise empty_file(file)
    return data


def empty_file(file: str) -> UnreadableDocumentError:
    """The error for a file without content."""
    return UnreadableDocumentError(file, "the file is empty; put the whole file in its place")


def too_large(file: str, found: int, limits: ReadingLimits) -> UnreadableDocumentError:
    """The error for a document that has, or unpacks to, more bytes than allowed."""
    return UnreadableDocumentError(
        file,
        f"it holds {_megabytes(found)} MB, more than the {_megabytes(limits.expanded_bytes)} MB "
        "that a document may expand to; raise HRQA_MAX_EXPANDED_MB to read it",
    )


def too_many_pages(
    file: str, found: int, limits: ReadingLimits, *, what: str = "pages"
) -> UnreadableDocumentError:
    """The error for a document that has more pages, or slides, than allowed."""
    return UnreadableDocumentError(
        file,
        f"it has {found:,} {what}, more than the {limits.pages:,} that a document may have; "
        "raise HRQA_MAX_PAGES to read it",
    )


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.6g}"
