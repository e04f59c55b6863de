"""Where quotations stand in a document, and which passages hold them."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hrqa.datatypes import BlockKind, Evidence, Page, Passage
from hrqa.flow import Part, document_flow
from hrqa.store.texts import StoredDocument
from hrqa.words import word_spans

Place = tuple[int | None, int]
"""Page number and offset of a word's first character."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One place where a quotation stands: the places of its words."""

    words: tuple[Place, ...]


class DocumentWords:
    """A document's words in order, to find quotations in."""

    def __init__(self, stored: StoredDocument, pages: Sequence[Page]) -> None:
        by_number = {page.number: page for page in pages}
        flow = [part for unit in document_flow(stored.document, pages) for part in unit.parts]
        as_printed = [
            Part(page.number, block.start, block.end)
            for page in pages
            for block in page.blocks
            if block.kind is not BlockKind.FURNITURE
        ]
        everything = [Part(page.number, 0, len(page.text)) for page in pages if page.text]
        self._orders = [_Words(parts, by_number) for parts in (flow, as_printed, everything)]

    def occurrences(self, quote: str, page: int | None) -> list[Occurrence]:
        """All places of a quotation, compared by words, casefolded, NFC.

        A paragraph that a page end or a footnote cuts is also taken as a whole.

        Args:
            quote: The quotation.
            page: Only occurrences that touch this page; None for all pages.
        """
        found: dict[tuple[Place, ...], None] = {}
        for order in self._orders:
            for places in order.find(quote):
                if page is None or any(place[0] == page for place in places):
                    found[places] = None
        return [Occurrence(places) for places in found]


class _Words:
    def __init__(self, parts: Iterable[Part], pages: dict[int | None, Page]) -> None:
        self._places: list[Place] = []
        tokens: list[str] = []
        for part in parts:
            text = pages[part.page].text[part.start : part.end]
            for start, end in word_spans(text):
                tokens.append(text[start:end].casefold())
                self._places.append((part.page, part.start + start))
        self._text = " " + " ".join(tokens) + " "
        self._starts: dict[int, int] = {}
        at = 0
        for number, token in enumerate(tokens):
            self._starts[at] = number
            at += len(token) + 1

    def find(self, quote: str) -> Iterable[tuple[Place, ...]]:
        quote = unicodedata.normalize("NFC", quote)
        wanted = [quote[start:end].casefold() for start, end in word_spans(quote)]
        if not wanted:
            return
        pattern = " " + " ".join(wanted) + " "
        at = self._text.find(pattern)
        while at >= 0:
            first = self._starts[at]
            yield tuple(self._places[first : first + len(wanted)])
            at = self._text.find(pattern, at + 1)


def holds(passage: Passage, evidence: Evidence, occurrences: Sequence[Occurrence]) -> bool:
    """Whether a passage of the evidence's document holds it.

    A quotation is held when the passage's spans cover at least half of the words of one
    occurrence; evidence without a quotation, when a span stands on its page.
    """
    if not evidence.quote.strip():
        return any(span.page == evidence.page for span in passage.spans)
    return any(_covered(passage, occurrence) for occurrence in occurrences)


def _covered(passage: Passage, occurrence: Occurrence) -> bool:
    covered = sum(
        any(span.page == page and span.start <= offset < span.end for span in passage.spans)
        for page, offset in occurrence.words
    )
    return 2 * covered >= len(occurrence.words)
