"""What stands under a passage: its place for a person, and its boxes for a program."""

import re
from collections.abc import Iterable, Mapping, Sequence

from hrqa.datatypes import BlockKind, Box, Document, Line, Page, Passage, Span
from hrqa.queries import Citation, CitedSpan

_WORD = re.compile(r"\S+")
_NOT_COUNTED = (BlockKind.HEADING, BlockKind.FURNITURE)
_AROUND = 32
"""Characters before and after a span that tell it from others of the same words."""


def cite(
    passage: Passage,
    document: Document,
    pages: Mapping[int | None, Page],
    *,
    part: tuple[int, int] | None = None,
) -> Citation:
    """Cite a passage, or a part of it.

    Args:
        passage: The passage.
        document: Its document.
        pages: At least the pages that it stands on, by number.
        part: First character of the part and one past its last, offsets into the passage's text;
            white space at its ends does not count. None for the whole passage.

    Raises:
        ValueError: The part does not lie in the passage, or has no words.
    """
    paragraph = passage.paragraph
    if part is None:
        spans = tuple(_cited_span(span, pages[span.page]) for span in passage.spans)
    else:
        spans = cite_part(passage, *_without_margins(passage, *part), pages)
        if paragraph is not None:
            paragraph = _paragraph_at(spans[0].span, pages[None]) or paragraph
    return Citation(
        document=document,
        section=passage.section,
        paragraph=paragraph,
        spans=spans,
        text=_citation_text(document, spans, paragraph),
    )


def _without_margins(passage: Passage, start: int, end: int) -> tuple[int, int]:
    """A part without the white space at its ends, which may stand on another page."""
    text = passage.text[start:end]
    if not 0 <= start < end <= len(passage.text) or not text.strip():
        raise ValueError(f"not a part of {passage.id} with words: [{start}, {end})")
    return start + len(text) - len(text.lstrip()), end - len(text) + len(text.rstrip())


def _paragraph_at(part: Span, page: Page) -> int | None:
    """Number of the paragraph in which a part of a document without pages begins.

    Paragraphs are counted as ``hrqa.flow`` counts them: a heading has the number of the one that
    follows. None where there is none.
    """
    number = 0
    for block in page.blocks:
        if block.kind in _NOT_COUNTED:
            continue
        number += not block.continues
        if block.end > part.start:
            break
    return number or None


def _cited_span(span: Span, page: Page) -> CitedSpan:
    boxes = None if span.page is None else tuple(span_boxes(page, span.start, span.end))
    before, after = max(0, span.start - _AROUND), span.end + _AROUND
    return CitedSpan(
        span=span,
        label=page.label,
        boxes=boxes,
        quote=page.text[span.start : span.end],
        prefix=page.text[before : span.start],
        suffix=page.text[span.end : after],
    )


def cite_part(
    passage: Passage, start: int, end: int, pages: Mapping[int | None, Page]
) -> tuple[CitedSpan, ...]:
    """Where a part of a passage stands.

    Args:
        passage: The passage.
        start: First character of the part, offset into the passage's text.
        end: One past its last.
        pages: At least the pages that the passage stands on, by number.
    """
    parts: list[CitedSpan] = []
    offset = 0
    for span in passage.spans:
        length = span.end - span.start
        first, last = max(start - offset, 0), min(end - offset, length)
        if first < last:
            part = Span(span.page, span.start + first, span.start + last)
            parts.append(_cited_span(part, pages[span.page]))
        offset += length + 1  # the line feed between two spans
    return tuple(parts)


def span_boxes(page: Page, start: int, end: int) -> list[Box]:
    """Boxes around the words of a stretch of a page's text, one per line, in reading order.

    Args:
        page: The page.
        start: First character of the stretch.
        end: One past its last character.
    """
    boxes: list[Box] = []
    for line in page.lines:
        if line.end <= start or line.start >= end:
            continue
        edges = line.edges
        if line.start < start or line.end > end:  # which of its words are meant takes time to see
            within = _words_within(page.text, line, start, end)
            edges = tuple(edge for word in within for edge in word)
        if not edges:
            continue
        box = Box(min(edges), line.top, max(edges), line.bottom)
        if boxes and _same_line(boxes[-1], box):
            boxes[-1] = _around(boxes[-1], box)
        else:
            boxes.append(box)
    return boxes


def _words_within(text: str, line: Line, start: int, end: int) -> Iterable[tuple[float, float]]:
    """Left and right edge of the words of a line that a stretch touches."""
    places = _WORD.finditer(text, line.start, line.end)
    edges = zip(line.edges[::2], line.edges[1::2], strict=True)
    for place, (left, right) in zip(places, edges, strict=True):
        if place.start() < end and place.end() > start:
            yield left, right


def _same_line(a: Box, b: Box) -> bool:
    overlap = min(a.bottom, b.bottom) - max(a.top, b.top)
    return b.left >= a.right and overlap > 0.5 * min(a.bottom - a.top, b.bottom - b.top)


def _around(a: Box, b: Box) -> Box:
    return Box(a.left, min(a.top, b.top), b.right, max(a.bottom, b.bottom))


def _citation_text(document: Document, spans: Sequence[CitedSpan], paragraph: int | None) -> str:
    known = document.bibliography
    year = known.year if known.year is not None else "n.d."
    authors = _authors([str(author) for author in known.authors])
    work = f"{authors}: {known.title}" if authors else known.title
    place = _place(spans, paragraph)
    if known.edition:
        return f"{work} ({year}). [{known.edition}, {place}]"
    return f"{work} ({year}), {place}"


def _authors(names: Sequence[str]) -> str:
    if len(names) > 2:
        return f"{names[0]} et al."
    return " & ".join(names)


def _place(spans: Sequence[CitedSpan], paragraph: int | None) -> str:
    if spans[0].span.page is None:
        return f"para. {paragraph}"
    by_page = sorted(spans, key=lambda cited: cited.span.page or 0)
    names = [cited.label or str(cited.span.page) for cited in (by_page[0], by_page[-1])]
    return f"p. {names[0]}" if names[0] == names[1] else f"pp. {names[0]}–{names[1]}"
