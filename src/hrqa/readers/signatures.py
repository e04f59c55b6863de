"""What a file's first bytes say that it is."""

import re
import zipfile
from enum import StrEnum
from pathlib import Path

_HEAD_BYTES = 1024


class Format(StrEnum):
    """A format, in words that follow "is"."""

    PDF = "a PDF file"
    TEXT = "plain text"
    MARKDOWN = "Markdown"
    HTML = "a web page"
    MHTML = "a web page saved as an archive"
    DOCX = "a Word document"
    PPTX = "a PowerPoint file"
    XLSX = "an Excel workbook"
    OPEN_DOCUMENT = "an OpenDocument file"
    EPUB = "an electronic book (EPUB)"
    OLD_OFFICE = "an Office file of an old format"
    RTF = "a rich-text file (RTF)"
    ZIP = "a zip archive"
    PACKED = "a packed archive"
    IMAGE = "a picture"


_SIGNATURES = (
    (b"%PDF-", Format.PDF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Format.OLD_OFFICE),
    (b"{\\rtf", Format.RTF),
    (b"\x89PNG\r\n\x1a\n", Format.IMAGE),
    (b"\xff\xd8\xff", Format.IMAGE),
    (b"GIF8", Format.IMAGE),
    (b"II*\x00", Format.IMAGE),
    (b"MM\x00*", Format.IMAGE),
    (b"\x1f\x8b\x08", Format.PACKED),
    (b"BZh", Format.PACKED),
    (b"7z\xbc\xaf\x27\x1c", Format.PACKED),
    (b"Rar!\x1a\x07", Format.PACKED),
)
_PAGE = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>\s*|<!--.*?-->\s*)*(?:<!doctype\s+html|<html[\s>])",
    re.IGNORECASE | re.DOTALL,
)
_SAVED_PAGE = re.compile(rb"\A(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){2,}", re.IGNORECASE)
_ZIP_CONTENTS = (
    ("word/", Format.DOCX),
    ("ppt/", Format.PPTX),
    ("xl/", Format.XLSX),
    ("META-INF/container.xml", Format.EPUB),
    ("content.xml", Format.OPEN_DOCUMENT),
)


def format_of(path: Path) -> Format | None:
    """The format that a file shows by its first bytes; None where they show none.

    Raises:
        OSError: It cannot be opened.
    """
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    for signature, found in _SIGNATURES:
        if head.startswith(signature):
            return found
    if head.startswith(b"PK\x03\x04"):
        return _packed_format(path)
    if _PAGE.match(head):
        return Format.HTML
    if b"multipart/related" in head.lower() and _SAVED_PAGE.match(head):
        return Format.MHTML
    # Some programs write a few bytes before a PDF's header.
    return Format.PDF if re.search(rb"(?:\A|[\r\n\x00])%PDF-1\.\d", head) else None


def _packed_format(path: Path) -> Format | None:
    """The format of a zip archive by the names in it; None for a damaged one."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, UnicodeError):
        return None
    for beginning, found in _ZIP_CONTENTS:
        if any(name.startswith(beginning) for name in names):
            return found
    return Format.ZIP
