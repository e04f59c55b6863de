"""Word documents: no pages, because each program breaks them anew; section and paragraph."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hrqa.datatypes import BlockKind
from hrqa.errors import UnreadableDocumentError
from hrqa.readers.office import Declared, declared, office_package, parse_xml
from hrqa.readers.reading import DEFAULT_LIMITS, Reading, ReadingLimits
from hrqa.readers.unpaged import TextBlock, plain, table_block, unpaged_reading

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_BODY_LEVEL = 9
"""Outline level that stands for text, where 0 to 8 are headings."""
_DELETED = (f"{_W}del", f"{_W}moveFrom")
_UNSEEN = (f"{_W}rt", f"{_W}instrText", f"{_W}pPr", f"{_W}rPr")
_BREAKS = (f"{_W}tab", f"{_W}br", f"{_W}cr", f"{_W}ptab")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def read_docx(path: Path, *, file: str, limits: ReadingLimits = DEFAULT_LIMITS) -> Reading:
    """Read a Word document (.docx, or .docm without its macros).

    Headings are known by the outline level of their style, tables by their grid: a merged cell
    has its text once, in its first place. Tracked insertions are read, deletions left out and
    counted in the notes; running headers and footers are left out. A footnote follows the
    paragraph that refers to it. A table of contents is furniture.

    Raises:
        UnreadableDocumentError: It is empty, encrypted, broken, too large or without text.
    """
    from docx.opc.constants import RELATIONSHIP_TYPE as RT
    from docx.opc.package import OpcPackage

    with office_package(path, file=file, limits=limits, program="Word"):
        package = OpcPackage.open(str(path))
        main = package.main_document_part
        if "wordprocessingml" not in main.content_type and "word" not in main.content_type:
            raise UnreadableDocumentError(
                file, f"it holds no Word document but {main.content_type}; check what it is"
            )
        walker = _Walker(main)
        blocks = list(walker.blocks(walker.body))
        has_properties = any(rel.reltype == RT.CORE_PROPERTIES for rel in package.rels.values())
        said = declared(package.core_properties) if has_properties else Declared()
        return unpaged_reading(
            blocks,
            file=file,
            title=said.title or walker.title,
            authors=said.authors,
            language=said.language,
            notes=walker.notes,
        )


class _Styles:
    """Outline level, name and list membership of paragraph styles, through what they build on."""

    def __init__(self, root: Any) -> None:
        self._styles = (
            {}
            if root is None
            else {style.get(f"{_W}styleId"): style for style in root.iter(f"{_W}style")}
        )

    def name(self, paragraph: Any) -> str:
        """Word's own name of the style, the same in every language of its menus; lower case."""
        style = self._styles.get(_value(paragraph, "pPr/pStyle"))
        return (_value(style, "name") or "").casefold() if style is not None else ""

    def look_up(self, paragraph: Any, wanted: str) -> str | None:
        """A property of a paragraph: its own, or that of the nearest style that has it."""
        own = _value(paragraph, f"pPr/{wanted}")
        if own is not None:
            return own
        style = self._styles.get(_value(paragraph, "pPr/pStyle"))
        seen: set[int] = set()
        while style is not None and id(style) not in seen:
            seen.add(id(style))
            found = _value(style, f"pPr/{wanted}")
            if found is not None:
                return found
            style = self._styles.get(_value(style, "basedOn"))
        return None


