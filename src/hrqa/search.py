"""A question's way to its answer: retrieve, fuse, compare, fold, cite."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from hrqa.answerability.calibration import seems_answered, shipped_calibration
from hrqa.answerability.features import FIRST, AnswerFeatures, measure_answer
from hrqa.citations import cite, cite_part
from hrqa.datatypes import Document, Page, Passage
from hrqa.errors import IndexIncompatibleError, QueryError, UnknownDocumentError
from hrqa.folding import FoundPassage, fold_ranking
from hrqa.highlights import answering_sentences
from hrqa.language import detect_language
from hrqa.queries import (
    MAX_LIMIT,
    MAX_QUERY_CHARS,
    Citation,
    Highlight,
    Query,
    ScoredPassage,
    SearchResult,
    StageScore,
    YearRange,
)
from hrqa.ranking import RETRIEVERS, Ranked, Ranker
from hrqa.retrieval_texts import passage_lexical_text, retrieval_title
from hrqa.stopwatch import Stopwatch
from hrqa.store.texts import TextStore

Vector = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]


class Searcher:
    """Answers queries from one opened index.

    Safe to use from several threads at one time.
    """

    def __init__(self, ranker: Ranker, *, model: str, count_tokens: Callable[[str], int]) -> None:
        """Make a searcher.

        Args:
            ranker: Ranks the passages of the index.
            model: Name and revision of the model by which it encodes questions.
            count_tokens: Says how many tokens a text has by that model's vocabulary.

        Raises:
            IndexIncompatibleError: The index was built with another model.
        """
        index = ranker.index
        if index.text.meta.model != model:
            raise IndexIncompatibleError(
                index.text.generation.folder.parent,
                built_with=index.text.meta.model,
                loaded=model,
            )
        self.index = index
        self.ranker = ranker
        self.count_tokens = count_tokens
        self._documents = [s.document for s in index.text.texts.documents]
        counts = [stored.passages for stored in index.text.texts.documents]
        self._document_of = np.repeat(np.arange(len(counts)), counts)
        self._first_sentence = np.searchsorted(
            index.sentence_places[:, 0], np.arange(len(index.text.texts.passage_ids) + 1)
        ).tolist()
        self._titles = {document.id: retrieval_title(document) for document in self._documents}
        calibration = shipped_calibration()
        fits = model.split("@")[0] == calibration.model
        self._calibration = calibration if fits else None

    def search(self, query: Query, *, among: Rows | None = None) -> SearchResult:
        """Answer a query.

        Args:
            query: The question with its conditions.
            among: Numbers of the passages that may be found, beside the query's own conditions;
                None for all.

        Raises:
            QueryError: The question or a condition cannot be used.
            IndexDamagedError: A text that the index names cannot be read.
        """
        allowed = self._allowed(query, among)
        return self._answer(query, self.ranker.rank(query.text, allowed), allowed)

    def search_all(
        self, queries: Sequence[Query], *, among: Rows | None = None, most: int = MAX_LIMIT
    ) -> list[SearchResult | QueryError]:
        """Answer several queries, whose questions are encoded together.

        Args:
            queries: The questions with their conditions.
            among: Numbers of the passages that may be found by any of them; None for all.
            most: Highest limit that is taken; evaluations look deeper than answers go.

        Returns:
            For each query, in their order, the answer or why it cannot be answered.

        Raises:
            IndexDamagedError: A text that the index names cannot be read.
        """
        answers: list[SearchResult | QueryError | None] = [None] * len(queries)
        asked: list[tuple[int, Rows | None]] = []
        for place, query in enumerate(queries):
            try:
                asked.append((place, self._allowed(query, among, most)))
            except QueryError as error:
                answers[place] = error
        if asked:
            ranked = self.ranker.rank_all(
                [queries[place].text for place, _ in asked], [allowed for _, allowed in asked]
            )
            for (place, allowed), each in zip(asked, ranked, strict=True):
                answers[place] = self._answer(queries[place], each, allowed)
        return [answer for answer in answers if answer is not None]

    def _answer(self, query: Query, ranked: Ranked, allowed: Rows | None) -> SearchResult:
        watch = Stopwatch()
        answerability = self.answerability(ranked)
        marked = seems_answered(answerability)
        watch.end("judge")
        may_answer = None if allowed is None else set(allowed.tolist())
        found = fold_ranking(
            self.index.text.texts,
            ranked.fused,
            query,
            allowed=lambda number: may_answer is None or number in may_answer,
        )
        scores = _StageScores(ranked) if query.explain else None
        passages = tuple(
            self._scored(rank, passage, ranked.encoded.vector if marked else None, scores)
            for rank, passage in enumerate(found, start=1)
        )
        watch.end("cite")
        stages = (*ranked.stages, *watch.stages)
        return SearchResult(
            query=query,
            language=detect_language(query.text),
            answerability=answerability,
            passages=passages,
            took_ms=round(sum(stage.ms for stage in stages), 1),
            stages=stages,
        )

    def answerability(self, ranked: Ranked) -> float | None:
        """The probability that the first five passages hold the answer.

        None where the calibration is for another model, or the second stage is off.
        """
        if self._calibration is None:
            return None
        if not ranked.fused.entries:
            return 0.0
        if not ranked.compared:
            return None
        return round(self._calibration.probability(self.answer_features(ranked)), 4)

    def answer_features(self, ranked: Ranked) -> AnswerFeatures:
        """What is measured of a question and its first passages; some must have been compared."""
        texts = self.index.text.texts
        first = ranked.compared[:FIRST]
        by_sentence = dict(ranked.rankings[RETRIEVERS.index("sentences")].entries)
        passages = [texts.passage(number) for number in first]
        return measure_answer(
            ranked.question,
            sentences=[by_sentence.get(number, 0.0) for number in first],
            matches=ranked.matches,
            texts=[
                passage_lexical_text(self._titles[passage.document_id], passage)
                for passage in passages
            ],
            vietnamese=ranked.language == "vi",
        )

    def _allowed(self, query: Query, among: Rows | None, most: int = MAX_LIMIT) -> Rows | None:
        """Numbers of the passages that a query may find; None for all.

        Raises:
            QueryError: The question or a condition cannot be used.
        """
        check_query(query, most)
        known = {document.id for document in self._documents}
        for document_id in query.document_ids:
            if document_id not in known:
                raise UnknownDocumentError(document_id)
        if not (query.document_ids or query.languages or _bounded(query.years)):
            return among
        fits = np.array([_fits(document, query) for document in self._documents], dtype=bool)
        allowed: Rows = np.flatnonzero(fits[self._document_of]).astype(np.int64)
        return allowed if among is None else np.intersect1d(allowed, among, assume_unique=True)

    def _scored(
        self,
        rank: int,
        found: FoundPassage,
        marked_by: Vector | None,
        scores: "_StageScores | None",
    ) -> ScoredPassage:
        passage = found.passage
        return ScoredPassage(
            rank=rank,
            score=round(found.score, 6),
            passage=passage,
            citation=self.citation(passage),
            highlights=() if marked_by is None else self._marked(found, marked_by),
            also_in=tuple((other.id, self.citation(other)) for other in found.others),
            scores=() if scores is None else scores.of(found.number),
        )

    def _marked(self, found: FoundPassage, vector: Vector) -> tuple[Highlight, ...]:
        begin, end = self._first_sentence[found.number : found.number + 2]
        marked = answering_sentences(self.index, begin, end, vector, length=len(found.passage.text))
        pages = _pages_of(self.index.text.texts, found.passage)
        return tuple(
            Highlight(first, last, cite_part(found.passage, first, last, pages))
            for first, last in marked
        )

    def citation(self, passage: Passage) -> Citation:
        """Where a passage stands."""
        return cite_from(self.index.text.texts, passage)


class _StageScores:
    """What each stage gave to passages."""

    def __init__(self, ranked: Ranked) -> None:
        tokens = ranked.matches.mean(axis=1).tolist() if len(ranked.compared) else []
        self._by_stage = {
            **{ranking.retriever: dict(ranking.entries) for ranking in ranked.rankings},
            "tokens": dict(zip(ranked.compared, tokens, strict=True)),
        }

    def of(self, number: int) -> tuple[StageScore, ...]:
        """The scores of a passage in the order of the stages; none of those that missed it."""
        return tuple(
            StageScore(stage, round(scores[number], 6))
            for stage, scores in self._by_stage.items()
            if number in scores
        )


def cite_from(
    texts: TextStore, passage: Passage, *, part: tuple[int, int] | None = None
) -> Citation:
    """Cite a passage of an index, or a part of it, with the pages that it stands on.

    Raises:
        ValueError: The part does not lie in the passage, or has no words.
    """
    stored = texts.document(passage.document_id)
    pages = _pages_of(texts, passage)
    assert stored is not None  # the store's own reference
    return cite(passage, stored.document, pages, part=part)


def _pages_of(texts: TextStore, passage: Passage) -> dict[int | None, Page]:
    """The pages that a passage stands on, by number."""
    return {
        page.number: page
        for number in {span.page for span in passage.spans}
        if (page := texts.page(passage.document_id, number)) is not None
    }


def check_query(query: Query, most: int = MAX_LIMIT) -> None:
    """Check a query's question and bounds.

    Args:
        query: The query.
        most: Highest limit that is taken.

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
    if not 1 <= query.limit <= most:
        raise QueryError("limit", f"{query.limit} is not between 1 and {most}")
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
