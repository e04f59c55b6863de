"""What every reader hands on."""

from dataclasses import dataclass

from hrqa.datatypes import OutlineEntry, Page


@dataclass(frozen=True, slots=True)
class Reading:
    """A document's text and what the file says of itself.

    Attributes:
        pages: Its pages; exactly one, with number None, for a document without pages.
        title: Title that the file declares or its first heading; None without one.
        authors: Authors that the file declares.
        language: BCP 47 tag that the file declares; None where it declares none.
        outline: Headings in order.
        unreadable_pages: Physical page numbers whose text could not be read, each with the reason.
    """

    pages: tuple[Page, ...]
    title: str | None = None
    authors: tuple[str, ...] = ()
    language: str | None = None
    outline: tuple[OutlineEntry, ...] = ()
    unreadable_pages: tuple[tuple[int, str], ...] = ()
