"""Set hrqa's reading editions: turn each edited Markdown source into a typeset PDF.

Usage: python corpus/sources/typeset.py [--output DIR] [STEM ...]

The Markdown subset is described in corpus/README.md. Every run of words goes to Typst as a
string, never as markup, so the PDF holds exactly the characters of the source.
"""

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

SOURCES = Path(__file__).resolve().parent
CORPUS = SOURCES.parent
EDITION_DATE = datetime(2026, 11, 24, tzinfo=UTC)

NOTE_TEXT = re.compile(r"^\[\^(\w+)\]: (.+)$", re.MULTILINE)
NOTE_MARK = re.compile(r"\[\^(\w+)\]")
DIRECTIVE = re.compile(r"<!-- (as|lang): (\w[\w-]*) -->")
STYLES = {
    "small": "small-print",
    "table-note": "table-note",
    "photo-caption": "photo-caption",
    "subtitle": "subtitle",
    "author": "author-line",
}

Notes = dict[str, str]


def parser() -> MarkdownIt:
    """Make a parser for the Markdown subset."""
    return MarkdownIt("commonmark").enable("table")


def quoted(text: str) -> str:
    """Write a text as a Typst string literal."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def joined(pieces: Sequence[str]) -> str:
    """Write pieces of Typst code as one piece of content."""
    return " + ".join(pieces) if pieces else '""'


def array(items: Sequence[str]) -> str:
    """Write a Typst array, which needs its comma even around a single item."""
    return "(" + "".join(f"{item}, " for item in items) + ")"


def text_code(text: str, notes: Notes) -> list[str]:
    """Turn a plain run into Typst strings, with footnotes and bare marks where it has them."""
    pieces = []
    for index, part in enumerate(NOTE_MARK.split(text)):
        if index % 2 == 0:
            pieces += [f"text({quoted(part)})"] if part else []
        elif part in notes:
            pieces.append(f"note({quoted(part)}, {inline_code(notes[part], {})})")
        else:
            pieces.append(f"super({quoted(part)})")
    return pieces


def node_code(node: SyntaxTreeNode, notes: Notes) -> list[str]:
    """Turn one inline node, and what is inside it, into Typst code."""
    if node.type == "text":
        return text_code(node.content, notes)
    inside = [code for child in node.children for code in node_code(child, notes)]
    if node.type == "em":
        return [f"emph({joined(inside)})"]
    if node.type == "inline":
        return inside
    raise ValueError(f"the Markdown subset has no {node.type!r}")


def inline_code(text: str, notes: Notes) -> str:
    """Turn a line of Markdown into Typst code."""
    root = SyntaxTreeNode(parser().parseInline(text))
    return joined([code for child in root.children for code in node_code(child, notes)])


def content(node: SyntaxTreeNode, notes: Notes) -> str:
    """Turn the inline content of a heading, paragraph or table cell into Typst code."""
    return joined([code for child in node.children for code in node_code(child, notes)])


def heading(node: SyntaxTreeNode, notes: Notes) -> str:
    """Set the title (one #) or a heading (## is the first level)."""
    level = int(node.tag[1])
    words = content(node, notes)
    return f"main-title({words})" if level == 1 else f"heading(level: {level - 1}, {words})"


def item_list(node: SyntaxTreeNode, notes: Notes) -> str:
    """Set a bullet list or a numbered list, which keeps the number it starts with."""
    items = [joined([block(child, notes) for child in item.children]) for item in node.children]
    if node.type == "bullet_list":
        return f"list({', '.join(items)})"
    return f"enum(start: {node.attrs.get('start', 1)}, {', '.join(items)})"


def data_table(node: SyntaxTreeNode, notes: Notes, caption: Sequence[str]) -> str:
    """Set a table with its header row, and with the caption lines that stand before it."""
    head, *bodies = node.children
    header = [content(cell, notes) for cell in head.children[0].children]
    rows = [row for body in bodies for row in body.children]
    cells = [content(cell, notes) for row in rows for cell in row.children]
    columns = array(["1fr"] + ["auto"] * (len(header) - 1))
    lines = " + linebreak() + ".join(caption) or "none"
    options = f"caption: {lines}, columns: {columns}, header: {array(header)}"
    return f"data-table({options}, {', '.join(cells)})"


def block(node: SyntaxTreeNode, notes: Notes) -> str:
    """Turn one block of the source, other than a table, into Typst code."""
    match node.type:
        case "heading":
            return heading(node, notes)
        case "bullet_list" | "ordered_list":
            return item_list(node, notes)
        case "blockquote":
            return f"notice({joined([block(child, notes) for child in node.children])})"
        case "paragraph":
            return f"par({content(node, notes)})"
    raise ValueError(f"the Markdown subset has no {node.type!r}")


def dressed(node: SyntaxTreeNode, notes: Notes, orders: dict[str, str]) -> str:
    """Set a block in the style and the language that a comment before it asks for."""
    if "as" in orders:
        code = f"{STYLES[orders['as']]}({content(node, notes)})"
    else:
        code = block(node, notes)
    if "lang" in orders:
        code = f"{{ set text(lang: {quoted(orders['lang'])}); {code} }}"
    return code


def blocks(source: str) -> Iterator[str]:
    """Give the Typst code of every block of an edited source."""
    notes = dict(NOTE_TEXT.findall(source))
    root = SyntaxTreeNode(parser().parse(NOTE_TEXT.sub("", source)))
    caption: list[str] = []
    orders: dict[str, str] = {}
    for node in root.children:
        if node.type == "html_block":
            orders |= dict(DIRECTIVE.findall(node.content))
            continue
        if orders.get("as") == "caption":
            caption.append(content(node, notes))
        elif node.type == "table":
            yield data_table(node, notes, caption)
            caption = []
        else:
            yield dressed(node, notes, orders)
        orders = {}


def author_name(author: dict[str, str]) -> str:
    """Write a CSL author as one name."""
    names = (author.get("literal"), author.get("given"), author.get("family"))
    return " ".join(name for name in names if name)


def preamble(item: dict[str, Any]) -> str:
    """Write the document's metadata, taken from its entry in the manifest."""
    day = EDITION_DATE
    facts = {
        "title": quoted(item["title"]),
        "short": quoted(item["title-short"]),
        "authors": array([quoted(author_name(author)) for author in item.get("author", [])]),
        "keywords": array([quoted(word) for word in item.get("keyword", "").split("; ") if word]),
        "lang": quoted(item["language"]),
        "date": f"datetime(year: {day.year}, month: {day.month}, day: {day.day})",
    }
    settings = ", ".join(f"{name}: {code}" for name, code in facts.items())
    return f"#show: edition.with({settings})\n"


def typst_source(item: dict[str, Any]) -> str:
    """Write the whole Typst file of an edition."""
    source = (SOURCES / f"{item['id']}.md").read_text(encoding="utf-8")
    template = (SOURCES / "edition.typ").read_text(encoding="utf-8")
    body = "\n".join(f"#{{ {code} }}\n" for code in blocks(source))
    return template + preamble(item) + body


def typeset(item: dict[str, Any]) -> bytes:
    """Make the PDF of an edition; the same source always gives the same bytes."""
    return typst.compile(
        typst_source(item).encode("utf-8"),
        format="pdf",
        font_paths=[],
        ignore_system_fonts=True,
        pdf_standards="ua-1",  # tagged for screen readers
        timestamp=EDITION_DATE,
    )


def manifest() -> list[dict[str, Any]]:
    """Read the manifest, which names every edition."""
    items: list[dict[str, Any]] = json.loads((CORPUS / "manifest.json").read_text("utf-8"))
    return items


def main(arguments: Sequence[str] | None = None) -> None:
    """Set the editions named on the command line, or all of them."""
    options = argparse.ArgumentParser(description="Set hrqa's reading editions as PDF files.")
    options.add_argument("--output", type=Path, default=CORPUS, help="folder for the PDF files")
    options.add_argument("stems", nargs="*", metavar="STEM", help="editions to set (default: all)")
    chosen = options.parse_args(arguments)
    items = {item["id"]: item for item in manifest()}
    unknown = set(chosen.stems) - set(items)
    if unknown:
        options.error(f"not in manifest.json: {', '.join(sorted(unknown))}")
    chosen.output.mkdir(parents=True, exist_ok=True)
    for stem in chosen.stems or items:
        (chosen.output / items[stem]["custom"]["file"]).write_bytes(typeset(items[stem]))


if __name__ == "__main__":
    main()
