"""Plain text and Markdown: documents without pages, cited by section and paragraph."""

import html
import re
import unicodedata
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from hrqa.datatypes import Block, BlockKind, OutlineEntry, Page
from hrqa.errors import UnreadableDocumentError
from hrqa.readers.reading import DEFAULT_LIMITS, Reading, ReadingLimits

_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_FRONT_MATTER = re.compile(r"\A---\n(?=[\w-]+:).*?\n---\n", re.DOTALL)
_LINE_BREAK = re.compile(r"<(?:br|p|/p|div|/div)\b[^>]*>", re.IGNORECASE)
_HTML = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_ALLOWED_CONTROLS = "\n\t\f\r"


def read_plain_text(path: Path, *, file: str, limits: ReadingLimits = DEFAULT_LIMITS) -> Reading:
    """Read a text file whose paragraphs are separated by blank lines.

    Lines of a paragraph are joined by one space; UTF-8 and, by its byte-order mark, UTF-16.

    Raises:
        UnreadableDocumentError: It is empty or in another encoding.
    """
    text = _decode(path, file, limits)
    blocks = [(BlockKind.PARAGRAPH, 0, " ".join(part.split())) for part in _BLANK_LINE.split(text)]
    return _reading(blocks, file=file, title=None)


def read_markdown(path: Path, *, file: str, limits: ReadingLimits = DEFAULT_LIMITS) -> Reading:
    """Read a Markdown file (CommonMark with tables).

    Raises:
        UnreadableDocumentError: It is empty or in another encoding.
    """
    text = _FRONT_MATTER.sub("", _decode(path, file, limits))
    blocks = _markdown_blocks(text)
    title = next((text for kind, _, text in blocks if kind is BlockKind.HEADING), None)
    return _reading(blocks, file=file, title=title)


def _decode(path: Path, file: str, limits: ReadingLimits) -> str:
    size = path.stat().st_size
    if size > limits.expanded_bytes:
        raise UnreadableDocumentError(
            file, f"it has {size} bytes, more than the {limits.expanded_bytes} that are allowed"
        )
    data = path.read_bytes()
    if not data.strip():
        raise UnreadableDocumentError(file, "the file is empty; put the whole file in its place")
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise UnreadableDocumentError(
            file,
            f"line {line} is not valid {encoding.removesuffix('-sig').upper()}; "
            "save the file in UTF-8",
        ) from error
    if any(unicodedata.category(c) == "Cc" and c not in _ALLOWED_CONTROLS for c in text):
        raise UnreadableDocumentError(
            file, "the file holds control characters and is no text; check what it is"
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n")
    return unicodedata.normalize("NFC", text)


def _reading(blocks: list[tuple[BlockKind, int, str]], *, file: str, title: str | None) -> Reading:
    parts: list[str] = []
    placed: list[Block] = []
    at = 0
    for kind, level, text in blocks:
        if not text:
            continue
        if parts:
            parts.append("\n\n")
            at += 2
        header_rows = 1 if kind is BlockKind.TABLE else 0
        placed.append(Block(kind, at, at + len(text), level=level, header_rows=header_rows))
        parts.append(text)
        at += len(text)
    if not placed:
        raise UnreadableDocumentError(file, "the file has no text; check that it is the right one")
    outline = tuple(
        OutlineEntry(text, level, None)
        for kind, level, text in blocks
        if kind is BlockKind.HEADING and text
    )
    page = Page(number=None, label=None, text="".join(parts), blocks=tuple(placed))
    return Reading(pages=(page,), title=title, outline=outline)


def _markdown_blocks(text: str) -> list[tuple[BlockKind, int, str]]:
    """Kind, heading level and text of each block of a Markdown text."""
    blocks: list[tuple[BlockKind, int, str]] = []
    rows: list[str] = []
    cells: list[str] = []
    kind, level, list_depth = BlockKind.PARAGRAPH, 0, 0
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        match token.type:
            case "heading_open":
                kind, level = BlockKind.HEADING, int(token.tag[1:])
            case "heading_close":
                kind, level = BlockKind.PARAGRAPH, 0
            case "bullet_list_open" | "ordered_list_open":
                list_depth += 1
            case "bullet_list_close" | "ordered_list_close":
                list_depth -= 1
            case "table_open":
                rows = []
                kind = BlockKind.TABLE
            case "tr_open":
                cells = []
            case "tr_close":
                rows.append("\t".join(cells))
            case "table_close":
                blocks.append((BlockKind.TABLE, 0, "\n".join(rows)))
                kind = BlockKind.PARAGRAPH
            case "inline":
                plain = _inline_text(token.children or [])
                if kind is BlockKind.TABLE:
                    cells.append(plain)
                else:
                    in_list = list_depth and kind is BlockKind.PARAGRAPH
                    blocks.append((BlockKind.LIST_ITEM if in_list else kind, level, plain))
            case "html_block":
                plain = _html_text(token.content)
                if plain:
                    blocks.append((BlockKind.PARAGRAPH, 0, plain))
            case "fence" | "code_block":
                blocks.append((BlockKind.PARAGRAPH, 0, " ".join(token.content.split())))
            case _:
                pass
    return blocks


def _inline_text(tokens: list[Token]) -> str:
    parts = []
    for token in tokens:
        if token.type in ("text", "text_special", "code_inline", "image"):
            parts.append(token.content)
        elif token.type in ("softbreak", "hardbreak") or _LINE_BREAK.match(token.content):
            parts.append(" ")
    return unicodedata.normalize("NFC", " ".join("".join(parts).split()))


def _html_text(content: str) -> str:
    """The words of a block of HTML inside Markdown."""
    text = html.unescape(_HTML.sub(" ", content))
    return unicodedata.normalize("NFC", " ".join(text.split()))
