"""Markdown: a document without pages, cited by section and paragraph."""

import html
import re
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from hrqa.datatypes import BlockKind
from hrqa.readers.encodings import decode
from hrqa.readers.reading import DEFAULT_LIMITS, Reading, ReadingLimits, bounded_bytes
from hrqa.readers.unpaged import TextBlock, plain, table_block, unpaged_reading

_FRONT_MATTER = re.compile(r"\A---\n(?=[\w-]+:).*?\n---\n", re.DOTALL)
_LINE_BREAK = re.compile(r"<(?:br|p|/p|div|/div)\b[^>]*>", re.IGNORECASE)
_HTML = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)


def read_markdown(path: Path, *, file: str, limits: ReadingLimits = DEFAULT_LIMITS) -> Reading:
    """Read a Markdown file (CommonMark with tables).

    The encoding is told as ``encodings.decode`` says; a guessed one stands in the notes.

    Raises:
        UnreadableDocumentError: It is empty, too large, no text, or in an unknown encoding.
    """
    decoded = decode(bounded_bytes(path, file, limits), file=file)
    return unpaged_reading(
        _markdown_blocks(_FRONT_MATTER.sub("", decoded.text)),
        file=file,
        notes=(decoded.note,) if decoded.note else (),
    )


def _markdown_blocks(text: str) -> list[TextBlock]:
    blocks: list[TextBlock] = []
    rows: list[list[str]] = []
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
                rows.append([])
            case "table_close":
                blocks.append(table_block(rows, header_rows=1))
                kind = BlockKind.PARAGRAPH
            case "inline":
                words = _inline_text(token.children or [])
                if kind is BlockKind.TABLE:
                    rows[-1].append(words)
                else:
                    in_list = list_depth and kind is BlockKind.PARAGRAPH
                    blocks.append(TextBlock(BlockKind.LIST_ITEM if in_list else kind, words, level))
            case "html_block":
                blocks.append(TextBlock(BlockKind.PARAGRAPH, _html_text(token.content)))
            case "fence" | "code_block":
                blocks.append(TextBlock(BlockKind.PARAGRAPH, plain(token.content)))
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
    return plain("".join(parts))


def _html_text(content: str) -> str:
    """The words of a block of HTML inside Markdown."""
    return plain(html.unescape(_HTML.sub(" ", content)))
