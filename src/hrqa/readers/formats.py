"""Which reader reads which file."""

from collections.abc import Callable
from pathlib import Path

from hrqa.errors import UnreadableDocumentError
from hrqa.readers.pdf import read_pdf
from hrqa.readers.plain import read_markdown, read_plain_text
from hrqa.readers.reading import DEFAULT_LIMITS, Reading, ReadingLimits

READING_VERSION = "1"
"""Counts up whenever a reader gives another text for the same file."""

_READERS: dict[str, Callable[..., Reading]] = {
    ".pdf": read_pdf,
    ".txt": read_plain_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
}


READABLE_SUFFIXES = frozenset(_READERS)
"""Extensions of the formats that hrqa reads, lower case, with the point."""


def read_document(path: Path, *, file: str, limits: ReadingLimits = DEFAULT_LIMITS) -> Reading:
    """Read a document.

    Args:
        path: Where the file lies.
        file: Its path relative to the corpus, for messages.
        limits: How much of the machine it may take.

    Raises:
        UnreadableDocumentError: The file cannot be read; says why and what to do.
    """
    try:
        return _READERS[path.suffix.casefold()](path, file=file, limits=limits)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UnreadableDocumentError(file, f"the file cannot be opened: {reason}") from error
