"""A question's way to its answer: retrieve, fuse, fold, cite."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hrqa.citations import cite
from hrqa.datatypes import (
    MAX_LIMIT,
    MAX_QUERY_CHARS,
    Citation,
    Document,
    Passage,
    Query,
    Ranking,
    ScoredPassage,
    SearchResult,
    YearRange,
)
from hrqa.embedding.encoder import EncodedText
from hrqa.embedding.query_adapter import AdaptedQueries
from hrqa.embedding.query_centres import centre_query
from hrqa.errors import IndexIncompatibleError, QueryError, UnknownDocumentError
from hrqa.fusion import FusionWeights, convex_combination, weights_for
from hrqa.language import detect_language
from hrqa.marks.restoring import MarkCounts, restore_marks
from hrqa.store.index import OpenIndex
from hrqa.store.texts import TextStore

RETRIEVERS = ("passages", "sentences", "lexical")
_SENTENCE_SHARE = 8
_FULL_SCORES = {"lexical": 0.44}
_HIGHLIGHT_MARGIN = 0.01
_MAX_HIGHLIGHTS = 2

Vector = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Which rows of the vector indexes a query may find; None for all."""

    passages: Rows | None
    sentences: Rows | None


class Searcher:
    """Answers queries from one opened index.

    Safe to use from several threads at one time.
    """

    def __init__(
        self,
        index: OpenIndex,
        *,
        encode_question: Callable[[str], EncodedText],
        model: str,
        weights: FusionWeights | None = None,
        candidates: int = 1000,
        token_candidates: int = 100,
        mark_counts: MarkCounts | None = None,
        adapted: AdaptedQueries | None = None,
    ) -> None:
        """Make a searcher.

        Args:
            index: The index.
            encode_question: Gives a question's unit vector and tokens.
            model: Name and revision of the model behind ``encode_question``.
            weights: Shares of the retrievers; None for those of the question's language.
            candidates: How many passages each retriever hands to the fusion.
            token_candidates: How many of the best are compared token by token; 0 for none.
            mark_counts: What is likely in Vietnamese, to put back marks that a question lacks;
                None to encode every question as it is typed.
            adapted: Encodes Vietnamese questions; None if ``encode_question`` encodes them too.

        Raises:
            IndexIncompatibleError: The index was built with another model.
        """
        if index.text.meta.model != model:
            raise IndexIncompatibleError(
                index.text.generation.folder.parent,
                built_with=index.text.meta.model,
                loaded=model,
            )
        self.index = index
        self._encode_question = encode_question
        self._weights = weights
        self._candidates = candidates
        self._token_candidates = token_candidates
        self._mark_counts = mark_counts
        self._adapted = adapted
        self._ids = index.text.texts.passage_ids
        self._documents = [s.document for s in index.text.texts.documents]
        counts = [stored.passages for stored in index.text.texts.documents]
        self._document_of = np.repeat(np.arange(len(counts)), counts)
        self._first_sentence = np.searchsorted(
            index.sentence_places[:, 0], np.arange(len(self._ids) + 1)
        )

    def search(self, query: Query) -> SearchResult:
        """Answer a query.

        Raises:
            QueryError: The question or a condition cannot be used.
            IndexDamagedError: A text that the index names cannot be read.
        """
        began = time.perf_counter()
        check_query(query)
        allowed = self._allowed(query)
        encoded = self.encode(query.text)
        weights = self.weights(query.text)
        fused = self.fuse(self.rankings(query.text, encoded.vector, allowed), weights)
        fused = self.compare_tokens(fused, encoded.tokens, weights)
        found = self._fold(fused, query, allowed)
        passages = tuple(
            self._scored(rank, score, passage, others, encoded.vector, number)
            for rank, (number, score, passage, others) in enumerate(found, start=1)
        )
        return SearchResult(
            query=query,
            language=detect_language(query.text),
            answerability=None,
            passages=passages,
            took_ms=round(1000 * (time.perf_counter() - began), 1),
        )

    def encode(self, question: str) -> EncodedText:
        """The vector and the tokens that a question searches with.

        Words are compared as they are typed, since BM25 finds them without their marks; the
        model is given the marks back, without which it hardly knows Vietnamese.
        """
        text = self._with_marks(question)
        if self._adapted is not None and detect_language(text) == "vi":
            return centre_query(text, self._adapted.encode_question(text), self._adapted.centres)
        return centre_query(text, self._encode_question(text), self.index.query_centres)

    def weights(self, question: str) -> FusionWeights:
        """What the retrievers count for a question."""
        return self._weights or weights_for(detect_language(self._with_marks(question)))

    def _with_marks(self, question: str) -> str:
        text = question.strip()
        return text if self._mark_counts is None else restore_marks(text, self._mark_counts)

    def rankings(self, question: str, vector: Vector, allowed: Rows | None = None) -> list[Ranking]:
        """The ranking of each retriever, in the order of ``RETRIEVERS``.

        Args:
            question: The question's words.
            vector: As ``encode`` gives it.
            allowed: Numbers of the passages that may be found; None for all.
        """
        among = _Candidates(allowed, None if allowed is None else self._sentence_rows(allowed))
        return [
            self._by_passages(vector, among),
            self._by_sentences(vector, among),
            self._by_words(question, allowed),
        ]

    def fuse(self, rankings: Sequence[Ranking], weights: FusionWeights) -> Ranking:
        """Make one ranking of several."""
        return convex_combination(
            rankings,
            weights=weights.by_retriever(),
            order=self._ids,
            full_scores=_FULL_SCORES,
        )

    def compare_tokens(self, fused: Ranking, tokens: Vector, weights: FusionWeights) -> Ranking:
        """Rank again, with the best passages compared with the question token by token.

        Args:
            fused: As ``fuse`` gives it.
            tokens: As ``encode`` gives them.
            weights: How much the comparison counts.
        """
        best = [number for number, _ in fused.entries[: self._token_candidates]]
        if not best or not weights.tokens:
            return fused
        scores = self.index.tokens.scores(tokens, best)
        return convex_combination(
            [fused, self._ranking("tokens", np.array(best, dtype=np.int64), scores)],
            weights={"fused": 1 - weights.tokens, "tokens": weights.tokens},
            order=self._ids,
            full_scores={"fused": 1.0},
        )

    def _by_passages(self, vector: Vector, among: _Candidates) -> Ranking:
        rows, scores = self.index.passage_vectors.search(
            vector, k=self._candidates, among=among.passages
        )
        return self._ranking("passages", rows, scores)

    def _by_sentences(self, vector: Vector, among: _Candidates) -> Ranking:
        """Each passage by its best sentence."""
        rows, scores = self.index.sentence_vectors.search(
            vector, k=_SENTENCE_SHARE * self._candidates, among=among.sentences
        )
        owners = self.index.sentence_places[rows, 0]
        numbers, first = np.unique(owners, return_index=True)
        return self._ranking("sentences", numbers, scores[first])

    def _by_words(self, question: str, allowed: Rows | None) -> Ranking:
        scores = self.index.lexical.scores(question)
        numbers = np.arange(len(scores)) if allowed is None else allowed
        numbers = numbers[scores[numbers] > 0]
        return self._ranking("lexical", numbers, scores[numbers])

    def _ranking(self, retriever: str, numbers: Rows, scores: Vector) -> Ranking:
        pairs = zip(numbers.tolist(), scores.tolist(), strict=True)
        entries = sorted(pairs, key=lambda pair: (-pair[1], self._ids[pair[0]]))
        return Ranking(retriever, tuple(entries[: self._candidates]))

    def _allowed(self, query: Query) -> Rows | None:
        """Numbers of the passages that a query's conditions leave; None where it has none."""
        known = {document.id for document in self._documents}
        for document_id in query.document_ids:
            if document_id not in known:
                raise UnknownDocumentError(document_id)
        if not (query.document_ids or query.languages or _bounded(query.years)):
            return None
        fits = np.array([_fits(document, query) for document in self._documents], dtype=bool)
        allowed: Rows = np.flatnonzero(fits[self._document_of]).astype(np.int64)
        return allowed

    def _sentence_rows(self, passages: Rows) -> Rows:
        mask = np.zeros(len(self._ids), dtype=bool)
        mask[passages] = True
        rows: Rows = np.flatnonzero(mask[self.index.sentence_places[:, 0]]).astype(np.int64)
        return rows

    def _fold(
        self, fused: Ranking, query: Query, allowed: Rows | None
    ) -> list[tuple[int, float, Passage, list[Passage]]]:
        """The passages to answer with, those with the same words folded into the first."""
        texts = self.index.text.texts
        may_answer = None if allowed is None else set(allowed.tolist())
        found: list[tuple[int, float, Passage, list[Passage]]] = []
        folded: set[int] = set()
        per_document: dict[str, int] = {}
        for number, score in fused.entries:
            if len(found) == query.limit:
                break
            if number in folded:
                continue
            passage = texts.passage(number)
            taken = per_document.get(passage.document_id, 0)
            if query.max_per_document is not None and taken >= query.max_per_document:
                continue
            per_document[passage.document_id] = taken + 1
            same = [n for n in texts.same_words(number) if may_answer is None or n in may_answer]
            folded.update(same)
            others = [texts.passage(other) for other in same]
            found.append((number, min(1.0, max(0.0, score)), passage, others))
        return found

    def _scored(
        self,
        rank: int,
        score: float,
        passage: Passage,
        others: Sequence[Passage],
        vector: Vector,
        number: int,
    ) -> ScoredPassage:
        return ScoredPassage(
            rank=rank,
            score=round(score, 6),
            passage=passage,
            citation=self.citation(passage),
            highlights=self._highlights(number, vector),
            also_in=tuple((other.id, self.citation(other)) for other in others),
        )

    def citation(self, passage: Passage) -> Citation:
        """Where a passage stands."""
        return cite_from(self.index.text.texts, passage)

    def _highlights(self, number: int, vector: Vector) -> tuple[tuple[int, int], ...]:
        """Places of the sentences that answer best, in the order of the text."""
        begin, end = int(self._first_sentence[number]), int(self._first_sentence[number + 1])
        if begin == end:
            return ()
        scores = self.index.sentence_vectors.rows(begin, end) @ vector
        best = np.argsort(-scores, kind="stable")[:_MAX_HIGHLIGHTS]
        close = [int(row) for row in best if scores[row] >= scores[best[0]] - _HIGHLIGHT_MARGIN]
        places = self.index.sentence_places[begin:end]
        return tuple((int(places[row, 1]), int(places[row, 2])) for row in sorted(close))


