"""The text of a slide, shape by shape in reading order, and where each shape stands."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from hrqa.datatypes import BlockKind
from hrqa.readers.charts import chart_rows
from hrqa.readers.office import parse_xml
from hrqa.readers.unpaged import TextBlock, plain, table_block

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_TITLES = ("TITLE", "CENTER_TITLE", "VERTICAL_TITLE")
_RUNNING = ("SLIDE_NUMBER", "FOOTER", "DATE", "HEADER")
_BODIES = ("BODY", "OBJECT", "VERTICAL_BODY", "VERTICAL_OBJECT")
_BULLETS = tuple(_A + name for name in ("buChar", "buAutoNum", "buBlip"))
_CORNERS = (
    ("off", ("x", "y")),
    ("ext", ("cx", "cy")),
    ("chOff", ("x", "y")),
    ("chExt", ("cx", "cy")),
)


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle on a slide, in fractions of its width and height from the top left."""

    left: float
    top: float
    right: float
    bottom: float


_WHOLE_SLIDE = Frame(0, 0, 1, 1)


@dataclass(frozen=True, slots=True)
class SlideShape:
    """The text of a shape and where it stands.

    Attributes:
        frame: The place of the shape.
        blocks: Its text.
        is_title: Whether it is the slide's title.
    """

    frame: Frame
    blocks: tuple[TextBlock, ...]
    is_title: bool = False


def slide_shapes(slide: Any, size: tuple[int, int]) -> tuple[SlideShape, ...]:
    """The shapes of a slide that have text, in reading order, and the speaker's notes.

    Args:
        slide: A slide as python-pptx has it.
        size: Width and height of a slide, in EMU.
    """
    on_slide = _Place(1, 0, 1, 0)
    shapes = [
        shape
        for shape in (
            *_flat(slide.shapes, slide.part, on_slide, size),
            *_of_newer_kind(slide.shapes, on_slide, size),
        )
        if any(block.text for block in shape.blocks)
    ]
    titles = [shape for shape in shapes if shape.is_title]
    others = _in_rows([shape for shape in shapes if not shape.is_title])
    return (*titles, *others, *_notes(slide))


def _notes(slide: Any) -> Iterator[SlideShape]:
    """What the speaker says; it belongs to the whole slide."""
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        notes = slide.notes_slide.notes_text_frame.paragraphs
        yield SlideShape(
            _WHOLE_SLIDE,
            tuple(TextBlock(BlockKind.FOOTNOTE, plain(paragraph.text)) for paragraph in notes),
        )


def _in_rows(shapes: Sequence[SlideShape]) -> Iterator[SlideShape]:
    """Shapes from top to bottom; beside a shape stand those that begin above its middle."""
    row: list[SlideShape] = []
    for shape in sorted(shapes, key=lambda shape: (shape.frame.top, shape.frame.left)):
        if row and shape.frame.top >= (row[0].frame.top + row[0].frame.bottom) / 2:
            yield from sorted(row, key=lambda shape: shape.frame.left)
            row = []
        row.append(shape)
    yield from sorted(row, key=lambda shape: shape.frame.left)


@dataclass(frozen=True, slots=True)
class _Place:
    """How the coordinates inside a group become those of the slide: factor and shift, in EMU."""

    x_factor: float
    x_shift: float
    y_factor: float
    y_shift: float

    def inside(self, group: Any) -> "_Place":
        """The same for the shapes of a group."""
        transform = group._element.grpSpPr.find(f"{_A}xfrm")
        if transform is None:
            return self
        values = _corners(transform)
        if len(values) != 8:
            return self
        x, y, width, height, inner_x, inner_y, inner_width, inner_height = values
        x_factor = width / inner_width if inner_width else 1.0
        y_factor = height / inner_height if inner_height else 1.0
        return _Place(
            self.x_factor * x_factor,
            self.x_factor * (x - inner_x * x_factor) + self.x_shift,
            self.y_factor * y_factor,
            self.y_factor * (y - inner_y * y_factor) + self.y_shift,
        )

    def frame(self, shape: Any, size: tuple[int, int]) -> Frame:
        """The rectangle around a shape, turned as it is; the whole slide where it has no place."""
        if None in (shape.left, shape.top, shape.width, shape.height):
            return _WHOLE_SLIDE
        place = (shape.left, shape.top, shape.width, shape.height)
        return self.rectangle(place, getattr(shape, "rotation", 0) or 0, size)

    def rectangle(
        self, place: tuple[int, int, int, int], degrees: float, size: tuple[int, int]
    ) -> Frame:
        """The rectangle around one given by left, top, width and height, turned by degrees."""
        left, top, width, height = place
        half_width = width * abs(self.x_factor) / 2
        half_height = height * abs(self.y_factor) / 2
        x = (left + width / 2) * self.x_factor + self.x_shift
        y = (top + height / 2) * self.y_factor + self.y_shift
        angle = math.radians(degrees)
        sine, cosine = abs(math.sin(angle)), abs(math.cos(angle))
        across = half_width * cosine + half_height * sine
        down = half_width * sine + half_height * cosine
        return Frame(
            _fraction(x - across, size[0]),
            _fraction(y - down, size[1]),
            _fraction(x + across, size[0]),
            _fraction(y + down, size[1]),
        )


