"""Documents cut into citable passages at the ends of blocks and sentences."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from langchain_text_splitters import RecursiveCharacterTextSplitter

from hrqa.datatypes import BlockKind, Document, Page, Passage, Sentence, Span
from hrqa.flow import Part, Unit, document_flow, part_text
from hrqa.language import detect_language
from hrqa.packing import Atom, CutCost, pack
from hrqa.sentences import sentence_spans
from hrqa.tabular import body_rows, cut_table, table_head, table_name, table_rows

PASSAGE_VERSION = "2"
"""Counts up whenever the same pages are cut in another way."""

_SECTION_MARK = "\x1d"
_BLOCK_MARK = "\x1e"
_SENTENCE_MARK = "\x1f"
_MARGIN = " \n"
_CAPTION_SHARE = 0.4
_INTRODUCTION_CHARS = 300
_TITLE_CHARS = 120
_SENTENCE_ENDS = (".", "!", "?", "…", ";", ",")
_SENTENCE = re.compile(r"[^\x1d-\x1f]*[\x1d-\x1f]|[^\x1d-\x1f]+\Z")
_CUT_COSTS = {
    _SECTION_MARK: CutCost.SECTION,
    _BLOCK_MARK: CutCost.BLOCK,
    _SENTENCE_MARK: CutCost.SENTENCE,
}


@dataclass(frozen=True, slots=True)
class PassageSizes:
    """How long passages are, in characters.

    Attributes:
        target: Length that a passage of prose comes near to.
        maximum: No passage is longer, but for a single table row that is.
    """

    target: int = 1000
    maximum: int = 1500


@dataclass(frozen=True, slots=True)
class _Piece:
    """Stretches of units that become one passage, and the caption of their table."""

    stretches: tuple[tuple[Unit, Part], ...]
    caption: str = ""


def cut_passages(
    document: Document, pages: Sequence[Page], *, sizes: PassageSizes
) -> tuple[Passage, ...]:
    """Cut a document into passages.

    Prose is cut at section, block and sentence ends, in that order of preference; short
    sections share a passage. A table is cut between rows only. Passages do not overlap, and
    together they hold every block but the running headers and footers.

    Args:
        document: The document.
        pages: Its pages, as read.
        sizes: How long the passages are to be.
    """
    by_number = {page.number: page for page in pages}
    pieces: list[_Piece] = []
    units = document_flow(document, pages)
    for is_table, group in groupby(
        _with_table_company(units, by_number, sizes), key=lambda entry: entry[1]
    ):
        members = [unit for unit, _ in group]
        if is_table:
            for table in _split_tables(members):
                caption = table_name(table, by_number)
                pieces.extend(
                    _Piece(tuple(stretches), caption)
                    for stretches in cut_table(
                        table, by_number, target=sizes.target, maximum=sizes.maximum
                    )
                )
        else:
            pieces.extend(_cut_prose(members, by_number, sizes))
    seen: Counter[str] = Counter()
    made = []
    for piece in pieces:
        passage = _passage(document, piece, by_number)
        if passage is None:
            continue
        seen[passage.id] += 1
        if seen[passage.id] > 1:
            passage = replace(passage, id=f"{passage.id}-{seen[passage.id]}")
        made.append(passage)
    return tuple(made)


def _with_table_company(
    units: Sequence[Unit], pages: dict[int | None, Page], sizes: PassageSizes
) -> list[tuple[Unit, bool]]:
    """Say of each unit whether it belongs with a table: the table, what names it, its note.

    A table is named by its caption, by the headings right above it, and by words between them:
    a line that is no sentence, such as "(in millions)" or its title, or one that ends with a
    colon. What would fill much of a passage is prose.
    """
    with_table = [unit.kind is BlockKind.TABLE for unit in units]
    for index, unit in enumerate(units):
        if unit.kind is not BlockKind.TABLE:
            continue
        room = _CAPTION_SHARE * sizes.maximum
        before = index - 1
        while before >= 0 and not with_table[before] and _names_table(units[before], pages):
            room -= units[before].length
            if room < 0:
                break
            with_table[before] = True
            before -= 1
        if index + 1 < len(units) and units[index + 1].is_table_note:
            with_table[index + 1] = True
    return list(zip(units, with_table, strict=True))


def _names_table(unit: Unit, pages: dict[int | None, Page]) -> bool:
    if unit.kind in (BlockKind.CAPTION, BlockKind.HEADING):
        return True
    text = " ".join(part_text(part, pages) for part in unit.parts).strip()
    if text.endswith(":"):
        return len(text) <= _INTRODUCTION_CHARS
    is_line = unit.kind is BlockKind.PARAGRAPH and len(text) <= _TITLE_CHARS
    return is_line and not text.endswith(_SENTENCE_ENDS)


def _split_tables(members: Sequence[Unit]) -> list[list[Unit]]:
    """One list for each table with its caption before and its note after it."""
    tables: list[list[Unit]] = [[]]
    for unit in members:
        has_table = any(other.kind is BlockKind.TABLE for other in tables[-1])
        if has_table and not unit.is_table_note:
            tables.append([])
        tables[-1].append(unit)
    return tables


def _cut_prose(
    units: Sequence[Unit], pages: dict[int | None, Page], sizes: PassageSizes
) -> list[_Piece]:
    text, places = _marked_text(units, pages)
    if not text:
        return []
    pieces, at = [], 0
    for length in pack(_atoms(text, sizes), target=sizes.target, maximum=sizes.maximum):
        pieces.append(_Piece(tuple(_stretches(places[at : at + length]))))
        at += length
    return pieces


def _marked_text(
    units: Sequence[Unit], pages: dict[int | None, Page]
) -> tuple[str, list[tuple[Unit, int | None, int] | None]]:
    """The units' text with marks where it may be cut, and for each character its place.

    A mark stands for one character of white space, so that lengths are those of the passage.
    """
    text: list[str] = []
    places: list[tuple[Unit, int | None, int] | None] = []

    def put(characters: str) -> None:
        text.append(characters)
        places.extend([None] * len(characters))

    for index, unit in enumerate(units):
        if index:
            after_heading = units[index - 1].kind is BlockKind.HEADING
            if unit.kind is BlockKind.HEADING and not after_heading:
                put("\n" + _SECTION_MARK)
            else:
                put("\n" + ("\n" if after_heading else _BLOCK_MARK))
        own: list[str] = []
        for number, part in enumerate(unit.parts):
            if number:
                own.append(" ")
                places.append(None)
            own.append(part_text(part, pages))
            places.extend((unit, part.page, offset) for offset in range(part.start, part.end))
        text.append(_mark_sentences("".join(own)))
    return "".join(text), places


def _mark_sentences(text: str) -> str:
    marked = list(text.replace("\n", " "))
    for start, _ in sentence_spans(text)[1:]:
        marked[start - 1] = _SENTENCE_MARK
    return "".join(marked)


def _atoms(text: str, sizes: PassageSizes) -> list[Atom]:
    """The sentences of a marked text; only one that is too long for a passage is cut."""
    splitter = RecursiveCharacterTextSplitter(
        separators=["; ", ", ", " ", ""],
        keep_separator="end",
        chunk_size=sizes.target,
        chunk_overlap=0,
        strip_whitespace=False,
    )
    atoms: list[Atom] = []
    for match in _SENTENCE.finditer(text):
        sentence = match.group()
        whole = len(sentence) <= sizes.maximum
        parts = [sentence] if whole else splitter.split_text(sentence)
        atoms.extend(Atom(len(part), CutCost.WORD) for part in parts)
        atoms[-1] = Atom(len(parts[-1]), _CUT_COSTS.get(sentence[-1], CutCost.WORD))
    return atoms


def _stretches(
    places: Iterable[tuple[Unit, int | None, int] | None],
) -> list[tuple[Unit, Part]]:
    """Runs of consecutive characters of one page, each with its unit."""
    runs: list[tuple[Unit, Part]] = []
    for place in places:
        if place is None:
            continue
        unit, page, offset = place
        if runs:
            last_unit, last = runs[-1]
            if last_unit is unit and last.page == page and last.end == offset:
                runs[-1] = (unit, Part(page, last.start, offset + 1))
                continue
        runs.append((unit, Part(page, offset, offset + 1)))
    return runs


def _passage(document: Document, piece: _Piece, pages: dict[int | None, Page]) -> Passage | None:
    trimmed = [(unit, _trim(part, pages)) for unit, part in piece.stretches]
    stretches = [(unit, part) for unit, part in trimmed if part is not None]
    if not stretches:
        return None
    spans = _spans([part for _, part in stretches], pages)
    text = "\n".join(pages[span.page].text[span.start : span.end] for span in spans)
    section = _common([unit.section for unit, _ in stretches])
    first = next((u for u, _ in stretches if u.kind is not BlockKind.HEADING), stretches[0][0])
    page = spans[0].page
    digest = hashlib.sha256(f"{page}\n{text}".encode()).hexdigest()[:12]
    return Passage(
        id=f"{document.id}.{digest}",
        document_id=document.id,
        text=text,
        spans=spans,
        section=section,
        paragraph=first.paragraph if page is None else None,
        language=detect_language(text) or document.bibliography.language,
        sentences=tuple(_sentences(stretches, spans, text, pages)),
        table_caption=piece.caption,
        table_head=table_head([unit for unit, _ in stretches], pages),
    )


def _trim(part: Part, pages: dict[int | None, Page]) -> Part | None:
    """A part without white space at its ends, but for a tab: an empty cell of a table."""
    text = part_text(part, pages)
    start = part.start + len(text) - len(text.lstrip(_MARGIN))
    end = part.end - len(text) + len(text.rstrip(_MARGIN))
    return Part(part.page, start, end) if start < end else None


def _spans(parts: Sequence[Part], pages: dict[int | None, Page]) -> tuple[Span, ...]:
    """Parts as spans; those with nothing but white space between them on a page become one."""
    spans: list[Span] = []
    for part in parts:
        last = spans[-1] if spans else None
        if (
            last is not None
            and last.page == part.page
            and last.end <= part.start
            and not pages[part.page].text[last.end : part.start].strip()
        ):
            spans[-1] = Span(part.page, last.start, part.end)
        else:
            spans.append(Span(part.page, part.start, part.end))
    return tuple(spans)


def _common(sections: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The headings that stand above all of the stretches."""
    common = sections[0]
    for section in sections[1:]:
        length = 0
        while length < min(len(common), len(section)) and common[length] == section[length]:
            length += 1
        common = common[:length]
    return common