def cite_from(texts: TextStore, passage: Passage) -> Citation:
    """Cite a passage of an index with the pages that it stands on."""
    stored = texts.document(passage.document_id)
    pages = {
        page.number: page
        for number in {span.page for span in passage.spans}
        if (page := texts.page(passage.document_id, number)) is not None
    }
    assert stored is not None  # the store's own reference
    return cite(passage, stored.document, pages)


def check_query(query: Query) -> None:
    """Check a query's question and bounds.

    Raises:
        QueryError: Names the field and what it must be.
    """
    text = query.text.strip()
    if not text:
        raise QueryError("query", "the question is empty; write at least one word")
    if len(query.text) > MAX_QUERY_CHARS:
        raise QueryError(
            "query",
            f"the question has {len(query.text)} characters; at most {MAX_QUERY_CHARS} are taken",
        )
    if any(0xD800 <= ord(character) <= 0xDFFF for character in query.text):
        raise QueryError("query", "the question is not valid Unicode; send it in UTF-8")
    if not 1 <= query.limit <= MAX_LIMIT:
        raise QueryError("limit", f"{query.limit} is not between 1 and {MAX_LIMIT}")
    if query.max_per_document is not None and query.max_per_document < 1:
        raise QueryError("max_per_document", "must be at least 1")


def _fits(document: Document, query: Query) -> bool:
    known = document.bibliography
    if query.document_ids and document.id not in query.document_ids:
        return False
    if query.languages and not _language_fits(known.language, query.languages):
        return False
    if query.years is None or not _bounded(query.years):
        return True
    first, last = query.years.first, query.years.last
    year = known.year
    return year is not None and (first is None or year >= first) and (last is None or year <= last)


def _bounded(years: YearRange | None) -> bool:
    return years is not None and (years.first is not None or years.last is not None)


def _language_fits(language: str | None, wanted: Sequence[str]) -> bool:
    """Whether a BCP 47 tag equals or extends one of those wanted."""
    if language is None:
        return False
    tag = language.casefold()
    return any(tag == w.casefold() or tag.startswith(f"{w.casefold()}-") for w in wanted)
