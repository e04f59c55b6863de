"""Answers as a person reads them in a terminal."""

import shutil
import textwrap

from hrqa.answerability.calibration import seems_answered
from hrqa.phrases import page_ranges
from hrqa.queries import ScoredPassage, SearchResult
from hrqa.store.description import IndexText


def search_text(result: SearchResult) -> str:
    """Ranked passages with their citations, wrapped to the terminal, highlights between »«."""
    if not result.passages:
        return "No passage was found.\n"
    texts = [_passage_text(scored) for scored in result.passages]
    sure = result.answerability
    if sure is not None and not seems_answered(sure):
        note = f"Probably none of these answers the question (an answer among them: {sure:.0%}).\n"
        texts = [note, *texts]
    return "\n".join(texts)


def _passage_text(scored: ScoredPassage) -> str:
    width = min(100, shutil.get_terminal_size().columns)
    head = textwrap.fill(f"{scored.rank}. {scored.citation.text}", width, subsequent_indent="   ")
    headings = scored.citation.section
    if headings and scored.passage.text.startswith(headings[-1]):
        headings = headings[:-1]
    section = " › ".join(headings)
    place = textwrap.fill(section, width, initial_indent="   ", subsequent_indent="   ")
    body = "\n".join(
        textwrap.fill(line, width, initial_indent="   ", subsequent_indent="   ")
        for line in _marked(scored).split("\n")
    )
    score = f"   score {scored.score:.3f}, passage {scored.passage.id}"
    return "\n".join(part for part in (head, place, body, score) if part) + "\n"


def _marked(scored: ScoredPassage) -> str:
    text = scored.passage.text
    marked = [(highlight.start, highlight.end) for highlight in scored.highlights]
    for start, end in sorted(marked, reverse=True):
        text = f"{text[:start]}»{text[start:end]}«{text[end:]}"
    return text.replace("\t", "  ")


def documents_text(index: IndexText) -> str:
    """The documents of an index, one a line."""
    lines = []
    for stored in index.texts.documents:
        document, known = stored.document, stored.document.bibliography
        pages = "no pages" if document.pages is None else f"{document.pages} pages"
        year = known.year if known.year is not None else "n.d."
        line = f"{document.id}  {known.title} ({year}), {pages}, {stored.passages} passages"
        if document.ocr_pages:
            line += f"; recognised in images: {page_ranges(document.ocr_pages)}"
        if document.unreadable_pages:
            unreadable = [page for page, _ in document.unreadable_pages]
            line += f"; not readable: {page_ranges(unreadable)}"
        lines.append(line)
    return "\n".join(lines) + "\n"
