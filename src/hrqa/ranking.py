"""The passages of an index ranked for a question: retrieved, fused, compared token by token."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hrqa.courtesy import without_courtesy
from hrqa.embedding.encoder import EncodedText
from hrqa.embedding.query_adapter import AdaptedQueries
from hrqa.embedding.query_centres import centre_query
from hrqa.fusion import FusionWeights, convex_combination, weights_for
from hrqa.language import detect_language
from hrqa.marks.restoring import MarkCounts, restore_marks
from hrqa.queries import Ranking, StageTime
from hrqa.spelling.mending import mend_spelling
from hrqa.stopwatch import Stopwatch
from hrqa.store.index import OpenIndex

RETRIEVERS = ("passages", "sentences", "lexical")
_SENTENCE_SHARE = 8
_FULL_SCORES = {"lexical": 0.44}

Vector = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Which rows of the vector indexes a query may find; None for all."""

    passages: Rows | None
    sentences: Rows | None


@dataclass(frozen=True, slots=True)
class _Meant:
    """A question as it was meant.

    Attributes:
        question: Without the courtesy around it, its spelling mended; by it words are compared.
        text: Likewise with its marks put back; what the model is given.
        language: Its language before its spelling was mended; None where its words do not tell.
    """

    question: str
    text: str
    language: str | None


@dataclass(frozen=True, slots=True)
class Ranked:
    """Everything that the passages found for a question are ranked by.

    Attributes:
        question: The question without the courtesy around it, its spelling mended.
        language: The question's language; None where its words do not tell.
        encoded: The question as it searches.
        rankings: The ranking of each retriever, in the order of ``RETRIEVERS``.
        fused: The ranking of all.
        compared: The passages that were compared token by token, the best first.
        matches: float32 of shape ``(compared, tokens)``: how well each token of the question is
            matched in each of them.
        stages: How long it took, in order.
    """

    question: str
    language: str | None
    encoded: EncodedText
    rankings: tuple[Ranking, ...]
    fused: Ranking
    compared: tuple[int, ...]
    matches: Vector
    stages: tuple[StageTime, ...]


