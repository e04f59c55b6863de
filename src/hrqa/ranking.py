"""The passages of an index ranked for a question: retrieved, fused, compared token by token."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hrqa.courtesy import without_courtesy
from hrqa.datatypes import Ranking
from hrqa.embedding.encoder import EncodedText
from hrqa.embedding.query_adapter import AdaptedQueries
from hrqa.embedding.query_centres import centre_query
from hrqa.fusion import FusionWeights, convex_combination, weights_for
from hrqa.language import detect_language
from hrqa.marks.restoring import MarkCounts, restore_marks
from hrqa.spelling.mending import mend_spelling
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
    """

    question: str
    language: str | None
    encoded: EncodedText
    rankings: tuple[Ranking, ...]
    fused: Ranking
    compared: tuple[int, ...]
    matches: Vector


class Ranker:
    """Ranks the passages of one opened index.

    Safe to use from several threads at one time.
    """

    def __init__(
        self,
        index: OpenIndex,
        *,
        encode_question: Callable[[str], EncodedText],
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
            encode_question: Gives a question's unit vector and tokens.
            weights: Shares of the retrievers; None for those of the question's language.
            candidates: How many passages each retriever hands to the fusion.
            token_candidates: How many of the best are compared token by token; 0 for none.
            mark_counts: What is likely in Vietnamese, to put back marks that a question lacks;
                None to encode every question as it is typed.
            adapted: Encodes Vietnamese questions; None if ``encode_question`` encodes them too.
            common_words: The commonest English words, to mend typing errors in questions that are
                not Vietnamese; None to search for every word as it is typed.
            score_pairs: Says how well each of some texts answers a question; None to leave the best
                as they are ranked.
            pair_candidates: How many of the best it orders.
        """
        self.index = index
        self._encode_question = encode_question
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
        meant = self._meant(question)
        weights = self._weights or weights_for(meant.language)
        encoded = self._encode(meant)
        rankings = tuple(self.rankings(meant.question, encoded.vector, allowed))
        fused = self.fuse(rankings, weights)
        best = [number for number, _ in fused.entries[: self._token_candidates]]
        matches = self.index.tokens.matches(encoded.tokens, best)
        if best and weights.tokens:
            fused = self._with_tokens(fused, best, matches.mean(axis=1), weights.tokens)
        if self._score_pairs is not None:
            fused = self._with_pairs(fused, meant.question)
        row_of = {number: row for row, number in enumerate(best)}
        compared = tuple(number for number, _ in fused.entries if number in row_of)
        matches = matches[[row_of[number] for number in compared]]
        return Ranked(meant.question, meant.language, encoded, rankings, fused, compared, matches)

    def encode(self, question: str) -> EncodedText:
        """The vector and the tokens that a question searches with.

        Words are compared as they are typed, since BM25 finds them without their marks; the
        model is given the marks back, without which it hardly knows Vietnamese.
        """
        return self._encode(self._meant(question))

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

    def _encode(self, meant: _Meant) -> EncodedText:
        text = meant.text
        if self._adapted is not None and detect_language(text) == "vi":
            return centre_query(text, self._adapted.encode_question(text), self._adapted.centres)
        return centre_query(text, self._encode_question(text), self.index.query_centres)

    def _with_marks(self, question: str) -> str:
        return question if self._mark_counts is None else restore_marks(question, self._mark_counts)

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