def _corners(transform: Any) -> list[int]:
    """Left, top, width and height of a shape, then of the inside of a group; as far as given."""
    return [
        int(found.get(name, "0"))
        for child, names in _CORNERS
        if (found := transform.find(_A + child)) is not None
        for name in names
    ]


def _fraction(value: float, whole: int) -> float:
    return round(min(1.0, max(0.0, value / whole)), 5)


def _flat(
    shapes: Iterable[Any], part: Any, place: _Place, size: tuple[int, int]
) -> Iterator[SlideShape]:
    """All shapes with their text, those of groups too."""
    for shape in shapes:
        if hasattr(shape, "shapes"):
            yield from _flat(shape.shapes, part, place.inside(shape), size)
            continue
        kind = str(shape.placeholder_format.type or "") if shape.is_placeholder else ""
        role = kind.partition(" ")[0]
        blocks = tuple(_blocks(shape, part, role))
        yield SlideShape(place.frame(shape, size), blocks, role in _TITLES)


def _of_newer_kind(shapes: Any, place: _Place, size: tuple[int, int]) -> Iterator[SlideShape]:
    """Shapes of which the file has several versions, such as those with formulas.

    python-pptx passes over them.
    """
    for element in shapes._spTree.iter(f"{_MC}AlternateContent"):
        version = next((v for v in element if next(v.iter(f"{_A}t"), None) is not None), None)
        if version is None:
            continue
        texts = ("".join(p.itertext(f"{_A}t", f"{_M}t")) for p in version.iter(f"{_A}p"))
        transform = next(version.iter(f"{_A}xfrm"), None)
        corners = [] if transform is None else _corners(transform)[:4]
        frame = _WHOLE_SLIDE
        if len(corners) == 4:
            left, top, width, height = corners
            frame = place.rectangle((left, top, width, height), 0, size)
        yield SlideShape(
            frame, tuple(TextBlock(BlockKind.PARAGRAPH, plain(text)) for text in texts)
        )


def _blocks(shape: Any, part: Any, role: str) -> Iterator[TextBlock]:
    if getattr(shape, "has_table", False):
        yield _table(shape.table)
    elif getattr(shape, "has_chart", False):
        yield from _chart(shape.chart)
    elif shape.has_text_frame:
        yield from _paragraphs(shape.text_frame, role)
    else:
        yield from _diagram(shape, part)


def _paragraphs(frame: Any, role: str) -> Iterator[TextBlock]:
    if role in _TITLES:
        title = plain(" ".join(paragraph.text for paragraph in frame.paragraphs))
        yield TextBlock(BlockKind.HEADING, title, level=1)
        return
    for paragraph in frame.paragraphs:
        kind = BlockKind.PARAGRAPH
        if role in _RUNNING:
            kind = BlockKind.FURNITURE
        elif _is_item(paragraph, role):
            kind = BlockKind.LIST_ITEM
        yield TextBlock(kind, plain(paragraph.text))


def _is_item(paragraph: Any, role: str) -> bool:
    """Whether a paragraph has a bullet: its own, or that which the body of a slide gives."""
    properties = paragraph._p.pPr
    if properties is not None:
        if properties.find(f"{_A}buNone") is not None:
            return False
        if any(properties.find(mark) is not None for mark in _BULLETS):
            return True
    return role in _BODIES


def _table(table: Any) -> TextBlock:
    rows = [
        ["" if cell.is_spanned else cell.text_frame.text for cell in row.cells]
        for row in table.rows
    ]
    return table_block(rows, header_rows=int(bool(table.first_row)))


def _chart(chart: Any) -> Iterator[TextBlock]:
    """A chart as the table that it draws."""
    if chart.has_title and chart.chart_title.has_text_frame:
        yield TextBlock(BlockKind.CAPTION, plain(chart.chart_title.text_frame.text))
    for rows in chart_rows(chart._chartSpace):
        yield table_block(rows, header_rows=1)


def _diagram(shape: Any, part: Any) -> Iterator[TextBlock]:
    """The entries of a SmartArt diagram, which stand in a part of their own."""
    relations = next(shape._element.iter(f"{_DGM}relIds"), None)
    name = None if relations is None else relations.get(f"{_R}dm")
    if name is None:
        return
    for point in parse_xml(part.related_part(name).blob).iter(f"{_DGM}pt"):
        text = " ".join("".join(p.itertext()) for p in point.iter(f"{_A}p"))
        yield TextBlock(BlockKind.LIST_ITEM, plain(text))


def count_pictures(shapes: Iterable[Any]) -> int:
    """Pictures of a slide, in groups too, and as fillings of shapes."""
    return sum(
        count_pictures(shape.shapes)
        if hasattr(shape, "shapes")
        else int(next(shape._element.iter(f"{_A}blip"), None) is not None)
        for shape in shapes
    )
