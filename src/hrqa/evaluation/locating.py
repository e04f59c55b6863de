"""Where the evidence of gold questions stands in an index."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hrqa.datatypes import Evidence, GoldQuestion, Passage
from hrqa.errors import GoldError
from hrqa.evaluation.evidence import DocumentWords, Occurrence, holds
from hrqa.store.texts import TextStore


@dataclass(frozen=True, slots=True)
class LocatedEvidence:
    """Evidence with the places where its quotation stands; none for a page or a whole document."""

    evidence: Evidence
    occurrences: tuple[Occurrence, ...]

    def is_in(self, file: str, passage: Passage) -> bool:
        """Whether a passage of the document with a path holds it."""
        if file != self.evidence.document:
            return False
        if self.is_document:
            return True
        return holds(passage, self.evidence, self.occurrences)

    def is_on_page_of(self, file: str, passage: Passage) -> bool:
        """Whether a passage stands on a page on which it stands."""
        if file != self.evidence.document:
            return False
        pages = {page for found in self.occurrences for page, _ in found.words}
        if not self.occurrences:
            pages = {self.evidence.page}
        return self.is_document or any(span.page in pages for span in passage.spans)

    @property
    def is_document(self) -> bool:
        """Whether the whole document is the evidence."""
        return self.evidence.page is None and not self.evidence.quote.strip()


class Locator:
    """Finds evidence in the documents of an index."""

    def __init__(self, texts: TextStore, gold_file: Path) -> None:
        """Make it.

        Args:
            texts: The documents.
            gold_file: Where the questions are from, for messages.
        """
        self._texts = texts
        self._stored = {stored.document.file: stored for stored in texts.documents}
        self._words: dict[str, DocumentWords] = {}
        self._gold_file = gold_file

    def locate(self, question: GoldQuestion) -> tuple[LocatedEvidence, ...]:
        """The evidence of a question, in its order.

        Raises:
            GoldError: The index lacks a document or a quotation; names the question.
        """
        return tuple(
            LocatedEvidence(evidence, self._occurrences(question, evidence))
            for evidence in question.evidence
        )

    def _occurrences(self, question: GoldQuestion, evidence: Evidence) -> tuple[Occurrence, ...]:
        if evidence.document not in self._stored:
            raise self._error(question, f"the index holds no document {evidence.document!r}")
        if not evidence.quote.strip():
            return ()
        found = self._words_of(evidence.document).occurrences(evidence.quote, evidence.page)
        if not found:
            where = f"page {evidence.page} of " if evidence.page is not None else ""
            raise self._error(
                question,
                f"{where}{evidence.document} does not contain the quote {evidence.quote!r}",
            )
        return tuple(found)

    def _words_of(self, file: str) -> DocumentWords:
        if file not in self._words:
            stored = self._stored[file]
            self._words[file] = DocumentWords(stored, self._texts.pages(stored.document.id))
        return self._words[file]

    def _error(self, question: GoldQuestion, problem: str) -> GoldError:
        return GoldError(self._gold_file, f"question {question.id}", problem)


def located_groups(
    located: Sequence[LocatedEvidence], file: str, passage: Passage
) -> tuple[frozenset[int], frozenset[int], frozenset[int]]:
    """Groups of evidence that a passage holds: by words, by page and by document."""
    return (
        frozenset(each.evidence.group for each in located if each.is_in(file, passage)),
        frozenset(each.evidence.group for each in located if each.is_on_page_of(file, passage)),
        frozenset(each.evidence.group for each in located if each.evidence.document == file),
    )
