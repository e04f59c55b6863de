"""Rankings of several retrievers made into one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hrqa.queries import Ranking

Scores = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FusionWeights:
    """What each retriever counts.

    Attributes:
        passages: Share of the passage vectors in the first ranking; the three shares are not
            negative and sum to one.
        sentences: Share of the sentence vectors.
        lexical: Share of BM25.
        tokens: Share of the comparison token by token in the ranking after it, in [0, 1].
    """

    passages: float = 0.35
    sentences: float = 0.35
    lexical: float = 0.3
    tokens: float = 0.0

    def __post_init__(self) -> None:
        shares = (self.passages, self.sentences, self.lexical)
        if min(shares) < 0 or abs(sum(shares) - 1) > 1e-9:
            raise ValueError(f"weights must not be negative and must sum to one: {shares}")
        if not 0 <= self.tokens <= 1:
            raise ValueError(f"the share of the tokens must be between 0 and 1: {self.tokens}")

    def by_retriever(self) -> dict[str, float]:
        """Each retriever's name with its share."""
        return {
            "passages": self.passages,
            "sentences": self.sentences,
            "lexical": self.lexical,
        }


_WEIGHTS = {"vi": FusionWeights(0.25, 0.45, 0.3, tokens=0.3)}
_OTHERS = FusionWeights()


def weights_for(language: str | None) -> FusionWeights:
    """What the retrievers count for questions of a language; None where it is not known.

    Chosen on the development half of ``eval/gold.jsonl`` and XQuAD's training articles; the
    record is in ``docs/decisions``.
    """
    return _WEIGHTS.get(language or "", _OTHERS)


def convex_combination(
    rankings: Sequence[Ranking],
    *,
    weights: Mapping[str, float],
    order: Sequence[str],
    full_scores: Mapping[str, float],
) -> Ranking:
    """Fuse rankings by the weighted sum of their scores, each brought to [0, 1].

    A ranking's scores are brought to [0, 1] by its lowest and highest (min-max, as in Bruch,
    Gai & Ingber, TOIS 42(1), 2023), but for a retriever with a full score: there zero stays
    zero, and the highest becomes one only if it reaches the full score, so that a retriever
    which found little does not shout. A passage that a ranking does not hold has 0 there.

    Args:
        rankings: One per retriever; lengths may differ.
        weights: Share of each retriever by its name.
        order: Passage ids by passage number, to decide ties.
        full_scores: Scores, by retriever, from which on a passage counts as fully found.

    Returns:
        The ranking ``fused``, scores in [0, 1], equal scores by ascending passage id.
    """
    fused: dict[int, float] = {}
    for ranking in rankings:
        share = weights[ranking.retriever]
        scores = np.array([score for _, score in ranking.entries], dtype=np.float64)
        scaled = _scale(scores, full_scores.get(ranking.retriever))
        for (number, _), score in zip(ranking.entries, scaled, strict=True):
            fused[number] = fused.get(number, 0.0) + share * float(score)
    entries = [(number, round(score, 9)) for number, score in fused.items()]
    entries.sort(key=lambda entry: (-entry[1], order[entry[0]]))
    return Ranking("fused", tuple(entries))


def _scale(scores: Scores, full_score: float | None) -> Scores:
    if scores.size == 0:
        return scores
    high = float(scores.max())
    if full_score is not None:
        return scores / max(high, full_score)
    low = float(scores.min())
    return (scores - low) / (high - low) if high - low > 1e-12 else np.ones_like(scores)
