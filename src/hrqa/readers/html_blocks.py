"""A tree of HTML as blocks of text."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from hrqa.datatypes import BlockKind
from hrqa.readers.html_tables import caption_of, data_table, is_layout, row_cells, table_rows
from hrqa.readers.unpaged import TextBlock, plain

_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav "
    "ol optgroup p pre search section summary table tbody td tfoot th thead tr ul".split()
)
"""Elements that begin a new line; all others, unknown ones too, run on as browsers show them."""
_NEVER_SHOWN = frozenset(
    "script style noscript template head title meta link base iframe object embed applet audio "
    "video canvas svg map area button input select textarea option datalist rp rt "
    "annotation annotation-xml".split()
)
_LEVELS = {f"h{level}": level for level in range(1, 7)}
_RAISED = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_LOWERED = str.maketrans("0123456789+-−", "₀₁₂₃₄₅₆₇₈₉₊₋₋")
_FOOTNOTE_MARKS = ("footnote", "endnote")


def never_shown(element: Any) -> bool:
    """Whether a browser shows nothing of an element, or only a control or a picture."""
    if not isinstance(element.tag, str) or element.tag in _NEVER_SHOWN:
        return True
    style = "".join(element.get("style", "").casefold().split())
    return "display:none" in style or element.get("hidden") is not None


@dataclass(frozen=True, slots=True)
class _Role:
    """What the characters of a block are, and how deep a heading."""

    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0


def html_blocks(roots: Iterable[Any], *, skip: Callable[[Any], bool]) -> list[TextBlock]:
    """The blocks of elements of ``lxml.html``, in the order of the file.

    Args:
        roots: The elements.
        skip: Says of an element below them that it is left out with all that it holds.
    """
    writer = _Writer(skip)
    for root in roots:
        role = _role(root, _Role())
        writer.walk(root, role)
        writer.finish(role)
    return writer.blocks


class _Writer:
    """Collects characters until a block ends."""

    def __init__(self, skip: Callable[[Any], bool]) -> None:
        self.blocks: list[TextBlock] = []
        self._skip = skip
        self._pending: list[str] = []
        self._breaks = 0

    def finish(self, role: _Role) -> None:
        """End the block that is open."""
        text = plain("".join(self._pending))
        self._pending.clear()
        self._breaks = 0
        if text:
            self.blocks.append(TextBlock(role.kind, text, role.level))

    def walk(self, element: Any, role: _Role) -> None:
        """Write an element's own text and its children."""
        self._write(element.text, role)
        for child in element:
            if not never_shown(child) and not self._skip(child):
                self._child(child, role)
            self._write(child.tail, role)

    def _write(self, text: str | None, role: _Role) -> None:
        if not text:
            return
        if text.strip():
            if self._breaks > 1:  # an empty line between, as pages without paragraphs have it
                self.finish(role)
            self._breaks = 0
        self._pending.append(text)

    def _child(self, child: Any, role: _Role) -> None:
        if child.tag == "br":
            self._pending.append(" ")
            self._breaks += 1
        elif child.tag in ("sup", "sub"):
            self._write(_shifted(child), role)
        elif child.tag == "table":
            self.finish(role)
            self._table(child, role)
        elif child.tag in _BLOCKS:
            self.finish(role)
            own = _role(child, role)
            self.walk(child, own)
            self.finish(own)
        else:
            self.walk(child, role)

    def _table(self, table: Any, role: _Role) -> None:
        caption = caption_of(table, self._flat)
        if caption.text:
            self.blocks.append(caption)
        if not is_layout(table):
            self.blocks.append(data_table(table, self._flat))
            return
        for row in table_rows(table):
            for cell in row_cells(row):
                if not self._skip(cell):
                    self.walk(cell, role)
                    self.finish(role)

    def _flat(self, element: Any) -> str:
        """All text below an element on one line."""
        return plain(" ".join(block.text for block in html_blocks([element], skip=self._skip)))


def _role(element: Any, around: _Role) -> _Role:
    """What the characters of an element are that begins a new line."""
    if element.tag in _LEVELS:
        return _Role(BlockKind.HEADING, _LEVELS[element.tag])
    if around.kind is BlockKind.HEADING:
        return around
    if element.tag in ("caption", "figcaption"):
        return _Role(BlockKind.CAPTION)
    named = f"{element.get('class', '')} {element.get('role', '')} {element.get('id', '')}"
    named = named.casefold()
    if around.kind is BlockKind.FOOTNOTE or any(mark in named for mark in _FOOTNOTE_MARKS):
        return _Role(BlockKind.FOOTNOTE)
    if element.tag in ("li", "dt", "dd") or "msolist" in named:
        return _Role(BlockKind.LIST_ITEM)
    return around if around.kind in (BlockKind.LIST_ITEM, BlockKind.CAPTION) else _Role()


def _shifted(element: Any) -> str:
    """Raised and lowered characters, so that they do not stick to a number.

    A mark that leads to a note says nothing by itself and is left out.
    """
    text = "".join(element.itertext())
    leads_to_note = any(link.get("href", "").startswith("#") for link in element.iter("a"))
    if element.tag == "sup" and (leads_to_note or "reference" in element.get("class", "")):
        return ""
    return text.translate(_RAISED if element.tag == "sup" else _LOWERED)
