"""Whether the evidence of gold questions stands in an index, and what stands there instead."""

import difflib
from collections import Counter
from collections.abc import Iterator, Sequence

from hrqa.datatypes import BlockKind, Evidence, Page, Passage
from hrqa.evaluation.evidence import DocumentWords, Occurrence, holds
from hrqa.evaluation.gold_faults import Severity
from hrqa.store.texts import StoredDocument, TextStore
from hrqa.words import fold, word_spans, words

Told = tuple[Severity, str, str, str]
"""How bad it is; the field of the evidence; what is wrong; what to do."""

_LIKE_ENOUGH = 0.5
"""Share of a quotation's words that a stretch of text must have to be shown as the nearest."""


class Places:
    """Looks evidence up in the documents of an index."""

    def __init__(self, texts: TextStore) -> None:
        self._texts = texts
        self._stored = {stored.document.file: stored for stored in texts.documents}
        self._read: dict[str, _Read] = {}

    def faults(self, evidence: Evidence) -> Iterator[Told]:
        """What is wrong with where a piece of evidence is said to stand."""
        stored = self._stored.get(evidence.document)
        if stored is None:
            yield self._no_document(evidence.document)
            return
        pages = stored.document.pages
        if evidence.page is not None and (pages is None or evidence.page > pages):
            has = "no pages" if pages is None else f"{pages} page" + "s" * (pages != 1)
            remedy = "make `page` null" if pages is None else "count as a PDF viewer does, from 1"
            problem = f"{evidence.document} has {has}, so no page {evidence.page}"
            yield Severity.ERROR, "page", problem, remedy
            return
        if evidence.quote.strip():
            yield from self._quote_faults(evidence, stored)

    def _no_document(self, file: str) -> Told:
        for stored in self._texts.documents:
            document = stored.document
            if file == document.id or file in document.same_as:
                remedy = f"name it {document.file!r}"
                break
        else:
            near = difflib.get_close_matches(file, self._stored, n=1)
            remedy = f"is it {near[0]!r}?" if near else "`hrqa documents` lists those it holds"
        return Severity.ERROR, "document", f"the index holds no document {file!r}", remedy

    def _quote_faults(self, evidence: Evidence, stored: StoredDocument) -> Iterator[Told]:
        if not words(evidence.quote):
            yield Severity.ERROR, "quote", "the quote has no word", "quote words or digits"
            return
        if evidence.document not in self._read:
            self._read[evidence.document] = _Read(stored, self._texts)
        read = self._read[evidence.document]
        found = read.places.occurrences(evidence.quote, evidence.page)
        if not found:
            yield self._not_found(evidence, read)
        elif all(read.is_furniture(occurrence) for occurrence in found):
            yield (
                *(Severity.ERROR, "quote"),
                f"{evidence.quote!r} stands only in running headers or footers of {read.file}",
                "these are in no passage; quote the text itself",
            )
        else:
            if not any(holds(passage, evidence, found) for passage in read.passages):
                yield (
                    *(Severity.WARNING, "quote"),
                    "no passage holds half of the quote, so it is never found",
                    "quote less of it",
                )
            starts = dict.fromkeys(occurrence.words[0] for occurrence in found)
            if len(starts) > 1:
                on = list(dict.fromkeys(page for page, _ in starts if page is not None))
                where = f" (pages {', '.join(map(str, on))})" if len(on) > 1 else ""
                problem = f"the quote stands {len(starts)} times in {read.file}{where}"
                yield Severity.NOTE, "quote", problem, "all of them count"

    def _not_found(self, evidence: Evidence, read: "_Read") -> Told:
        on = f"page {evidence.page} of " if evidence.page is not None else ""
        problem = f"{on}{read.file} does not contain the quote {evidence.quote!r}"
        elsewhere = read.places.occurrences(evidence.quote, None)
        if elsewhere:
            pages = dict.fromkeys(page for found in elsewhere for page, _ in found.words[:1])
            remedy = f"it stands on page {', '.join(map(str, pages))}"
        else:
            near = read.nearest(evidence.quote, evidence.page)
            remedy = f"nearest is {near}" if near else "nothing there is like it; copy the words"
        return Severity.ERROR, "quote", problem, remedy


class _Read:
    """A document's pages, words and passages."""

    def __init__(self, stored: StoredDocument, texts: TextStore) -> None:
        self.file = stored.document.file
        self.pages = texts.pages(stored.document.id)
        self.places = DocumentWords(stored, self.pages)
        last = stored.first_passage + stored.passages
        self.passages: Sequence[Passage] = texts.passages(stored.first_passage, last)
        self._furniture = {
            page.number: [b for b in page.blocks if b.kind is BlockKind.FURNITURE]
            for page in self.pages
        }

    def is_furniture(self, occurrence: Occurrence) -> bool:
        """Whether more than half of an occurrence's words stand in running lines."""
        inside = sum(
            any(block.start <= start < block.end for block in self._furniture[page])
            for page, start in occurrence.words
        )
        return 2 * inside > len(occurrence.words)

    def nearest(self, quote: str, page: int | None) -> str:
        """The stretch of text that has most words of a quotation; empty where none has half."""
        wanted = [fold(word) for word in words(quote)]
        best, most = "", _LIKE_ENOUGH * len(wanted) - 1e-9
        for each in self.pages:
            if page is not None and each.number != page:
                continue
            stretch, common = _most_like(each, wanted)
            if common > most:
                on = f" on page {each.number}" if each.number is not None else ""
                best, most = f"{stretch!r}{on}", common
        return best


def _most_like(page: Page, wanted: Sequence[str]) -> tuple[str, int]:
    """The stretch of a page as long as a text that has most of its words, and how many."""
    spans = word_spans(page.text)
    found = [fold(page.text[start:end].casefold()) for start, end in spans]
    length = min(len(wanted), len(found))
    need, window = Counter(wanted), Counter[str]()
    common, best, best_common = 0, 0, 0
    for place, word in enumerate(found):
        window[word] += 1
        common += window[word] <= need[word]
        if place >= length:
            gone = found[place - length]
            common -= window[gone] <= need[gone]
            window[gone] -= 1
        if common > best_common:
            best, best_common = max(0, place - length + 1), common
    if not best_common:
        return "", 0
    return page.text[spans[best][0] : spans[best + length - 1][1]], best_common
