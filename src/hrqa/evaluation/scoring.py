"""What a result holds of the evidence, how far one reads until it, and how well it is marked."""

from collections.abc import Sequence

from hrqa.datatypes import Passage
from hrqa.evaluation.evidence import Occurrence
from hrqa.evaluation.locating import LocatedEvidence, located_groups
from hrqa.evaluation.outcomes import Answer, MarkedWords
from hrqa.evaluation.systems import FoundPassage
from hrqa.words import word_spans


def judged_answer(found: FoundPassage, located: Sequence[LocatedEvidence]) -> Answer:
    """A result with what it holds.

    Args:
        found: The result.
        located: The evidence of its question.
    """
    passage, file = found.passage, found.document.file
    by_words, by_page, by_document = located_groups(located, file, passage)
    held = [each for each in located if each.is_in(file, passage)]
    return Answer(
        passage_id=passage.id,
        document=file,
        pages=tuple(sorted({span.page for span in passage.spans if span.page is not None})),
        citation=found.citation,
        score=found.score,
        groups=tuple(sorted(by_words)),
        page_groups=tuple(sorted(by_page)),
        document_groups=tuple(sorted(by_document)),
        read=_read(passage, held),
        marked=_marked(found, held),
    )


def _read(passage: Passage, held: Sequence[LocatedEvidence]) -> int:
    """Characters until the first evidence ends; all, where it is none or a whole page."""
    ends = [
        max(end for _, end in spans)
        for each in held
        for occurrence in each.occurrences
        if (spans := _held_spans(passage, occurrence))
    ]
    return min(ends, default=len(passage.text))


def _marked(found: FoundPassage, held: Sequence[LocatedEvidence]) -> MarkedWords | None:
    evidence = {
        start
        for each in held
        for occurrence in each.occurrences
        for start, _ in _held_spans(found.passage, occurrence)
    }
    if found.highlights is None or not evidence:
        return None
    marked = {
        start
        for start, _ in word_spans(found.passage.text)
        if any(each.start <= start < each.end for each in found.highlights)
    }
    return MarkedWords(len(marked), len(evidence), len(marked & evidence))


def _held_spans(passage: Passage, occurrence: Occurrence) -> list[tuple[int, int]]:
    """The words of a quotation in a passage that holds half of them at least; else none."""
    found = evidence_spans(passage, occurrence)
    return found if 2 * len(found) >= len(occurrence.words) else []


def evidence_spans(passage: Passage, occurrence: Occurrence) -> list[tuple[int, int]]:
    """Half-open offsets into a passage's text of those words of a quotation that it holds."""
    ends = dict(word_spans(passage.text))
    found = []
    for page, offset in occurrence.words:
        base = 0
        for span in passage.spans:
            if span.page == page and span.start <= offset < span.end:
                start = base + offset - span.start
                # A word that the passage cuts is counted as far as the passage goes.
                found.append((start, ends.get(start, start + 1)))
                break
            base += span.end - span.start + 1  # the line feed between two spans
    return found
