"""Markdown in which words of documents stay words."""

import re
from collections.abc import Sequence

from hrqa.references.plain_text import without_controls

_AS_ENTITIES = {"<": "&lt;", ">": "&gt;"}
_ENTITY = re.compile(r"&(?=#?\w+;)")
_ACTING = re.compile(r"[\\`*_{}\[\]|~^$@]|([=%+])\1+|://|www\.", re.IGNORECASE)
_BEGINNING = re.compile(r"[-+=:#]|\(?(?:\d+|[A-Za-z]|[ivxlcdm]+)[.)](?=\s|$)", re.IGNORECASE)
_LINK = re.compile(r"https?://[^\s<>\\`\"]*[^\s<>\\`\".,;:!?]")
_CELL_END = " | "


def escaped_line(text: str) -> str:
    """One line as Markdown that shows it and does nothing else.

    What begins a tag or an entity is written as an entity, which every processor knows; the rest
    is escaped by backslashes, lists and headings where they would begin.
    """
    line = " ".join(without_controls(" ".join(text.split())).split())
    line = _ENTITY.sub("&amp;", line)
    line = _ACTING.sub(lambda found: _by_backslashes(found.group()), line)
    beginning = _BEGINNING.match(line)
    if beginning is not None:
        last = beginning.end() - 1
        line = f"{line[:last]}\\{line[last:]}"
    return "".join(_AS_ENTITIES.get(character, character) for character in line)


def escaped_styled(text: str, italics: Sequence[tuple[int, int]]) -> str:
    """One line like ``escaped_line``, with italics, and addresses of web pages as links.

    Args:
        text: The line.
        italics: Half-open offsets of what is set in italics, in order.
    """
    pieces: list[str] = []
    end = 0
    for first, last in italics:
        pieces += _with_links(text[end:first], first=not pieces)
        pieces.append(f"*{escaped_line(text[first:last])}*")
        end = last
    return "".join([*pieces, *_with_links(text[end:], first=not pieces)])


def _with_links(text: str, *, first: bool) -> list[str]:
    pieces: list[str] = []
    end = 0
    for link in _LINK.finditer(text):
        begins = first and not pieces
        pieces += [_spaced(text[end : link.start()], first=begins), f"<{link.group()}>"]
        end = link.end()
    pieces.append(_spaced(text[end:], first=first and not pieces))
    return pieces


def block_quotation(text: str, source: str) -> str:
    """A quotation of any number of lines as a block, its source as the block's last paragraph.

    Blank lines part paragraphs. Rows of a table, which hold tabs, keep their lines; other lines
    are joined by the reader's program.

    Args:
        text: The words quoted.
        source: What stands after them, in Markdown, one line.
    """
    lines: list[str] = []
    in_row = False
    for line in text.strip("\n").splitlines():
        is_row = "\t" in line
        escaped = escaped_line(line.replace("\t", _CELL_END))
        if escaped and (is_row or in_row) and lines and lines[-1]:
            lines[-1] += "\\"
        if escaped or (lines and lines[-1]):
            lines.append(escaped)
        in_row = is_row
    if lines and lines[-1]:
        lines.append("")
    return "".join(f"> {line}\n" if line else ">\n" for line in (*lines, source))


def _by_backslashes(found: str) -> str:
    if found == "://":
        return r"\://"
    if found[-1] == "." and len(found) > 1:
        return f"{found[:-1]}\\."
    return "".join(f"\\{character}" for character in found)


def _spaced(text: str, *, first: bool) -> str:
    """A piece of a line, with the spaces at its ends."""
    before = " " if text[:1].isspace() and not first else ""
    after = " " if text[-1:].isspace() and text.strip() else ""
    return f"{before}{escaped_line(text)}{after}"
