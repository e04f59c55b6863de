"""Web pages: documents without pages, their main text as blocks."""

import codecs
import email
import email.policy
import re
from pathlib import Path
from typing import Any

import lxml.html
from lxml import etree

from hrqa.errors import UnreadableDocumentError
from hrqa.readers.encodings import decode, tidy
from hrqa.readers.html_blocks import html_blocks
from hrqa.readers.html_declared import address, declared_by_page
from hrqa.readers.html_main import main_text
from hrqa.readers.reading import DEFAULT_LIMITS, Reading, ReadingLimits, bounded_bytes
from hrqa.readers.unpaged import unpaged_reading

_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_DECLARED = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)|\A\s*<\?xml[^>]{0,200}encoding\s*=\s*["']([\w.:-]+)""",
    re.IGNORECASE,
)
_DECLARATION_BYTES = 4096
_ENCODINGS = re.compile(
    r"utf-?8|(?:iso-?8859-?|latin-?)\d+|(?:windows-?|cp)\d+|koi8-[ru]|gb(?:k|2312|18030)|big5"
    r"|euc-(?:jp|kr)|(?:shift|x)[_-]s?jis|iso-2022-jp|tis-620|mac(?:intosh|-roman)",
    re.IGNORECASE,
)
_SUPERSETS = {
    "iso8859-1": "cp1252",
    "latin_1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso8859-9": "cp1254",
}
"""Browsers read these names as the wider encoding, and so do the authors of pages."""


def read_html(path: Path, *, file: str, limits: ReadingLimits = DEFAULT_LIMITS) -> Reading:
    """Read a saved web page: its main text, without menus, banners, comments and footers.

    Nothing is fetched and no script runs. The encoding is the declared one, else told as
    ``encodings.decode`` says. Where no main text is found, all text of the page is taken.

    Raises:
        UnreadableDocumentError: It is empty, too large, in an unknown encoding, or without text.
    """
    data = bounded_bytes(path, file, limits)
    return _read_page(*_decode(data, file, None), file=file)


def read_mhtml(path: Path, *, file: str, limits: ReadingLimits = DEFAULT_LIMITS) -> Reading:
    """Read a web page that a browser saved with its pictures in one file (.mhtml, .mht).

    Raises:
        UnreadableDocumentError: As for ``read_html``, or there is no page in it.
    """
    data = bounded_bytes(path, file, limits)
    try:
        message = email.message_from_bytes(data, policy=email.policy.default)
        part = next(part for part in message.walk() if part.get_content_type() == "text/html")
        content = part.get_payload(decode=True)
        charset = part.get_content_charset()
        location = str(
            part.get("Content-Location") or message.get("Snapshot-Content-Location") or ""
        )
    except MemoryError:
        raise
    except Exception as error:  # the parser of messages fails in many ways on damaged files
        raise UnreadableDocumentError(
            file, "there is no web page in the file; save the page anew"
        ) from error
    if not isinstance(content, bytes) or not content.strip():
        raise UnreadableDocumentError(file, "there is no web page in the file; save the page anew")
    text, note = _decode(content, file, charset)
    return _read_page(text, note, file=file, location=str(location or ""))


def _decode(data: bytes, file: str, charset: str | None) -> tuple[str, str]:
    """The text of a page, and a note where its encoding is not the declared one."""
    if data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return decode(data, file=file).text, ""
    match = _DECLARED.search(data[:_DECLARATION_BYTES])
    if charset is None and match:
        charset = (match[1] or match[2]).decode("ascii", "replace")
    if charset is not None and _ENCODINGS.fullmatch(charset):
        try:
            name = codecs.lookup(charset).name
            return tidy(_without_controls(data.decode(_SUPERSETS.get(name, name))), file=file), ""
        except (LookupError, UnicodeDecodeError):
            pass
    decoded = decode(data, file=file)
    if charset is None or decoded.note:
        return decoded.text, decoded.note
    return decoded.text, f"declares the encoding {charset} but is in another, which was read"


def _without_controls(text: str) -> str:
    return _CONTROLS.sub(" ", text)


_CONTROLS = re.compile("[\x01-\x08\x0b\x0e-\x1f\x7f-\x9f]")


def _read_page(text: str, note: str, *, file: str, location: str = "") -> Reading:
    try:
        page = _parse(text)
        roots, left_out = main_text(page)
        blocks = html_blocks(roots, skip=left_out) or html_blocks([page], skip=lambda _: False)
        said = declared_by_page(page)
    except RecursionError as error:
        raise UnreadableDocumentError(
            file, "its elements are nested too deeply; print the page to PDF in a browser"
        ) from error
    if not blocks and page.find(".//script") is not None:
        raise UnreadableDocumentError(
            file,
            "the page has no text of its own; where a browser shows some, a script writes it: "
            "print the page to PDF",
        )
    return unpaged_reading(
        blocks,
        file=file,
        title=said.title,
        authors=said.authors,
        language=said.language,
        issued=said.issued,
        url=said.url or address(location),
        notes=(note,) if note else (),
    )


def _parse(text: str) -> Any:
    """The ``html`` element of a page.

    The parser of HTML knows no entities but those of HTML, so none expands, and opens no other
    file. Without ``huge_tree`` it would drop all that lies deeper than 256 elements.
    """
    parser = lxml.html.HTMLParser(huge_tree=True, no_network=True)
    try:
        return lxml.html.document_fromstring(_XML_DECLARATION.sub("", text), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):  # it holds nothing but comments
        return lxml.html.document_fromstring("<html><body></body></html>")
