"""Which reader reads which file, and what becomes of the others."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import cast

from hrqa.errors import UnreadableDocumentError
from hrqa.readers.reading import DEFAULT_LIMITS, Reading, ReadingLimits, too_large
from hrqa.readers.signatures import Format, format_of

READING_VERSION = "2"
"""Counts up whenever a reader gives another text for the same file."""

_READERS = {
    ".pdf": (Format.PDF, "pdf", "read_pdf"),
    ".txt": (Format.TEXT, "plain", "read_plain_text"),
    ".md": (Format.MARKDOWN, "markdown", "read_markdown"),
    ".markdown": (Format.MARKDOWN, "markdown", "read_markdown"),
    ".html": (Format.HTML, "html", "read_html"),
    ".htm": (Format.HTML, "html", "read_html"),
    ".xhtml": (Format.HTML, "html", "read_html"),
    ".mhtml": (Format.MHTML, "html", "read_mhtml"),
    ".mht": (Format.MHTML, "html", "read_mhtml"),
    ".docx": (Format.DOCX, "docx", "read_docx"),
    ".docm": (Format.DOCX, "docx", "read_docx"),
    ".pptx": (Format.PPTX, "pptx", "read_pptx"),
    ".pptm": (Format.PPTX, "pptx", "read_pptx"),
}
"""By extension: the format, and the module and function that read it, loaded when needed."""

READABLE_SUFFIXES = frozenset(_READERS)
"""Extensions of the formats that hrqa reads, lower case, with the point."""


def _office(target: str) -> str:
    return f"convert it with LibreOffice: soffice --headless --convert-to {target} FILE"


_PRINT = "open it in its program and export it as PDF"
_SCAN = "make a searchable PDF of it with tesseract: tesseract FILE NAME -l eng+vie pdf"
_PANDOC = "convert it with pandoc: pandoc FILE -o NAME.docx"
_CALIBRE = "convert it with Calibre: ebook-convert FILE NAME.docx"
_TEXT = "if it is prose, save it as .txt or .md"
_UNPACK = "unpack it into the folder"
_CONVERSIONS = {
    **dict.fromkeys((".doc", ".dot", ".odt", ".ott", ".rtf", ".wpd", ".wps"), _office("docx")),
    **dict.fromkeys((".dotx", ".dotm"), _office("docx")),
    **dict.fromkeys((".ppt", ".pps", ".odp", ".ppsx", ".ppsm", ".potx"), _office("pptx")),
    **dict.fromkeys((".xls", ".xlsx", ".xlsm", ".xlsb", ".ods"), _office("pdf")),
    **dict.fromkeys((".csv", ".tsv"), _office("html")),
    **dict.fromkeys((".odg", ".vsd", ".vsdx", ".pub"), _office("pdf")),
    **dict.fromkeys((".epub", ".fb2"), _PANDOC),
    **dict.fromkeys((".tex", ".rst", ".org", ".adoc", ".ipynb", ".docbook", ".textile"), _PANDOC),
    **dict.fromkeys((".mobi", ".azw", ".azw3", ".chm", ".lit", ".prc"), _CALIBRE),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".gif", ".webp"), _SCAN),
    **dict.fromkeys((".pages", ".key", ".numbers", ".hwp", ".one", ".xps", ".oxps"), _PRINT),
    **dict.fromkeys((".eml", ".msg"), "print it to PDF in a mail program"),
    **dict.fromkeys((".json", ".jsonl", ".xml", ".yaml", ".yml", ".log"), _TEXT),
    **dict.fromkeys((".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz"), _UNPACK),
    ".djvu": "convert it with DjVuLibre: ddjvu -format=pdf FILE NAME.pdf",
    ".ps": "convert it with Ghostscript: ps2pdf FILE",
    ".eps": "convert it with Ghostscript: ps2pdf FILE",
}


def conversion_hint(suffix: str) -> str | None:
    """How a file of a format that is not read becomes one that is.

    Args:
        suffix: Its extension with the point, in any case.

    Returns:
        Half a sentence, such as ``convert it with pandoc: pandoc FILE -o NAME.docx``; None for an
        extension that is read or not known.
    """
    return _CONVERSIONS.get(suffix.casefold())


def read_document(path: Path, *, file: str, limits: ReadingLimits = DEFAULT_LIMITS) -> Reading:
    """Read a document.

    Args:
        path: Where the file lies.
        file: Its path relative to the corpus, for messages.
        limits: How much of the machine it may take.

    Raises:
        UnreadableDocumentError: The file cannot be read; says why and what to do.
    """
    suffix = path.suffix.casefold()
    expected, module, name = _READERS[suffix]
    try:
        size = path.stat().st_size
        if size > limits.expanded_bytes:
            raise too_large(file, size, limits)
        _refuse_false_name(path, file, suffix, expected)
        read = getattr(import_module(f"hrqa.readers.{module}"), name)
        return cast(Callable[..., Reading], read)(path, file=file, limits=limits)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UnreadableDocumentError(file, f"the file cannot be opened: {reason}") from error


def _refuse_false_name(path: Path, file: str, suffix: str, expected: Format) -> None:
    """Refuse a file whose first bytes are those of another format than its name says.

    Markdown may begin with HTML; and any format may turn up damaged, which its reader explains.
    """
    found = format_of(path)
    if found is None or found is expected:
        return
    if found is Format.HTML and expected in (Format.MARKDOWN, Format.MHTML):
        return
    if found is Format.OLD_OFFICE and expected in (Format.DOCX, Format.PPTX):
        return  # so is an encrypted one, which its reader tells
    right = next((name for name, (kind, _, _) in _READERS.items() if kind is found), None)
    remedy = f"name it {right}" if right else "check what it is, and convert it"
    raise UnreadableDocumentError(file, f"the file is named {suffix} but is {found}; {remedy}")
