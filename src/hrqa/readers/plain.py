"""Plain text: a document without pages, cited by paragraph."""

import re
from pathlib import Path

from hrqa.datatypes import BlockKind
from hrqa.readers.encodings import decode
from hrqa.readers.reading import DEFAULT_LIMITS, Reading, ReadingLimits, bounded_bytes
from hrqa.readers.unpaged import TextBlock, unpaged_reading

_BLANK_LINE = re.compile(r"\n[ \t]*\n")


def read_plain_text(path: Path, *, file: str, limits: ReadingLimits = DEFAULT_LIMITS) -> Reading:
    """Read a text file whose paragraphs are separated by blank lines.

    Lines of a paragraph are joined by one space. The encoding is told as ``encodings.decode``
    says; a guessed one stands in the reading's notes.

    Raises:
        UnreadableDocumentError: It is empty, too large, no text, or in an unknown encoding.
    """
    decoded = decode(bounded_bytes(path, file, limits), file=file)
    return unpaged_reading(
        (
            TextBlock(BlockKind.PARAGRAPH, " ".join(part.split()))
            for part in _BLANK_LINE.split(decoded.text)
        ),
        file=file,
        notes=(decoded.note,) if decoded.note else (),
    )
