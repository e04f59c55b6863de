"""Records as JSON and back, for the index's text store."""

import json
from dataclasses import asdict, replace
from typing import Any

from hrqa.datatypes import (
    Bibliography,
    Block,
    BlockKind,
    Document,
    ExampleQuestion,
    Line,
    Name,
    OutlineEntry,
    Page,
    Passage,
    Sentence,
    Span,
)
from hrqa.readers.reading import Reading


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def document_to_json(document: Document) -> str:
    """A document as a JSON object with the record's field names."""
    return _dump(asdict(document))


def document_from_json(text: str) -> Document:
    """The document that ``document_to_json`` wrote."""
    value = json.loads(text)
    known = value["bibliography"]
    bibliography = Bibliography(
        **{
            **known,
            "authors": tuple(Name(**name) for name in known["authors"]),
            "issued": tuple(known["issued"]),
        }
    )
    return Document(
        id=value["id"],
        file=value["file"],
        sha256=value["sha256"],
        bibliography=bibliography,
        pages=value["pages"],
        outline=tuple(OutlineEntry(**entry) for entry in value["outline"]),
        same_as=tuple(value["same_as"]),
        unreadable_pages=tuple((page, reason) for page, reason in value["unreadable_pages"]),
        ocr_pages=tuple(value["ocr_pages"]),
        titled=value["titled"],
        # Records written before documents had questions are read on: they need not be made anew.
        questions=tuple(ExampleQuestion(**question) for question in value.get("questions", ())),
    )


def reading_to_json(reading: Reading) -> str:
    """What a file says of itself, without its pages."""
    return _dump(asdict(replace(reading, pages=())))


def reading_from_json(text: str, pages: tuple[Page, ...] = ()) -> Reading:
    """The reading that ``reading_to_json`` wrote, with its pages where they are given."""
    value = json.loads(text)
    return Reading(
        pages=pages,
        title=value["title"],
        authors=tuple(value["authors"]),
        language=value["language"],
        issued=tuple(value["issued"]),
        url=value["url"],
        outline=tuple(OutlineEntry(**entry) for entry in value["outline"]),
        unreadable_pages=tuple((page, reason) for page, reason in value["unreadable_pages"]),
        ocr_pages=tuple(value["ocr_pages"]),
        notes=tuple(value["notes"]),
    )


def layout_to_json(page: Page) -> str:
    """A page's blocks and lines as arrays: short, for there are many."""
    return _dump(
        {
            "blocks": [
                [b.kind.value, b.start, b.end, b.level, b.continues, b.header_rows]
                for b in page.blocks
            ],
            "lines": [[n.start, n.end, n.top, n.bottom, list(n.edges)] for n in page.lines],
        }
    )


def layout_from_json(text: str) -> tuple[tuple[Block, ...], tuple[Line, ...]]:
    """The blocks and lines that ``layout_to_json`` wrote."""
    value: dict[str, list[list[Any]]] = json.loads(text)
    blocks = tuple(
        Block(BlockKind(kind), start, end, level, continues, header_rows)
        for kind, start, end, level, continues, header_rows in value["blocks"]
    )
    lines = tuple(
        Line(start, end, top, bottom, tuple(edges))
        for start, end, top, bottom, edges in value["lines"]
    )
    return blocks, lines


def passage_to_json(passage: Passage) -> str:
    """A passage without its id and document, which the store keeps beside it."""
    return _dump(
        {
            "text": passage.text,
            "spans": [[span.page, span.start, span.end] for span in passage.spans],
            "section": passage.section,
            "paragraph": passage.paragraph,
            "language": passage.language,
            "sentences": [
                [s.start, s.end, *([s.under] if s.under else [])] for s in passage.sentences
            ],
            "table_caption": passage.table_caption,
            "table_head": passage.table_head,
        }
    )


def passage_from_json(passage_id: str, document_id: str, text: str) -> Passage:
    """The passage that ``passage_to_json`` wrote."""
    value = json.loads(text)
    return Passage(
        id=passage_id,
        document_id=document_id,
        text=value["text"],
        spans=tuple(Span(page, start, end) for page, start, end in value["spans"]),
        section=tuple(value["section"]),
        paragraph=value["paragraph"],
        language=value["language"],
        sentences=tuple(Sentence(*sentence) for sentence in value["sentences"]),
        table_caption=value["table_caption"],
        table_head=value["table_head"],
    )