class _Walker:
    """Goes through a document's XML in reading order."""

    def __init__(self, part: Any) -> None:
        related = {
            relation.reltype.removeprefix(_RELATIONS + "/"): relation.target_part
            for relation in part.rels.values()
            if not relation.is_external
        }
        self.body = _root(part).find(f"{_W}body")
        styles = related.get("styles")
        self._styles = _Styles(None if styles is None else _root(styles))
        self._notes = {
            (kind, note.get(f"{_W}id")): note
            for kind in ("footnote", "endnote")
            if f"{kind}s" in related
            for note in _root(related[f"{kind}s"]).iter(f"{_W}{kind}")
            if note.get(f"{_W}type") in (None, "normal")
        }
        self.title: str | None = None
        self._deletions = 0

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out."""
        if not self._deletions:
            return ()
        count = f"{self._deletions} tracked deletion{'s' if self._deletions > 1 else ''}"
        return (f"{count} left out, insertions read",)

    def blocks(self, parent: Any) -> Iterator[TextBlock]:
        """The blocks below an element, with text boxes and notes after their paragraphs."""
        for child in [] if parent is None else parent:
            if child.tag == f"{_W}p":
                yield from self._paragraph(child)
            elif child.tag == f"{_W}tbl":
                yield from self._table(child)
            elif child.tag in _DELETED:
                self._deletions += 1
            elif child.tag == f"{_MC}AlternateContent":
                yield from self.blocks(_alternative(child))
            elif child.tag in _WRAPPERS:
                yield from self.blocks(child)

    def _paragraph(self, paragraph: Any) -> Iterator[TextBlock]:
        boxes: list[Any] = []
        notes: list[Any] = []
        text = plain("".join(self._text(paragraph, boxes, notes)))
        kind, level = self._kind(paragraph)
        if text and self.title is None and self._styles.name(paragraph) == "title":
            self.title = text
        yield TextBlock(kind, text, level)
        for box in boxes:
            yield from self.blocks(box)
        for note in notes:
            yield TextBlock(BlockKind.FOOTNOTE, self._flat(note))

    def _kind(self, paragraph: Any) -> tuple[BlockKind, int]:
        name = self._styles.name(paragraph)
        if name == "title":
            return BlockKind.HEADING, 1
        if name == "caption":
            return BlockKind.CAPTION, 0
        if name.startswith("toc ") or name == "table of figures":
            return BlockKind.FURNITURE, 0
        level = self._styles.look_up(paragraph, "outlineLvl")
        if level is None and name.startswith("heading "):
            level = str(int(name[8:]) - 1) if name[8:].isdecimal() else None
        if level is not None and level.isdecimal() and int(level) < _BODY_LEVEL:
            return BlockKind.HEADING, int(level) + 1
        in_list = self._styles.look_up(paragraph, "numPr/numId") not in (None, "0")
        return BlockKind.LIST_ITEM if in_list else BlockKind.PARAGRAPH, 0

    def _text(self, element: Any, boxes: list[Any], notes: list[Any]) -> Iterator[str]:
        """The characters below an element; text boxes and notes on the way are set aside."""
        for child in element:
            tag = child.tag
            if tag in (f"{_W}t", f"{_M}t"):
                yield _shifted(child)
            elif tag in _BREAKS:
                yield " "
            elif tag == f"{_W}noBreakHyphen":
                yield "-"
            elif tag in _DELETED:
                self._deletions += 1
            elif tag == f"{_W}r" and _value(child, "rPr/vanish", default="1") not in _OFF:
                continue
            elif tag in (f"{_W}footnoteReference", f"{_W}endnoteReference"):
                kind = tag.removeprefix(_W).removesuffix("Reference")
                note = self._notes.pop((kind, child.get(f"{_W}id")), None)
                if note is not None:
                    notes.append(note)
            elif tag == f"{_W}txbxContent":
                boxes.append(child)
            elif tag == f"{_MC}AlternateContent":
                chosen = _alternative(child)
                if chosen is not None:
                    yield from self._text(chosen, boxes, notes)
            elif tag not in _UNSEEN:
                yield from self._text(child, boxes, notes)

    def _table(self, table: Any) -> Iterator[TextBlock]:
        """A table; one of a single column is a frame, and what it holds stands by itself."""
        rows = list(_through(table, f"{_W}tr"))
        kept = [row for row in rows if row.find(f"{_W}trPr/{_W}del") is None]
        self._deletions += len(rows) - len(kept)
        grid = [list(self._row(row)) for row in kept]
        if max((sum(span for _, span, _ in row) for row in grid), default=0) <= 1:
            for row in grid:
                for cell, _, _ in row:
                    yield from self.blocks(cell)
            return
        notes: list[TextBlock] = []
        texts = []
        for row in grid:
            cells: list[str] = []
            for cell, span, goes_on in row:
                text = "" if goes_on or cell is None else self._flat(cell, notes)
                cells += [text, *[""] * (span - 1)]
            texts.append(cells)
        yield table_block(texts, header_rows=_header_rows(table, kept))
        yield from notes

    def _row(self, row: Any) -> Iterator[tuple[Any, int, bool]]:
        """The cells of a row: element, columns, whether it goes on with the cell above."""
        before = _value(row, "trPr/gridBefore")
        if before is not None and before.isdecimal() and int(before) > 0:
            yield None, min(int(before), _MOST_COLUMNS), False
        for cell in _through(row, f"{_W}tc"):
            span = _value(cell, "tcPr/gridSpan") or "1"
            merge = _value(cell, "tcPr/vMerge", default="continue")
            columns = int(span) if span.isdecimal() else 1
            yield cell, min(max(columns, 1), _MOST_COLUMNS), merge == "continue"

    def _flat(self, element: Any, notes: list[TextBlock] | None = None) -> str:
        """All blocks below an element as one line; footnotes go to ``notes`` where it is given."""
        texts = []
        for block in self.blocks(element):
            if notes is not None and block.kind is BlockKind.FOOTNOTE:
                notes.append(block)
            else:
                texts.append(block.text)
        return plain(" ".join(texts))


_MOST_COLUMNS = 200
_WRAPPERS = tuple(_W + name for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo"))
_OFF = (None, "0", "false", "off")


def _root(part: Any) -> Any:
    """The XML of a part, which the library has parsed or not."""
    element = getattr(part, "element", None)
    return parse_xml(part.blob) if element is None else element


def _value(element: Any, path: str, *, default: str | None = None) -> str | None:
    """The ``val`` of a descendant: ``default`` where it has none, None where it is not there."""
    found = element.find("/".join(_W + name for name in path.split("/")))
    return None if found is None else found.get(f"{_W}val", default)


def _through(parent: Any, wanted: str) -> Iterator[Any]:
    """Children of a kind, also inside content controls and tracked insertions."""
    for child in parent:
        if child.tag == wanted:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _through(child, wanted)


def _alternative(element: Any) -> Any:
    """The first of several versions of the same content that holds text."""
    for version in element:
        if next(version.iter(f"{_W}t"), None) is not None:
            return version
    return None


def _shifted(element: Any) -> str:
    """A text element's characters; raised or lowered digits do not stick to a number."""
    text = element.text or ""
    run = element.getparent()
    position = None if run is None else _value(run, "rPr/vertAlign")
    if position == "superscript":
        return text.translate(_RAISED)
    return text.translate(_LOWERED) if position == "subscript" else text


def _header_rows(table: Any, rows: list[Any]) -> int:
    """Rows that repeat on each page, else the first one where the table's look sets it off."""
    marked = 0
    for row in rows:
        if _value(row, "trPr/tblHeader", default="1") in _OFF:
            break
        marked += 1
    if marked:
        return marked
    look = table.find(f"{_W}tblPr/{_W}tblLook")
    if look is None:
        return 1
    first_row = look.get(f"{_W}firstRow")
    if first_row is None:
        try:
            return int(int(look.get(f"{_W}val", "0020"), 16) & 0x20 > 0)
        except ValueError:
            return 1
    return int(first_row in ("1", "true", "on"))
