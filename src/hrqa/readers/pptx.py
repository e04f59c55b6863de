"""PowerPoint files: slides are the pages, and words stand where their shape does."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from hrqa.datatypes import BlockKind, Line, OutlineEntry, Page
from hrqa.errors import UnreadableDocumentError
from hrqa.readers.office import declared, office_package
from hrqa.readers.reading import DEFAULT_LIMITS, Reading, ReadingLimits, too_many_pages
from hrqa.readers.slides import SlideShape, count_pictures, slide_shapes
from hrqa.readers.unpaged import place_blocks

_EMU_PER_POINT = 12_700


def read_pptx(path: Path, *, file: str, limits: ReadingLimits = DEFAULT_LIMITS) -> Reading:
    """Read a PowerPoint file (.pptx, or .pptm without its macros).

    Every slide is a page, hidden ones too. Its title comes first, then its shapes in rows from
    top to bottom; text of tables, charts, diagrams and groups is read. A word's box is the frame
    of its shape, because a file does not say where lines break. Speaker notes follow the slide's
    text as footnotes, with the whole slide as their box. Footers and slide numbers are
    furniture; a slide that shows its number has it as its label.

    Raises:
        UnreadableDocumentError: It is empty, encrypted, broken, too large or without text.
    """
    from pptx import Presentation

    with office_package(path, file=file, limits=limits, program="PowerPoint"):
        presentation = Presentation(str(path))
        slides = list(presentation.slides)
        if len(slides) > limits.pages:
            raise too_many_pages(file, len(slides), limits, what="slides")
        size = (int(presentation.slide_width or 1), int(presentation.slide_height or 1))
        first = int(presentation.element.get("firstSlideNum", "1"))
        pages, unreadable = [], []
        for number, slide in enumerate(slides, start=1):
            shapes, reason = _read_slide(slide, size)
            pages.append(_page(shapes, number=number, shown=str(first + number - 1), size=size))
            if reason:
                unreadable.append((number, reason))
        if not any(_has_text(page) for page in pages):
            raise UnreadableDocumentError(
                file,
                "no slide has text, only images; export the file as PDF and run OCR on it"
                if unreadable
                else "no slide has text; check that this is the right file",
            )
        said = declared(presentation.core_properties)
        outline = tuple(_outline(pages))
        return Reading(
            pages=tuple(pages),
            title=said.title or (outline[0].title if outline else None),
            authors=said.authors,
            language=said.language,
            outline=outline,
            unreadable_pages=tuple(unreadable),
        )


def _read_slide(slide: Any, size: tuple[int, int]) -> tuple[tuple[SlideShape, ...], str]:
    """The shapes of a slide that have text, and why it could not be read; empty where it could."""
    try:
        shapes = slide_shapes(slide, size)
        pictures = count_pictures(slide.shapes)
    except MemoryError:
        raise
    except Exception:  # the library raises many kinds on a damaged slide; the others can be read
        return (), "the slide is broken; get an intact copy of the file"
    kinds = {block.kind for shape in shapes for block in shape.blocks if block.text}
    if kinds - {BlockKind.FURNITURE} or not pictures:
        return shapes, ""
    images = "an image" if pictures == 1 else f"{pictures} images"
    return shapes, f"the slide holds {images} and no text; export the file as PDF to have it read"


def _has_text(page: Page) -> bool:
    return any(block.kind is not BlockKind.FURNITURE for block in page.blocks)


def _page(shapes: Sequence[SlideShape], *, number: int, shown: str, size: tuple[int, int]) -> Page:
    text, placed = place_blocks(block for shape in shapes for block in shape.blocks)
    lines = []
    remaining = iter(placed)
    for shape in shapes:
        blocks = [next(remaining) for block in shape.blocks if block.text]
        if blocks:
            start, end = blocks[0].start, blocks[-1].end
            words = len(text[start:end].split())
            lines.append(
                Line(
                    start,
                    end,
                    shape.frame.top,
                    shape.frame.bottom,
                    (shape.frame.left, shape.frame.right) * words,
                )
            )
    running = [block for block in placed if block.kind is BlockKind.FURNITURE]
    return Page(
        number=number,
        label=shown if shown in (text[block.start : block.end] for block in running) else None,
        text=text,
        blocks=placed,
        lines=tuple(lines),
        width=size[0] / _EMU_PER_POINT,
        height=size[1] / _EMU_PER_POINT,
    )


def _outline(pages: Iterable[Page]) -> Iterator[OutlineEntry]:
    for page in pages:
        for block in page.blocks:
            if block.kind is BlockKind.HEADING:
                yield OutlineEntry(page.text[block.start : block.end], block.level, page.number)
