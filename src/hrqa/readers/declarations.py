"""What a PDF file declares of itself, by pypdf."""

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pypdf
from pypdf.errors import PyPdfError
from pypdf.generic import Destination

from hrqa.datatypes import OutlineEntry
from hrqa.errors import UnreadableDocumentError

_T = TypeVar("_T")

logging.getLogger("pypdf").setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True)
class Declarations:
    """What a file declares; each part is empty where it declares nothing or is damaged.

    Attributes:
        title: Its title; None without one.
        authors: Its authors.
        language: BCP 47 tag; None without one.
        labels: The label of each page; empty where the file has no page labels.
        outline: Its own outline, in order.
    """

    title: str | None
    authors: tuple[str, ...]
    language: str | None
    labels: tuple[str | None, ...]
    outline: tuple[OutlineEntry, ...]


def read_declarations(path: Path, file: str) -> Declarations:
    """Read what a file declares.

    Raises:
        UnreadableDocumentError: The file is encrypted, broken or no PDF.
    """
    try:
        reader = pypdf.PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableDocumentError(
                file, "the file is encrypted; save a copy without a password"
            )
        return _declarations(reader)
    except (UnreadableDocumentError, MemoryError):
        raise
    except Exception as error:  # pypdf raises many kinds on damaged files
        raise broken(file, error) from error


def broken(file: str, error: Exception) -> UnreadableDocumentError:
    """The error for a file that a library cannot open."""
    reason = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
    told = "" if reason.endswith("Success)") else f" ({reason})"
    return UnreadableDocumentError(file, f"the file is broken or no PDF{told}; get an intact copy")


def _declarations(reader: pypdf.PdfReader) -> Declarations:
    info = _quietly(lambda: reader.metadata) or pypdf.DocumentInformation()
    title = _quietly(lambda: info.title)
    author = _quietly(lambda: info.author)
    names = re.split(r"\s*[;,]\s*", str(author)) if author else []
    language = _quietly(lambda: reader.root_object.get("/Lang"))
    has_labels = _quietly(lambda: "/PageLabels" in reader.root_object)
    labels = _quietly(lambda: reader.page_labels) if has_labels else None
    return Declarations(
        title=(str(title).strip() or None) if title else None,
        authors=tuple(name for name in names if name),
        language=str(language) if language else None,
        labels=tuple(label or None for label in labels or ()),
        outline=tuple(_quietly(lambda: list(_outline(reader, reader.outline, 1))) or ()),
    )


def _quietly(read: Callable[[], _T]) -> _T | None:
    """The value, or None where a damaged file does not give it."""
    try:
        return read()
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError):
        return None


def _outline(
    reader: pypdf.PdfReader, entries: Sequence[Destination | list[Any]], level: int
) -> Iterator[OutlineEntry]:
    for entry in entries:
        if isinstance(entry, list):
            yield from _outline(reader, entry, level + 1)
        elif entry.title and str(entry.title).strip():
            page = reader.get_destination_page_number(entry)
            if page is not None and page >= 0:
                yield OutlineEntry(" ".join(str(entry.title).split()), level, page + 1)