def _sentences(
    stretches: Sequence[tuple[Unit, Part]],
    spans: Sequence[Span],
    text: str,
    pages: dict[int | None, Page],
) -> Iterable[Sentence]:
    """Sentences and table rows, with offsets into the passage's text."""
    for unit, group in groupby(stretches, key=lambda entry: entry[0]):
        parts = [part for _, part in group]
        if unit.kind is BlockKind.TABLE:
            yield from _row_sentences(unit, parts, spans, pages)
            continue
        begin = _offset_in_text(parts[0].page, parts[0].start, spans)
        end = _offset_in_text(parts[-1].page, parts[-1].end - 1, spans) + 1
        for start, stop in sentence_spans(text[begin:end]):
            yield Sentence(begin + start, begin + stop)


def _row_sentences(
    table: Unit, parts: Sequence[Part], spans: Sequence[Span], pages: dict[int | None, Page]
) -> Iterable[Sentence]:
    """The rows that hold values, or all rows where none does."""
    valued = body_rows(table, pages)
    rows = [row for part in parts for row in table_rows(part, pages)]
    chosen = [row for row in rows if (row.page, row.start) in valued] or rows
    for row in chosen:
        begin = _offset_in_text(row.page, row.start, spans)
        under = valued.get((row.page, row.start), "")
        yield Sentence(begin, begin + row.end - row.start, under)


def _offset_in_text(page: int | None, offset: int, spans: Sequence[Span]) -> int:
    at = 0
    for span in spans:
        if span.page == page and span.start <= offset < span.end:
            return at + offset - span.start
        at += span.end - span.start + 1
    raise ValueError(f"offset {offset} of page {page} is in no span")