class Ranker:
    """Ranks the passages of one opened index.

    Safe to use from several threads at one time.
    """

    def __init__(
        self,
        index: OpenIndex,
        *,
        encode_questions: Callable[[Sequence[str]], list[EncodedText]],
        weights: FusionWeights | None = None,
        candidates: int = 1000,
        token_candidates: int = 100,
        mark_counts: MarkCounts | None = None,
        adapted: AdaptedQueries | None = None,
        common_words: Mapping[str, int] | None = None,
        score_pairs: Callable[[str, Sequence[str]], Vector] | None = None,
        pair_candidates: int = 20,
    ) -> None:
        """Make a ranker.

        Args:
            index: The index.
            encode_questions: Gives the unit vector and tokens of each of some questions.
            weights: Shares of the retrievers; None for those of the question's language.
            candidates: How many passages each retriever hands to the fusion.
            token_candidates: How many of the best are compared token by token; 0 for none.
            mark_counts: What is likely in Vietnamese, to put back marks that a question lacks;
                None to encode every question as it is typed.
            adapted: Encodes Vietnamese questions; None if ``encode_questions`` encodes them too.
            common_words: The commonest English words, to mend typing errors in questions that are
                not Vietnamese; None to search for every word as it is typed.
            score_pairs: Says how well each of some texts answers a question; None to leave the best
                as they are ranked.
            pair_candidates: How many of the best it orders.
        """
        self.index = index
        self._encode_questions = encode_questions
        self._weights = weights
        self._candidates = candidates
        self._token_candidates = token_candidates
        self._mark_counts = mark_counts
        self._adapted = adapted
        self._common_words = common_words
        self._score_pairs = score_pairs
        self._pair_candidates = pair_candidates
        self._ids = index.text.texts.passage_ids

    def rank(self, question: str, allowed: Rows | None = None) -> Ranked:
        """Rank passages for a question.

        Args:
            question: The question's words.
            allowed: Numbers of the passages that may be found; None for all.
        """
        return self.rank_all([question], [allowed])[0]

    def rank_all(self, questions: Sequence[str], allowed: Sequence[Rows | None]) -> list[Ranked]:
        """Rank passages for several questions, which are encoded together.

        Args:
            questions: Their words.
            allowed: For each the numbers of the passages that may be found; None for all.

        Returns:
            One ranking each, in their order. A stage that is done for all counts for each with
            its share.
        """
        watch = Stopwatch()
        meant = [self._meant(question) for question in questions]
        watch.end("prepare")
        encoded = self._encode_all(meant)
        watch.end("encode")
        shared = tuple(StageTime(s.stage, s.ms / len(questions)) for s in watch.stages)
        return [self._rank(*each, shared) for each in zip(meant, encoded, allowed, strict=True)]

    def _rank(
        self,
        meant: _Meant,
        encoded: EncodedText,
        allowed: Rows | None,
        before: tuple[StageTime, ...],
    ) -> Ranked:
        watch = Stopwatch()
        weights = self._weights or weights_for(meant.language)
        among = _Candidates(allowed, None if allowed is None else self._sentence_rows(allowed))
        dense = (
            self._by_passages(encoded.vector, among),
            self._by_sentences(encoded.vector, among),
        )
        watch.end("dense")
        rankings = (*dense, self._by_words(meant.question, allowed))
        watch.end("lexical")
        fused = self.fuse(rankings, weights)
        watch.end("fuse")
        best = [number for number, _ in fused.entries[: self._token_candidates]]
        matches = self.index.tokens.matches(encoded.tokens, best)
        if best and weights.tokens:
            fused = self._with_tokens(fused, best, matches.mean(axis=1), weights.tokens)
        if self._score_pairs is not None:
            fused = self._with_pairs(fused, meant.question)
        row_of = {number: row for row, number in enumerate(best)}
        compared = tuple(number for number, _ in fused.entries if number in row_of)
        matches = matches[[row_of[number] for number in compared]]
        watch.end("rerank")
        return Ranked(
            question=meant.question,
            language=meant.language,
            encoded=encoded,
            rankings=rankings,
            fused=fused,
            compared=compared,
            matches=matches,
            stages=(*before, *watch.stages),
        )

    def encode(self, question: str) -> EncodedText:
        """The vector and the tokens that a question searches with.

        Words are compared as they are typed, since BM25 finds them without their marks; the
        model is given the marks back, without which it hardly knows Vietnamese.
        """
        return self._encode_all([self._meant(question)])[0]

    def _meant(self, typed: str) -> _Meant:
        question = without_courtesy(typed.strip())
        text = self._with_marks(question)
        language = detect_language(text)
        if self._common_words is not None and language != "vi":
            question = mend_spelling(
                question,
                passages_with=self.index.lexical.passages_with,
                common=self._common_words,
            )
            text = self._with_marks(question)
        return _Meant(question, text, language)

    def _encode_all(self, meant: Sequence[_Meant]) -> list[EncodedText]:
        """Encode questions, those of one model in one pass."""
        texts = [each.text for each in meant]
        adapted = self._adapted
        if adapted is None:
            return self._centred(texts, self._encode_questions(texts), self.index.query_centres)
        vietnamese = [detect_language(text) == "vi" for text in texts]
        own = [text for text, is_adapted in zip(texts, vietnamese, strict=True) if not is_adapted]
        others = [text for text, is_adapted in zip(texts, vietnamese, strict=True) if is_adapted]
        encoded = iter(self._centred(own, self._encode_questions(own), self.index.query_centres))
        by_adapter = iter(self._centred(others, adapted.encode_questions(others), adapted.centres))
        return [next(by_adapter if is_adapted else encoded) for is_adapted in vietnamese]

    def _centred(
        self, texts: Sequence[str], encoded: Sequence[EncodedText], centres: Vector
    ) -> list[EncodedText]:
        pairs = zip(texts, encoded, strict=True)
        return [centre_query(text, each, centres) for text, each in pairs]

    def _with_marks(self, question: str) -> str:
        return question if self._mark_counts is None else restore_marks(question, self._mark_counts)

    def fuse(self, rankings: Sequence[Ranking], weights: FusionWeights) -> Ranking:
        """Make one ranking of several."""
        return convex_combination(
            rankings,
            weights=weights.by_retriever(),
            order=self._ids,
            full_scores=_FULL_SCORES,
        )

    def _with_tokens(
        self, fused: Ranking, best: Sequence[int], scores: Vector, share: float
    ) -> Ranking:
        """Rank again, the best passages by their tokens too."""
        return convex_combination(
            [fused, self._ranking("tokens", np.array(best, dtype=np.int64), scores)],
            weights={"fused": 1 - share, "tokens": share},
            order=self._ids,
            full_scores={"fused": 1.0},
        )

    def _with_pairs(self, fused: Ranking, question: str) -> Ranking:
        """The best passages in the order of their pairs with the question.

        They take over each other's scores, which so go on falling.
        """
        assert self._score_pairs is not None
        texts = self.index.text.texts
        best, rest = fused.entries[: self._pair_candidates], fused.entries[self._pair_candidates :]
        if not best:
            return fused
        scores = self._score_pairs(question, [texts.passage(number).text for number, _ in best])
        order = sorted(range(len(best)), key=lambda place: (-float(scores[place]), place))
        paired = [(best[place][0], best[at][1]) for at, place in enumerate(order)]
        return Ranking("fused", (*paired, *rest))

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

    def _sentence_rows(self, passages: Rows) -> Rows:
        mask = np.zeros(len(self._ids), dtype=bool)
        mask[passages] = True
        rows: Rows = np.flatnonzero(mask[self.index.sentence_places[:, 0]]).astype(np.int64)
        return rows
