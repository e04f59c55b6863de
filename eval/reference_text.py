"""What a file holds, by other means than hrqa's readers: the other side of ``fidelity.py``."""

import ctypes
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lxml.html
import pypdfium2 as pdfium
import pypdfium2.raw as raw

_LINE_END_HYPHEN = re.compile("(?:[-\u2010\u00ad\ufffe\x02]\\s*\\n|[\u00ad\ufffe\x02])\\s*")
_HYPHEN = re.compile("(?<=\\w)[-\u2010\u2011](?=\\w)")
_WORD = re.compile(r"[^\W_]+")
_DEVICE_UNITS = 1_000_000
_NOTE = re.compile(r"^\[\^\w+\]: .+$", re.MULTILINE)
_TAG = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)
_MARKUP = re.compile(r"<!--.*?-->|\[\^\w+\]", re.DOTALL)


def words(text: str) -> list[str]:
    """Runs of letters and digits, NFKC, hyphenated words as one, line-end hyphens resolved."""
    joined = _LINE_END_HYPHEN.sub("", unicodedata.normalize("NFKC", text).replace("\r", ""))
    return _WORD.findall(_HYPHEN.sub("", joined))


def letters(text: str) -> str:
    """Letters and digits alone, NFKC."""
    return "".join(char for char in unicodedata.normalize("NFKC", text) if char.isalnum())


@dataclass(frozen=True, slots=True)
class PlacedCharacter:
    """Letters or digits of one glyph, and its middle in fractions of the page as displayed."""

    text: str
    x: float
    y: float


class PdfReference:
    """A PDF file as PDFium gives it."""

    def __init__(self, path: Path) -> None:
        self._document = pdfium.PdfDocument(path)

    def close(self) -> None:
        """Close the file."""
        self._document.close()

    def text(self, number: int) -> str:
        """Plain text of a page, counted from 1; empty where the page cannot be opened."""
        try:
            page = self._document[number - 1]
        except pdfium.PdfiumError:
            return ""
        textpage = page.get_textpage()
        text: str = textpage.get_text_range()
        textpage.close()
        page.close()
        return text

    def characters(self, number: int) -> list[PlacedCharacter]:
        """Letters and digits of a page in the order of the file, with their places."""
        page = self._document[number - 1]
        textpage = page.get_textpage()
        found = []
        rect = raw.FS_RECTF()
        for index in range(textpage.count_chars()):
            text = letters(chr(raw.FPDFText_GetUnicode(textpage, index)))
            if text and raw.FPDFText_GetLooseCharBox(textpage, index, rect):
                middle = (rect.left + rect.right) / 2, (rect.bottom + rect.top) / 2
                found.append(PlacedCharacter(text, *_displayed(page, *middle)))
        textpage.close()
        page.close()
        return found


def _displayed(page: pdfium.PdfPage, x: float, y: float) -> tuple[float, float]:
    """A point of a page in fractions of its width and height as displayed, from the top left."""
    right, down = ctypes.c_int(), ctypes.c_int()
    size = _DEVICE_UNITS
    raw.FPDF_PageToDevice(page, 0, 0, size, size, 0, x, y, right, down)
    return right.value / size, down.value / size


def edition_words(path: Path) -> list[str] | None:
    """Words of the text that a reading edition was set from, in order and without footnotes.

    None where ``sources`` beside the file holds no such text.
    """
    source = path.parent / "sources" / f"{path.stem}.md"
    if path.suffix != ".pdf" or not source.is_file():
        return None
    return words(_MARKUP.sub("", _NOTE.sub("", source.read_text("utf-8"))))


def raw_text(path: Path) -> str | None:
    """All text of a file without pages, or of slides; None for a format that is not known here."""
    read = _RAW.get(path.suffix.casefold())
    return None if read is None else read(path)


def _docx(path: Path) -> str:
    import docx

    body = docx.Document(str(path)).element.body
    paragraphs = (node for node in body.iter() if node.tag.endswith("}p"))
    return "\n".join("".join(_runs(node)) for node in paragraphs)


def _pptx(path: Path) -> str:
    import pptx

    slides = pptx.Presentation(str(path)).slides
    parts = [slide.shapes._spTree for slide in slides]
    parts += [slide.notes_slide.notes_text_frame._txBody for slide in slides if _has_notes(slide)]
    paragraphs = (node for part in parts for node in part.iter() if node.tag.endswith("}p"))
    return "\n".join("".join(_runs(node)) for node in paragraphs)


def _has_notes(slide: Any) -> bool:
    return bool(slide.has_notes_slide) and slide.notes_slide.notes_text_frame is not None


def _runs(paragraph: Any) -> Iterator[str]:
    """Texts of a paragraph's own runs: those of a paragraph inside it are its own."""
    for node in paragraph.iter():
        owner = next((n for n in node.iterancestors() if n.tag.endswith("}p")), None)
        if node.tag.endswith("}t") and owner is paragraph:
            yield node.text or ""
        elif node.tag.endswith(("}br", "}tab")):
            yield " "


def _html(path: Path) -> str:
    root = lxml.html.fromstring(path.read_bytes())
    for node in root.xpath("//script|//style|//noscript|//template|//head|//comment()"):
        node.drop_tree()
    return "\n".join(root.itertext())


def _markdown(path: Path) -> str:
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").enable("table").parse(_decoded(path))
    flat = [child for token in tokens for child in (token, *(token.children or ()))]
    texts = [
        token for token in flat if token.type in ("text", "code_inline", "fence", "code_block")
    ]
    return "\n".join(token.content for token in texts)


def _decoded(path: Path) -> str:
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "utf-16", "cp1252"):
        if encoding != "utf-16" or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                continue
    return data.decode("latin-1")


_RAW: dict[str, Callable[[Path], str]] = {
    ".docx": _docx,
    ".pptx": _pptx,
    ".html": _html,
    ".htm": _html,
    ".xhtml": _html,
    ".md": _markdown,
    ".markdown": _markdown,
    ".txt": _decoded,
}
